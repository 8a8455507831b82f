"""A moto stack that behaves like a CloudFormation stack."""

from functools import partial
from typing import Any, ClassVar

import yaml
from moto.cloudformation import models
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, cloudformation_backends
from moto.cloudformation.parsing import Export, OutputMap

from local.cloudformation import template_text
from local.cloudformation.engine import Engine
from local.cloudformation.exports import replace_exports
from local.cloudformation.operations import Operations
from local.cloudformation.resource import Resource
from local.cloudformation.service import CloudFormation
from local.cloudformation.stack_log import StackLog
from local.cloudformation.stack_resources import NativeResource, StackCustomResource
from local.cloudformation.stack_template import StackTemplate

UPDATABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


class LocalStack(models.Stack):
    """
    A stack that runs its operations with ``Engine``.

    Attributes:
        cloudformation: Sends requests to custom resources; shared by all stacks.

        models: {logical ID: moto's model} of the resources that exist now.
    """

    cloudformation: ClassVar[CloudFormation]
    resource_map: StackTemplate

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.models: dict[str, Any] = {}
        self._log = StackLog(self)
        self._engine = Engine(self._log)
        self._operations = Operations()
        self._exports: list[Export] = []
        self.status_reason: str | None = None
        super().__init__(*args, **kwargs)

    @staticmethod
    def parse_template(template: str) -> dict[str, Any]:
        try:
            return template_text.read(template)
        except yaml.YAMLError as error:
            raise ValidationError(message=f"Template format error: {error}") from error

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    def is_created(self) -> bool:
        return self.status in UPDATABLE

    @property
    def stack_resources(self) -> list[Any]:
        """The models of the existing resources."""
        return list(self.models.values())

    @property
    def exports(self) -> list[Export]:
        """The exports of the last complete state: they cannot be resolved while the stack is being deleted."""
        return self._exports

    def create_resources(self) -> None:
        """Start to create the resources; the caller reports the start."""
        self.status = "CREATE_IN_PROGRESS"
        self._operations.begin(partial(self._engine.create, self._create_resource_map()))

    def update(
        self,
        template: str,
        role_arn: str | None = None,
        parameters: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
    ) -> None:
        """
        Start to update the stack to *template*.

        Raises:
            ValidationError: There is nothing to update, or the stack's status does not allow an update.
        """
        wanted = self._template(template, self.parse_template(template), parameters or {})
        self._demand_update(wanted, tags)
        self.role_arn, self.tags = role_arn, self.tags if tags is None else tags
        self._log.stack("UPDATE_IN_PROGRESS", "User Initiated")
        self._operations.begin(partial(self._engine.update, wanted))

    def execute(self, change_set: ChangeSet) -> None:
        """Start to execute *change_set*."""
        change_set.execution_status = "EXECUTE_COMPLETE"
        if change_set.change_set_type == "UPDATE":
            self.update(change_set.template, change_set.role_arn, change_set.parameters, change_set.tags)
            return
        self.template, self.parameters = change_set.template, change_set.parameters
        self._parse_template()
        self._log.stack("CREATE_IN_PROGRESS", "User Initiated")
        self.create_resources()

    def delete(self) -> None:
        """Start to delete the stack, after any running operation."""

        def work() -> None:
            self._log.stack("DELETE_IN_PROGRESS", "User Initiated")
            self._engine.delete(self.resource_map)

        self._operations.begin(work)

    @property
    def stack_name(self) -> str:
        """The name, as the response of ListStacks needs it."""
        return str(self.name)

    def retire(self) -> None:
        """Move the stack to the deleted stacks."""
        replace_exports(self._backend, self.stack_id, [])
        self._backend.stacks.pop(self.stack_id, None)
        self._backend.deleted_stacks[self.stack_id] = self

    def new_resource(self, template: StackTemplate, logical_id: str, resource_type: str) -> Resource:
        if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
            return StackCustomResource(self.cloudformation, template, logical_id, resource_type)
        return NativeResource(template, logical_id, resource_type)

    def finish(self, template: StackTemplate, outputs: OutputMap) -> None:
        replace_exports(self._backend, self.stack_id, outputs.exports)
        self.template, self.template_dict = template.text, template.body
        self.parameters, self.description = template.input_parameters, template.body.get("Description")
        self.resource_map, self.output_map = template, outputs
        self._exports = outputs.exports

    @property
    def _backend(self) -> CloudFormationBackend:
        return cloudformation_backends[self.account_id][self.region_name]

    def _create_resource_map(self) -> StackTemplate:
        return self._template(self.template, self.template_dict, self.parameters)

    def _create_output_map(self) -> OutputMap:
        """Return no outputs before the stack is complete: moto would create resources to resolve them."""
        return OutputMap(self.resource_map, {}, self.stack_id)

    def _template(self, text: str | dict[str, Any], body: dict[str, Any], parameters: dict[str, Any]) -> StackTemplate:
        self.cross_stack_resources = self._backend.exports
        return StackTemplate(self, str(text), body, parameters)

    def _demand_update(self, wanted: StackTemplate, tags: dict[str, str] | None) -> None:
        if self.status not in UPDATABLE:
            raise ValidationError(message=f"Stack:{self.stack_id} is in {self.status} state and can not be updated.")
        now = self.template_dict, self.resource_map.resolved_parameters, self.tags
        if now == (wanted.body, wanted.resolved_parameters, tags or self.tags):
            raise ValidationError(message="No updates are to be performed.")
