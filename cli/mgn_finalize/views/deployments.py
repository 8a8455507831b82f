"""Reports about the deployment: `preflight` and `digest`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mgn_finalize.forms import of_report
from mgn_finalize.views.tables import line, table
from mgn_finalize.words import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

Report = Mapping[str, Any]


@of_report
def preflight(report: Report) -> "Iterator[RenderableType]":
    """Yield a table of the checks, and what the worst verdict is."""
    rows = [
        (one["check"], one["verdict"], one["reason"] + (f"\n-> {one['hint']}" if one.get("hint") else ""))
        for one in report.get("checks", ())
    ]
    yield table("", ("check", "verdict", "reason, and what to do"), rows)
    versions = report.get("versions", {})
    named = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    yield line(f"{report.get('outcome')}:", f"{counted(report.get('counts', {}))}. Versions: {named}.")


@of_report
def digest(report: Report) -> "Iterator[RenderableType]":
    """Yield the digest as people get it by mail, and whether it was sent."""
    yield line(str(report.get("subject", "")))
    yield line("")
    yield line(str(report.get("text", "")).strip())
    yield line("")
    message = report.get("messageID")
    yield line(f"It was published as message {message}." if message else "It was not published: there is no topic.")
