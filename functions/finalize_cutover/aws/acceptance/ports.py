"""The boto3 adapters for the optional rules; each is imported on first use."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from finalize_cutover.aws.time_limit import TimeLimit

if TYPE_CHECKING:
    from .alarms import AwsAlarms
    from .application_status import AwsApplicationStatuses
    from .backup import AwsVolumes
    from .change_calendar import AwsCalendars
    from .termination_protection import AwsTerminationProtection
    from .validator import AwsValidator


class AwsAcceptancePorts:
    """
    The adapters for one account and Region.

    Args:
        client: Returns a function that returns the boto3 client of a service, in that account or in the function's
            own, for reads or for requests that are sent once.

        limit: When each call must have ended.
    """

    def __init__(self, client: Callable[..., Callable[[], Any]], *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def application_statuses(self) -> "AwsApplicationStatuses":
        """Return EC2's application status checks."""
        from .application_status import AwsApplicationStatuses

        return AwsApplicationStatuses(self._client("ec2"), limit=self._limit)

    def alarms(self) -> "AwsAlarms":
        """Return CloudWatch's alarms."""
        from .alarms import AwsAlarms

        return AwsAlarms(self._client("cloudwatch"), limit=self._limit)

    def termination_protection(self) -> "AwsTerminationProtection":
        """Return EC2's termination protection."""
        from .termination_protection import AwsTerminationProtection

        return AwsTerminationProtection(self._client("ec2"), writer=self._client("ec2", writes=True), limit=self._limit)

    def volumes(self) -> "AwsVolumes":
        """Return EBS volumes and snapshots."""
        from .backup import AwsVolumes

        return AwsVolumes(self._client("ec2"), limit=self._limit)

    def calendars(self) -> "AwsCalendars":
        """Return the change calendars, always those of the function's own account."""
        from .change_calendar import AwsCalendars

        return AwsCalendars(self._client("ssm", is_own=True), limit=self._limit)

    def validator(self, function_arn: str) -> "AwsValidator":
        """Return the validator function, always called with the function's own role."""
        from .validator import AwsValidator

        return AwsValidator(
            self._client("lambda", is_own=True, writes=True), function_arn=function_arn, limit=self._limit
        )
