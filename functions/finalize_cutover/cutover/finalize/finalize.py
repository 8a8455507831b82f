"""
The use case: look, decide, act once, verify.

``FinalizeCutover`` cannot be undone: replication stops, the agent uninstalls
itself, everything MGN used for replicating is deleted, and only the launched
instance stays.  Idempotency rests on MGN's own state, not on a table of ours.
"""

from collections.abc import Callable, Collection

from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.selection import Known

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

    Servers that only have to wait are looked at again until ``options.wait_until``.

    Args:
        server_ids: Source server IDs, valid and distinct.

        options: What is asked for.

        services: Where to look and act.

        known: Source servers that were read a moment ago, so that the first look need not read them again.

        publish: Called with each result once, as soon as it is known, also from other threads.

    Returns:
        ``{ID: result}``, in the order of *server_ids*.  Nothing is raised: what keeps a server
        from being finalized, failures of the services included, is its result's ``cause``.
    """
    return FinalizeRun(options, services, publish).finalize(server_ids, known)
