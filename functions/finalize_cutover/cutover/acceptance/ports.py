"""The ports of the optional rules."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .alarms import Alarms
    from .application_status import ApplicationStatuses
    from .backup import Volumes
    from .change_calendar import Calendars
    from .termination_protection import TerminationProtection
    from .validator import Validator


class AcceptancePorts(Protocol):
    """The ports of the optional rules for one account and Region; each method imports its adapter on first use."""

    def application_statuses(self) -> "ApplicationStatuses":
        """Return EC2's application status checks."""

    def alarms(self) -> "Alarms":
        """Return CloudWatch's alarms."""

    def termination_protection(self) -> "TerminationProtection":
        """Return EC2's termination protection."""

    def volumes(self) -> "Volumes":
        """Return EBS volumes and snapshots."""

    def calendars(self) -> "Calendars":
        """Return the change calendars, always those of the function's own account."""

    def validator(self, function_arn: str) -> "Validator":
        """Return the validator function, always called with the function's own role."""
