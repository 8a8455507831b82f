"""Compares every answer of MGN that a boto3 client receives, before botocore parses it."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel, Shape

from tests.account.comparison import Difference, differences, shown
from tests.account.identifiers import Seen
from tests.account.report import Finding, FindingKind, OperationRead

FIELD = re.compile("[a-zA-Z][a-zA-Z0-9]*")
FAILED = 400  # the first HTTP status of an error
# Seen in a real account before, and read by the application as it is meant.
KNOWN: set[tuple[str, Difference]] = {
    ("DescribeJobLogItems", (FindingKind.UNKNOWN_ENUM_VALUE, "items[]/event", "LAUNCH_END"))
}


@dataclass(slots=True, kw_only=True)
class Recorder:
    """
    What MGN answered.

    Args:
        seen: Receives every value that can identify.

    Attributes:
        errors: ``{operation: (HTTP status, error code) of the last error}``.

        throttled: The number of throttled calls by ``status code``.
    """

    seen: Seen
    calls: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    errors: dict[str, tuple[int, str]] = field(default_factory=dict)
    throttled: Counter[str] = field(default_factory=Counter)
    _found: Counter[tuple[str, Difference]] = field(default_factory=Counter)

    def install(self, client: Any) -> None:
        """Record every answer that the boto3 *client* of MGN receives."""
        client.meta.events.register("before-parse", self._record)

    def add(self, operation: str, difference: Difference) -> None:
        """Count a *difference* in an answer of *operation*."""
        self._found[operation, difference] += 1

    def findings(self) -> tuple[Finding, ...]:
        """Return every difference, each once with its number."""
        return tuple(_finding(*found, count) for found, count in sorted(self._found.items(), key=str))

    def operations(self) -> tuple[OperationRead, ...]:
        """Return every operation that was called, in the order of the first call."""
        return tuple(self._read(name) for name in self.calls)

    def _read(self, name: str) -> OperationRead:
        status, code = self.errors.get(name, (None, None))
        return OperationRead(
            operation=name, calls=self.calls[name], items=self.items[name], error=code, http_status=status
        )

    def _record(self, operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
        name, status = operation_model.name, response_dict["status_code"]
        self.calls[name] += 1
        try:
            document = json.loads(response_dict["body"] or b"{}")
        except ValueError:
            document = None
        if status >= FAILED:
            self._record_error(name, status, response_dict["headers"])
        elif operation_model.output_shape is not None:
            self._compare(name, document, operation_model.output_shape)

    def _record_error(self, name: str, status: int, headers: Any) -> None:
        # https://docs.aws.amazon.com/mgn/latest/APIReference/CommonErrors.html
        code = shown(str(headers.get("x-amzn-ErrorType", "unknown")).split(":")[0])
        self.errors[name] = (status, code)
        if status == 429 or "Throttl" in code or "TooManyRequests" in code:
            self.throttled[f"{status} {code}"] += 1

    def _compare(self, name: str, document: Any, shape: Shape) -> None:
        for difference in differences(document, shape):
            self.add(name, difference)
        items = document.get("items") if isinstance(document, dict) else None
        self.items[name] += len(items) if isinstance(items, list) else 1
        remember(document, shape, self.seen)


def remember(value: Any, shape: Shape | None, seen: Seen) -> None:
    """Add every text in the JSON value *value* to *seen* that is no enum value and no name of a field."""
    if isinstance(value, dict):
        for name, item in value.items():
            if not _is_field(name, shape):
                seen.add(name)
            remember(item, _inside(shape, name), seen)
    elif isinstance(value, list):
        for item in value:
            remember(item, getattr(shape, "member", None), seen)
    elif isinstance(value, str) and not getattr(shape, "enum", None):
        seen.add(value)


def _is_field(name: str, shape: Shape | None) -> bool:
    """Whether *name* is that of a field of the structure *shape*, which the model may lack; keys of maps are values."""
    return shape is not None and shape.type_name == "structure" and bool(FIELD.fullmatch(name))


def _inside(shape: Any, name: str) -> Shape | None:
    members: dict[str, Shape] = getattr(shape, "members", {})
    return getattr(shape, "value", None) or members.get(name)


def _finding(operation: str, difference: Difference, count: int) -> Finding:
    kind, path, value = difference
    is_known = (operation, difference) in KNOWN
    return Finding(kind=kind, operation=operation, path=path, value=value, count=count, is_known=is_known)
