"""
A template on moto: parameters, conditions and functions are moto's, and so are the models of native resources.

moto makes a resource when somebody first looks at it, DescribeStacks included.  Here a resource is made when it is its
turn, and looking never does more.
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

# They say when a resource is made, not what it is.
NOT_DEFINING = {"Condition", "DependsOn"}


class Stack(Protocol):
    """
    Whose template it is.

    Attributes:
        models: {logical ID: model} of the resources that exist now, whatever template they are from.
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
        """Be what *template* asks for; raises ResourceFailedError where another stack is in the way."""


class StackTemplate(ResourceMap):
    """
    What a stack is asked to be.

    Args:
        text: The template as it was sent.

        body: What it says.

    Raises:
        ServiceException: moto's, for a template or for parameters that cannot be.
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
        """Return a parameter, a mapping, or a resource's model: None while there is none."""
        return self.stack.models.get(key) if key in self._resource_json_map else super().__getitem__(key)

    @property
    def needs(self) -> Needs:
        return references.needs({name: body for name, body in self._resource_json_map.items() if self._wants(body)})

    def definition(self, logical_id: str) -> Definition:
        body = self._resource_json_map[logical_id]
        defining = {"Properties": {}, **{key: value for key, value in body.items() if key not in NOT_DEFINING}}
        definition: Definition = answered(lambda: parsing.clean_json(defining, self))
        return definition

    def new(self, logical_id: str) -> Resource:
        return self.stack.new_resource(self, logical_id, self._resource_json_map[logical_id]["Type"])

    def finish(self) -> None:
        outputs = OutputMap(self, self.body, self.stack_id)
        answered(lambda: (list(outputs.values()), outputs.exports))
        self.stack.finish(self, outputs)

    def make(self, logical_id: str, definition: Definition) -> Any:
        """Return a new model for a native resource."""
        where = {"account_id": self._account_id, "region_name": self._region_name}
        return answered(lambda: parsing.parse_and_create_resource(logical_id, definition, self, **where))

    def remake(self, logical_id: str, definition: Definition) -> Any:
        """Return the model of a native resource as changed; None where moto cannot change it."""
        where = {"account_id": self._account_id, "region_name": self._region_name}
        return answered(lambda: parsing.parse_and_update_resource(logical_id, definition, self, **where))

    def unmake(self, model: Any, definition: Definition) -> None:
        """Delete a native resource."""
        answered(lambda: self._delete_resource(model, definition))

    def _wants(self, body: dict[str, Any]) -> bool:
        return "Condition" not in body or bool(self.lazy_condition_map[body["Condition"]])


def answered(ask: Callable[[], Result]) -> Result:
    """
    Return what moto answers to *ask*.

    Raises:
        ResourceFailedError: moto raised, whatever it was: a stack takes all of it for the failure of a resource.
    """
    try:
        return ask()
    except ResourceFailedError:
        raise
    except ServiceException as error:
        raise ResourceFailedError(error.message) from error
    except Exception as error:
        raise ResourceFailedError(str(error) or type(error).__name__) from error
