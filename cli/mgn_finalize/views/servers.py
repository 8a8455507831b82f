"""Reports of `check` and `finalize`, on one source server or several."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mgn_finalize.forms import of_report
from mgn_finalize.views.tables import line, table
from mgn_finalize.words import counted, number_of

if TYPE_CHECKING:
    from rich.console import RenderableType

Report = Mapping[str, Any]

# Those that need a person most come first.
ORDER = ("FAILED", "NO_RESULT", "NOT_FOUND", "BLOCKED", "NOT_READY", "NOT_REACHED", "SKIPPED", "WOULD_FINALIZE")
COLUMNS = ("source server", "host", "outcome", "why")


@of_report
def view(report: Report, *, most: int | None = None) -> "Iterator[RenderableType]":
    """
    Yield what a person needs to know of *report*.

    Args:
        most: Number of source servers to list; None for all.
    """
    if "servers" not in report:
        yield from _one(report)
        return
    changed = report.get("changed") or 0
    yield line(
        f"{report.get('outcome')}:",
        f"{counted(report.get('counts', {}))}; {changed} changed by this request.",
    )
    yield from listed(report["servers"], most=most)
    if remaining := report.get("remaining"):
        yield line(f"{number_of(len(remaining), 'source server')} not reached in time: run the same command again.")
    yield from _archived(report)


@of_report
def listed(servers: Sequence[Report], *, most: int | None = None) -> "Iterator[RenderableType]":
    """Yield a table of *servers*, and how many it leaves out."""
    ranked = sorted(servers, key=_rank)
    shown = ranked if most is None else ranked[:most]
    if shown:
        yield table("", COLUMNS, map(_row, shown))
    if left := ranked[len(shown) :]:
        yield line(f"{number_of(len(left), 'more source server')} not listed; --json lists all.")


def _one(report: Report) -> "Iterator[RenderableType]":
    yield table("", COLUMNS, [_row(report)])
    if found := report.get("readiness"):
        rows = [(one["rule"], one["verdict"], _reason(one)) for one in found]
        yield table("Readiness checks", ("rule", "verdict", "reason"), rows)
    yield from _archived(report)


def _rank(report: Report) -> int:
    outcome = report.get("outcome")
    return ORDER.index(outcome) if outcome in ORDER else len(ORDER)


def _row(report: Report) -> tuple[object, ...]:
    return report.get("sourceServerID"), report.get("hostname"), report.get("outcome"), why(report)


def why(report: Report) -> str:
    """Return the reasons for the outcome, one in a line: what did not pass, the error, or when it was finalized."""
    reasons = [
        f"{one['rule']} {one['verdict']}: {_reason(one)}"
        for one in report.get("readiness", ())
        if one["verdict"] != "PASS"
    ]
    if error := report.get("error"):
        reasons.insert(0, f"{error['code']}: {error['message']} {error.get('hint') or ''}".rstrip())
    if report.get("outcome") == "FINALIZED":
        reasons.insert(
            0, f"finalized {'now' if report.get('changed') else 'before'} ({report.get('finalizedAt') or '-'})"
        )
    reasons.extend(f"warning: {warning}" for warning in report.get("warnings", ()))
    if not reasons and report.get("outcome") == "WOULD_FINALIZE":
        return "every check passes"
    return "\n".join(reasons)


def _reason(found: Report) -> str:
    """Return the reason of a finding and, if it did not pass, what you can do."""
    hint = found.get("hint")
    return f"{found['reason']}{f'. {hint}' if hint else ''}"


def _archived(report: Report) -> "Iterator[RenderableType]":
    groups = report.get("archivedGroups") or {}
    if ids := [*groups.get("applicationIDs", ()), *groups.get("waveIDs", ())]:
        yield line(f"Archived: {', '.join(ids)}.")
    for warning in groups.get("warnings", ()):
        yield line(f"Warning: {warning}")
