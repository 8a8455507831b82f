"""Changes to a JSON document; each returns a new document, and does not modify the old one."""

import json
from collections.abc import Callable
from typing import Any

from tests.fuzz.words import nested

# The keys and indices that lead to a value.
Place = tuple[str | int, ...]


def _changed(document: Any, place: Place, change: Callable[[Any], Any]) -> Any:
    """Return *document* with *change* applied at *place*; unchanged parts are shared, not copied."""
    if not place:
        return change(document)
    copy = document.copy()
    copy[place[0]] = _changed(copy[place[0]], place[1:], change)
    return copy


def _drop(document: Any, place: Place) -> Any:
    def without(holder: Any) -> Any:
        copy = holder.copy()
        del copy[place[-1]]
        return copy

    return _changed(document, place[:-1], without) if place else None


def _rename(document: Any, place: Place, name: str) -> Any:
    def renamed(holder: Any) -> Any:
        if not isinstance(holder, dict):
            return {name: holder}
        return {name if key == place[-1] else key: value for key, value in holder.items()}

    return _changed(document, place[:-1], renamed) if place else {name: document}


def _added(holder: Any, name: str, value: Any) -> Any:
    return {**holder, name: value} if isinstance(holder, dict) else [*holder, value]


def _retyped(value: Any) -> Any:
    """Return *value* as another type with the same meaning for people."""
    if isinstance(value, dict):
        return [{"Key": key, "Value": each} for key, each in value.items()]
    if isinstance(value, list):
        return {str(number): each for number, each in enumerate(value)}
    if isinstance(value, str):
        return (
            int(value)
            if value.isdecimal() and len(value) < 1000
            else {"true": True, "false": False}.get(value, [value])
        )
    return json.dumps(value)


def _enlarged(value: Any, times: int) -> Any:
    """Return *value* repeated: text and lists are concatenated, members of objects get new names."""
    if isinstance(value, str | list):
        return value * (times // max(1, len(value)) + 1)
    if isinstance(value, dict):
        return {**value, **{f"{name}{number}": value[name] for name in list(value)[:1] for number in range(times)}}
    return [value] * times


def _copied(document: Any, place: Place, target: Place) -> Any:
    """Copy the value at *place* to *target*."""
    value = document
    for key in place:
        value = value[key]
    return _changed(document, target, lambda _: value)


STEPS: dict[str, Callable[..., Any]] = {
    "drop": _drop,
    "rename": _rename,
    "add": lambda document, place, *rest: _changed(document, place, lambda holder: _added(holder, *rest)),
    "replace": lambda document, place, value: _changed(document, place, lambda _: value),
    "retype": lambda document, place: _changed(document, place, _retyped),
    "nest": lambda document, place, depth, kind: _changed(document, place, lambda old: nested(depth, kind, old)),
    "enlarge": lambda document, place, times: _changed(document, place, lambda old: _enlarged(old, times)),
    "copy": _copied,
}
