"""
Named scenarios: typical states of source servers.

Each scenario is a set of ``Seed`` options that describe the server's history; ``seed`` applies a request's changes.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from local.mgn.launch_plans import LaunchPlan
from local.mgn.seeding import Seed

# Older than the soak time of the examples, 60 minutes.
CUT_OVER = {"cutoverMinutesAgo": 90}
FINALIZED = {"cutoverMinutesAgo": 180, "finalizedMinutesAgo": 100}
FAILING_ACTION = {
    "actionName": "Join the domain",
    "executionStatus": "FAILED",
    "mustSucceedForCutover": True,
    "failureReason": "The domain controller did not answer.",
}
STALLED = {"dataReplicationInfo": {"dataReplicationState": "STALLED", "lagDuration": "PT20M"}}

SCENARIOS: dict[str, dict[str, Any]] = {
    "ready": CUT_OVER,
    "booting": {"cutoverMinutesAgo": 15, "bootsInSeconds": 120},
    "launching": {"cutoverMinutesAgo": 2},
    "old-snapshot": {**CUT_OVER, "snapshot": "previous"},
    "failed-launch": {**CUT_OVER, "failsAt": "launch"},
    "failed-action": {**CUT_OVER, "actions": [FAILING_ACTION]},
    "running-action": {**CUT_OVER, "actions": [{"actionName": "Install agents"}], "actionSeconds": 7200},
    "source-off": {**CUT_OVER, "agentSilentMinutesAgo": 20, "overrides": STALLED},
    "impaired": {**CUT_OVER, "instanceStatus": "impaired"},
    "reverted": {**CUT_OVER, "revertedMinutesAgo": 10},
    "finalized": FINALIZED,
    "archived": {**FINALIZED, "archivedMinutesAgo": 90},
    "disconnected": {"disconnectedMinutesAgo": 100},
    "replicating": {},
}


def _camel_case(name: str) -> str:
    """Convert *name* to MGN's spelling: ``source_server_id`` becomes ``sourceServerID``."""
    first, *rest = name.split("_")
    return first + "".join("ID" if word == "id" else word.capitalize() for word in rest)


SEED_OPTIONS = {_camel_case(item.name): item.name for item in fields(Seed) if item.name != "plan"}
PLAN_OPTIONS = {_camel_case(item.name): item.name for item in fields(LaunchPlan)}


def seed(scenario: str, options: Mapping[str, Any]) -> Seed:
    """
    Return the seed of *scenario*, with *options* replacing its values.

    Raises:
        ValueError: The scenario or an option is unknown; the message lists the known ones.
    """
    if scenario not in SCENARIOS:
        raise ValueError(f"Unknown scenario {scenario!r}; known are {', '.join(SCENARIOS)}.")
    chosen = {**SCENARIOS[scenario], **options}
    unknown = chosen.keys() - SEED_OPTIONS.keys() - PLAN_OPTIONS.keys()
    if unknown:
        known = ", ".join(sorted(SEED_OPTIONS | PLAN_OPTIONS))
        raise ValueError(f"Unknown options: {', '.join(sorted(unknown))}; known are {known}.")
    plan = {PLAN_OPTIONS[name]: _frozen(value) for name, value in chosen.items() if name in PLAN_OPTIONS}
    rest = {SEED_OPTIONS[name]: _frozen(value) for name, value in chosen.items() if name in SEED_OPTIONS}
    return Seed(**rest, plan=LaunchPlan(**plan))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
