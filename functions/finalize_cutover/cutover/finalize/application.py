"""An application in one look: its source servers, and what keeps them from being finalized."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.ports import Found, Mgn
from finalize_cutover.cutover.readiness.finding import Finding, Verdict
from finalize_cutover.cutover.readiness.hints import HINTS
from finalize_cutover.cutover.selection import unreadable
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import READING

from .kept_back import kept_back
from .result import Result, failed

RULE = "application"


@dataclass(slots=True, kw_only=True)
class Application:
    """
    An application in one look.

    Attributes:
        ids: Its source servers, also those that are in the batch.

        others: Those outside the batch that are neither final nor archived, and must be read.

        obstacles: ``{ID: result}`` of those that are neither final nor ready.

        error: Why its source servers are not known; None if they are.

        is_complete: Whether the look reached all of them.
    """

    id: str
    ids: set[str]
    others: list[SourceServer] = field(default_factory=list)
    obstacles: dict[str, Result] = field(default_factory=dict)
    error: CutoverError | None = None
    is_complete: bool = True

    def finding(self) -> Finding | None:
        """Return the finding for its ready source servers; None if all others are final or ready."""
        if not self.obstacles:
            return None
        others = {f"{id_} ({_cause(result)})": result for id_, result in self.obstacles.items()}
        return kept_back(RULE, f"its application {self.id} is finalized together, and", others)


def unread(application_id: str) -> Finding:
    """Return the finding for the ready source servers of an application that one look cannot read."""
    reason = f"the other source servers of its application {application_id} could not be read in time"
    return Finding(rule=RULE, verdict=Verdict.WAIT, reason=reason, hint=HINTS[RULE])


def _cause(result: Result) -> str:
    """Return the first rule that does not pass, or the code of the error."""
    found = (
        f.rule for verdict in (Verdict.BLOCK, Verdict.WAIT) for f in result.report.readiness if f.verdict == verdict
    )
    return next(found, result.report.error.code if result.report.error else "")


def applications_of(
    application_ids: Collection[str], own: Mapping[str, SourceServer], mgn: Mgn
) -> dict[str, Application]:
    """Return the applications with their source servers; *own* are those in the batch."""
    applications = {}
    for name, found in members_of(sorted(application_ids), mgn).items():
        in_batch = {server.id for server in own.values() if server.application_id == name}
        if isinstance(found, CutoverError):
            applications[name] = Application(id=name, ids=in_batch, error=found)
            continue
        if missing := sorted(in_batch - found.items.keys() - found.errors.keys()):
            # The list is older than the look, so that others can be missing, too.
            words = f"MGN does not list {missing[0]} in its application {name}."
            error = MgnUnavailableError(words, code="UnreadableAnswer")
            applications[name] = Application(id=name, ids=in_batch, error=error)
            continue
        others = [
            server
            for server in found.items.values()
            if server.id not in own and not server.is_finalized and not server.is_archived
        ]
        errors = {id_: failed(id_, error) for id_, error in found.errors.items() if id_ not in own}
        ids = in_batch | found.items.keys() | errors.keys()
        applications[name] = Application(id=name, ids=ids, others=others, obstacles=errors)
    return applications


def members_of(application_ids: Sequence[str], mgn: Mgn) -> dict[str, Found[SourceServer] | CutoverError]:
    """
    Return the source servers of each application, or the error that hides some of them.

    A source server that cannot be read can be in any application of its call.  Such a call is therefore repeated for
    each half, until only one application is affected.
    """
    if not application_ids:
        return {}
    try:
        found = mgn.servers_of(application_ids, within=READING)
    except CutoverError as error:
        return dict.fromkeys(application_ids, error)
    if len(application_ids) == 1:
        name = application_ids[0]
        return {name: unreadable(found.unnamed, name) if found.unnamed else found}
    servers: dict[str | None, dict[str, SourceServer]] = {name: {} for name in application_ids}
    if found.errors or found.unnamed or any(each.application_id not in servers for each in found.items.values()):
        half = len(application_ids) // 2
        return members_of(application_ids[:half], mgn) | members_of(application_ids[half:], mgn)
    for server in found.items.values():
        servers[server.application_id][server.id] = server
    return {name: Found(items=servers[name]) for name in application_ids}
