"""
How long the parts of a write may take.

All AWS calls around a write derive their time limits from these values, so that a started write ends and is reported
before the invocation ends.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from .ports import Clock

# From the connection to the last byte received, including AssumeRole for a member account.
# The SDK's own timeouts (aws/clients.py) are 2 s to connect and 8 s for each read from the socket.
ATTEMPT = timedelta(seconds=10)

# After a conflict or a lost response: reads can lag 5 s behind a write, so the last read starts at least 6 s after it.
LOOKS_AGAIN = 3
PAUSE = timedelta(seconds=2)
LOOK_AGAIN = timedelta(seconds=5)

# 10 s + 3 x (2 s + 5 s) = 31 s
LONGEST_WRITE = ATTEMPT + LOOKS_AGAIN * (PAUSE + LOOK_AGAIN)

# Evidence that is older than this must be read again before a write is sent.
YOUNG = timedelta(seconds=15)
# Time limit for reading the evidence; the rest of YOUNG is for writing.
READING = YOUNG / 2
# Time limit for one job's log.  The last one starts before READING ends, so that 2.5 s are left for writing: a log that
# can never be read must not make the evidence about other source servers too old.
ONE_LOG = timedelta(seconds=5)

# Seconds between two looks: at source servers that wait, and after faults that time cures.  A pause after a fault is
# twice as long as the one before; the SDK's own attempts, a few in each look, have random pauses.
SECONDS_BETWEEN_LOOKS = 15
FIRST_PAUSE, LONGEST_PAUSE = 5, 60
# How long what must follow the work, such as publishing a result, is tried again at most.
LONGEST_RETRY = timedelta(seconds=60)


# Reserved for what must follow the main work of an invocation, but at most a part of the time that is left.
RESERVED, MOST_RESERVED = timedelta(seconds=30), 1 / 5


def reserved(left: timedelta) -> timedelta:
    """Return how much of the time that is *left* to reserve for what must follow the main work."""
    return min(RESERVED, left * MOST_RESERVED)


def seconds_after(faults: int) -> int:
    """Return the seconds to wait after that many looks in a row with a fault, at least one."""
    return min(FIRST_PAUSE << min(faults - 1, 10), LONGEST_PAUSE)


def retries(clock: Clock, until: datetime) -> Iterator[bool]:
    """Sleep before each retry, longer each time, and yield True; end at *until*, or after a minute."""
    end = min(until, clock.now() + LONGEST_RETRY)
    for faults in itertools.count(1):
        pause = seconds_after(faults)
        if clock.now() + timedelta(seconds=pause) >= end:
            return
        clock.sleep(pause)
        yield True
