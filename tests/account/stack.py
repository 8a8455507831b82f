"""The stack: whether it is this kit's, its outputs, and its deletion with everything that it retains."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from finalize_cutover.cutover.ports import Clock
from tests.account.aws import Aws
from tests.account.errors import AccountTestError, RefusedError

TAG = ("CreatedBy", "finalize-mgn-cutover-account-test")
PAUSE = 5  # s
LONGEST = 30 * 60  # s, for one deletion
GONE = {"DELETE_COMPLETE"}
RETAINED = "DELETE_SKIPPED"
# Only CreateChangeSet leaves this status: SAM was interrupted before it deployed.
UNBORN = "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStack:
    """
    A stack.

    Attributes:
        outputs: ``{key: value}``

        is_ours: Whether it carries this kit's tag.
    """

    id: str
    status: str
    created_at: datetime
    outputs: Mapping[str, str]
    is_ours: bool

    @property
    def is_deletable(self) -> bool:
        """Whether the kit created the stack: it carries its tag, or SAM was interrupted before it was created."""
        return self.is_ours or self.status == UNBORN


class Stack:
    """
    The stack *name*, and after its deletion what it left.

    Attributes:
        id: ID of the stack that this run created, or of an earlier run that it replaces; only this one is deleted.
    """

    def __init__(self, aws: Aws, name: str, clock: Clock) -> None:
        self.name = name
        self.id: str | None = None
        self._is_begun = False
        self._aws = aws
        self._clock = clock

    def find(self, name_or_id: str | None = None) -> FoundStack | None:
        """Return the stack; None if there is none."""
        try:
            [found] = self._cloudformation.describe_stacks(StackName=name_or_id or self.name)["Stacks"]
        except ClientError as error:
            # CloudFormation has no code of its own for this.
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
        if found["StackStatus"] in GONE:
            return None
        return FoundStack(
            id=found["StackId"],
            status=found["StackStatus"],
            created_at=found["CreationTime"],
            outputs={output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])},
            is_ours=dict([TAG]).items() <= {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}.items(),
        )

    def begin(self) -> None:
        """
        Note that the stack is created from now on.

        Raises:
            RefusedError: Somebody else has created a stack of this name since the run began.
        """
        if self.find():
            raise RefusedError(
                f"The stack {self.name} exists now, and this run did not create it; allowed: a new name."
            )
        self._is_begun = True

    def created(self) -> FoundStack | None:
        """Return the stack that this run created, and keep its ID; None if there is none."""
        if self.id:
            return self.find(self.id)
        found = self.find() if self._is_begun else None
        if found and found.is_deletable:
            self.id = found.id
        return found

    def outputs(self) -> Mapping[str, str]:
        """Return the outputs; raise AccountTestError if the stack is not deployed."""
        found = self.created()
        if found is None or found.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise AccountTestError(f"The stack {self.name} is not deployed.", found.status if found else "NoStack")
        return found.outputs

    def failed_types(self) -> tuple[str, ...]:
        """Return the types of the resources that could not be created."""
        try:
            name = self.id or self.name
            events = self._aws.pages("cloudformation", "describe_stack_events", "StackEvents", StackName=name)
        except ClientError:
            return ()
        failed = {event["ResourceType"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"}
        return tuple(sorted(failed))

    def delete(self, stack_id: str) -> list[dict[str, str]]:
        """
        Delete the stack, and return the resources that it retains.

        Raises:
            AccountTestError: The stack cannot be deleted, or not in time.
        """
        if self.find(stack_id):
            self._cloudformation.delete_stack(StackName=stack_id)
        ends_at = self._clock.now().timestamp() + LONGEST
        while (found := self.find(stack_id)) is not None:
            if found.status == "DELETE_FAILED" or self._clock.now().timestamp() > ends_at:
                raise AccountTestError(f"The stack {self.name} was not deleted: {found.status}.", found.status)
            self._clock.sleep(PAUSE)
        return self._retained(stack_id)

    def _retained(self, stack_id: str) -> list[dict[str, str]]:
        """
        Return the type and the physical ID of the resources that CloudFormation did not delete by intention.

        One that could not be created can belong to somebody else: its event has the same physical ID.
        """
        events = self._aws.pages("cloudformation", "describe_stack_events", "StackEvents", StackName=stack_id)
        last: dict[str, dict[str, str]] = {}
        for event in events:  # newest first
            last.setdefault(event["LogicalResourceId"], event)
        return [
            {"type": event["ResourceType"], "id": event["PhysicalResourceId"]}
            for event in last.values()
            if event["ResourceStatus"] == RETAINED and event.get("PhysicalResourceId")
        ]

    @property
    def _cloudformation(self) -> Any:
        return self._aws.client("cloudformation")


def counted(resources: list[dict[str, str]]) -> dict[str, int]:
    """Return the number of *resources* by type, in the form ``Logs-LogGroup``."""
    return dict(Counter(short_type(each["type"]) for each in resources))


def short_type(resource_type: str) -> str:
    """Return ``Logs-LogGroup`` for ``AWS::Logs::LogGroup``."""
    return "-".join(resource_type.split("::")[-2:])
