"""
Everything that is changed in moto's CloudFormation, in one place; moto has no settings for it.

A test fails when a name in here is gone from moto.
"""

from typing import Any

from moto.awslambda.models import LayerVersion
from moto.cloudformation import models, parsing
from moto.cloudformation.custom_model import CustomModel
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.core.common_models import CloudFormationModel

from local.cloudformation.endpoint import Endpoint
from local.cloudformation.service import CloudFormation
from local.cloudformation.stack import LocalStack
from local.cloudformation.unmodelled import KNOWN_BADLY, Unmodelled
from local.lambda_runtime import moto_functions


def install(cloudformation: CloudFormation | None = None) -> None:
    """
    Let moto's stacks behave as CloudFormation's; a second time only changes who sends requests.

    Args:
        cloudformation: Who sends requests to custom resources from now on.  None leaves that as it is; the first time
            it makes one that is answered over plain HTTP.
    """
    moto_functions.install()
    LocalStack.cloudformation = cloudformation or getattr(LocalStack, "cloudformation", None) or _over_http()
    models.Stack = LocalStack  # type: ignore[misc] # that is the point
    parsing.resource_class_from_type = _resource_class
    # moto's own would lose a stack that fails to delete, and would not roll back.
    CloudFormationBackend.delete_stack = _delete_stack  # type: ignore[method-assign]
    CloudFormationBackend.execute_change_set = _execute_change_set  # type: ignore[method-assign]
    LayerVersion.physical_resource_id = LayerVersion.arn  # type: ignore[attr-defined] # so that Ref returns it


def installed() -> CloudFormation:
    """Return who sends requests to custom resources; *install* comes first."""
    return LocalStack.cloudformation


def _over_http() -> CloudFormation:
    return CloudFormation(Endpoint("http"), find_function=moto_functions.find)


def _resource_class(resource_type: str) -> type[CloudFormationModel]:
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        return CustomModel
    return KNOWN_BADLY.get(resource_type) or parsing.get_model_map().get(resource_type, Unmodelled)


def _delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    try:
        stack = self.get_stack(name_or_stack_id)
    except ValidationError:
        return  # as in AWS: what is not there need not be deleted
    stack.delete()


def _execute_change_set(self: CloudFormationBackend, change_set_name: str, stack_name: str | None = None) -> None:  # noqa: ARG001
    change_set: Any = self.describe_change_set(change_set_name)
    self.stacks[change_set.stack_id].execute(change_set)  # type: ignore[attr-defined] # all stacks are ours
