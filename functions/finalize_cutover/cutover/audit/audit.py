"""
Check what MGN must have removed 10 and 90 minutes after finalizing; the audit only reports.

MGN sends no event and creates no job for its cleanup, so the resources must be checked.
An early check finds resources that MGN is still deleting (seen: volumes deleted after 33 minutes).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError, SourceServerNotFoundError
from finalize_cutover.cutover.evidence import InstanceStatus
from finalize_cutover.cutover.ports import Found, Services, StagingResources
from finalize_cutover.cutover.report import REPLICATION_RESOURCES_DELETED_AFTER, error_report, whole_seconds
from finalize_cutover.cutover.source_server import CUTOVER, SourceServer
from finalize_cutover.cutover.staging_resource import StagingResource
from finalize_cutover.version import VERSION

from .checks import INSTANCE_RUNNING, check_all
from .prices import monthly_cost
from .report import AuditOutcome, AuditReport, AuditVerdict, Check, Leftover
from .staging import Leftovers, leftovers_of, replicators_in_use


def audit(server_ids: Collection[str], *, services: Services, staging: StagingResources) -> tuple[AuditReport, ...]:
    """
    Check what MGN should have removed for *server_ids*.

    Args:
        server_ids: Source server IDs, valid and distinct.

        services: The ports of the account.

        staging: MGN's replication resources; read only if some of them must be deleted by now.

    Returns:
        One report per server, in the order of *server_ids*; FAILED if AWS refused a read.

    Raises:
        MgnUnavailableError: A read failed; a retry is safe.
    """
    try:
        return _audit(server_ids, services, staging)
    except CutoverError as error:
        if error.retryable:
            raise
        return tuple(_failed(server_id, AuditOutcome.FAILED, error) for server_id in server_ids)


def _audit(server_ids: Collection[str], services: Services, staging: StagingResources) -> tuple[AuditReport, ...]:
    now = services.clock.now()
    servers = services.mgn.describe(server_ids)
    finalized = [server for server in servers.items.values() if server.state == CUTOVER]
    instance_ids = {server.instance_id for server in finalized if server.instance_id}
    statuses: Found[InstanceStatus] = services.instances.statuses(instance_ids) if instance_ids else Found(items={})
    resources = _managed(finalized, services, staging) if any(_is_due(server, now) for server in finalized) else ()
    return tuple(_audit_one(server_id, servers, statuses, resources, now) for server_id in server_ids)


def _managed(
    finalized: Collection[SourceServer], services: Services, staging: StagingResources
) -> tuple[StagingResource, ...]:
    """Return MGN's resources without the replication servers that other source servers use."""
    resources = staging.managed()
    named = {server.replicator_id for server in finalized}
    if not any(r.is_replication_server and (r.id in named or r.server_ids) for r in resources):
        return resources
    in_use = replicators_in_use(services.mgn.all_servers())
    return tuple(replace(r, is_in_use=in_use is None or r.id in in_use) for r in resources)


def _audit_one(
    server_id: str,
    servers: Found[SourceServer],
    statuses: Found[InstanceStatus],
    resources: Collection[StagingResource],
    now: datetime,
) -> AuditReport:
    server = servers.items.get(server_id)
    instance_id = server.instance_id if server else None
    if error := servers.errors.get(server_id) or statuses.errors.get(instance_id or ""):
        return _failed(server_id, AuditOutcome.FAILED, error)
    if server is None:
        return _failed(server_id, AuditOutcome.NOT_FOUND, SourceServerNotFoundError.not_listed(server_id))
    return _report(server, statuses.items.get(instance_id or ""), resources, now)


def _is_due(server: SourceServer, now: datetime) -> bool:
    return server.finalized_at is None or now >= server.finalized_at + REPLICATION_RESOURCES_DELETED_AFTER


def _report(
    server: SourceServer, instance: InstanceStatus | None, resources: Collection[StagingResource], now: datetime
) -> AuditReport:
    # A source server that replicates again may still show an earlier finalization; its resources are in use.
    if server.state != CUTOVER:
        return AuditReport(
            source_server_id=server.id, hostname=server.hostname, arn=server.arn, outcome=AuditOutcome.NOT_FINALIZED
        )
    is_there = instance is not None and instance.exists
    is_due = _is_due(server, now)
    leftovers = leftovers_of(server, resources, is_instance_there=is_there) if is_due else Leftovers()
    checks = check_all(server, instance, leftovers, now)
    return AuditReport(
        function_version=VERSION,
        source_server_id=server.id,
        hostname=server.hostname,
        arn=server.arn,
        outcome=_outcome(checks),
        finalized_at=whole_seconds(server.finalized_at),
        launched_instance_id=server.instance_id,
        cutover_job_id=server.cutover_job_id,
        checks=checks,
        leftovers=tuple(_leftover(resource, now) for resource in leftovers.certain),
    )


def _outcome(checks: Collection[Check]) -> AuditOutcome:
    failed = {check.check for check in checks if check.verdict == AuditVerdict.FAIL}
    if failed - {INSTANCE_RUNNING}:
        return AuditOutcome.LEFT_BEHIND
    if failed:
        return AuditOutcome.NOT_RUNNING
    verdicts = {check.verdict for check in checks}
    if AuditVerdict.NOT_CHECKED in verdicts:
        return AuditOutcome.NOT_CHECKED
    return AuditOutcome.TOO_EARLY if AuditVerdict.WAIT in verdicts else AuditOutcome.CLEAN


def _leftover(resource: StagingResource, now: datetime) -> Leftover:
    return Leftover(
        type=resource.kind,
        id=resource.id,
        created_at=resource.created_at,
        age_hours=int((now - resource.created_at).total_seconds() // 3600),
        size_gib=resource.size_gib,
        cost=monthly_cost(resource),
    )


def _failed(server_id: str, outcome: AuditOutcome, error: CutoverError) -> AuditReport:
    return AuditReport(function_version=VERSION, source_server_id=server_id, outcome=outcome, error=error_report(error))
