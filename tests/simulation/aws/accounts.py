"""The accounts of automation, and what can be wrong in one of them."""

import math
from dataclasses import dataclass

# No call of the role succeeds; MGN was never set up; MGN throttles every call.
ILLNESSES = ("refused", "uninitialized", "throttled")
OF_EVERY_SERVICE = {"refused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    An account that automation covers.

    Attributes:
        illness: One of ILLNESSES; None if all is well.

        ill_from, ill_until: When it begins and ends, in seconds.
    """

    id: str
    illness: str | None = None
    ill_from: float = 0.0
    ill_until: float = math.inf

    def illness_at(self, moment: float) -> str | None:
        return self.illness if self.ill_from <= moment < self.ill_until else None
