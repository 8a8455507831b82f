"""The fields of MGN's answers that this application needs for its decisions, and what its decoders cannot read."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import Shape

from finalize_cutover.aws import translate
from finalize_cutover.aws.json_fields import UNREADABLE, duration, time
from tests.account.comparison import Difference, joined
from tests.account.report import FindingKind

Item = Mapping[str, Any]

# {operation: reads one item as the function does}
DECODERS: dict[str, Callable[[Item], object]] = {
    "DescribeSourceServers": translate.source_server,
    "DescribeJobs": translate.cutover_job,
    "DescribeJobLogItems": translate.job_event,
    "ListApplications": translate.application,
    "ListWaves": translate.wave,
}
TIME = re.compile("[dD]ate[tT]ime$")
DURATION = re.compile("[dD]uration$")


def _always(_item: Item) -> bool:
    return True


def _in_state(*states: str) -> Callable[[Item], bool]:
    return lambda item: (item.get("lifeCycle") or {}).get("state") in states


def _has_instance(item: Item) -> bool:
    return bool(item.get("launchedInstance"))


def _has_agent(item: Item) -> bool:
    return item.get("replicationType") == "AGENT_BASED"


def _is_completed(item: Item) -> bool:
    return item.get("status") == "COMPLETED"


INITIATED = "lifeCycle/lastCutover/initiated"
# {operation: (path of a field, whether an item must have it)}
NEEDED: dict[str, tuple[tuple[str, Callable[[Item], bool]], ...]] = {
    "DescribeSourceServers": (
        ("sourceServerID", _always),
        ("arn", _always),
        ("isArchived", _always),
        ("replicationType", _always),
        ("lifeCycle/state", _always),
        ("dataReplicationInfo/dataReplicationState", _always),
        ("lifeCycle/lastSeenByServiceDateTime", _has_agent),
        (f"{INITIATED}/jobID", _in_state("CUTTING_OVER", "CUTOVER")),
        (f"{INITIATED}/apiCallDateTime", _in_state("CUTTING_OVER", "CUTOVER")),
        ("lifeCycle/lastCutover/finalized/apiCallDateTime", _in_state("CUTOVER")),
        ("launchedInstance/ec2InstanceID", _has_instance),
        ("launchedInstance/jobID", _has_instance),
        ("launchedInstance/firstBoot", _has_instance),
    ),
    "DescribeJobs": (
        ("jobID", _always),
        ("type", _always),
        ("initiatedBy", _always),
        ("status", _always),
        ("participatingServers[]/sourceServerID", _always),
        ("participatingServers[]/launchStatus", _always),
        ("endDateTime", _is_completed),
    ),
    "DescribeJobLogItems": (("event", _always), ("logDateTime", _always)),
    "ListApplications": (("applicationID", _always), ("isArchived", _always)),
    "ListWaves": (("waveID", _always), ("isArchived", _always)),
}


def problems(operation: str, item: Item, shape: Shape | None) -> Iterator[Difference]:
    """
    Yield ``(kind, path, value)`` of what the application misses or cannot read in one *item* of *operation*.

    Args:
        shape: The shape of an item in the API model; None if the model has none.
    """
    for path, applies in NEEDED.get(operation, ()):
        if applies(item) and not all(_found(item, path.split("/"))):
            yield FindingKind.MISSING_FIELD, f"items[]/{path}", None
    try:
        DECODERS.get(operation, bool)(item)
    except UNREADABLE as error:
        yield FindingKind.UNREADABLE_VALUE, "items[]", type(error).__name__
    yield from _unreadable_times(item, shape, "items[]")


def _found(value: Any, steps: list[str]) -> Iterator[bool]:
    """Yield for each value at the path *steps* whether it is there; for an empty list nothing."""
    if not steps:
        yield value is not None and value != ""
        return
    name, rest = steps[0].removesuffix("[]"), steps[1:]
    inner = value.get(name) if isinstance(value, Mapping) else None
    if steps[0].endswith("[]"):
        for item in inner or []:
            yield from _found(item, rest)
    else:
        yield from _found(inner, rest)


def _unreadable_times(value: Any, shape: Any, path: str) -> Iterator[Difference]:
    """Look only into what the model has as a list or a structure: the names in a map, such as tags, are values."""
    if isinstance(value, list):
        for item in value:
            yield from _unreadable_times(item, getattr(shape, "member", None), f"{path}[]")
    elif isinstance(value, Mapping) and getattr(shape, "type_name", None) == "structure":
        for name, item in value.items():
            inner = joined(path, name)
            if isinstance(item, str) and not _is_readable(str(name), item):
                yield FindingKind.UNREADABLE_VALUE, inner, "time"
            yield from _unreadable_times(item, shape.members.get(name), inner)


def _is_readable(name: str, text: str) -> bool:
    """Whether the function can read *text*, if the name says that it is a time or a duration."""
    if TIME.search(name):
        return time({name: text}, name) is not None
    return not DURATION.search(name) or duration({name: text}, name) is not None
