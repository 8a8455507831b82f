"""The sources of the optional rules that the deployment's parameters use."""

from collections.abc import Collection

from finalize_cutover.cutover.acceptance.alarms import Alarms
from finalize_cutover.cutover.acceptance.application_status import ApplicationStatuses
from finalize_cutover.cutover.acceptance.change_calendar import Calendars
from finalize_cutover.cutover.acceptance.termination_protection import TerminationProtection
from finalize_cutover.cutover.errors import CutoverError

from .answer import Answer, failed, fails, passes, warns
from .ports import PreflightPorts
from .reads import NO_INSTANCE, Servers, a_launched_instance

CREATE_ALARMS = (
    "Create alarms whose names begin with AutomationAlarmPrefix and the ID of a source server or of an application, or "
    "correct the prefix: without an alarm, automation finalizes no source server."
)


def application_status(servers: Servers, port: ApplicationStatuses) -> Answer:
    """Read the application status of a launched instance, if there is any."""
    found = port.application_statuses([a_launched_instance(servers) or NO_INSTANCE])
    if error := next(iter(found.errors.values()), None):
        raise error
    return passes("EC2's application status checks can be read.")


def alarms(port: Alarms, prefix: str) -> Answer:
    """Look for alarms with the prefix."""
    found = port.with_prefix(prefix)
    if error := next(iter(found.errors.values()), None):
        raise error
    if not found.items:
        return warns(f"CloudWatch lists no alarm whose name begins with {prefix}.", CREATE_ALARMS)
    return passes(f"CloudWatch lists {len(found.items)} alarms whose names begin with {prefix}.")


def termination_protection(servers: Servers, port: TerminationProtection) -> Answer:
    """Read the termination protection of a launched instance; without one, IAM denies the read."""
    instance_id = a_launched_instance(servers)
    if instance_id is None:
        return warns(
            "Whether termination protection can be read is not known, because no launched instance is known: the "
            "permission is only for instances that MGN launched.",
            "Repeat the preflight after the first launch.",
        )
    if error := port.protected([instance_id]).errors.get(instance_id):
        raise error
    return passes(f"Termination protection can be read: that of {instance_id} was.")


def change_calendars(port: Calendars, names: Collection[str]) -> Answer:
    """Ask the calendars for their state, open or not."""
    states = port.states(names).items
    if missing := [name for name in names if name not in states]:
        return fails(
            f"Change calendar {missing[0]} does not exist{_more(missing)}.",
            "Correct ChangeCalendars, or create the calendar: without it, automation finalizes nothing.",
        )
    closed = [name for name in names if states[name].state != "OPEN"]
    return passes(f"All {len(names)} change calendars exist, and {len(closed)} of them are not open now.")


def validator(port: PreflightPorts, function_arn: str) -> Answer:
    """Invoke the validator function without source servers."""
    try:
        port.try_validator(function_arn)
    except CutoverError as error:
        return failed(error, "Correct ValidatorFunctionArn, or the function: it must answer {} to an empty list.")
    return passes("The validator function answers.")


def _more(names: list[str]) -> str:
    return f", nor do {len(names) - 1} more" if len(names) > 1 else ""
