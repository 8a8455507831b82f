"""One thing that was measured, next to what was to be reached and what others need for the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A measured figure; the smaller, the better.

    Attributes:
        name: What was measured, of how much.

        unit: As in ``ms``; empty for a count or a ratio.

        is_exponent: Whether it says how something grows, so that its ratio to another says nothing.

        ours: The figure of this project.

        at_most: What it is to reach; None where that is not said.

        peers: ``{name: their figure for the same}``.
    """

    name: str
    unit: str = ""
    is_exponent: bool = False
    ours: float
    at_most: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_reached(self) -> bool:
        """Whether it is as it should be, or nothing is said about that."""
        return self.at_most is None or self.ours <= self.at_most

    def ratio(self, peer: str) -> float | None:
        """Return how many times ours *peer*'s figure is; None where that says nothing."""
        return None if self.is_exponent or not self.ours else self.peers[peer] / self.ours
