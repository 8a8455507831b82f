"""Runs steps in the order of the resources' dependencies; independent steps run at the same time."""

import queue
import threading
from collections.abc import Callable, Collection, Mapping
from graphlib import TopologicalSorter

# {logical ID: logical IDs of the resources it refers to or depends on}
Needs = Mapping[str, Collection[str]]


def in_order(needs: Needs) -> list[str]:
    """Return all logical IDs, each after its dependencies."""
    return list(TopologicalSorter(needs).static_order())


def run(needs: Needs, step: Callable[[str], bool], cancel: Callable[[str], None]) -> list[str]:
    """
    Call *step* for each logical ID, each in its own thread.

    After the first failure, no other step starts; running steps are cancelled, and ``run`` waits for them.

    Args:
        step: Returns whether it succeeded.

        cancel: Called with the logical ID of a running step.

    Returns:
        Logical IDs of the failed steps, in the order in which they failed.
    """
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    ended: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
    running: set[str] = set()
    failed: list[str] = []
    while running or (sorter.is_active() and not failed):
        for logical_id in () if failed else sorter.get_ready():
            running.add(logical_id)
            threading.Thread(target=_report, args=(logical_id, step, ended), daemon=True).start()
        logical_id, succeeded = ended.get()
        running.remove(logical_id)
        sorter.done(logical_id)
        if not succeeded:
            failed.append(logical_id)
            for other in running if len(failed) == 1 else ():
                cancel(other)
    return failed


def _report(logical_id: str, step: Callable[[str], bool], ended: "queue.SimpleQueue[tuple[str, bool]]") -> None:
    succeeded = False
    try:
        succeeded = step(logical_id)
    finally:
        ended.put((logical_id, succeeded))
