"""
The request documents that CloudFormation sends to a custom resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Document = dict[str, Any]
Properties = Mapping[str, Any]
RequestType = Literal["Create", "Update", "Delete"]

# AWS has sent both: a string beside the properties (captured in 2024), or one of the properties.
ServiceTimeoutIn = Literal["request", "properties"]

DEFAULT_SERVICE_TIMEOUT = 3600  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """
    The resource and the function that a request concerns.

    Attributes:
        stack_id: ARN of the stack.

        service_token: ARN of the function.
    """

    stack_id: str
    logical_resource_id: str
    resource_type: str
    service_token: str

    @property
    def region(self) -> str:
        return self.stack_id.split(":")[3]

    @property
    def stack_name(self) -> str:
        return self.stack_id.split("/")[1]


class ServiceTimeoutError(ValueError):
    """CloudFormation refuses the ServiceTimeout."""


def new_stack_id(name: str, *, region: str = "eu-west-1", account: str = "111122223333") -> str:
    """Generate an ARN for a stack with this *name*."""
    return f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.uuid4()}"


def build(
    request_type: RequestType,
    address: Address,
    properties: Properties,
    *,
    old_properties: Properties | None = None,
    physical_resource_id: str | None = None,
    service_timeout_in: ServiceTimeoutIn = "request",
) -> Document:
    """
    Build a request without a ``ResponseURL``; each call generates a new ``RequestId``.

    Args:
        properties: Properties in the template; all scalars become strings, as CloudFormation sends them.

        old_properties: The properties before an Update; None otherwise.

        physical_resource_id: None for a Create.

        service_timeout_in: Where the request contains a ``ServiceTimeout`` from the *properties*.
    """
    document: Document = {
        "RequestType": request_type,
        "ServiceToken": address.service_token,
        "StackId": address.stack_id,
        "RequestId": str(uuid.uuid4()),
        "LogicalResourceId": address.logical_resource_id,
        "ResourceType": address.resource_type,
    }
    if physical_resource_id is not None:
        document["PhysicalResourceId"] = physical_resource_id
    document["ResourceProperties"] = _sent(properties, address)
    if old_properties is not None:
        document["OldResourceProperties"] = _sent(old_properties, address)
    if service_timeout_in == "request":
        _lift_service_timeout(document)
    return document


def service_timeout(document: Document) -> float:
    """
    Return the number of seconds that CloudFormation waits for the response to *document*.

    Raises:
        ServiceTimeoutError: It is not a whole number from 1 to 3600.
    """
    timeout = document.get("ServiceTimeout", document["ResourceProperties"].get("ServiceTimeout"))
    if timeout is None:
        return DEFAULT_SERVICE_TIMEOUT
    if not re.fullmatch("[0-9]{1,4}", str(timeout)) or not 1 <= int(timeout) <= DEFAULT_SERVICE_TIMEOUT:
        raise ServiceTimeoutError(
            f"ServiceTimeout is {timeout!r}; allowed: a whole number from 1 to {DEFAULT_SERVICE_TIMEOUT}."
        )
    return float(timeout)


def strings(value: Any) -> Any:
    """Return *value* with every scalar converted to a string, as CloudFormation does."""
    if isinstance(value, Mapping):
        return {name: strings(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [strings(member) for member in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sent(properties: Properties, address: Address) -> Document:
    sent: Document = strings({"ServiceToken": address.service_token, **properties})
    return sent


def _lift_service_timeout(document: Document) -> None:
    for name in ("OldResourceProperties", "ResourceProperties"):
        timeout = document.get(name, {}).pop("ServiceTimeout", None)
        if timeout is not None and name == "ResourceProperties":
            document["ServiceTimeout"] = timeout
