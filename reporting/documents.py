"""
The documents that the function returns, told apart by their members.

They are decoded into the function's own types, so that the page shows what
those promise and nothing else: MGN's own answer, with its tags, is read for
two facts and goes no further.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from finalize_cutover.cutover.audit.report import AuditReport, FleetAuditReport
from finalize_cutover.cutover.report import Report, Time, camel_case


class ServerReport(Report, frozen=True, kw_only=True, rename=camel_case):
    """A report, and what MGN's own answer adds to it."""

    @property
    def launched_at(self) -> datetime | None:
        """When the launch of the cutover was asked for; None where that is not told."""
        if isinstance(self.cutover_launched_at, datetime):
            return self.cutover_launched_at
        return _time(_inside(self.source_server, "lifeCycle", "lastCutover", "initiated", "apiCallDateTime"))

    @property
    def hostname(self) -> str | None:
        """What people call the server; None where the report does not tell."""
        name = _inside(self.source_server, "sourceProperties", "identificationHints", "hostname")
        return name if isinstance(name, str) else None


class ServersReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    What reports on several servers have in common: the function's own, a sweep's, and a batch's of the state machine.

    Their counts are not read; the page counts by itself, over all of them.
    """

    schema_version: Literal["1.0"] = "1.0"
    servers: tuple[ServerReport, ...]
    remaining: tuple[str, ...]
    audit: FleetAuditReport | None = None


class MachineSummary(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """What an execution of the state machine ends with; ``approval`` is what a person sent."""

    approval: Mapping[str, Any] | None


Document = ServerReport | ServersReport | MachineSummary | AuditReport | FleetAuditReport

# The first type all of whose members are there is meant.
MEMBERS: tuple[tuple[frozenset[str], type[Document]], ...] = (
    (frozenset({"servers", "remaining"}), ServersReport),
    (frozenset({"servers", "counts"}), FleetAuditReport),
    (frozenset({"results", "unanswered", "approval"}), MachineSummary),
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


def _inside(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _time(text: object) -> datetime | None:
    try:
        return msgspec.convert(text, Time)
    except msgspec.ValidationError:
        return None
