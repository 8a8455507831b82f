"""A measured figure, with its target and the figures of other solutions."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A measured figure; smaller is better.

    Attributes:
        name: What was measured, and for which amount.

        unit: Such as ``ms``; empty for a count or a ratio.

        is_exponent: Whether it is a growth exponent, so that a ratio to another figure is meaningless.

        ours: The figure of this project.

        at_most: The target; None without a target.

        peers: ``{name of another solution: its figure}``.
    """

    name: str
    unit: str = ""
    is_exponent: bool = False
    ours: float
    at_most: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_reached(self) -> bool:
        """Whether the figure meets its target, or has none."""
        return self.at_most is None or self.ours <= self.at_most

    def ratio(self, peer: str) -> float | None:
        """Return *peer*'s figure divided by this project's; None if that is meaningless."""
        return None if self.is_exponent or not self.ours else self.peers[peer] / self.ours
