"""
Histories about one race, in which the parts that must coincide are frequent.

In the other histories, chance brings them together once in thousands of seeds.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.simulation.aws.weather import Weather

RATE = 0.5  # of the faults of the operations that a race is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """
    A race between the function and others.

    Attributes:
        kinds: What every request asks for.

        faults: Faults of the operations between which the others must come.

        closing_rate: How often a calendar is edited at a call.

        slow_signature_rate, lambda_timeout: Those of the weather, if the race needs others.
    """

    kinds: tuple[str, ...]
    faults: Mapping[str, tuple[str, ...]]
    closing_rate: float = 0.0
    slow_signature_rate: float = 0.0
    lambda_timeouts: tuple[float, ...] = field(default=())

    def begin(self, weather: Weather, chance: random.Random) -> None:
        """Change the faults of a history so that the race is likely."""
        weather.often, weather.often_rate = self.faults, RATE
        weather.slow_signature_rate = max(weather.slow_signature_rate, self.slow_signature_rate)
        if self.lambda_timeouts:
            weather.lambda_timeout = chance.choice(self.lambda_timeouts)


SLOW = ("slow",)
RACES = (
    # A calendar closes, or cannot be asked again, between a look and the last write that follows it.
    Race(
        kinds=("calendars",),
        faults={
            "GetCalendarState": ("slow", "denied"),
            "DescribeInstanceStatus": SLOW,
            "DescribeJobLogItems": SLOW,
            "FinalizeCutover": ("throttled", "slow"),
        },
        closing_rate=0.05,
    ),
    # The time for changes ends while termination protection is read or turned on.
    Race(
        kinds=("sets",),
        faults={"DescribeInstanceAttribute": SLOW, "ModifyInstanceAttribute": SLOW},
        slow_signature_rate=0.8,
        lambda_timeouts=(30.0, 30.0, 60.0),
    ),
    # One source server of a group fails before the first write, while the evidence about the others becomes too old.
    Race(
        kinds=("sets", "group"),
        faults={"DescribeInstanceAttribute": ("slow", "slow", "slow", "denied")},
        lambda_timeouts=(120.0, 900.0),
    ),
)
