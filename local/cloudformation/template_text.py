"""Parses templates: YAML or JSON, functions in short or long form, with or without SAM's transform."""

import json
import logging
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import yaml

SAM = "AWS::Serverless-2016-10-31"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C loader is ten times as fast
    """Loads templates as CloudFormation does: a date is a string, and ``!Sub`` is ``Fn::Sub``."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> dict[str, Any]:
    """Return the template in *text*, with functions in their long form and SAM's resources transformed."""
    template: dict[str, Any] = json.loads(_read_as_json(text))
    return template


@lru_cache(maxsize=8)
def _read_as_json(text: str) -> str:
    """Return the template as JSON; kept, because the transform takes half a second."""
    template = parse(text)
    return json.dumps(_transformed(template) if SAM in _transforms(template) else template)


def parse(text: str) -> dict[str, Any]:
    """Return the template in *text*, with functions in their long form; SAM's resources stay untransformed."""
    template: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 # nosec B506 # derived from SafeLoader
    return template


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    argument: Any
    if isinstance(node, yaml.ScalarNode):
        argument = loader.construct_scalar(node)
        argument = argument.split(".", 1) if name == "GetAtt" else argument
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        argument = _mapping(loader, node)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": argument}


def _mapping(loader: yaml.SafeLoader, node: yaml.Node) -> dict[Hashable, Any]:
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has three kinds of nodes
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _function)


def _transforms(template: dict[str, Any]) -> list[Any]:
    transform = template.get("Transform", [])
    return transform if isinstance(transform, list) else [transform]


def _transformed(template: dict[str, Any]) -> dict[str, Any]:
    # Imported here, because the import takes half a second and only SAM templates need it.
    from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # noqa: PLC0415

    # Its metrics module warns that no publisher is set.
    logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)
    result: dict[str, Any] = transform(template, {}, _NoManagedPolicies())
    return result


class _NoManagedPolicies:
    """Maps no AWS managed policy name to an ARN; listing the policies in IAM takes seconds."""

    def load(self) -> dict[str, str]:
        return {}
