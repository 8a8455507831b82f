"""The run of a request with ``AllOrNothing``: nothing is finalized until everything can be."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.selection import Known
from finalize_cutover.cutover.source_server import SourceServer

from .kept_back import kept_back
from .options import FinalizeOptions
from .pace import LARGEST_BATCH, WORKERS
from .ready import Ready
from .result import Result, failed_to_act, not_ready
from .run import MOST_FRUITLESS_LOOKS, FinalizeRun


class GroupRun(FinalizeRun):
    """
    The run of a request with ``AllOrNothing``.

    Two looks, the second one right before the first write, must each find every source server final or ready.  After
    the first write the run goes on as without ``AllOrNothing``: a server whose write fails, or that is no longer
    ready, is reported, and the same request can be sent again.
    """

    def __init__(
        self, options: FinalizeOptions, services: Services, publish: Callable[[Collection[Result]], None]
    ) -> None:
        super().__init__(options, services, publish)
        self._cannot_pass = False
        # Servers that were final when they were read.  They are archived after the writes of the others.
        self._final: dict[str, SourceServer] = {}

    def go_through(self, server_ids: Collection[str], known: Known | None) -> None:
        """Read all *server_ids* twice, and finalize them if all are final or ready both times."""
        members = list(server_ids)
        for _ in range(MOST_FRUITLESS_LOOKS):
            members = self._go_through_group(members, known)
            known = None
            if not members or self._writer.has_effect or self._is_over:
                break
        if self._writer.has_effect:
            super().go_through(members, None)
        else:
            self._give_up_all(members)
        super()._settle_finalized(list(self._final.values()))
        self._final.clear()

    def _go_through_group(self, members: Collection[str], known: Known | None) -> list[str]:
        """Do all of it once; return the IDs to read again."""
        ready = self._look_at_all(members, known)
        if ready and not self._options.dry_run:
            ready = self._prepare(ready) and self._look_at_all(list(ready), None)
        unsent = self._act(ready)
        if not self._writer.has_effect:
            # A server that failed before anything had an effect keeps the others from being finalized, also later.
            still = {server_id: ready[server_id] for server_id in unsent}
            return list(self._unless_one_is_not_ready(list(ready), still))
        return unsent

    def _settle_finalized(self, servers: Collection[SourceServer]) -> None:
        """Remember *servers*, which are finalized, for the end."""
        self._final.update({server.id: server for server in servers})

    def wait(self) -> bool:
        """Wait before the next look, unless one server cannot become ready in time."""
        return not self._cannot_pass and super().wait()

    def _look_at_all(self, server_ids: Collection[str], known: Known | None) -> dict[str, Ready]:
        """Return the ready servers if all others are final; otherwise settle all, and return nothing."""
        queue, ready = deque(server_ids), dict[str, Ready]()
        while queue:
            batch = [queue.popleft() for _ in range(min(len(queue), LARGEST_BATCH))]
            found, unread = self._look(batch, known)
            ready |= found
            known = None
            queue.extendleft(reversed(unread))
            # Only after a look: servers that were finalized before need no time.
            if self._is_over:
                break
        self._give_up_all(queue)
        return self._unless_one_is_not_ready(server_ids, ready)

    def _prepare(self, ready: Mapping[str, Ready]) -> dict[str, Ready]:
        """Do what must precede the writes; return *ready* if all succeeded, otherwise settle all and return nothing."""
        with ThreadPoolExecutor(min(WORKERS, len(ready))) as crew:
            prepared = dict(zip(ready, crew.map(self._prepared, ready.values()), strict=True))
        self._settle(each for each in prepared.values() if isinstance(each, Result))
        still = {id_: each for id_, each in prepared.items() if isinstance(each, Ready)}
        return self._unless_one_is_not_ready(list(ready), still)

    def _prepared(self, ready: Ready) -> Ready | Result:
        try:
            return self._writer.preparation.prepared(ready)
        except CutoverError as error:
            return failed_to_act(ready.evidence.server, ready.findings, error)

    def _unless_one_is_not_ready(self, server_ids: Collection[str], ready: Mapping[str, Ready]) -> dict[str, Ready]:
        known = ready.keys() | self._final.keys()
        others = [id_ for id_ in server_ids if id_ not in known and self.results[id_].cause]
        if not others:
            return dict(ready)
        self._cannot_pass = any(not self.results[id_].can_change(self._options.wait_until) for id_ in others)
        obstacle = kept_back("group", "AllOrNothing is set, and", {id_: self.results[id_] for id_ in others})
        self._settle(
            not_ready(each.evidence.server, (*each.findings, obstacle), (obstacle,)) for each in ready.values()
        )
        return {}

    def _give_up_all(self, server_ids: Collection[str]) -> None:
        for server_id in server_ids:
            self._give_up(server_id)
