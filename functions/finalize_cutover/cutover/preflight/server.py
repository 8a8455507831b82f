"""The source server that the request names: what it is, and whether its tags let it be finalized."""

from collections.abc import Callable

from finalize_cutover.cutover.readiness.hints import HINTS, LIFECYCLE_HINTS
from finalize_cutover.cutover.readiness.policy import ApprovalTag, keys_like
from finalize_cutover.cutover.source_server import CUTTING_OVER, SourceServer

from .answer import Answer, passes, warns

# Raises why the source server cannot be read, or that MGN does not list it.
Named = Callable[[], SourceServer]


def source_server(named: Named) -> Answer:
    """Say in which lifecycle state it is; the action check says whether it is ready."""
    server = named()
    words = f"Source server {server.id} is listed, in the lifecycle state {server.state}"
    if server.is_finalized:
        return passes(f"{words}: its cutover is finalized.")
    if server.is_archived is not False:
        return warns(f"{words}, but archived.", HINTS["not-archived"])
    if server.state != CUTTING_OVER:
        hint = LIFECYCLE_HINTS.get(server.state or "", HINTS["lifecycle"])
        return warns(f"{words}, in which it cannot be finalized.", hint)
    return passes(f"{words}.")


def hold_tag(named: Named, key: str) -> Answer:
    """Say whether it is on hold."""
    if keys_like(key, named().tags):
        return warns(f"It carries the hold tag {key}.", HINTS["hold"])
    return passes("It is not on hold.")


def approval_tag(named: Named, approval: ApprovalTag) -> Answer:
    """Say whether automation would finalize it, without the value of a tag."""
    if deviation := approval.deviation(named()):
        return warns(f"{deviation[:1].upper()}{deviation[1:]}.", f"{HINTS['approval']} Automation skips it until then.")
    return passes(f"It carries the approval tag {approval.key}.")
