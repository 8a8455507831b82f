"""The scenario of a load test: the source servers, the requests and the events, in order."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.load.plan import Plan

# After the end of any load test, but before an audit is due; audits are not tested here.
BOOTED_AFTER = 3600  # s
APPROVED = {"FinalizeCutover": "approved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A kind of source server.

    Attributes:
        scenario: Scenario of the local AWS; empty for a server that MGN does not know.

        share: Share of all source servers.

        is_approved: Whether automation is allowed to finalize it.

        is_ready: Whether its evidence allows the finalization.

        becomes_ready: Whether it is ready after its instance has booted; no request in the test waits for that.

        outcome: Automation's outcome; empty if all its attempts fail.

        obstacle: Text that every reason against its finalization contains; empty if it is ready.
    """

    scenario: str
    share: float
    is_approved: bool = True
    is_ready: bool = False
    becomes_ready: bool = False
    outcome: str
    obstacle: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


KINDS = {
    "ready": Kind(scenario="ready", share=0.58, is_ready=True, outcome="FINALIZED"),
    "unapproved": Kind(scenario="ready", share=0.1, is_approved=False, is_ready=True, outcome="SKIPPED"),
    "old snapshot": Kind(scenario="old-snapshot", share=0.1, outcome="BLOCKED", obstacle="(job-log)"),
    "booting": Kind(
        scenario="booting",
        share=0.1,
        becomes_ready=True,
        outcome="NOT_READY",
        obstacle="(first-boot)",
        options={"bootsInSeconds": BOOTED_AFTER},
    ),
    "finalized": Kind(scenario="finalized", share=0.1, outcome="FINALIZED"),
    "unknown": Kind(scenario="", share=0.02, outcome="", obstacle="MGN does not list source server"),
}
# Number of other launch results between the two copies of a launch result.
MOST_BETWEEN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A stack that requests a source server; Lambda delivers the request twice at the same time if *is_doubled*."""

    server_id: str
    is_doubled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    The scenario of a load test.

    Attributes:
        servers: ``{ID: kind}``.

        asks: Requests of stacks, all at the same time.

        launches: IDs of the source servers in launch results, in order.
    """

    servers: Mapping[str, Kind]
    asks: tuple[Ask, ...]
    launches: tuple[str, ...]


def story(plan: Plan) -> Story:
    """Return the scenario for *plan*: half of the stacks request source servers that also have events."""
    chance = random.Random(plan.seed)
    repeated = round(plan.events * plan.duplicates)
    told, shared = plan.events - repeated, plan.requests // 2
    server_ids = [f"s-{number:017x}" for number in range(told + plan.requests - shared)]
    drawn = chance.choices(list(KINDS.values()), [kind.share for kind in KINDS.values()], k=len(server_ids))
    asked = [*server_ids[:shared], *server_ids[told:]]
    chance.shuffle(asked)
    doubled = set(chance.sample(asked, round(plan.requests * plan.duplicates)))
    # Servers that stacks request come first, so that stacks and events work on them at the same time.
    launches = server_ids[:told]
    for server_id in chance.sample(launches, repeated):
        launches.insert(launches.index(server_id) + chance.randint(1, MOST_BETWEEN), server_id)
    return Story(
        servers=dict(zip(server_ids, drawn, strict=True)),
        asks=tuple(Ask(server_id=server_id, is_doubled=server_id in doubled) for server_id in asked),
        launches=tuple(launches),
    )
