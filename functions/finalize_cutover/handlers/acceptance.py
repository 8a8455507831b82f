"""Create the optional rules that a request or the deployment switches on; only these are imported."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from finalize_cutover.cutover.acceptance.rule import AcceptanceRule
from finalize_cutover.cutover.errors import InvalidRequestError

from .fields import Requirable
from .invocation import Invocation
from .request import shown

REQUIRABLE: tuple[str, ...] = get_args(Requirable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What a request or the deployment wants to be checked.

    Attributes:
        require: Names of required rules.

        alarms: Names of CloudWatch alarms.

        alarm_prefix: First part of the names of a source server's own alarms; None for none.

        change_calendars: Names or ARNs of change calendars.

        sets_termination_protection: Whether it is turned on before finalizing.

        waives_termination_protection: Whether the rule termination-protection is waived.

        shown_names: What a refusal calls the members of this class.
    """

    require: Collection[str] = ()
    alarms: Collection[str] = ()
    alarm_prefix: str | None = None
    change_calendars: Collection[str] = ()
    sets_termination_protection: bool = False
    waives_termination_protection: bool = False
    shown_names: Mapping[str, str]


def acceptance_rules(wanted: Wanted, invocation: Invocation, account_id: str | None) -> tuple[AcceptanceRule, ...]:
    """
    Return the optional rules that are *wanted* for source servers in an account; None means the function's own.

    Raises:
        InvalidRequestError: A rule cannot work in this deployment.
    """
    if wanted.sets_termination_protection and wanted.waives_termination_protection:
        names = wanted.shown_names
        raise InvalidRequestError(
            f"{names['waive']} contains termination-protection and {names['set_termination_protection']} is given; "
            "allowed: one of the two."
        )
    rules = tuple(_rules(wanted, invocation, account_id))
    if (
        account_id
        and not invocation.reads_account(account_id)
        and (named := [r.name for r in rules if r.reads_account])
    ):
        raise InvalidRequestError(
            f"{wanted.shown_names['account_id']} is {shown(account_id)} and the rule {named[0]} is switched on; "
            "allowed: with the parameter MemberRoleName, because the rule reads that account."
        )
    return rules


def _rules(wanted: Wanted, invocation: Invocation, account_id: str | None) -> Iterator[AcceptanceRule]:
    ports, clock = invocation.acceptance(account_id), invocation.clock
    if "application-status" in wanted.require:
        from finalize_cutover.cutover.acceptance.application_status import ApplicationStatusRule

        yield ApplicationStatusRule(ports.application_statuses())
    if wanted.alarms or wanted.alarm_prefix:
        from finalize_cutover.cutover.acceptance.alarms import AlarmsRule

        yield AlarmsRule(ports.alarms(), names=wanted.alarms, prefix=wanted.alarm_prefix)
    if "termination-protection" in wanted.require or wanted.sets_termination_protection:
        from finalize_cutover.cutover.acceptance.termination_protection import TerminationProtectionRule

        yield TerminationProtectionRule(
            ports.termination_protection(), sets=wanted.sets_termination_protection, clock=clock
        )
    if "backup" in wanted.require:
        from finalize_cutover.cutover.acceptance.backup import BackupRule

        yield BackupRule(ports.volumes())
    if wanted.change_calendars:
        from finalize_cutover.cutover.acceptance.change_calendar import ChangeCalendarRule

        _check_region(wanted, invocation)
        yield ChangeCalendarRule(ports.calendars(), names=wanted.change_calendars, clock=clock)
    if "validator" in wanted.require:
        from finalize_cutover.cutover.acceptance.validator import ValidatorRule

        yield ValidatorRule(ports.validator(_validator_arn(wanted, invocation)))


def _check_region(wanted: Wanted, invocation: Invocation) -> None:
    for name in wanted.change_calendars:
        if name.startswith("arn:") and _is_elsewhere(name, invocation):
            raise InvalidRequestError(
                f"{wanted.shown_names['change_calendars']} contains {shown(name)}; allowed: calendars in the "
                f"function's Region {invocation.settings.region}."
            )


def _validator_arn(wanted: Wanted, invocation: Invocation) -> str:
    arn = invocation.settings.validator_function_arn
    if not arn:
        raise InvalidRequestError(
            f"{wanted.shown_names['require']} contains validator, but the deployment's ValidatorFunctionArn is empty; "
            "allowed: validator with ValidatorFunctionArn set."
        )
    if _is_elsewhere(arn, invocation):
        raise InvalidRequestError(
            f"ValidatorFunctionArn is {shown(arn)}; allowed: the ARN of a Lambda function in the function's Region "
            f"{invocation.settings.region}."
        )
    return arn


def _is_elsewhere(arn: str, invocation: Invocation) -> bool:
    """Whether *arn* is not an ARN in the function's Region, as far as that is known."""
    region = invocation.settings.region
    return arn.split(":")[3:4] != [region] if region else False
