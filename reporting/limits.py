"""What a page leaves out to stay small enough to attach to a change and to open in a browser."""

from dataclasses import dataclass

MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What a page shows at most; every source server and its outcome are always on it.

    Attributes:
        characters: Length of a text from services and people.

        findings: Number of findings that did not pass, for each source server.

        has_passed: Whether it shows what the rules found that passed, not only their number.

        has_timeline: Whether it has a timeline.
    """

    characters: int
    findings: int
    has_passed: bool = True
    has_timeline: bool = True


# The first with which a page is small enough applies; the first leaves out nothing that a service returns.
LIMITS = (
    Limits(characters=10_000, findings=100),
    Limits(characters=300, findings=10, has_timeline=False),
    Limits(characters=160, findings=5, has_timeline=False),
    Limits(characters=100, findings=3, has_passed=False, has_timeline=False),
)
