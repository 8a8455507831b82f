"""Dependencies between the resources of a template."""

import re
from collections.abc import Iterator
from typing import Any

IN_SUB = re.compile(r"\$\{([^!}.]+)[^}]*\}")


def needs(resources: dict[str, Any]) -> dict[str, set[str]]:
    """Return for each of *resources* the other resources that it refers to or depends on."""
    return {name: set(_named_in(body)) & (resources.keys() - {name}) for name, body in resources.items()}


def _named_in(value: Any, key: str = "") -> Iterator[str]:
    """Yield every name that *value* under *key* possibly refers to; some are parameters, some are not names."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _named_in(member, name)
    elif isinstance(value, list) and key == "Fn::GetAtt":
        yield value[0]
    elif isinstance(value, list):
        for member in value:
            yield from _named_in(member, key)
    elif isinstance(value, str):
        yield from _named_in_text(value, key)


def _named_in_text(text: str, key: str) -> Iterator[str]:
    if key in ("Ref", "DependsOn"):
        yield text
    elif key == "Fn::GetAtt":
        yield text.partition(".")[0]
    elif key == "Fn::Sub":
        yield from IN_SUB.findall(text)
