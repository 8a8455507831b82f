"""
Matches events with the event patterns of EventBridge, as far as the examples use them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Return whether *event* matches *pattern*: every member of the pattern must match."""
    return all(_matches_member(name, wanted, event) for name, wanted in pattern.items())


def _matches_member(name: str, wanted: Any, event: Any) -> bool:
    if name == "$or":
        return any(matches(each, event) for each in wanted)
    value = event.get(name) if isinstance(event, Mapping) else None
    if isinstance(wanted, Mapping):
        return matches(wanted, value)
    return any(_matches_value(each, value) for each in wanted)


def _matches_value(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(value == wanted)
    ((operator, argument),) = wanted.items()
    if operator == "exists":
        return (value is not None) is argument
    assert operator == "anything-but", f"{operator} is not known here."
    # A missing member is not anything but something.
    if value is None:
        return False
    if isinstance(argument, Mapping):
        return not any(fnmatchcase(value, each) for each in argument["wildcard"])
    return value not in argument
