"""
A stack with one custom resource and all its operations, without moto and without a template file.

The stack can have a second resource that fails on request: CloudFormation then cancels the first one.
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
    A stack whose only resource is a custom resource.

    Args:
        cloudformation: Sends the requests.

        service_token: ARN of the function.

        on_status: Called with the stack's ARN and each new status, so that a test can make DescribeStacks return it.

    Attributes:
        stack_id: ARN of the stack.

        resource: The resource; the same object for all operations.

        events: The stack events so far, in order.
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
        """All requests for the resource, in order."""
        return [one for one in self._cloudformation.exchanges if one.address.stack_id == self.stack_id]

    def create(self, properties: Mapping[str, Any], *, cancelled_by: threading.Event | None = None) -> str:
        """
        Create the stack, and return its final status.

        Args:
            cancelled_by: Another resource of the stack fails when this is set; None for no other resource.
        """
        self._log.stack("CREATE_IN_PROGRESS", "User Initiated")
        self._engine.create(self._template(properties, cancelled_by))
        return self.status

    def update(self, properties: Mapping[str, Any], *, cancelled_by: threading.Event | None = None) -> str:
        """Update the resource to *properties*, and return the stack's final status; see ``create``."""
        self._log.stack("UPDATE_IN_PROGRESS", "User Initiated")
        self._engine.update(self._template(properties, cancelled_by))
        return self.status

    def delete(self) -> str:
        """Delete the stack, and return its final status."""
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
    """A template of *resources*, all with the same definition."""

    def __init__(self, resources: list[Resource], definition: Definition) -> None:
        self._resources = {resource.logical_id: resource for resource in resources}
        self._definition = definition
        self.needs: dict[str, tuple[str, ...]] = dict.fromkeys(self._resources, ())

    def definition(self, _logical_id: str) -> Definition:
        return self._definition

    def new(self, logical_id: str) -> Resource:
        return self._resources[logical_id]

    def finish(self) -> None:
        """Do nothing: there are no outputs."""


class _Doomed:
    """A resource whose creation fails when *doom* is set."""

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
