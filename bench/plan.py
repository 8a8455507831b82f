"""The amount of measurements."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    The amount of measurements.

    Attributes:
        invocations: Number of invocations for a median.

        waves: Numbers of source servers in the waves, ascending.

        starts: Number of cold starts for a median.

        swept: Numbers of source servers in sweeps: blocked ones, and all in the largest fleet.

        accounts: Number of accounts in a sweep.

        servers_each: Number of source servers in cutover in each of them.
    """

    invocations: int
    waves: tuple[int, ...]
    starts: int
    swept: tuple[int, int]
    accounts: int
    servers_each: int


FULL = Plan(invocations=100, waves=(10, 100, 200, 1000), starts=25, swept=(1000, 4000), accounts=50, servers_each=80)
# To develop the benchmarks: takes about a minute; the figures are not accurate.
QUICK = Plan(invocations=20, waves=(10, 40), starts=5, swept=(100, 300), accounts=6, servers_each=12)


def chosen(environment: Mapping[str, str]) -> Plan:
    """Return the plan for *environment*: the quick one with ``QUICK=1``."""
    return QUICK if environment.get("QUICK", "") not in {"", "0"} else FULL
