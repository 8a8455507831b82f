"""The checks of what is read in the account of the request: MGN, EC2, and the sources of the optional rules."""

from functools import partial

from finalize_cutover.cutover.preflight import environment, optional, reads, writes
from finalize_cutover.cutover.preflight.answer import Answer, warns
from finalize_cutover.cutover.preflight.report import CheckName

from .scope import Checks, Scope

NO_STACK = "stack/finalize-cutover-preflight/00000000-0000-0000-0000-000000000000"


def read_checks(scope: Scope, servers: reads.Servers, identity: writes.Identity) -> Checks:
    """Return the checks of what every request reads, and of MGN's quotas."""
    invocation, account_id = scope.invocation, scope.account_id
    services = invocation.services(account_id)
    count = scope.shared(scope.for_shared.preflight(account_id).count_applications)

    def stack_status() -> Answer:
        # In Lambda, STS need not be reachable for it.
        own = invocation.own_function_arn or identity().arn
        _, partition, _, _, account_id, *_ = own.split(":")
        arn = f"arn:{partition}:cloudformation:{scope.region}:{account_id}:{NO_STACK}"
        return reads.stack_status(invocation.stack(arn))

    of_mgn: Checks = {
        CheckName.SOURCE_SERVERS: lambda: reads.source_servers(servers),
        CheckName.JOBS: lambda: reads.jobs(servers, services.mgn),
        CheckName.JOB_LOG: lambda: reads.job_log(servers, services.mgn),
        CheckName.APPLICATIONS: lambda: reads.applications(count),
        CheckName.SOURCE_SERVER_QUOTA: lambda: environment.source_server_quota(servers),
        CheckName.APPLICATION_QUOTA: lambda: environment.application_quota(count),
    }
    if account_id is None and invocation.settings.member_accounts:
        of_mgn = {name: partial(reads.unless_uninitialized, check) for name, check in of_mgn.items()}
    return {**of_mgn, CheckName.STACK_STATUS: stack_status, **_of_ec2(scope, servers)}


def _of_ec2(scope: Scope, servers: reads.Servers) -> Checks:
    if not scope.reads_account:
        return {
            CheckName.INSTANCE_STATUS: lambda: warns(
                "The status of EC2 instances cannot be read in that account: EC2 has no global view.",
                "Set MemberRoleName, or waive instance-present and instance-status.",
            )
        }
    invocation = scope.invocation
    instances, staging = invocation.services(scope.account_id).instances, invocation.staging(scope.account_id)
    return {
        CheckName.INSTANCE_STATUS: lambda: reads.instance_status(servers, instances),
        CheckName.LEFTOVERS: lambda: reads.leftovers(staging),
    }


def optional_checks(scope: Scope, servers: reads.Servers) -> Checks:
    """Return the checks of the optional rules that automation requires, and of the validator that requests can use."""
    invocation, settings = scope.invocation, scope.invocation.settings
    ports = invocation.acceptance(scope.account_id)
    checks: Checks = {}
    if "application-status" in settings.automation_require and scope.reads_account:
        checks[CheckName.APPLICATION_STATUS] = lambda: optional.application_status(
            servers, ports.application_statuses()
        )
    if (prefix := settings.automation_alarm_prefix) and scope.reads_account:
        checks[CheckName.ALARMS] = lambda: optional.alarms(ports.alarms(), prefix)
    if _needs_protection(scope) and scope.reads_account:
        checks[CheckName.TERMINATION_PROTECTION] = lambda: optional.termination_protection(
            servers, ports.termination_protection()
        )
    if names := settings.change_calendars:
        checks[CheckName.CHANGE_CALENDAR] = lambda: optional.change_calendars(ports.calendars(), names)
    if arn := settings.validator_function_arn:
        checks[CheckName.VALIDATOR] = lambda: optional.validator(invocation.preflight(None), arn)
    return checks


def _needs_protection(scope: Scope) -> bool:
    settings = scope.invocation.settings
    return "termination-protection" in settings.automation_require or settings.sets_termination_protection
