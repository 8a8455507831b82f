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
# Of the answer's way to CloudFormation.
ANSWER_FAULTS = ("503", "403", "404", "429", "reset", "reset after", "hangs", "slow")
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

    def clear_up(self) -> None:
        """Let nothing fail any more."""
        self.call_fault_rate = self.answer_fault_rate = self.lag = self.kill_rate = self.copy_rate = 0.0


def draw(chance: random.Random) -> Weather:
    """Return the weather of one history: fair but perhaps hazy, slow, crowded, or anything."""
    weather = Weather(
        lambda_timeout=chance.choice((900.0, 900.0, 300.0, 120.0, 60.0, 30.0)),
        finalizes_again=chance.random() < 0.3,
        page_size=chance.choice((1000, 1000, 1000, 2, 1)),
        copy_rate=chance.choice((0.0, 0.1, 0.5)),
        lag=chance.choice((0.0, 2.0, LONGEST_LAG)),
    )
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
