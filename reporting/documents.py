"""
The documents that the function returns, told apart by their members.

They are decoded into the function's own types, so that the page shows what
those promise and nothing else: MGN's own answer, with its tags, is read for
two facts and goes no further.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from finalize_cutover.cutover.audit_report import AuditReport, FleetAuditReport
from finalize_cutover.cutover.fleet_report import FleetReport
from finalize_cutover.cutover.report import Report, Time, camel_case
from finalize_cutover.doors.sweep import SweepReport


class ServerReport(Report, frozen=True, kw_only=True, rename=camel_case):
    """A report; some say by themselves when the cutover was launched, others leave that to MGN's own answer."""

    cutover_launched_at: Time | None = None

    @property
    def launched_at(self) -> datetime | None:
        """When the cutover was launched; None where the report does not tell."""
        text = _inside(self.source_server, "lifeCycle", "lastCutover", "initiated", "apiCallDateTime")
        return self.cutover_launched_at or _time(text)

    @property
    def hostname(self) -> str | None:
        """What people call the server; None where the report does not tell."""
        name = _inside(self.source_server, "sourceProperties", "identificationHints", "hostname")
        return name if isinstance(name, str) else None


class ServersReport(FleetReport, frozen=True, kw_only=True, rename=camel_case):
    """A report on several servers."""

    servers: tuple[ServerReport, ...]


class SweptReport(SweepReport, frozen=True, kw_only=True, rename=camel_case):
    """A report of a sweep."""

    servers: tuple[ServerReport, ...]


Document = ServerReport | ServersReport | SweptReport | AuditReport | FleetAuditReport

# From the most telling members to the least: the first type all of whose members are there is meant.
MEMBERS: tuple[tuple[frozenset[str], type[Document]], ...] = (
    (frozenset({"servers", "remaining", "audit"}), SweptReport),
    (frozenset({"servers", "remaining"}), ServersReport),
    (frozenset({"servers", "counts"}), FleetAuditReport),
    (frozenset({"sourceServerID", "readiness"}), ServerReport),
    (frozenset({"sourceServerID", "checks"}), AuditReport),
)


def decoded(value: Mapping[str, Any]) -> Document | None:
    """
    Return *value* as what it is; None if it is nothing that the function returns.

    Raises:
        msgspec.ValidationError: It looks like one of ours, and is not.
    """
    for members, kind in MEMBERS:
        if members <= value.keys():
            return msgspec.convert(value, kind)
    return None


def reports_in(document: Document) -> Iterator[ServerReport | AuditReport]:
    """Yield what *document* says of each server."""
    if isinstance(document, ServerReport | AuditReport):
        yield document
        return
    yield from document.servers
    if isinstance(document, SweptReport) and document.audit:
        yield from document.audit.servers


def _inside(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _time(text: object) -> datetime | None:
    try:
        return msgspec.convert(text, Time)
    except msgspec.ValidationError:
        return None
