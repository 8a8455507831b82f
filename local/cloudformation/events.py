"""What people read in the console while a stack works."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from local.cloudformation.resource import Resource


class Log(Protocol):
    """Where a stack reports to."""

    def stack(self, status: str, reason: str = "") -> None:
        """Report that the stack has *status* from now on."""

    def resource(self, resource: Resource, status: str, reason: str = "") -> None:
        """Report that *resource* has *status* from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    One line of the console.

    Attributes:
        logical_id: The stack's name where the event is about the stack itself.

        physical_id: None until there is one.

        reason: Empty where there is nothing to say.
    """

    logical_id: str
    type: str
    status: str
    physical_id: str | None = None
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class EventList:
    """
    Keeps the events of a stack that moto knows nothing of.

    Attributes:
        stack_id: ARN of the stack.

        on_status: Called with that ARN and each status of the stack, before anything else happens.

        events: In order.
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
