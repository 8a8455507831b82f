"""
Faults to order: what goes wrong between a client and AWS, and inside AWS.

A fault waits for calls of its operation and spoils the first of them.
"""

import random
import threading
from dataclasses import dataclass, fields
from typing import Any

# HTTP status, error code, message; {operation} is filled in.
ERRORS = {
    "throttle": (429, "ThrottlingException", "Rate exceeded"),
    "internal": (500, "InternalServerException", "An internal error has occurred."),
    "unavailable": (503, "ServiceUnavailableException", "Service is unavailable. Please try again."),
    "access-denied": (403, "AccessDeniedException", "User is not authorized to perform: {operation}"),
    "expired-token": (403, "ExpiredTokenException", "The security token included in the request is expired"),
    "conflict": (409, "ConflictException", "Another change to the resource is in progress."),
    "validation": (400, "ValidationException", "The request was made to be invalid."),
    "not-found": (404, "ResourceNotFoundException", "The resource was made to be unknown."),
    "uninitialized": (400, "UninitializedAccountException", "The account was made to be uninitialized."),
}
# The connection ends before or after the effect; the answer is held before or after it; reads lag behind.
OTHERS = {"reset", "reset-after", "hang", "hang-after", "stale"}


@dataclass(slots=True, kw_only=True)
class Fault:
    """
    A fault that waits.

    Attributes:
        operation: As in ``FinalizeCutover``; ``*`` for any.

        service: As in ``mgn``.

        fault: One of ``ERRORS`` or ``OTHERS``.

        times: How many calls it spoils.

        seconds: How long a ``hang`` holds the call; how long reads stay ``stale`` after the next write.

        probability: Of spoiling a call that it could; drawn from *seed*.
    """

    operation: str
    fault: str
    service: str = "mgn"
    times: int = 1
    seconds: float = 5
    probability: float = 1
    seed: int = 0

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Fault":
        """
        Return the fault that *document* describes.

        Raises:
            ValueError: It does not describe any.
        """
        known = [item.name for item in fields(cls)]
        if unknown := document.keys() - set(known):
            raise ValueError(f"A fault has no {', '.join(sorted(unknown))}; it has {', '.join(known)}.")
        if not {"operation", "fault"} <= document.keys():
            raise ValueError("A fault has at least an operation and a fault.")
        if document["fault"] not in ERRORS.keys() | OTHERS:
            raise ValueError(
                f"There is no fault {document['fault']!r}; there are {', '.join(sorted([*ERRORS, *OTHERS]))}."
            )
        return cls(**document)


class Faults:
    """The faults that wait, first come, first served; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, random.Random]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append((fault, random.Random(fault.seed)))  # noqa: S311 # nosec B311 # repeatable, not secret

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, service: str, operation: str) -> Fault | None:
        """Return the fault that spoils this call, and count it; None for a call that goes well."""
        with self._lock:
            for fault, chance in self._waiting:
                if not self._concerns(fault, service, operation) or chance.random() >= fault.probability:
                    continue
                fault.times -= 1
                self._waiting = [entry for entry in self._waiting if entry[0].times > 0]
                return fault
        return None

    @staticmethod
    def _concerns(fault: Fault, service: str, operation: str) -> bool:
        return fault.fault != "stale" and fault.service == service and fault.operation in {operation, "*"}
