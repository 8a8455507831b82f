"""The state of the local AWS that real AWS does not have."""

from dataclasses import dataclass, field
from typing import Any

from local.calls import CallLog
from local.faults import Faults
from local.pace import Pace
from local.stale import StaleReads


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    The call log, the pending faults, the rate limit and the stale reads of one local AWS.

    Attributes:
        answers: Responses to CloudFormation requests that the local AWS did not send, such as those in ``events/``.
    """

    calls: CallLog = field(default_factory=CallLog)
    faults: Faults = field(default_factory=Faults)
    pace: Pace = field(default_factory=Pace)
    stale: StaleReads = field(default_factory=StaleReads)
    answers: list[Any] = field(default_factory=list)
