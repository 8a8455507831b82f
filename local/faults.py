"""
Fault injection: errors between a client and AWS, and inside AWS.

A pending fault is applied to the next calls of its operation.
"""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# HTTP status, error code and message; {operation} is a placeholder.
ERRORS = {
    "throttle": (429, "ThrottlingException", "Rate exceeded"),
    "internal": (500, "InternalServerException", "An internal error has occurred."),
    "unavailable": (503, "ServiceUnavailableException", "Service is unavailable. Please try again."),
    "access-denied": (403, "AccessDeniedException", "User is not authorized to perform: {operation}"),
    "expired-token": (403, "ExpiredTokenException", "The security token included in the request is expired"),
    "conflict": (409, "ConflictException", "Another change to the resource is in progress."),
    "validation": (400, "ValidationException", "Simulated error: the request is invalid."),
    "not-found": (404, "ResourceNotFoundException", "Simulated error: the resource does not exist."),
    "uninitialized": (400, "UninitializedAccountException", "Simulated error: the account is not initialized."),
}
# reset, reset-after: the connection ends before or after the effect.  hang, hang-after: the response is delayed, before
# or after the effect.  drip: the response arrives byte by byte.  stale: reads return old data.  no-effect, late-effect:
# a write succeeds without its effect, or the effect comes later.  nameless-item: a list item lacks its ID.
OTHERS = {"reset", "reset-after", "hang", "hang-after", "drip", "stale", "no-effect", "late-effect", "nameless-item"}
# Supported for FinalizeCutover only.
WITHOUT_EFFECT = {"no-effect", "late-effect"}


@dataclass(slots=True, kw_only=True)
class Fault:
    """
    A pending fault.

    Attributes:
        operation: Such as ``FinalizeCutover``; ``*`` for any.

        service: Such as ``mgn``.

        fault: One of ``ERRORS`` or ``OTHERS``.

        account: ID of the account whose calls it applies to; empty for any.

        times: Number of calls to apply it to.

        parameters: Request parameters that a call must have, such as ``{"jobID": …}``; empty for any call.

        seconds: Delay of a ``hang``; duration of a ``drip``; how long reads stay ``stale`` after the next write;
            delay of a ``late-effect``.

        probability: Probability of applying it to a matching call; drawn from *seed*.
    """

    operation: str
    fault: str
    service: str = "mgn"
    account: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1
    seconds: float = 5
    probability: float = 1
    seed: int = 0

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Fault":
        """
        Return the fault that *document* describes.

        Raises:
            ValueError: *document* is not a valid fault.
        """
        known = [item.name for item in fields(cls)]
        if unknown := document.keys() - set(known):
            raise ValueError(f"Unknown members of a fault: {', '.join(sorted(unknown))}; known are {', '.join(known)}.")
        if not {"operation", "fault"} <= document.keys():
            raise ValueError("A fault requires the members operation and fault.")
        if document["fault"] not in ERRORS.keys() | OTHERS:
            raise ValueError(f"Unknown fault {document['fault']!r}; known are {', '.join(sorted([*ERRORS, *OTHERS]))}.")
        if document["fault"] in WITHOUT_EFFECT and document["operation"] != "FinalizeCutover":
            raise ValueError(f"The fault {document['fault']!r} is supported for FinalizeCutover only.")
        return cls(**document)

    def concerns(self, service: str, account: str, operation: str, parameters: Mapping[str, Any]) -> bool:
        """Return whether the fault applies to this call."""
        is_of_calls = self.fault != "stale" and self.service == service and self.operation in {operation, "*"}
        return is_of_calls and self.account in {"", account} and self.parameters.items() <= parameters.items()


class Faults:
    """The pending faults, in order of their creation.  Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, random.Random]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, random.Random(fault.seed)))  # noqa: S311 # nosec B311 # repeatable, not secret

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, service: str, account: str, operation: str, parameters: Mapping[str, Any]) -> Fault | None:
        """Return the fault to apply to this call, and count the call; None without a fault."""
        with self._lock:
            for fault, chance in self._waiting:
                if not fault.concerns(service, account, operation, parameters) or chance.random() >= fault.probability:
                    continue
                fault.times -= 1
                self._waiting = [entry for entry in self._waiting if entry[0].times > 0]
                return fault
        return None
