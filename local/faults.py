"""
Faults to order: what goes wrong between a client and AWS, and inside AWS.

A fault waits for calls of its operation and spoils the first of them.
"""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
# The connection ends before or after the effect; the answer is held before or after it, or comes byte by byte; reads
# lag behind; a write is answered well and has no effect, or has it later; a list has an item without its ID.
OTHERS = {"reset", "reset-after", "hang", "hang-after", "drip", "stale", "no-effect", "late-effect", "nameless-item"}
# Only FinalizeCutover can be answered without its effect.
WITHOUT_EFFECT = {"no-effect", "late-effect"}


@dataclass(slots=True, kw_only=True)
class Fault:
    """
    A fault that waits.

    Attributes:
        operation: As in ``FinalizeCutover``; ``*`` for any.

        service: As in ``mgn``.

        fault: One of ``ERRORS`` or ``OTHERS``.

        times: How many calls it spoils.

        parameters: What a call must ask for, as in ``{"jobID": …}``; empty for any.

        seconds: How long a ``hang`` holds the call, and all bytes of a ``drip`` take; how long reads stay ``stale``
            after the next write; when a ``late-effect`` comes.

        probability: Of spoiling a call that it could; drawn from *seed*.
    """

    operation: str
    fault: str
    service: str = "mgn"
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
        if document["fault"] in WITHOUT_EFFECT and document["operation"] != "FinalizeCutover":
            raise ValueError(f"Only FinalizeCutover can have {document['fault']!r}.")
        return cls(**document)

    def concerns(self, service: str, operation: str, parameters: Mapping[str, Any]) -> bool:
        """Tell whether it could spoil this call."""
        is_of_calls = self.fault != "stale" and self.service == service and self.operation in {operation, "*"}
        return is_of_calls and self.parameters.items() <= parameters.items()


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

    def take(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Fault | None:
        """Return the fault that spoils this call, and count it; None for a call that goes well."""
        with self._lock:
            for fault, chance in self._waiting:
                if not fault.concerns(service, operation, parameters) or chance.random() >= fault.probability:
                    continue
                fault.times -= 1
                self._waiting = [entry for entry in self._waiting if entry[0].times > 0]
                return fault
        return None
