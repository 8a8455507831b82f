"""The behaviour of the services in one history: faults, their rates, stale reads, and unknown behaviour of MGN."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

# Faults of calls to AWS: before the effect, after it, or at another time.
CALL_FAULTS = (
    "throttled",
    "broken",
    "unavailable",
    "unreachable",
    "reset",
    "lost",
    "broken after",
    "garbled",
    "hangs",
    "slow",
    "denied",
)
# Throttling errors of the services: code and HTTP status.
THROTTLES = (
    ("ThrottlingException", 429),
    ("ThrottlingException", 400),
    ("RequestLimitExceeded", 503),
    ("TooManyRequestsException", 429),
)
# Faults of the request's or response's content.
ODDITIES = ("very slow", "slow signature", "unreadable item", "unreadable log", "without effect", "busy")
# Faults of the delivery of responses to CloudFormation.
ANSWER_FAULTS = ("503", "403", "404", "408", "425", "429", "reset", "reset after", "hangs", "slow")
LONGEST_LAG = 5.0  # maximum age of a stale read, in seconds


@dataclass(slots=True, kw_only=True)
class Weather:
    """
    The faults; every rate is from 0 to 1.

    Attributes:
        call_faults: Kinds of faults, and the rate at which a call has one.

        lag: Maximum age of a stale read, in seconds.

        kill_rate: Rate of invocations that are killed in the middle.

        copy_rate: Rate of events that Lambda's queue delivers twice.

        lambda_timeout: Timeout of an invocation in seconds.

        finalizes_again: Whether a second FinalizeCutover succeeds or is a conflict; the real behaviour is unknown.

        page_size: Number of items in a page of MGN.

        mgn_rate: Calls per second that MGN accepts; 0 for no limit.

        mgn_burst: Number of calls that it accepts at once after a pause.

        takes_reads: Whether only writes count for this limit.

        throttle: Code and HTTP status of a throttling error.

        slow_guard_rate: Rate of DescribeStacks calls that take up to 20 s.

        odd_status_rate: Rate of DescribeStacks calls that return a false status.

        slow_signature_rate: Rate of writes whose credentials must be fetched when they are signed.

        unreadable_rate: Rate of unreadable list items.

        no_effect_rate: Rate of FinalizeCutover calls that MGN accepts without an effect, or with a later one.

        busy_rate: Rate of FinalizeCutover calls that are a conflict, although the state allows them.

        often, often_rate: Faults of single operations, by name, and their rate, which others do not change.
    """

    call_faults: tuple[str, ...] = ()
    call_fault_rate: float = 0.0
    answer_fault_rate: float = 0.0
    lag: float = 0.0
    kill_rate: float = 0.0
    copy_rate: float = 0.0
    lambda_timeout: float = 900.0
    finalizes_again: bool = False
    page_size: int = 1000
    mgn_rate: float = 0.0
    mgn_burst: float = 1.0
    takes_reads: bool = False
    throttle: tuple[str, int] = THROTTLES[0]
    slow_guard_rate: float = 0.0
    odd_status_rate: float = 0.0
    slow_signature_rate: float = 0.0
    unreadable_rate: float = 0.0
    no_effect_rate: float = 0.0
    busy_rate: float = 0.0
    often: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    often_rate: float = 0.0

    def clear_up(self) -> None:
        """Remove all faults."""
        self.call_fault_rate = self.answer_fault_rate = self.lag = self.kill_rate = self.copy_rate = 0.0
        self.mgn_rate = self.slow_guard_rate = self.odd_status_rate = self.slow_signature_rate = 0.0
        self.unreadable_rate = self.no_effect_rate = self.busy_rate = self.often_rate = 0.0


def draw(chance: random.Random) -> Weather:
    """Draw the faults of one history: few, stale reads, slow calls, throttling, or any combination."""
    weather = Weather(
        lambda_timeout=chance.choice((900.0, 900.0, 300.0, 120.0, 60.0, 30.0)),
        finalizes_again=chance.random() < 0.3,
        page_size=chance.choice((1000, 1000, 1000, 2, 1)),
        copy_rate=chance.choice((0.0, 0.1, 0.5)),
        lag=chance.choice((0.0, 2.0, LONGEST_LAG)),
        throttle=chance.choice(THROTTLES),
    )
    _make_odd(weather, chance)
    kind = chance.random()
    if kind < 0.2:
        return weather
    if kind < 0.35:
        weather.call_faults, weather.call_fault_rate = ("hangs", "slow"), chance.choice((0.3, 0.5, 0.8))
        weather.lambda_timeout = chance.choice((30.0, 60.0, 120.0, 900.0))
    elif kind < 0.5:
        weather.call_faults, weather.call_fault_rate = ("throttled", "lost"), chance.choice((0.4, 0.7))
    else:
        weather.call_faults = tuple(chance.sample(CALL_FAULTS, chance.randint(1, len(CALL_FAULTS))))
        weather.call_fault_rate = chance.choice((0.02, 0.05, 0.1, 0.3, 0.6))
    weather.answer_fault_rate = chance.choice((0.0, 0.1, 0.4, 0.9))
    weather.kill_rate = chance.choice((0.0, 0.1, 0.4))
    return weather


def _make_odd(weather: Weather, chance: random.Random) -> None:
    """Add one kind of unusual behaviour, mostly without other faults, so that its consequences are visible."""
    kind = chance.random()
    if kind < 0.12:
        weather.mgn_rate, weather.mgn_burst = chance.choice((0.05, 0.3, 0.5, 1.0, 3.0)), chance.choice((1, 2, 5))
        weather.takes_reads = chance.random() < 0.7
    elif kind < 0.2:
        weather.slow_guard_rate = chance.choice((0.3, 0.9))
    elif kind < 0.28:
        weather.odd_status_rate = chance.choice((0.1, 0.4, 0.9))
    elif kind < 0.33:
        weather.slow_signature_rate = chance.choice((0.2, 0.8))
    elif kind < 0.41:
        weather.unreadable_rate = chance.choice((0.02, 0.1, 0.4))
    elif kind < 0.46:
        weather.no_effect_rate = chance.choice((0.2, 0.6, 1.0))
    elif kind < 0.5:
        weather.busy_rate = chance.choice((0.3, 0.7))
