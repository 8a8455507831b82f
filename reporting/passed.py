"""The rules that passed: what each server's rules found, and what is said once because many servers share it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from finalize_cutover.cutover.report import FindingReport

from .row import Row

# The page stays readable, and small, if it does not repeat what at least this many source servers share.
SHARED_BY = 10
INSTANCE, JOB = "[instance]", "[job]"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualFinding:
    """
    What a rule found on most source servers.

    Attributes:
        reason: Its reason, in which ``[instance]`` and ``[job]`` stand for the server's own IDs.

        servers: On how many source servers.
    """

    rule: str
    reason: str
    servers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """
    The rules that passed on one source server.

    Attributes:
        own: What is not usual.

        usual: The number of rules with the usual finding.
    """

    own: tuple[FindingReport, ...]
    usual: int


def usual_findings(rows: Sequence[Row]) -> dict[str, UsualFinding]:
    """Return {rule: its usual finding}, for the rules that have one."""
    counts = Counter((finding.rule, _reason(finding, row)) for row in rows for finding in row.passed)
    usual: dict[str, UsualFinding] = {}
    for (rule, reason), servers in counts.most_common():
        if servers >= SHARED_BY:
            usual.setdefault(rule, UsualFinding(rule=rule, reason=reason, servers=servers))
    return usual


def passed_on(row: Row, usual: dict[str, UsualFinding]) -> Passed:
    """Return the rules that passed on the server of *row*."""
    own = tuple(finding for finding in row.passed if not _is_usual(finding, row, usual))
    return Passed(own=own, usual=len(row.passed) - len(own))


def _is_usual(finding: FindingReport, row: Row, usual: dict[str, UsualFinding]) -> bool:
    found = usual.get(finding.rule)
    return found is not None and found.reason == _reason(finding, row)


def _reason(finding: FindingReport, row: Row) -> str:
    reason = finding.reason
    for word, sign in ((row.launched_instance_id, INSTANCE), (row.cutover_job_id, JOB)):
        reason = reason.replace(word, sign) if word else reason
    return reason
