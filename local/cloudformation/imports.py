"""
Which stacks import an export; moto neither lists imports nor refuses to delete what is imported.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.core.responses import ActionResult


def importers_of(backend: CloudFormationBackend, export: str) -> list[str]:
    """Return the names of the stacks that import *export*, in their order."""
    return [
        stack.name
        for stack in backend.stacks.values()
        if export
        in set(_imports(stack.template_dict, {**stack.resource_map.resolved_parameters, "AWS::StackName": stack.name}))
    ]


def check_unused(backend: CloudFormationBackend, stack_id: str) -> None:
    """Return if no other stack imports an export of the stack; raise ValidationError in CloudFormation's words."""
    for name, export in backend.exports.items():
        if export.exporting_stack_id == stack_id and (users := importers_of(backend, name)):
            raise ValidationError(message=f"Export {name} cannot be deleted as it is in use by {', '.join(users)}")


def list_imports(self: Any) -> ActionResult:
    """Answer ListImports."""
    export = self._get_param("ExportName")
    users = importers_of(self.cloudformation_backend, export)
    if not users:
        raise ValidationError(message=f"Export '{export}' is not imported by any stack.")
    return ActionResult({"Imports": users})


def _imports(template: Any, parameters: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(template, list):
        for part in template:
            yield from _imports(part, parameters)
    elif isinstance(template, Mapping):
        for name, part in template.items():
            if name == "Fn::ImportValue":
                yield _text(part, parameters)
            else:
                yield from _imports(part, parameters)


def _text(value: Any, parameters: Mapping[str, Any]) -> str:
    """Return the name of an export: text, a parameter, or a substitution of parameters."""
    if isinstance(value, Mapping) and "Ref" in value:
        return str(parameters.get(value["Ref"], ""))
    text = value.get("Fn::Sub", "") if isinstance(value, Mapping) else value
    return re.sub(r"\$\{([\w:]+)\}", lambda found: str(parameters.get(found[1], found[0])), str(text))
