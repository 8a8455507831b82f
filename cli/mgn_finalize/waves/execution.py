"""An execution of the state machine as it is now: its status, its input and its output."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mgn_finalize.errors import ProgramError, UnusableRequestError
from mgn_finalize.forms import understood

ENDED = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


@dataclass(frozen=True, kw_only=True)
class Execution:
    """
    An execution as it is now.

    Attributes:
        request: Its input.

        output: Its output; None until it succeeded.
    """

    arn: str
    status: str
    request: Mapping[str, Any]
    output: Mapping[str, Any] | None
    error: str
    cause: str

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def is_check(self) -> bool:
        """Whether it was asked to finalize nothing."""
        return self.request.get("action") == "check" or self.request.get("dryRun") is True

    @property
    @understood("The output of the execution")
    def next_part(self) -> str | None:
        """The ARN of the execution that goes on with this wave; None if there is none."""
        following: str | None = ((self.output or {}).get("rounds") or {}).get("next")
        return following

    @property
    @understood("The input of the execution")
    def wave_name(self) -> str:
        """The name of the first part, under which the results of all parts are."""
        return str((self.request.get("continued") or {}).get("name") or self.name)

    def failure(self) -> ProgramError:
        """Return the error that ended it."""
        kind = UnusableRequestError if self.error == "InvalidRequestError" else ProgramError
        reason = ": ".join(part for part in (self.error, self.cause) if part) or "no reason is given"
        return kind(f"Execution {self.name} has the status {self.status}: {reason}")
