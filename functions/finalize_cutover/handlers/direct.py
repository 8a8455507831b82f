"""
The handler for direct requests: ``sam local invoke``, ``aws lambda invoke``, Step Functions.

The report is the return value.  An exception is raised only for errors that the
caller must fix or can retry unchanged.  Step Functions can catch and retry them
by name.
"""

from dataclasses import replace
from typing import Any, Literal

import msgspec

from finalize_cutover.cutover.audit.audit import audit
from finalize_cutover.cutover.audit.report import fleet_audit_report
from finalize_cutover.cutover.batches import in_batches_of_groups
from finalize_cutover.cutover.errors import InvalidRequestError, MgnUnavailableError, OutOfTimeError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.fleet_report import summary, within_a_state
from finalize_cutover.cutover.ports import Services, StagingResources
from finalize_cutover.cutover.records.recorder import Recorder
from finalize_cutover.cutover.report import ArchivedGroups, camel_case, document
from finalize_cutover.cutover.selection import Selected, select
from finalize_cutover.observability.log import record_audit

from . import fields
from .groups import archived_after, in_report
from .invocation import Invocation
from .options import options_for
from .records import recorder_for, requested_by
from .request import decode, selection_of
from .results import Publisher


class DirectRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=camel_case):
    """
    A direct request.

    ``check`` decides without writing, like ``dryRun``; ``audit`` looks for leftovers; ``select`` only returns the IDs
    of the selected source servers, with ``inBatches`` for callers that send a request for each batch.
    """

    action: fields.Action = "finalize"
    source_server_id: fields.SourceServerID = None
    source_server_ids: fields.SourceServerIDs = None
    application_id: fields.ApplicationID = None
    wave_id: fields.WaveID = None
    account_id: fields.AccountID = None
    wait_minutes: fields.WaitMinutes = None
    soak_minutes: fields.SoakMinutes = 0
    waive: fields.Waive = ()
    require: fields.Require = ()
    alarms: fields.Alarms = None
    change_calendars: fields.ChangeCalendars = None
    all_or_nothing: fields.Flag = False
    applications_together: fields.Flag = False
    set_termination_protection: fields.Flag = False
    approved_instances: fields.ApprovedInstances = None
    dry_run: fields.Flag = False
    archive: fields.Flag = False
    archive_application_and_wave: fields.Flag = False
    requested_by: fields.Person = None
    approved_by: fields.Person = None
    in_batches: fields.Flag = False


# The reports on so many source servers are about 80 KB; the limit of a Step Functions state is 256 KiB.
LARGEST_BATCH = 50
DEFAULTS = dict(zip(DirectRequest.__struct_fields__, DirectRequest.__struct_defaults__, strict=True))
# Options that an action does not use; ``select`` validates the options of a later request.
UNUSED = {
    "finalize": {"in_batches"},
    "check": {"archive", "archive_application_and_wave", "approved_by", "in_batches"},
    "audit": {
        *("wait_minutes", "soak_minutes", "waive", "approved_instances", "approved_by", "dry_run", "archive"),
        *("require", "alarms", "change_calendars", "set_termination_protection", "archive_application_and_wave"),
        *("all_or_nothing", "applications_together", "in_batches"),
    },
}


class SelectionReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The source servers that a request selects, each once; thousands of IDs fit into a Step Functions state."""

    schema_version: Literal["1.0"] = "1.0"
    total: int
    source_server_ids: tuple[str, ...]


class Batch(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """Source servers for one later request."""

    source_server_ids: tuple[str, ...]


class BatchedSelectionReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    The source servers that a request selects, in batches.

    An application is not split, unless it is larger than a batch.
    """

    schema_version: Literal["1.0"] = "1.0"
    total: int
    batches: tuple[Batch, ...]


def read_request(event: object) -> DirectRequest:
    """
    Return *event* as a direct request.

    Raises:
        InvalidRequestError: It is malformed, it has an option that its action does not use, it has
            ``approvedInstances`` and waives the approval, ``approvedBy`` without ``approvedInstances``, or it finalizes
            with both ``allOrNothing`` and ``applicationsTogether``.
    """
    request = decode(event, DirectRequest, strict=True)
    for field in DirectRequest.__struct_fields__:
        is_given = getattr(request, field) != DEFAULTS[field]
        if is_given and field in UNUSED.get(request.action, ()):
            raise InvalidRequestError(f"{camel_case(field)} is given; allowed: not with action {request.action}.")
    if request.approved_instances is not None and "approval" in request.waive:
        raise InvalidRequestError("waive contains approval and approvedInstances is given; allowed: one of the two.")
    if request.approved_by is not None and request.approved_instances is None:
        raise InvalidRequestError("approvedBy is given; allowed: only with approvedInstances.")
    # A selection can be the first step of the state machine, which does the one for the wave and the other in batches.
    if request.all_or_nothing and request.applications_together and request.action != "select":
        raise InvalidRequestError("allOrNothing and applicationsTogether are true; allowed: one of the two.")
    return request


def handle(event: object, invocation: Invocation) -> dict[str, Any]:
    """
    Return the report for a direct request.

    Raises:
        InvalidRequestError: The request is malformed; nothing was called.

        EmptySelectionError: The application or wave has no source server.

        CutoverError: MGN did not list the source servers, so there is none to report on.

        MgnUnavailableError: The service did not respond; a retry is safe.

        EvidenceNotStoredError: What was done, or audited, is in the log, but not in the evidence bucket.

        OutOfTimeError: Too little time was left to start; a retry is safe.
    """
    request = read_request(event)
    if request.action == "check":
        request = msgspec.structs.replace(request, dry_run=True)
    services = invocation.services(request.account_id)
    by = requested_by("direct", invocation, requested_by=request.requested_by, approved_by=request.approved_by)
    options = options_for(request, invocation, requested_by=by, approved_instances=request.approved_instances)
    options = replace(options, applications_together=request.applications_together)
    wait_until = None if request.action == "audit" else options.wait_until
    selected = select(selection_of(request), services, wait_until=wait_until)
    if request.action == "select":
        return document(_selection_report(selected, in_batches=request.in_batches))
    is_single = request.source_server_id is not None
    if request.action == "audit":
        recorder = recorder_for(invocation, by, request.account_id)
        staging = invocation.staging(request.account_id)
        return _audited(selected.server_ids, services, staging, recorder, is_single=is_single)
    found = finalize(
        selected.server_ids, options=options, services=services, known=selected.known, publish=Publisher().publish
    )
    results = list(found.values())
    archived = in_report(archived_after(results, options, services))
    return _answer(results, archived, is_single=is_single)


def _selection_report(selected: Selected, *, in_batches: bool) -> SelectionReport | BatchedSelectionReport:
    total = len(selected.server_ids)
    if not in_batches:
        return SelectionReport(total=total, source_server_ids=selected.server_ids)
    batches = in_batches_of_groups(selected.by_application(), LARGEST_BATCH)
    return BatchedSelectionReport(total=total, batches=tuple(Batch(source_server_ids=tuple(ids)) for ids in batches))


def _answer(results: list[Result], archived: ArchivedGroups | msgspec.UnsetType, *, is_single: bool) -> dict[str, Any]:
    causes = [result.cause for result in results]
    # If no source server could be read, the caller can retry the whole request.
    if causes[0] and all(isinstance(cause, MgnUnavailableError | OutOfTimeError) for cause in causes):
        raise causes[0]
    if is_single:
        # The report on one server contains MGN's response, which includes the launch time.
        changes = {"cutover_launched_at": msgspec.UNSET, "archived_groups": archived}
        return document(msgspec.structs.replace(results[0].report, **changes))
    return document(within_a_state(msgspec.structs.replace(summary(results), archived_groups=archived)))


def _audited(
    server_ids: tuple[str, ...],
    services: Services,
    staging: StagingResources,
    recorder: Recorder | None,
    *,
    is_single: bool,
) -> dict[str, Any]:
    reports = audit(server_ids, services=services, staging=staging)
    for report in reports:
        record_audit(report)
    if recorder:
        recorder.record_audits(reports)
    return document(reports[0] if is_single else fleet_audit_report(reports))
