"""Stack events, as the CloudFormation console shows them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from local.cloudformation.resource import Resource


class Log(Protocol):
    """Receives the events of a stack."""

    def stack(self, status: str, reason: str = "") -> None:
        """Report that the stack now has *status*."""

    def resource(self, resource: Resource, status: str, reason: str = "") -> None:
        """Report that *resource* now has *status*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    A stack event.

    Attributes:
        logical_id: The stack's name if the event is about the stack itself.

        physical_id: None before the resource has one.

        reason: Empty without a reason.
    """

    logical_id: str
    type: str
    status: str
    physical_id: str | None = None
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class EventList:
    """
    Stores the events of a stack that moto does not manage.

    Attributes:
        stack_id: ARN of the stack.

        on_status: Called with the ARN and each new status of the stack, before the event is stored.

        events: The events, in order.
    """

    stack_id: str
    on_status: Callable[[str, str], None] = lambda _stack_id, _status: None
    events: list[Event] = field(default_factory=list)

    def stack(self, status: str, reason: str = "") -> None:
        self.on_status(self.stack_id, status)
        name = self.stack_id.split("/")[1]
        event = Event(
            logical_id=name, physical_id=self.stack_id, type="AWS::CloudFormation::Stack", status=status, reason=reason
        )
        self.events.append(event)

    def resource(self, resource: Resource, status: str, reason: str = "") -> None:
        event = Event(
            logical_id=resource.logical_id,
            physical_id=resource.physical_id,
            type=resource.type,
            status=status,
            reason=reason,
        )
        self.events.append(event)
