"""
A custom resource in a stack: its ID, its properties and its attributes.

Observed, but not documented: CloudFormation also uses the physical ID of a FAILED response.  After a failed Create, the
Delete has this ID; after a failed Update, the resource keeps it.  For a cancelled Create, CloudFormation generates an
ID, and sends the Delete before the Create has ended.
"""

import copy
from typing import Any

from local.cloudformation.exchange import Exchange, Outcome, made_up_id
from local.cloudformation.requests import Address, Properties, RequestType, ServiceTimeoutError
from local.cloudformation.resource import Definition, Resource, ResourceCancelledError, ResourceFailedError
from local.cloudformation.service import CloudFormation
from local.lambda_runtime.functions import FunctionNotFoundError


class CustomResource:
    """
    A custom resource of one stack.

    Attributes:
        attributes: Attributes for ``Fn::GetAtt``: the ``Data`` of the last SUCCESS response.
    """

    def __init__(self, cloudformation: CloudFormation, *, stack_id: str, logical_id: str, resource_type: str) -> None:
        self.logical_id = logical_id
        self.type = resource_type
        self.physical_id: str | None = None
        self.definition: Definition = {}
        self.attributes: dict[str, Any] = {}
        self._cloudformation = cloudformation
        self._stack_id = stack_id
        self._before: Definition = {}
        self._replaced: list[Resource] = []
        self._exchange: Exchange | None = None
        self._cancelled = False

    def create(self, definition: Definition) -> None:
        self.definition = definition
        outcome = self._ask("Create")
        self._adopt(outcome)
        if outcome.status == "CANCELLED":
            raise ResourceCancelledError("creation")
        _demand_success(outcome)

    def update(self, definition: Definition) -> None:
        before = copy.copy(self)
        self._before = self.definition
        if _properties(definition).get("ServiceToken") != _properties(self.definition).get("ServiceToken"):
            raise ResourceFailedError("Modifying service token is not allowed.")
        self.definition = definition
        outcome = self._ask("Update", old_properties=_properties(self._before))
        self._adopt(outcome)
        if outcome.status == "CANCELLED":
            raise ResourceCancelledError("update")
        _demand_success(outcome)
        if self.physical_id != before.physical_id:
            self._replaced.append(before)

    def roll_back(self) -> None:
        self._cancelled = False
        if self._before != self.definition:
            self.update(self._before)

    def delete(self) -> None:
        self._cancelled = False
        if self.physical_id is None:
            return  # no Create request was sent
        _demand_success(self._ask("Delete"))

    def cancel(self) -> None:
        self._cancelled = True
        if self._exchange:
            self._exchange.cancel()

    def take_replaced(self) -> list[Resource]:
        replaced, self._replaced = self._replaced, []
        return replaced

    @property
    def _address(self) -> Address:
        return Address(
            stack_id=self._stack_id,
            logical_resource_id=self.logical_id,
            resource_type=self.type,
            service_token=_properties(self.definition).get("ServiceToken", ""),
        )

    def _ask(self, request_type: RequestType, old_properties: Properties | None = None) -> Outcome:
        try:
            self._exchange = self._cloudformation.send(
                request_type,
                self._address,
                _properties(self.definition),
                old_properties=old_properties,
                physical_resource_id=self.physical_id,
            )
        except (FunctionNotFoundError, ServiceTimeoutError) as error:
            raise ResourceFailedError(str(error)) from None
        if self._cancelled:
            self._exchange.cancel()
        return self._exchange.conclude()

    def _adopt(self, outcome: Outcome) -> None:
        self.physical_id = outcome.physical_resource_id or self.physical_id or made_up_id(self._address)
        if outcome.status == "SUCCESS":
            self.attributes = outcome.data


def _properties(definition: Definition) -> dict[str, Any]:
    properties: dict[str, Any] = definition.get("Properties") or {}
    return properties


def _demand_success(outcome: Outcome) -> None:
    if outcome.status != "SUCCESS":
        raise ResourceFailedError(outcome.reason)
