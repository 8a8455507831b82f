"""Reports of `audit`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mgn_finalize.forms import of_report
from mgn_finalize.views.tables import line, table
from mgn_finalize.words import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

Report = Mapping[str, Any]


@of_report
def view(report: Report) -> "Iterator[RenderableType]":
    """Yield what a person needs to know of an audit."""
    servers = report.get("servers", [report])
    if "servers" in report:
        yield line(f"{report.get('outcome')}:", f"{counted(report.get('counts', {}))}.")
    rows = [(one.get("sourceServerID"), one.get("hostname"), one.get("outcome"), _why(one)) for one in servers]
    yield table("", ("source server", "host", "outcome", "why"), rows)
    yield from _leftovers(servers)


def _why(report: Report) -> str:
    reasons = [
        f"{one['check']} {one['verdict']}: {one['reason']}"
        for one in report.get("checks", ())
        if one["verdict"] != "PASS"
    ]
    if error := report.get("error"):
        reasons.insert(0, f"{error['code']}: {error['message']} {error.get('hint') or ''}".rstrip())
    if not reasons and report.get("outcome") == "CLEAN":
        return "every check passes"
    return "\n".join(reasons)


def _leftovers(servers: Sequence[Report]) -> "Iterator[RenderableType]":
    found = [(one, left) for one in servers for left in one.get("leftovers", ())]
    if not found:
        return
    rows = [
        (left["id"], left["type"], one["sourceServerID"], left["sizeGiB"], left["ageHours"], _usd(left.get("cost")))
        for one, left in found
    ]
    columns = ("resource", "type", "source server", "GiB", "age in hours", "USD a month")
    yield table("What MGN should have deleted", columns, rows)


def _usd(cost: Report | None) -> str:
    """Return an estimate of the monthly cost."""
    return f"about {cost['monthlyUsd']:.2f}" if cost else "unknown"
