"""The checks of a preflight: what each of them reads, for the deployment and the request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from finalize_cutover.cutover.errors import CutoverError, SourceServerNotFoundError
from finalize_cutover.cutover.preflight import (
    automation,
    environment,
    members,
    optional,
    reads,
    resources,
    server,
    writes,
)
from finalize_cutover.cutover.preflight.answer import Answer, fails, passes, warns
from finalize_cutover.cutover.preflight.ports import Caller
from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.cutover.preflight.run import Check
from finalize_cutover.cutover.readiness.policy import ApprovalTag
from finalize_cutover.cutover.source_server import CUTTING_OVER, SourceServer

from .eventbridge import accounts
from .invocation import Invocation
from .parameters import problems

T = TypeVar("T")
Checks = dict[CheckName, Check]

NO_STACK = "stack/finalize-cutover-preflight/00000000-0000-0000-0000-000000000000"


class Share(Protocol):
    """Starts a read that several checks need, and returns a function that waits for its result, or raises its error."""

    def __call__(self, read: Callable[[], T]) -> Callable[[], T]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    What a preflight is about.

    Attributes:
        account_id: The member account; None for the function's own.

        source_server_id: The source server of the request; None without one.

        invocation: With the time of a check.

        for_shared: With less time, for what several checks need.

        for_members: With more time, for many accounts.

        shared: Starts a read that several checks need.
    """

    account_id: str | None
    source_server_id: str | None
    invocation: Invocation
    for_shared: Invocation
    for_members: Invocation
    shared: Share

    @property
    def reads_account(self) -> bool:
        """Whether services other than MGN can be read in the account."""
        return self.account_id is None or self.invocation.reads_account(self.account_id)

    @property
    def region(self) -> str:
        """The function's Region."""
        return self.invocation.own_region or ""


def checks_of(scope: Scope) -> Checks:
    """Return the checks of what the deployment and the request use."""
    timed = scope.shared(partial(_timed, scope.for_shared))
    servers = scope.shared(scope.for_shared.services(scope.account_id).mgn.all_servers)
    return {
        **_environment(scope, timed),
        **_reads(scope, servers, lambda: timed()[1]),
        **_optional(scope, servers),
        **_members(scope),
        **_resources(scope),
        **_automation(scope),
        **_writes_and_server(scope, lambda: timed()[1]),
    }


def _timed(invocation: Invocation) -> tuple[Any, Caller, Any]:
    before = invocation.clock.now()
    caller = invocation.preflight(None).caller()
    return before, caller, invocation.clock.now()


def _environment(scope: Scope, timed: environment.Timed) -> Checks:
    invocation = scope.invocation
    return {
        CheckName.PARAMETERS: lambda: _parameters(invocation),
        CheckName.CREDENTIALS: lambda: environment.credentials(
            lambda: timed()[1], own_account_id=invocation.own_account_id
        ),
        CheckName.CLOCK: lambda: environment.clock(timed),
        CheckName.LOG_LEVEL: lambda: environment.log_level(invocation.settings.log_level),
    }


def _parameters(invocation: Invocation) -> Answer:
    if found := list(problems(invocation)):
        return fails(" ".join(found), "Correct the parameters, and deploy the stack again.")
    return passes("The parameters are valid.")


def _reads(scope: Scope, servers: reads.Servers, identity: writes.Identity) -> Checks:
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


def _optional(scope: Scope, servers: reads.Servers) -> Checks:
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


def _members(scope: Scope) -> Checks:
    invocation, account_id = scope.for_members, scope.account_id
    listed = invocation.settings.member_accounts
    if not (account_id or listed):
        return {}
    where = f"account {account_id}" if account_id else "the accounts of MemberAccounts"
    by_role = invocation.settings.member_role_name is not None

    def list_accounts() -> Sequence[str]:
        if account_id:
            return [account_id]
        accounts.check(invocation.settings)
        return accounts.member_accounts(invocation)

    return {
        CheckName.MEMBER_ACCOUNTS: lambda: members.member_accounts(
            list_accounts,
            partial(_entered, invocation),
            is_listed=account_id is not None or listed != (accounts.MANAGED,),
        ),
        CheckName.MEMBER_PERMISSIONS: lambda: members.member_permissions(where, by_role=by_role),
    }


def _entered(invocation: Invocation, account_ids: Sequence[str]) -> Mapping[str, CutoverError | None]:
    def enter(account_id: accounts.Account, turn: Invocation) -> CutoverError | None:
        try:
            turn.services(account_id).mgn.in_state(CUTTING_OVER)
        except CutoverError as error:
            return error
        return None

    if not account_ids:
        return {}
    return {str(id_): error for id_, error in accounts.in_each(account_ids, invocation, enter).items()}


def _resources(scope: Scope) -> Checks:
    settings, port = scope.invocation.settings, scope.invocation.preflight(None)
    checks: Checks = {}
    if bucket := settings.evidence_bucket:
        checks[CheckName.EVIDENCE_BUCKET] = lambda: resources.evidence_bucket(port, bucket)
    if bus := settings.event_bus:
        checks[CheckName.EVENT_BUS] = lambda: resources.event_bus(port, bus)
    if topic := settings.digest_topic:
        checks[CheckName.DIGEST_TOPIC] = lambda: resources.digest_topic(port, topic)
    if key := settings.kms_key_arn:
        checks[CheckName.KMS_KEY] = lambda: resources.kms_key(port, key)
    return checks


def _automation(scope: Scope) -> Checks:
    settings, arn = scope.invocation.settings, scope.invocation.own_function_arn
    port = scope.for_shared.preflight(None)
    rules = scope.shared(lambda: port.event_rules(arn) if arn else None)
    return {
        CheckName.AUTOMATION: lambda: automation.automation(rules, is_off=settings.is_automation_off),
        CheckName.DIGEST_SCHEDULE: lambda: automation.digest_schedule(rules, has_topic=bool(settings.digest_topic)),
    }


def _writes_and_server(scope: Scope, identity: writes.Identity) -> Checks:
    settings, port = scope.invocation.settings, scope.invocation.preflight(None)
    approval = _approval(scope)
    server_id = scope.source_server_id
    named = scope.shared(partial(_named, scope, server_id)) if server_id else None

    def write(action: str) -> Answer:
        # Only the function's own role can be simulated.
        found = _unless_unknown(named) if named and not scope.account_id else None
        context = writes.tag_context(approval, settings.hold_tag_key, found)
        return writes.source_server_write(identity, port, action, region=scope.region, server=found, context=context)

    checks: Checks = {
        CheckName.FINALIZE_PERMISSION: lambda: write("mgn:FinalizeCutover"),
        CheckName.ARCHIVE_PERMISSION: lambda: write("mgn:MarkAsArchived"),
    }
    if settings.sets_termination_protection:
        checks[CheckName.PROTECT_PERMISSION] = lambda: writes.protect(identity, port, region=scope.region)
    if bucket := settings.evidence_bucket:
        checks[CheckName.EVIDENCE_PERMISSION] = lambda: writes.store_records(identity, port, bucket)
    checks = {name: partial(writes.as_far_as_known, check) for name, check in checks.items()}
    if named:
        checks |= {
            CheckName.SOURCE_SERVER: lambda: server.source_server(named),
            CheckName.HOLD_TAG: lambda: server.hold_tag(named, settings.hold_tag_key),
            CheckName.APPROVAL_TAG: lambda: server.approval_tag(named, approval),
        }
    return checks


def _approval(scope: Scope) -> ApprovalTag:
    settings = scope.invocation.settings
    is_bound = settings.approval_binding == "INSTANCE"
    return ApprovalTag(key=settings.approval_tag.key, value=None if is_bound else settings.approval_tag.value)


def _named(scope: Scope, server_id: str) -> SourceServer:
    """Return the source server of the request."""
    found = scope.for_shared.services(scope.account_id).mgn.describe([server_id])
    if error := found.errors.get(server_id):
        raise error
    if server_id not in found.items:
        raise SourceServerNotFoundError.not_listed(server_id)
    return found.items[server_id]


def _unless_unknown(named: Callable[[], SourceServer]) -> SourceServer | None:
    try:
        return named()
    except CutoverError:
        return None
