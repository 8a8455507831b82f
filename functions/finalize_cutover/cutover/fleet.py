"""
The same for many servers, in bounded time.

What is throttled is asked again as long as the service takes anything at all:
a throttled account slows a wave down, and fails none of it.
"""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .errors import MgnUnavailableError
from .result import Result

T = TypeVar("T")

# As many as one DescribeSourceServers takes: what is looked at must still be true when it is acted on.
LOOKED_AT_TOGETHER = 200
# Enough for 100 calls a second at 100 ms each, which is more than MGN is known to take.
WORKERS = 10


def in_batches(items: Collection[T]) -> Iterator[list[T]]:
    """Yield *items* in lists of as many as are looked at together, in their order."""
    ordered = list(items)
    for start in range(0, len(ordered), LOOKED_AT_TOGETHER):
        yield ordered[start : start + LOOKED_AT_TOGETHER]


def act_on_all(server_ids: Collection[str], act: Callable[[str], Result]) -> dict[str, Result]:
    """
    Return ``{ID: what act made of it}``, with several acts at a time.

    Args:
        server_ids: Source servers that are ready.

        act: Finalizes one; called again for one that was throttled, and from several threads.
    """
    results: dict[str, Result] = {}
    open_ids = list(server_ids)
    while open_ids:
        results |= zip(open_ids, _in_parallel(act, open_ids), strict=True)
        throttled = [server_id for server_id in open_ids if is_throttled(results[server_id])]
        if len(throttled) == len(open_ids):
            break  # nothing gets through: asking on would only add to it
        open_ids = throttled
    return results


def _in_parallel(act: Callable[[str], Result], server_ids: list[str]) -> list[Result]:
    if len(server_ids) == 1:
        return [act(server_ids[0])]
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(server_ids))) as crew:
        return list(crew.map(act, server_ids))


def is_throttled(result: Result) -> bool:
    """Whether MGN was too busy to say what became of it; an attempt before the last may have had its effect."""
    return isinstance(result.cause, MgnUnavailableError) and result.cause.is_throttled
