"""Stack events in moto, as DescribeStackEvents returns them."""

import json
from typing import Any, Protocol

from moto.cloudformation.models import Event

from local.cloudformation.resource import Resource


class Stack(Protocol):
    """The members of moto's stack that are used here."""

    stack_id: str
    name: str
    account_id: str
    region_name: str
    status: str
    status_reason: str | None
    notification_arns: list[str]
    events: list[Event]

    def retire(self) -> None:
        """Move the stack to the deleted stacks."""


class StackLog:
    """Adds events to *stack*, and sets its status to the last reported one."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def stack(self, status: str, reason: str = "") -> None:
        self._add(self._stack.name, self._stack.stack_id, "AWS::CloudFormation::Stack", status, reason)
        if status == "DELETE_COMPLETE":
            self._stack.retire()
        self._stack.status, self._stack.status_reason = status, reason or None

    def resource(self, resource: Resource, status: str, reason: str = "") -> None:
        properties = resource.definition.get("Properties")
        self._add(resource.logical_id, resource.physical_id, resource.type, status, reason, properties)

    def _add(
        self,
        logical_id: str,
        physical_id: str | None,
        resource_type: str,
        status: str,
        reason: str,
        properties: dict[str, Any] | None = None,
    ) -> None:
        event = Event(
            stack_id=self._stack.stack_id,
            stack_name=self._stack.name,
            logical_resource_id=logical_id,
            physical_resource_id=physical_id or "",
            resource_type=resource_type,
            resource_status=status,
            resource_status_reason=reason or None,
            resource_properties=None if properties is None else json.dumps(properties, default=str),
        )
        event.sendToSns(self._stack.account_id, self._stack.region_name, self._stack.notification_arns)
        self._stack.events.append(event)
