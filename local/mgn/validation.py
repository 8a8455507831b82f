"""
Validates requests against MGN's API model: types, required members, lengths, ranges, patterns, enums.

The service checks all of them; botocore checks only types and lengths, and moto checks nothing.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.model import OperationModel, Shape

from .exceptions import ValidationException

TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
}

Problem = tuple[str, str]


def validate(parameters: object, operation: OperationModel) -> None:
    """
    Validate *parameters*, the input of *operation*, as the service does.

    Raises:
        ValidationException: They do not conform to the model; ``fieldList`` contains each invalid field.
    """
    if operation.input_shape is None:
        return
    found = list(problems(parameters, operation.input_shape))
    if found:
        raise ValidationException(sentence(found), "fieldValidationFailed", found)


def sentence(found: Sequence[Problem]) -> str:
    """Return the error message of AWS services for the problems *found*."""
    noun = "error" if len(found) == 1 else "errors"
    sentences = "; ".join(f"Value at '{name}' failed to satisfy constraint: {text}" for name, text in found)
    return f"{len(found)} validation {noun} detected: {sentences}"


def problems(value: Any, shape: Shape, path: str = "") -> Iterator[Problem]:
    """Yield ``(field, constraint)`` for everything in *value* that violates *shape*; unknown members are ignored."""
    expected = TYPES.get(shape.type_name)
    if expected is None:
        return
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        yield path or "body", f"Member must be a {shape.type_name}"
        return
    yield from _own_problems(value, shape, path)
    yield from _inner_problems(value, shape, path)


def _own_problems(value: Any, shape: Shape, path: str) -> Iterator[Problem]:
    limits = shape.metadata
    size = value if isinstance(value, int) else len(value) if hasattr(value, "__len__") else 0
    noun = "value" if isinstance(value, int) else "length"
    if "min" in limits and size < limits["min"]:
        yield path, f"Member must have {noun} greater than or equal to {limits['min']}"
    if "max" in limits and size > limits["max"]:
        yield path, f"Member must have {noun} less than or equal to {limits['max']}"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        yield path, f"Member must satisfy regular expression pattern: {limits['pattern']}"
    if limits.get("enum") and value not in limits["enum"]:
        yield path, f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"


def _inner_problems(value: Any, shape: Any, path: str) -> Iterator[Problem]:
    walk = {"structure": _member_problems, "list": _item_problems, "map": _entry_problems}.get(shape.type_name)
    if walk:
        yield from walk(value, shape, path)


def _member_problems(value: Any, shape: Any, path: str) -> Iterator[Problem]:
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from problems(value[name], member, _join(path, name))
        elif name in shape.required_members:
            yield _join(path, name), "Member must not be null"


def _item_problems(value: Any, shape: Any, path: str) -> Iterator[Problem]:
    for index, item in enumerate(value, start=1):
        yield from problems(item, shape.member, f"{path}.{index}.member")


def _entry_problems(value: Any, shape: Any, path: str) -> Iterator[Problem]:
    for key, item in value.items():
        yield from problems(key, shape.key, f"{path}.{key}.key")
        yield from problems(item, shape.value, f"{path}.{key}.member")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
