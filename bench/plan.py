"""How much is measured."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    How much is measured.

    Attributes:
        invocations: How many invocations a median is taken of.

        waves: How many source servers the waves have, ascending.

        starts: How many cold starts a median is taken of.
    """

    invocations: int
    waves: tuple[int, ...]
    starts: int


FULL = Plan(invocations=100, waves=(10, 100, 200, 1000), starts=25)
# For whoever works on the benchmarks: ends within a minute, and says little.
QUICK = Plan(invocations=20, waves=(10, 40), starts=5)


def chosen(environment: Mapping[str, str]) -> Plan:
    """Return the plan that *environment* asks for: ``QUICK=1`` the quick one."""
    return QUICK if environment.get("QUICK", "") not in {"", "0"} else FULL
