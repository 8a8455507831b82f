"""Deploy, watch and delete stacks on the local AWS from a program."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.cloudformation import template_text
from local.deploy.package import package

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef

REGION = "eu-west-1"
LOOK_AGAIN_AFTER = 0.2  # s
CAPABILITIES: Any = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


def client(service: Any, url: str) -> Any:
    """Return a boto3 client of *service* for the local AWS at *url*; it ignores AWS settings in the environment."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(proxies={}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StackState:
    """
    The current state of a stack.

    Attributes:
        outputs: {key: value}
    """

    stack_id: str
    status: str
    outputs: dict[str, str]

    @property
    def has_failed(self) -> bool:
        return "FAILED" in self.status or "ROLLBACK" in self.status


class Stack:
    """
    A stack on the local AWS at *url*.

    Args:
        name: Name of the stack; ``deploy`` creates the stack if it does not exist.

        on_event: Called once with each new event of the stack.
    """

    def __init__(
        self, url: str, name: str, *, on_event: "Callable[[StackEventTypeDef], None]" = lambda _event: None
    ) -> None:
        self.name = name
        self._url = url
        self._on_event = on_event
        self._cloudformation: CloudFormationClient = client("cloudformation", url)
        self._seen: set[str] = set()

    def deploy(self, template: Path, parameters: Mapping[str, str] | None = None) -> StackState:
        """
        Create or update the stack, and wait for the operation to succeed or fail.

        Raises:
            ClientError: CloudFormation refused the operation, for example because there is nothing to update.

            ValueError: The template has no parameter of a given name.

            OSError: The template cannot be read.
        """
        body = package(template, client("s3", self._url))
        known = template_text.parse(body).get("Parameters", {})
        for name in (parameters or {}).keys() - known.keys():
            allowed = ", ".join(known) or "none"
            raise ValueError(f"The template {template.name} has no parameter {name}; allowed: {allowed}.")
        wanted: Any = [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()]
        begin: Any = self._cloudformation.update_stack if self.exists() else self._cloudformation.create_stack
        self._remember()
        begun = begin(StackName=self.name, TemplateBody=body, Parameters=wanted, Capabilities=CAPABILITIES)
        return self._watch(begun["StackId"])

    def delete(self) -> StackState:
        """Delete the stack, and wait for the deletion to succeed or fail."""
        stack_id = self._describe(self.name)["StackId"]
        self._remember()
        self._cloudformation.delete_stack(StackName=stack_id)
        return self._watch(stack_id)

    def exists(self) -> bool:
        """Return whether a stack of this name exists and is not deleted."""
        try:
            self._describe(self.name)
        except ClientError:
            return False
        return True

    def state(self) -> StackState:
        """Return the current state of the stack."""
        return _state(self._describe(self.name))

    def _describe(self, name_or_id: str) -> "StackTypeDef":
        return self._cloudformation.describe_stacks(StackName=name_or_id)["Stacks"][0]

    def _watch(self, stack_id: str) -> StackState:
        while True:
            state = _state(self._describe(stack_id))
            for event in self._news(stack_id):
                self._on_event(event)
            if not state.status.endswith("_IN_PROGRESS"):
                return state
            time.sleep(LOOK_AGAIN_AFTER)

    def _remember(self) -> None:
        if self.exists():
            list(self._news(self.name))

    def _news(self, name_or_id: str) -> "Iterator[StackEventTypeDef]":
        events = self._cloudformation.describe_stack_events(StackName=name_or_id)["StackEvents"]
        for event in reversed(events):
            if event["EventId"] not in self._seen:
                self._seen.add(event["EventId"])
                yield event


def _state(description: "StackTypeDef") -> StackState:
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    return StackState(stack_id=description["StackId"], status=description["StackStatus"], outputs=outputs)
