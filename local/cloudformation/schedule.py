"""In which order resources are worked on: each after those it needs, and at the same time as those it does not."""

import queue
import threading
from collections.abc import Callable, Collection, Mapping
from graphlib import TopologicalSorter

# {logical ID: logical IDs of the resources it refers to or depends on}
Needs = Mapping[str, Collection[str]]


def in_order(needs: Needs) -> list[str]:
    """Return all logical IDs, each after those it needs."""
    return list(TopologicalSorter(needs).static_order())


def run(needs: Needs, step: Callable[[str], bool], cancel: Callable[[str], None]) -> list[str]:
    """
    Call *step* for each logical ID, in threads of their own.

    After the first failure no other step begins, and those under way are cancelled and waited for.

    Args:
        step: Returns whether it succeeded.

        cancel: Called with the logical ID of a step that is under way.

    Returns:
        Logical IDs of the steps that failed, in the order of failing.
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
