"""
The input of a rule's target: the event, a part of it, or a constant or transformed input.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]


def complete(event: Mapping[str, Any], *, account: str, region: str) -> Document:
    """Convert moto's *event* to the form that EventBridge delivers: with account, Region and an ISO 8601 time."""
    own = {key: value for key, value in event.items() if key != "ingestion-time"}
    return {**own, "account": event.get("account") or account, "region": region, "time": _shown(event.get("time"))}


def input_of(target: Document, event: Document) -> Any:
    """Return the input of *target* for *event*."""
    if "Input" in target:
        return json.loads(target["Input"])
    if "InputPath" in target:
        return _at(event, target["InputPath"])
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event)
    return event


def _transformed(transformer: Document, event: Document) -> Any:
    """Replace each ``<name>`` in the template: with JSON, or with text inside a JSON string."""
    values = {name: _at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    values["aws.events.event.json"] = event
    template = str(transformer["InputTemplate"])

    def fill(name: re.Match[str]) -> str:
        value = values.get(name[1])
        is_inside = template[: name.start()].count('"') % 2
        if not is_inside:
            return json.dumps(value)
        return json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1]

    return json.loads(re.sub(r"<([\w.-]+)>", fill, template))


def _at(event: Document, path: str) -> Any:
    """Return the value at a path such as ``$.detail.state`` or ``$.resources[0]``; None if *event* has no such path."""
    value: Any = event
    for key, index in re.findall(r"\.([\w-]+)|\[(\d+)\]", path.removeprefix("$")):
        try:
            value = value[key] if key else value[int(index)]
        except (IndexError, KeyError, TypeError):
            return None
    return value


def _shown(time: object) -> str:
    if isinstance(time, str) and not re.fullmatch(r"[0-9.]+", time):
        return time
    moment = datetime.fromtimestamp(float(str(time)), UTC) if time else datetime.now(UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
