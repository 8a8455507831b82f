"""Responses that differ from AWS's documentation: an unreadable item in a list, and a stack without a status."""

import random
from typing import Any

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html, and some that it does not know.
NO_STATUS = ("no text", "no member", "no stack")
_ENDS = ("IN_PROGRESS", "FAILED", "COMPLETE")
STATUSES = (
    *(f"{verb}_{end}" for verb in ("CREATE", "ROLLBACK", "DELETE", "UPDATE", "UPDATE_ROLLBACK") for end in _ENDS),
    *("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
    *("IMPORT_IN_PROGRESS", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_IN_PROGRESS", "IMPORT_ROLLBACK_FAILED"),
    *("IMPORT_ROLLBACK_COMPLETE", "REFACTOR_IN_PROGRESS", "create_in_progress"),
    *NO_STATUS,
)
# All of them are unreadable; the last one also hides the ID.
BAD_SERVERS: tuple[dict[str, Any], ...] = (
    {"lifeCycle": {"state": 7}},
    {"lifeCycle": "CUTTING_OVER"},
    {"launchedInstance": ["i-1"]},
    {"dataReplicationInfo": {"dataReplicationState": None, "replicatedDisks": 3}},
    {"tags": 5},
    {"sourceServerID": 12},
)
BAD_JOBS: tuple[dict[str, Any], ...] = ({"status": 3}, {"participatingServers": "all"}, {"type": {}}, {"jobID": None})
BAD_LINES: tuple[dict[str, Any], ...] = ({"eventData": "none"}, {"eventData": {"sourceServerID": 17}})
BAD_INSTANCES: tuple[dict[str, Any], ...] = ({"InstanceState": "running"}, {"SystemStatus": {"Status": True}})


def spoil_server(item: dict[str, Any], chance: random.Random) -> bool:
    """Make *item* unreadable; return whether it still contains its source server's ID."""
    item.update(chance.choice(BAD_SERVERS))
    return isinstance(item["sourceServerID"], str)


def spoil_job(item: dict[str, Any], chance: random.Random) -> tuple[bool, str | None]:
    """Make *item* unreadable; return whether it still contains its job ID, and its source server if it has only one."""
    participants = item["participatingServers"]
    if participants and chance.random() < 0.4:
        of_one = chance.choice(participants)
        of_one["launchStatus"] = 9
        return True, str(of_one["sourceServerID"])
    item.update(chance.choice(BAD_JOBS))
    return isinstance(item["jobID"], str), None


def spoil_log(items: list[dict[str, Any]], chance: random.Random) -> None:
    """Make one of *items* unreadable."""
    chance.choice(items).update(chance.choice(BAD_LINES))


def spoil_instance(item: dict[str, Any], chance: random.Random) -> None:
    """Make *item* unreadable."""
    item.update(chance.choice(BAD_INSTANCES))


def stacks(status: str, chance: random.Random) -> dict[str, Any]:
    """Return the response of DescribeStacks with *status*, or without a status."""
    if status == "no stack":
        return {"Stacks": []}
    if status == "no member":
        return {"Stacks": [{}]}
    shown = chance.choice(("", None)) if status == "no text" else status
    return {"Stacks": [{"StackStatus": shown}]}
