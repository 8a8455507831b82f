"""
All patches of moto's CloudFormation; moto has no settings for them.

A test fails if moto no longer has one of the patched names.
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from moto.awslambda.models import LayerVersion
from moto.cloudformation import models, parsing
from moto.cloudformation.custom_model import CustomModel
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.common_models import CloudFormationModel

from local.cloudformation import imports
from local.cloudformation.endpoint import Endpoint
from local.cloudformation.service import CloudFormation
from local.cloudformation.stack import LocalStack
from local.cloudformation.unmodelled import KNOWN_BADLY, Unmodelled
from local.lambda_runtime import moto_functions


def install(cloudformation: CloudFormation | None = None) -> None:
    """
    Make moto's stacks behave like CloudFormation's.  Calling it again only changes *cloudformation*.

    Args:
        cloudformation: Sends requests to custom resources from now on.  None keeps the current one; the first call then
            creates one whose response URLs use plain HTTP.
    """
    moto_functions.install()
    LocalStack.cloudformation = cloudformation or getattr(LocalStack, "cloudformation", None) or _over_http()
    models.Stack = LocalStack  # type: ignore[misc] # intended
    parsing.resource_class_from_type = _resource_class
    # moto's own methods lose a stack whose deletion fails, and do not roll back.
    CloudFormationBackend.delete_stack = _delete_stack  # type: ignore[method-assign]
    CloudFormationBackend.execute_change_set = _execute_change_set  # type: ignore[method-assign]
    CloudFormationResponse.list_imports = imports.list_imports  # type: ignore[attr-defined] # moto lacks it
    CloudFormationResponse._get_stack_from_s3_url = _template_at  # type: ignore[assignment,method-assign] # noqa: SLF001 # likewise
    LayerVersion.physical_resource_id = LayerVersion.arn  # type: ignore[attr-defined] # so that Ref returns it


def installed() -> CloudFormation:
    """Return the object that sends requests to custom resources; call ``install`` first."""
    return LocalStack.cloudformation


_read_template = CloudFormationResponse._get_stack_from_s3_url  # noqa: SLF001 - replaced above


def _template_at(self: CloudFormationResponse, url: str) -> str:
    """Return the template at *url*; moto takes the address of the local AWS for the name of a bucket."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _read_template(self, url)
    return _read_template(self, url.replace(host, "localhost", 1))


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
        return  # as in AWS, deleting a missing stack succeeds
    imports.check_unused(self, stack.stack_id)
    stack.delete()


def _execute_change_set(self: CloudFormationBackend, change_set_name: str, stack_name: str | None = None) -> None:  # noqa: ARG001
    change_set: Any = self.describe_change_set(change_set_name)
    self.stacks[change_set.stack_id].execute(change_set)  # type: ignore[attr-defined] # every stack is a LocalStack
