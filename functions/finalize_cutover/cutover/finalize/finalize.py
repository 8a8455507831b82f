"""
The use case: read, decide, write once, verify.

``FinalizeCutover`` cannot be undone: replication stops, the agent uninstalls
itself, MGN deletes its replication resources, and only the launched instance
remains.  Idempotency relies on MGN's own state, not on a separate table.
"""

from collections.abc import Callable, Collection

from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.records.recorder import Recorder
from finalize_cutover.cutover.selection import Known

from .application_run import ApplicationRun
from .group_run import GroupRun
from .options import FinalizeOptions
from .result import Result
from .run import FinalizeRun


def finalize(
    server_ids: Collection[str],
    *,
    options: FinalizeOptions,
    services: Services,
    known: Known | None = None,
    publish: Callable[[Collection[Result]], None] = lambda _results: None,
) -> dict[str, Result]:
    """
    Finalize the cutover of those *server_ids* that are proven ready, each at most once.

    Until ``options.wait_until``, servers that only have to wait, and those with a fault that time cures, are looked at
    again: each time with new evidence and, before a write, a new stack status.

    Args:
        server_ids: Source server IDs, valid and distinct.

        options: The options of the request.

        services: The ports of the account.

        known: Source servers that were just read, so that they need not be read again at first.

        publish: Called once with each final result, as soon as it is known, also from other threads.

    Returns:
        ``{ID: result}``, in the order of *server_ids*.  The reason why a server is not finalized, including failures
        of AWS services, is the ``cause`` of its result.

    Raises:
        EvidenceNotStoredError: A result, which is published, could not be stored in the evidence bucket.
    """
    publish = _and_record(publish, options.recorder)
    run = _run(len(server_ids), options)(options, services, publish)
    waiting = list(server_ids)
    while waiting:
        run.go_through(waiting, known)
        known = None
        waiting = [id_ for id_ in waiting if id_ in run.unsettled]
        if not waiting or not run.wait():
            break
    publish([run.results[server_id] for server_id in waiting])
    if options.recorder:
        options.recorder.finish(options.deadline)
    return {server_id: run.results[server_id] for server_id in server_ids}


def _and_record(
    publish: Callable[[Collection[Result]], None], recorder: Recorder | None
) -> Callable[[Collection[Result]], None]:
    """Return a *publish* that also records the results: afterwards, because storing them can fail."""
    if recorder is None:
        return publish

    def published(results: Collection[Result]) -> None:
        publish(results)
        recorder.conclude([result.report for result in results])

    return published


def _run(size: int, options: FinalizeOptions) -> type[FinalizeRun]:
    if options.applications_together:
        return ApplicationRun
    if not options.all_or_nothing or size < 2:
        return FinalizeRun
    return GroupRun
