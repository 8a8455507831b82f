"""What may go wrong on the way to S3."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    How S3 treats a PUT that is as it should be.

    Attributes:
        stored: Whether S3 keeps the body.

        status: What it answers; None cuts the connection instead.

        delay: Seconds before it answers.
    """

    stored: bool
    status: int | None
    delay: float = 0


NONE = Fault(stored=True, status=200)


def refused(status: int = 403) -> Fault:
    """Let S3 answer *status* and keep nothing: 403 for an expired signature, 503 for too many requests."""
    return Fault(stored=False, status=status)


def reset() -> Fault:
    """Let the connection break before S3 keeps anything."""
    return Fault(stored=False, status=None)


def reset_after() -> Fault:
    """Let the connection break after S3 kept the body: the sender cannot know, and has to send again."""
    return Fault(stored=True, status=None)


def slow(seconds: float) -> Fault:
    """Let S3 keep the body at once and answer after *seconds*."""
    return Fault(stored=True, status=200, delay=seconds)
