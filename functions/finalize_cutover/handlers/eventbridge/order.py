"""
The order in which a sweep reaches the source servers.

A sweep can be too short for all of them.  If each one began at the same place, those at
its beginning that never become ready could use up every sweep.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

# The rate of the schedule in template.yaml.
INTERVAL = timedelta(minutes=15)
# Steps of this part of a circle leave no wide gaps, however many there are (the golden ratio).  So nothing has to be
# known about how many source servers a sweep reaches, or stored about how far it came.
STEP = (5**0.5 - 1) / 2


def rotated(items: Sequence[T], now: datetime) -> list[T]:
    """
    Return *items* from another one on in each interval, around to the one before it.

    If each sweep reaches *n* of them, each item is reached in 2 x len(items) / n sweeps at most.
    """
    number = now.timestamp() // INTERVAL.total_seconds()
    start = int(number * STEP % 1 * len(items))
    return [*items[start:], *items[:start]]
