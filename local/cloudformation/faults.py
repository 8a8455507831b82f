"""Faults of PUTs to S3."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    How S3 handles a valid PUT.

    Attributes:
        stored: Whether S3 stores the body.

        status: HTTP status of the response; None closes the connection instead.

        delay: Seconds before the response.
    """

    stored: bool
    status: int | None
    delay: float = 0


NONE = Fault(stored=True, status=200)


def refused(status: int = 403) -> Fault:
    """Respond with *status* and store nothing: 403 for an expired signature, 503 for too many requests."""
    return Fault(stored=False, status=status)


def reset() -> Fault:
    """Break the connection before the body is stored."""
    return Fault(stored=False, status=None)


def reset_after() -> Fault:
    """Break the connection after the body is stored: the sender cannot know this, and has to send it again."""
    return Fault(stored=True, status=None)


def slow(seconds: float) -> Fault:
    """Store the body at once, and respond after *seconds*."""
    return Fault(stored=True, status=200, delay=seconds)
