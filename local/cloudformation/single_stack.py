"""
A stack of one custom resource: all that CloudFormation does to it, without moto and without a template file.

A second resource, which fails when it is told to, can be put beside it: CloudFormation then cancels the first.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from local.cloudformation.custom_resource import CustomResource
from local.cloudformation.engine import Engine
from local.cloudformation.events import Event, EventList
from local.cloudformation.exchange import Exchange
from local.cloudformation.requests import new_stack_id
from local.cloudformation.resource import Definition, Resource, ResourceFailedError
from local.cloudformation.service import CloudFormation


class SingleStack:
    """
    A stack whose only resource is a custom one.

    Args:
        cloudformation: Who sends the requests.

        service_token: Names the function.

        on_status: Called with the stack's ARN and each status that it gets, as it gets it; for whoever shows the stack
            to a function that asks.

    Attributes:
        stack_id: ARN of the stack.

        resource: The resource; it lives on from one operation to the next.

        events: Everything reported so far, in order.
    """

    def __init__(
        self,
        cloudformation: CloudFormation,
        service_token: str,
        *,
        on_status: Callable[[str, str], None] = lambda _stack_id, _status: None,
    ) -> None:
        self.stack_id = new_stack_id("web")
        self.resource = CustomResource(
            cloudformation,
            stack_id=self.stack_id,
            logical_id="WebServerCutover",
            resource_type="Custom::FinalizedCutover",
        )
        self.events: list[Event] = []
        self._cloudformation = cloudformation
        self._service_token = service_token
        self._log = EventList(stack_id=self.stack_id, on_status=on_status, events=self.events)
        self._engine = Engine(self._log)

    @property
    def status(self) -> str:
        """The stack's status."""
        return next(event.status for event in reversed(self.events) if event.physical_id == self.stack_id)

    @property
    def exchanges(self) -> list[Exchange]:
        """Every request about the resource, in order."""
        return [one for one in self._cloudformation.exchanges if one.address.stack_id == self.stack_id]

    def create(self, properties: Mapping[str, Any], *, cancelled_by: threading.Event | None = None) -> str:
        """
        Create the stack, and return the status that it ends in.

        Args:
            cancelled_by: Another resource of the stack fails as soon as this is set; None for no such resource.
        """
        self._log.stack("CREATE_IN_PROGRESS", "User Initiated")
        self._engine.create(self._template(properties, cancelled_by))
        return self.status

    def update(self, properties: Mapping[str, Any], *, cancelled_by: threading.Event | None = None) -> str:
        """Give the resource other *properties*, and return the status that the stack ends in; else like *create*."""
        self._log.stack("UPDATE_IN_PROGRESS", "User Initiated")
        self._engine.update(self._template(properties, cancelled_by))
        return self.status

    def delete(self) -> str:
        """Delete the stack, and return the status that it ends in."""
        self._log.stack("DELETE_IN_PROGRESS", "User Initiated")
        self._engine.delete(self._template({}, None))
        return self.status

    def _template(self, properties: Mapping[str, Any], cancelled_by: threading.Event | None) -> "_Template":
        definition = {"Properties": {"ServiceToken": self._service_token, **properties}}
        resources: list[Resource] = [self.resource]
        if cancelled_by:
            resources.append(_Doomed(cancelled_by))
        return _Template(resources, definition)


class _Template:
    """Asks for *resources*, all with the same definition."""

    def __init__(self, resources: list[Resource], definition: Definition) -> None:
        self._resources = {resource.logical_id: resource for resource in resources}
        self._definition = definition
        self.needs: dict[str, tuple[str, ...]] = dict.fromkeys(self._resources, ())

    def definition(self, _logical_id: str) -> Definition:
        return self._definition

    def new(self, logical_id: str) -> Resource:
        return self._resources[logical_id]

    def finish(self) -> None:
        """Have no outputs."""


class _Doomed:
    """A resource whose creation fails as soon as *doom* is set."""

    logical_id = "Neighbour"
    type = "AWS::SSM::Parameter"
    physical_id: str | None = None

    def __init__(self, doom: threading.Event) -> None:
        self.definition: Definition = {}
        self._doom = doom

    def create(self, _definition: Definition) -> None:
        self._doom.wait()
        raise ResourceFailedError("Neighbour could not be created")

    def update(self, _definition: Definition) -> None: ...
    def roll_back(self) -> None: ...
    def delete(self) -> None: ...

    def cancel(self) -> None:
        self._doom.set()

    def take_replaced(self) -> list[Resource]:
        return []
