"""
Histories about one race, in which the parts that must coincide are frequent.

In the other histories, chance brings them together once in thousands of seeds.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.simulation.aws.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """
    A race between the function and others.

    Attributes:
        kinds: What every request asks for.

        faults, rate: Faults of the operations between which the others must come, and their rate.

        closing_rate: How often a calendar is edited at a call.

        slow_signature_rate, slow_guard_rate, lambda_timeouts: Those of the weather, if the race needs others.
    """

    kinds: tuple[str, ...]
    faults: Mapping[str, tuple[str, ...]]
    rate: float = 0.5
    closing_rate: float = 0.0
    slow_signature_rate: float = 0.0
    slow_guard_rate: float = 0.0
    lambda_timeouts: tuple[float, ...] = field(default=())

    def begin(self, weather: Weather, chance: random.Random) -> None:
        """Change the faults of a history so that the race is likely."""
        weather.often, weather.often_rate = self.faults, self.rate
        weather.slow_signature_rate = max(weather.slow_signature_rate, self.slow_signature_rate)
        weather.slow_guard_rate = max(weather.slow_guard_rate, self.slow_guard_rate)
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
        closing_rate=0.15,
        slow_signature_rate=0.5,
    ),
    # The time for changes ends while termination protection is read or turned on.
    Race(
        kinds=("sets",),
        faults={"DescribeInstanceAttribute": ("very slow",), "ModifyInstanceAttribute": SLOW},
        slow_signature_rate=0.8,
        slow_guard_rate=0.5,
        lambda_timeouts=(30.0, 30.0, 60.0),
    ),
    # MGN refuses one source server of a group before the first write, while it throttles the others.
    Race(
        kinds=("group",),
        faults={"FinalizeCutover": ("throttled", "throttled", "throttled", "denied")},
        rate=1.0,
        lambda_timeouts=(120.0, 900.0),
    ),
)
