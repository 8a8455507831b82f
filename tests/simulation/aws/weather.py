"""How the services are today: what fails, how often, how late reads are, and which of MGN's unknown manners holds."""

import random
from dataclasses import dataclass

# Of calls to AWS: before the call has its effect, after it, or at a moment of its own.
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
# How services say that they are too busy: code and HTTP status.
THROTTLES = (
    ("ThrottlingException", 429),
    ("ThrottlingException", 400),
    ("RequestLimitExceeded", 503),
    ("TooManyRequestsException", 429),
)
# Of what is asked for or answered, beside the call itself.
ODDITIES = ("very slow", "slow signature", "unreadable item", "unreadable log", "without effect")
# Of the answer's way to CloudFormation.
ANSWER_FAULTS = ("503", "403", "404", "408", "425", "429", "reset", "reset after", "hangs", "slow")
LONGEST_LAG = 5.0  # seconds by which a read may be late


@dataclass(slots=True, kw_only=True)
class Weather:
    """
    What goes wrong; every rate is from 0 to 1.

    Attributes:
        call_faults: Kinds of faults that occur, and how often a call has one.

        lag: Seconds by which a read may be late.

        kill_rate: How often an invocation is killed in the middle.

        copy_rate: How often Lambda's queue delivers an event twice.

        lambda_timeout: Seconds that an invocation has.

        finalizes_again: Whether MGN answers a second FinalizeCutover with success, which is not known; else it is a
            conflict.

        page_size: How many items a page of MGN's has.

        mgn_rate: How many calls a second MGN takes for long; 0 where it takes all.

        mgn_burst: How many it takes at once after a pause.

        takes_reads: Whether only writes count for that.

        throttle: Code and HTTP status of what throttles.

        slow_guard_rate: How often DescribeStacks takes up to 20 s.

        odd_status_rate: How often DescribeStacks shows any status but the true one.

        slow_signature_rate: How often there are no credentials at hand when a write is signed.

        unreadable_rate: How often an item of a list cannot be read.

        no_effect_rate: How often MGN accepts FinalizeCutover and does nothing, or only later.
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

    def clear_up(self) -> None:
        """Let nothing fail any more."""
        self.call_fault_rate = self.answer_fault_rate = self.lag = self.kill_rate = self.copy_rate = 0.0
        self.mgn_rate = self.slow_guard_rate = self.odd_status_rate = self.slow_signature_rate = 0.0
        self.unreadable_rate = self.no_effect_rate = 0.0


def draw(chance: random.Random) -> Weather:
    """Return the weather of one history: fair but perhaps hazy, slow, crowded, or anything."""
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
    """Let services be odd in one of several ways, mostly in fair weather, so that it shows what comes of that."""
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
