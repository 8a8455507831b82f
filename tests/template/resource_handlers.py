"""
What CloudFormation does with a resource type, from the schemas of its registry, which cfn-lint contains.

It calls services with the permissions of the caller.  A schema names every call that its handlers can make, whatever
the properties.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
REGION = "us-east-1"  # the Region with every resource type


def permissions(resource_type: str, operations: Iterable[str]) -> set[str]:
    """
    Return the IAM actions that the handlers of *resource_type* can call.

    Args:
        operations: ``create``, ``read``, ``update``, ``delete``; a handler that a type does not have needs nothing.
    """
    handlers = _schema(resource_type)["handlers"]
    return {action for operation in operations for action in handlers.get(operation, {}).get("permissions", [])}


def create_only(resource_type: str) -> set[str]:
    """Return the top-level properties of *resource_type* in which a change replaces the resource."""
    paths = _schema(resource_type).get("createOnlyProperties", [])
    return {path.removeprefix("/properties/").partition("/")[0] for path in paths}


@cache
def _schema(resource_type: str) -> dict[str, Any]:
    digest = json.loads((SCHEMAS / "providers" / f"{REGION}.json").read_text())[resource_type]
    schema: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{digest}.json").read_text())
    return schema
