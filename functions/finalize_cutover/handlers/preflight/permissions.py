"""The checks of the permissions to write, and of the source server of the request."""

from collections.abc import Callable
from functools import partial

from finalize_cutover.cutover.errors import CutoverError, SourceServerNotFoundError
from finalize_cutover.cutover.preflight import server, writes
from finalize_cutover.cutover.preflight.answer import Answer
from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.cutover.readiness.policy import ApprovalTag
from finalize_cutover.cutover.source_server import SourceServer

from .scope import Checks, Scope


def permission_checks(scope: Scope, identity: writes.Identity) -> Checks:
    """Return the checks of the writes and, if the request names a source server, of its state and tags."""
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
    if settings.archive_application_and_wave == "true":
        checks[CheckName.ARCHIVE_GROUPS_PERMISSION] = lambda: writes.archive_groups(identity, port, region=scope.region)
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
