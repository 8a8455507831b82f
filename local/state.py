"""What the local AWS keeps besides what AWS would keep."""

from dataclasses import dataclass, field
from typing import Any

from local.calls import CallLog
from local.faults import Faults
from local.pace import Pace
from local.stale import StaleReads


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    The call log, the faults that wait, the pace and the stale reads of one local AWS.

    Attributes:
        answers: To requests of CloudFormation that nobody here has sent, such as those in ``events/``.
    """

    calls: CallLog = field(default_factory=CallLog)
    faults: Faults = field(default_factory=Faults)
    pace: Pace = field(default_factory=Pace)
    stale: StaleReads = field(default_factory=StaleReads)
    answers: list[Any] = field(default_factory=list)
