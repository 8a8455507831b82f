"""What happens in a load: which source servers there are, and who asks about them in which order."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.load.plan import Plan

# Later than any load ends, and too early to look for what was left behind, of which nothing is said here.
BOOTED_AFTER = 3600  # s
APPROVED = {"FinalizeCutover": "approved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A kind of source server.

    Attributes:
        scenario: Its state, as the local AWS names it; empty for one that MGN does not know.

        share: Of all source servers.

        is_approved: Whether automation may finalize it.

        is_ready: Whether anybody may.

        becomes_ready: Whether anybody may once its instance has booted, which nobody here waits for.

        outcome: What automation makes of it; empty where it fails on it for good.

        obstacle: What keeps it from being finalized, in words that every reason has; empty where nothing does.
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
# So many others are told of between the two times that a launch is told of.
MOST_BETWEEN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A stack that asks for a source server; Lambda delivers the request twice at a time where *is_doubled*."""

    server_id: str
    is_doubled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    A load, decided.

    Attributes:
        servers: ``{ID: kind}``.

        asks: What stacks ask for, all at once.

        launches: IDs of the source servers whose launches are told of, in order.
    """

    servers: Mapping[str, Kind]
    asks: tuple[Ask, ...]
    launches: tuple[str, ...]


def story(plan: Plan) -> Story:
    """Decide everything about *plan*: half of the stacks ask for source servers that events tell of meanwhile."""
    chance = random.Random(plan.seed)
    repeated = round(plan.events * plan.duplicates)
    told, shared = plan.events - repeated, plan.requests // 2
    server_ids = [f"s-{number:017x}" for number in range(told + plan.requests - shared)]
    drawn = chance.choices(list(KINDS.values()), [kind.share for kind in KINDS.values()], k=len(server_ids))
    asked = [*server_ids[:shared], *server_ids[told:]]
    chance.shuffle(asked)
    doubled = set(chance.sample(asked, round(plan.requests * plan.duplicates)))
    # Those that stacks ask for come first, so that both are at work at the same time.
    launches = server_ids[:told]
    for server_id in chance.sample(launches, repeated):
        launches.insert(launches.index(server_id) + chance.randint(1, MOST_BETWEEN), server_id)
    return Story(
        servers=dict(zip(server_ids, drawn, strict=True)),
        asks=tuple(Ask(server_id=server_id, is_doubled=server_id in doubled) for server_id in asked),
        launches=tuple(launches),
    )
