"""Several servers in one report: how many of each outcome, and the worst of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from finalize_cutover.cutover.finalize.result import Result

from .errors import OutOfTimeError
from .report import Outcome, Report, camel_case

# From the mildest to the most severe.
SEVERITY = (
    Outcome.FINALIZED,
    Outcome.WOULD_FINALIZE,
    Outcome.SKIPPED,
    Outcome.NOT_READY,
    Outcome.BLOCKED,
    Outcome.NOT_FOUND,
    Outcome.FAILED,
)


class FleetOutcome(StrEnum):
    """What became of several source servers: PARTIAL where only some are finalized, else the worst of them."""

    FINALIZED = "FINALIZED"
    PARTIAL = "PARTIAL"
    WOULD_FINALIZE = "WOULD_FINALIZE"
    SKIPPED = "SKIPPED"
    NOT_READY = "NOT_READY"
    BLOCKED = "BLOCKED"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"


class FleetReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    What was found and done about several source servers.

    ``remaining`` holds the IDs that were not reached in time: ask again, and they are next.
    """

    schema_version: Literal["1.0"] = "1.0"
    outcome: FleetOutcome
    total: int
    counts: Mapping[Outcome, int]
    changed: int
    servers: tuple[Report, ...]
    remaining: tuple[str, ...] = ()


def fleet_report(reports: Collection[Report], *, remaining: Collection[str] = ()) -> FleetReport:
    """Sum up *reports*, at least one of them or of *remaining*; MGN's own answers are left out."""
    counts = Counter(report.outcome for report in reports)
    return FleetReport(
        outcome=_outcome(counts, remaining),
        total=len(reports) + len(remaining),
        counts={outcome: counts[outcome] for outcome in SEVERITY if counts[outcome]},
        changed=sum(report.changed for report in reports),
        servers=tuple(msgspec.structs.replace(report, source_server=msgspec.UNSET) for report in reports),
        remaining=tuple(remaining),
    )


def summary(results: Collection[Result]) -> FleetReport:
    """Sum up *results*; those for which too little time was left are remaining."""
    late = [result.report.source_server_id for result in results if isinstance(result.cause, OutOfTimeError)]
    reports = [result.report for result in results if not isinstance(result.cause, OutOfTimeError)]
    return fleet_report(reports, remaining=late)


def _outcome(counts: Mapping[Outcome, int], remaining: Collection[str]) -> FleetOutcome:
    worst = max(counts, key=SEVERITY.index, default=Outcome.SKIPPED if not remaining else Outcome.NOT_READY)
    if counts.get(Outcome.FINALIZED) and (worst != Outcome.FINALIZED or remaining):
        return FleetOutcome.PARTIAL
    return FleetOutcome(worst.value)
