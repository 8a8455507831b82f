"""
A template in moto: moto resolves parameters, conditions and functions, and models the native resources.

moto creates a resource at the first access to it, even by DescribeStacks.  Here the engine creates each resource in its
turn, and an access never creates one.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from moto.cloudformation import parsing
from moto.cloudformation.parsing import Export, OutputMap, ResourceMap
from moto.core.exceptions import ServiceException

from local.cloudformation import references
from local.cloudformation.resource import Definition, Resource, ResourceFailedError
from local.cloudformation.schedule import Needs

Result = TypeVar("Result")

# Keys that decide when a resource is created, but do not define it.
NOT_DEFINING = {"Condition", "DependsOn"}


class Stack(Protocol):
    """
    The stack of a template.

    Attributes:
        models: {logical ID: model} of the existing resources, from this or an earlier template.
    """

    stack_id: str
    name: str
    account_id: str
    region_name: str
    tags: dict[str, str]
    cross_stack_resources: dict[str, Export]
    models: dict[str, Any]

    def new_resource(self, template: "StackTemplate", logical_id: str, resource_type: str) -> Resource: ...

    def finish(self, template: "StackTemplate", outputs: OutputMap) -> None:
        """Make *template* the stack's template; raise ResourceFailedError if another stack has the same export."""


class StackTemplate(ResourceMap):
    """
    The desired state of a stack.

    Args:
        text: The template as sent.

        body: The parsed template.

    Raises:
        ServiceException: From moto: the template or the parameters are invalid.
    """

    def __init__(self, stack: Stack, text: str, body: dict[str, Any], parameters: dict[str, Any]) -> None:
        super().__init__(
            stack.stack_id,
            stack.name,
            parameters,
            stack.tags,
            region_name=stack.region_name,
            account_id=stack.account_id,
            template=body,
            cross_stack_resources=stack.cross_stack_resources,
        )
        self.stack = stack
        self.text = text
        self.body = body
        self.load()

    def __getitem__(self, key: str) -> Any:
        """Return a parameter, a mapping, or a resource's model; None if the resource does not exist yet."""
        return self.stack.models.get(key) if key in self._resource_json_map else super().__getitem__(key)

    @property
    def needs(self) -> Needs:
        return references.needs({name: body for name, body in self._resource_json_map.items() if self._wants(body)})

    def definition(self, logical_id: str) -> Definition:
        body = self._resource_json_map[logical_id]
        defining = {"Properties": {}, **{key: value for key, value in body.items() if key not in NOT_DEFINING}}
        definition: Definition = _without_no_value(answered(lambda: parsing.clean_json(defining, self)))
        return definition

    def new(self, logical_id: str) -> Resource:
        return self.stack.new_resource(self, logical_id, self._resource_json_map[logical_id]["Type"])

    def finish(self) -> None:
        outputs = OutputMap(self, self.body, self.stack_id)
        answered(lambda: (list(outputs.values()), outputs.exports))
        self.stack.finish(self, outputs)

    def make(self, logical_id: str, definition: Definition) -> Any:
        """Create a native resource, and return its model."""
        where = {"account_id": self._account_id, "region_name": self._region_name}
        return answered(lambda: parsing.parse_and_create_resource(logical_id, definition, self, **where))

    def remake(self, logical_id: str, definition: Definition) -> Any:
        """Update a native resource, and return its model; None if moto cannot update it."""
        where = {"account_id": self._account_id, "region_name": self._region_name}
        return answered(lambda: parsing.parse_and_update_resource(logical_id, definition, self, **where))

    def unmake(self, model: Any, definition: Definition) -> None:
        """Delete a native resource."""
        answered(lambda: self._delete_resource(model, definition))

    def _wants(self, body: dict[str, Any]) -> bool:
        return "Condition" not in body or bool(self.lazy_condition_map[body["Condition"]])


def _without_no_value(value: Any) -> Any:
    """Return *value* without the members that are ``AWS::NoValue``, for which moto leaves None in lists and maps."""
    if isinstance(value, list):
        return [_without_no_value(each) for each in value if each is not None]
    if isinstance(value, dict):
        return {name: _without_no_value(each) for name, each in value.items() if each is not None}
    return value


def answered(ask: Callable[[], Result]) -> Result:
    """
    Return the result of *ask*, a call to moto.

    Raises:
        ResourceFailedError: moto raised any exception; for the stack, it is the failure of a resource.
    """
    try:
        return ask()
    except ResourceFailedError:
        raise
    except ServiceException as error:
        raise ResourceFailedError(error.message) from error
    except Exception as error:
        raise ResourceFailedError(str(error) or type(error).__name__) from error
