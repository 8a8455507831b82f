"""
The comparison of MGN's raw answers with botocore's model.

botocore drops fields that its model lacks and passes unknown enum values through, so the raw JSON is compared.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.model import Shape

from tests.account.identifiers import kind_of_identifier
from tests.account.report import FindingKind

NAME = re.compile("[A-Za-z][A-Za-z0-9_]{0,63}")
ENUM_VALUE = re.compile("[A-Za-z][A-Za-z0-9_-]{0,63}")
HIDDEN = "not-shown"
# {type in the model: Python types of the JSON values that it allows}
ALLOWED: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (str, int, float),
}
JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}

Difference = tuple[FindingKind, str, str | None]


def differences(value: Any, shape: Shape, path: str = "") -> Iterator[Difference]:
    """Yield ``(kind, path, value)`` of each difference between a JSON *value* and *shape*; null fits every shape."""
    if value is None:
        return
    if not _fits(value, shape):
        yield FindingKind.OTHER_TYPE, path, f"{json_type(value)} instead of {shape.type_name}"
    elif compare := INSIDE.get(shape.type_name):
        yield from compare(value, shape, path)
    elif (known := getattr(shape, "enum", None)) and value not in known:
        yield FindingKind.UNKNOWN_ENUM_VALUE, path, shown(value, ENUM_VALUE)


def shown(text: object, allowed: re.Pattern[str] = ENUM_VALUE) -> str:
    """Return *text* if it is a plain word that identifies nothing."""
    word = str(text)
    return word if allowed.fullmatch(word) and not kind_of_identifier(word) else HIDDEN


def json_type(value: Any) -> str:
    """Return the JSON type of *value*."""
    return JSON_TYPES.get(type(value), "null")


def joined(path: str, name: object) -> str:
    """Return the path of the field *name* in *path*; a name that can identify is not shown."""
    own = shown(name, NAME)
    return f"{path}/{own}" if path else own


def _fits(value: Any, shape: Shape) -> bool:
    # In Python, True is also an int.
    if isinstance(value, bool):
        return shape.type_name == "boolean"
    return isinstance(value, ALLOWED[shape.type_name])


def _in_structure(value: dict[str, Any], shape: Any, path: str) -> Iterator[Difference]:
    # Members in headers or in the status code are not in the body.
    members = {
        member.serialization.get("name", name): member
        for name, member in shape.members.items()
        if "location" not in member.serialization
    }
    for name, item in value.items():
        if name in members:
            yield from differences(item, members[name], joined(path, name))
        else:
            yield FindingKind.UNKNOWN_FIELD, joined(path, name), json_type(item)


def _in_list(value: list[Any], shape: Any, path: str) -> Iterator[Difference]:
    for item in value:
        yield from differences(item, shape.member, f"{path}[]")


def _in_map(value: dict[str, Any], shape: Any, path: str) -> Iterator[Difference]:
    # Keys are values: a tag's key, a parameter's name.
    for item in value.values():
        yield from differences(item, shape.value, f"{path}{{}}")


INSIDE: dict[str, Callable[[Any, Any, str], Iterator[Difference]]] = {
    "structure": _in_structure,
    "list": _in_list,
    "map": _in_map,
}
