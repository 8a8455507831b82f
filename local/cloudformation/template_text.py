"""Template files: YAML or JSON, short functions or long, with SAM's transform or without."""

import logging
from collections.abc import Hashable
from typing import Any

import yaml

SAM = "AWS::Serverless-2016-10-31"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the same in C, ten times as fast
    """Reads templates as CloudFormation does: a date is a string, and ``!Sub`` is ``Fn::Sub``."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> dict[str, Any]:
    """Return the template in *text*, with functions in their long form and whatever SAM's shorthand stands for."""
    template = parse(text)
    return _transformed(template) if SAM in _transforms(template) else template


def parse(text: str) -> dict[str, Any]:
    """Return the template in *text*, with functions in their long form; SAM's shorthand stays."""
    template: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 # nosec B506 # the loader is a safe one
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
    # Costs half a second, so only those wait who deploy a SAM template.
    from samtranslator.translator.transform import transform  # type: ignore[import-untyped] # noqa: PLC0415

    # Its metrics warn that nobody publishes them.
    logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)
    result: dict[str, Any] = transform(template, {}, _NoManagedPolicies())
    return result


class _NoManagedPolicies:
    """Knows no AWS managed policy by its short name; asking IAM for them takes seconds."""

    def load(self) -> dict[str, str]:
        return {}
