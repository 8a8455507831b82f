"""The ports of the preflight: reads that nothing else needs.  They raise the same errors as ``SourceServers``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """
    Whose credentials the function uses, and when AWS says that it is.

    Attributes:
        arn: ARN of the caller.

        role_arn: ARN of the assumed role, if it has no path; None if the caller is no role.

        answered_at: Time in the answer of AWS, in whole seconds; None if it has none.
    """

    account_id: str
    arn: str
    role_arn: str | None
    answered_at: datetime | None

    @property
    def partition(self) -> str:
        """The partition of the account, such as ``aws``."""
        return self.arn.split(":")[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    IAM's simulated decision about an action.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html

    Attributes:
        decision: ``allowed``, ``explicitDeny`` or ``implicitDeny``.

        is_denied_by_organization: Whether a service control policy does not allow it.

        is_denied_by_boundary: Whether a permissions boundary does not allow it.

        missing_keys: Condition keys in the policies whose value IAM was not given.
    """

    decision: str
    is_denied_by_organization: bool = False
    is_denied_by_boundary: bool = False
    missing_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """
    An event rule that invokes the function.

    Attributes:
        starts: ``launch-result``, or the action of a schedule, such as ``sweep``; None for anything else.
    """

    name: str
    is_enabled: bool
    starts: str | None


class PreflightPorts(Protocol):
    """The reads of the preflight in one account and Region; only applications are those of a member account."""

    def caller(self) -> Caller:
        """Return whose credentials the function uses."""

    def decisions(
        self, role_arn: str, actions: Collection[str], resource: str, context: Mapping[str, str]
    ) -> dict[str, Decision]:
        """
        Return what IAM decides about *actions* of a role on *resource*.

        Args:
            context: ``{condition key: value}``; the values are recorded in CloudTrail.
        """

    def count_applications(self) -> int:
        """Return the number of MGN's applications that are not archived."""

    def check_event_bus(self, name: str) -> None:
        """Return if the event bus exists."""

    def event_rules(self, function_arn: str) -> list[EventRule]:
        """Return the rules of the default event bus that invoke the function."""

    def check_topic(self, arn: str) -> None:
        """Return if the SNS topic exists."""

    def has_object_lock(self, bucket: str) -> bool:
        """Return whether S3 locks objects of *bucket*."""

    def bucket_policy(self, bucket: str) -> str | None:
        """Return the policy of *bucket*, a JSON document; None if it has none."""

    def key_state(self, arn: str) -> str:
        """Return the state of the KMS key, such as ``Enabled``."""

    def try_validator(self, function_arn: str) -> None:
        """
        Invoke the validator function without source servers.

        Raises:
            CutoverError: It cannot be invoked, or its answer is not an empty object.
        """

    def sdk_version(self) -> str:
        """Return the version of botocore."""
