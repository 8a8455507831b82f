"""The run with ``FinalizeApplicationsTogether``: no source server is finalized before its whole application can be."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.readiness.finding import Finding, Verdict
from finalize_cutover.cutover.readiness.judge import open_findings
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import YOUNG

from .application import Application, applications_of, unread
from .options import FinalizeOptions
from .read_evidence import EvidenceSet
from .ready import Ready
from .result import Result, failed, failed_to_act, not_ready
from .run import FinalizeRun

# Rules that can block a source server before the evidence about it is read.
AT_SIGHT = frozenset({"lifecycle", "hold", "approval"})


class ApplicationRun(FinalizeRun):
    """
    The run with ``FinalizeApplicationsTogether``.

    Each look at a batch also reads the other source servers of its applications.  The same rules judge them, but they
    are not finalized or reported with this batch.  A source server is finalized only if each of the others is final
    or ready in the same look.  After the first write of an application the run goes on with the others, because the
    next look finds the first one final.
    """

    def __init__(
        self, options: FinalizeOptions, services: Services, publish: Callable[[Collection[Result]], None]
    ) -> None:
        super().__init__(options, services, publish)
        # Applications of which one look did not reach every source server, and those of which a second one did not.
        self._incomplete: set[str] = set()
        self._too_large: set[str] = set()

    def _decide(self, servers: list[SourceServer], read_at: datetime) -> tuple[dict[str, Ready], list[str]]:
        """Do the same as without applications, and keep back the ready servers whose application is not ready."""
        own = {server.id: server for server in servers}
        applications = self._applications(own, read_at)
        seen = self._read(list(_next_to_each_other(servers, applications)), read_at)
        inside, outside = _parted(seen, own)
        self._settle_errors(inside.errors)
        ready = self._judge(inside)

        obstacles = self._obstacles(outside)
        undecided = ready.keys() | set(inside.not_reached)
        obstacles |= {i: self.results[i] for i, each in own.items() if i not in undecided and not each.is_archived}
        # Nothing can be written after that time, and without these applications the next look is faster.
        is_late = any(each.others for each in applications.values()) and self._clock.now() >= read_at + YOUNG
        for each in applications.values():
            each.obstacles |= {id_: obstacles[id_] for id_ in sorted(each.ids & obstacles.keys())}
            if (is_late and each.others) or not each.ids.isdisjoint(seen.not_reached):
                self._note_incomplete(each)
        kept, again = self._keep_back(ready, applications)
        if is_late:
            kept, again = {}, [*again, *kept]
        return kept, [*inside.not_reached, *again]

    def _applications(self, own: Mapping[str, SourceServer], read_at: datetime) -> dict[str, Application]:
        """Return the applications of those servers in *own* that may be ready, with the others that must be read."""
        names = {
            server.application_id: None
            for server in own.values()
            if server.application_id and not self._at_sight(server, read_at)
        }
        applications = applications_of(names.keys() - self._too_large, own, self._services.mgn)
        for each in applications.values():
            each.obstacles |= {
                o.id: result for o in each.others if (result := self._at_sight(o, read_at, self._omitted))
            }
            # If one of them cannot be ready, the application is not, whatever the others are.
            each.others = [] if each.obstacles else each.others
        return applications

    @property
    def _omitted(self) -> frozenset[str]:
        """
        The rules that do not apply to the others.

        ``approvedInstances`` has only approvals of source servers in the request; automation's tag is on all of them.
        """
        return frozenset() if self._options.policy.approved_instances is None else frozenset({"approval"})

    def _at_sight(
        self, server: SourceServer, read_at: datetime, omitted: frozenset[str] = frozenset()
    ) -> Result | None:
        """Return the result for *server* if rules block it that need no more evidence and are not *omitted*."""
        findings = self._acceptance.judge(Evidence(server=server, read_at=read_at), read_at)
        obstacles = tuple(f for f in findings if f.rule in AT_SIGHT - omitted and f.verdict == Verdict.BLOCK)
        return not_ready(server, obstacles, obstacles) if obstacles else None

    def _obstacles(self, seen: EvidenceSet) -> dict[str, Result]:
        """Return the results of those servers in *seen* that are not ready."""
        now, results = self._clock.now(), {id_: failed(id_, error) for id_, error in seen.errors.items()}
        for server_id, evidence in seen.evidence.items():
            findings = tuple(f for f in self._acceptance.judge(evidence, now) if f.rule not in self._omitted)
            if obstacles := open_findings(findings):
                results[server_id] = not_ready(evidence.server, findings, obstacles)
        return results

    def _note_incomplete(self, application: Application) -> None:
        """Record that a look did not read all of *application*; it is left out after the second time."""
        application.is_complete = False
        if application.id in self._incomplete:
            self._too_large.add(application.id)
        self._incomplete.add(application.id)

    def _keep_back(
        self, ready: Mapping[str, Ready], applications: Mapping[str, Application]
    ) -> tuple[dict[str, Ready], list[str]]:
        """Return those *ready* servers whose application is ready, and the IDs to read again; settle the others."""
        kept, again = dict[str, Ready](), list[str]()
        findings = {name: each.finding() for name, each in applications.items()}
        for server_id, each in ready.items():
            name = each.evidence.server.application_id
            application = applications.get(name or "")
            if name is None:
                kept[server_id] = each
            elif application is None or name in self._too_large:
                self._settle([_held(each, unread(name))])
            elif application.error:
                self._settle([failed_to_act(each.evidence.server, each.findings, application.error)])
            elif not application.is_complete:
                again.append(server_id)
            elif finding := findings[name]:
                self._settle([_held(each, finding)])
            else:
                kept[server_id] = each
        return kept, again


def _held(ready: Ready, obstacle: Finding) -> Result:
    return not_ready(ready.evidence.server, (*ready.findings, obstacle), (obstacle,))


def _next_to_each_other(
    servers: Iterable[SourceServer], applications: Mapping[str, Application]
) -> Iterator[SourceServer]:
    """Yield *servers*, and after the first one of each application its others: what is read last can be missing."""
    others = {name: each.others for name, each in applications.items()}
    for server in servers:
        yield server
        yield from others.pop(server.application_id or "", ())


def _parted(seen: EvidenceSet, own: Collection[str]) -> tuple[EvidenceSet, EvidenceSet]:
    """Return what *seen* contains about servers in *own*, and about others."""
    inside, outside = (
        EvidenceSet(
            evidence={id_: each for id_, each in seen.evidence.items() if (id_ in own) == is_own},
            errors={id_: each for id_, each in seen.errors.items() if (id_ in own) == is_own},
            not_reached=[id_ for id_ in seen.not_reached if (id_ in own) == is_own],
        )
        for is_own in (True, False)
    )
    return inside, outside
