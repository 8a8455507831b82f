"""One report on several source servers: the number of each outcome, and the most severe outcome."""

from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.version import VERSION

from .errors import OutOfTimeError
from .report import ArchivedGroupsField, Outcome, Report, camel_case, in_list

# From the least to the most severe.
SEVERITY = (
    Outcome.FINALIZED,
    Outcome.WOULD_FINALIZE,
    Outcome.SKIPPED,
    Outcome.NOT_READY,
    Outcome.BLOCKED,
    Outcome.NOT_FOUND,
    Outcome.FAILED,
)


# Bytes without whitespace; Lambda adds a space after each comma and colon.
LARGEST = 225_000
# Checks that did not pass, per source server.
MOST_RULES, FEW_RULES = 100, 3
# Characters of an error message or a warning.
LONGEST_TEXT = 300


class FleetOutcome(StrEnum):
    """The outcome of several source servers: PARTIAL if only some are finalized, otherwise the most severe outcome."""

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
    The report on several source servers.

    ``remaining`` lists the IDs that were not reached in time; retry the request to continue with them.
    """

    schema_version: Literal["1.0"] = "1.0"
    function_version: str
    outcome: FleetOutcome
    total: int
    counts: Mapping[Outcome, int]
    changed: int
    servers: tuple[Report, ...]
    remaining: tuple[str, ...] = ()
    archived_groups: ArchivedGroupsField = msgspec.UNSET


def fleet_report(reports: Collection[Report], *, remaining: Collection[str] = ()) -> FleetReport:
    """Summarize *reports* without MGN's responses; *reports* or *remaining* must have an item."""
    counts = Counter(report.outcome for report in reports)
    return FleetReport(
        function_version=VERSION,
        outcome=_outcome(counts, remaining),
        total=len(reports) + len(remaining),
        counts={outcome: counts[outcome] for outcome in SEVERITY if counts[outcome]},
        changed=sum(report.changed for report in reports),
        servers=tuple(map(in_list, reports)),
        remaining=tuple(remaining),
    )


def within_a_state(report: FleetReport) -> FleetReport:
    """
    Return *report*, if necessary with shorter entries, so that it fits into a Step Functions state of 256 KiB.

    First the hints are omitted and texts are cut, then all but the first checks that did not pass of each server.
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """
    for most in (MOST_RULES, FEW_RULES):
        if len(msgspec.json.encode(report)) <= LARGEST:
            break
        report = msgspec.structs.replace(report, servers=tuple(_shorter(server, most) for server in report.servers))
    return report


def _shorter(report: Report, most: int) -> Report:
    findings = (
        msgspec.structs.replace(found, hint=msgspec.UNSET, reason=_cut(found.reason))
        for found in report.readiness[:most]
    )
    if error := report.error:
        error = msgspec.structs.replace(error, message=_cut(error.message))
    warnings = tuple(map(_cut, report.warnings))
    return msgspec.structs.replace(report, readiness=tuple(findings), error=error, warnings=warnings)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."


def summary(results: Collection[Result]) -> FleetReport:
    """Summarize *results*; results that ran out of time become ``remaining``."""
    late = [result.report.source_server_id for result in results if isinstance(result.cause, OutOfTimeError)]
    reports = [result.report for result in results if not isinstance(result.cause, OutOfTimeError)]
    return fleet_report(reports, remaining=late)


def _outcome(counts: Mapping[Outcome, int], remaining: Collection[str]) -> FleetOutcome:
    worst = max(counts, key=SEVERITY.index, default=Outcome.SKIPPED if not remaining else Outcome.NOT_READY)
    if counts.get(Outcome.FINALIZED) and (worst != Outcome.FINALIZED or remaining):
        return FleetOutcome.PARTIAL
    return FleetOutcome(worst.value)
