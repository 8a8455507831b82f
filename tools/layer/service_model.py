"""Reduces the model of a service to some of its operations."""

from collections.abc import Iterator
from typing import Any


def cut(model: dict[str, Any], operations: list[str]) -> dict[str, Any]:
    """
    Return *model* with only *operations* and the shapes that they use, and without documentation.

    Raises:
        SystemExit: *model* does not have an operation.
    """
    unknown = [name for name in operations if name not in model["operations"]]
    if unknown:
        raise SystemExit(
            f"contents.toml names {', '.join(unknown)}, which {model['metadata']['serviceId']} does not have."
        )
    kept = {name: model["operations"][name] for name in operations}
    shapes = _closure(kept, model["shapes"])
    cut_down = {**model, "operations": kept, "shapes": {name: model["shapes"][name] for name in sorted(shapes)}}
    bare: dict[str, Any] = _without_documentation(cut_down)
    return bare


def _closure(operations: dict[str, Any], shapes: dict[str, Any]) -> set[str]:
    """Return the names of all shapes that *operations* use, directly or through other shapes."""
    found: set[str] = set()
    waiting = set(_references(operations))
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(_references(shapes[name])) - found
    return found


def _references(node: Any) -> Iterator[str]:
    """Yield the names of the shapes in *node*, at any depth; a member can also have the name ``shape``."""
    if isinstance(node, dict):
        if isinstance(node.get("shape"), str):
            yield node["shape"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _without_documentation(node: Any) -> Any:
    """Return *node* without documentation texts; a member with the name ``documentation`` is not a text, and stays."""
    if isinstance(node, dict):
        return {
            key: _without_documentation(value)
            for key, value in node.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    return [_without_documentation(value) for value in node] if isinstance(node, list) else node
