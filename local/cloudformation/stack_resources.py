"""The resources of a moto stack: native ones, and the models through which templates refer to custom ones."""

from typing import Any

from local.cloudformation.custom_resource import CustomResource
from local.cloudformation.requests import strings
from local.cloudformation.resource import Definition, Resource, ResourceFailedError
from local.cloudformation.service import CloudFormation
from local.cloudformation.stack_template import StackTemplate


class NativeResource:
    """A resource that moto models; it is created at once, so there is nothing to cancel."""

    def __init__(self, template: StackTemplate, logical_id: str, resource_type: str) -> None:
        self.logical_id = logical_id
        self.type = resource_type
        self.physical_id: str | None = None
        self.definition: Definition = {}
        self._template = template
        self._models = template.stack.models
        self._before: Definition = {}

    def create(self, definition: Definition) -> None:
        self.definition = definition
        self._keep(self._template.make(self.logical_id, definition))

    def update(self, definition: Definition) -> None:
        self._before, self.definition = self.definition, definition
        if model := self._template.remake(self.logical_id, definition):
            self._keep(model)

    def roll_back(self) -> None:
        self.update(self._before)

    def delete(self) -> None:
        if self.logical_id in self._models:
            self._template.unmake(self._models[self.logical_id], self.definition)
            del self._models[self.logical_id]

    def cancel(self) -> None: ...

    def take_replaced(self) -> list[Resource]:
        return []  # moto deletes replaced resources itself

    def _keep(self, model: Any) -> None:
        self._models[self.logical_id] = model
        self.physical_id = str(getattr(model, "physical_resource_id", self.logical_id))


class CustomModel:
    """Resolves ``Ref`` and ``Fn::GetAtt`` for a custom resource."""

    def __init__(self, resource: CustomResource, stack_id: str) -> None:
        self.logical_resource_id = resource.logical_id
        self.cf_resource_type = resource.type
        self.resource = resource
        self._stack_id = stack_id

    @property
    def physical_resource_id(self) -> str | None:
        return self.resource.physical_id

    def get_cfn_attribute(self, name: str) -> Any:
        """
        Return an attribute, as a string or as a list or map of strings.

        Raises:
            ResourceFailedError: The function's response does not contain it.
        """
        if name not in self.resource.attributes:
            raise ResourceFailedError(
                f"CustomResource attribute error: Vendor response doesn't contain {name} attribute "
                f"in object {self._stack_id}|{self.logical_resource_id}"
            )
        return strings(self.resource.attributes[name])


class StackCustomResource(CustomResource):
    """A custom resource that templates can refer to while it exists."""

    def __init__(
        self, cloudformation: CloudFormation, template: StackTemplate, logical_id: str, resource_type: str
    ) -> None:
        stack = template.stack
        super().__init__(cloudformation, stack_id=stack.stack_id, logical_id=logical_id, resource_type=resource_type)
        self._models = stack.models

    def create(self, definition: Definition) -> None:
        self._models[self.logical_id] = CustomModel(self, self._address.stack_id)
        super().create(definition)

    def delete(self) -> None:
        super().delete()
        model = self._models.get(self.logical_id)
        if model and model.resource is self:  # not the resource that replaced it
            del self._models[self.logical_id]
