"""
The documents that the function returns or stores as evidence, identified by their members.

They are decoded into the function's own types, so that the page shows only the members of these types.  From MGN's own
response, which contains tags, only two members are used.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from finalize_cutover.cutover.audit.report import AuditReport, FleetAuditReport
from finalize_cutover.cutover.records.records import AuditRecord, FinalizeRecord, Intent
from finalize_cutover.cutover.report import Report, Time, camel_case


class ServerReport(Report, frozen=True, kw_only=True, rename=camel_case):
    """A report, with the launch time also from MGN's own response."""

    @property
    def launched_at(self) -> datetime | None:
        """Time of the request to launch the cutover; None if the report does not contain it."""
        if isinstance(self.cutover_launched_at, datetime):
            return self.cutover_launched_at
        return _time(_inside(self.source_server, "lifeCycle", "lastCutover", "initiated", "apiCallDateTime"))


class ServersReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    The common members of reports on several servers: from the function, a sweep, or a batch of the state machine.

    Their counts are not used; the page counts over all documents.
    """

    schema_version: Literal["1.0"] = "1.0"
    servers: tuple[ServerReport, ...]
    remaining: tuple[str, ...]
    audit: FleetAuditReport | None = None


class MachineSummary(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The output of an execution of the state machine; ``approval`` is the approver's input."""

    approval: Mapping[str, Any] | None


class ResultRecord(FinalizeRecord, frozen=True, kw_only=True, rename=camel_case):
    """A stored result, whose report has the launch time."""

    report: ServerReport


Answer = ServerReport | ServersReport | MachineSummary | AuditReport | FleetAuditReport
Record = Intent | ResultRecord | AuditRecord
Document = Answer | Record

RECORDS: Mapping[str, type[Record]] = {"intent": Intent, "result": ResultRecord, "audit": AuditRecord}

# The first type whose members are all present applies.
MEMBERS: tuple[tuple[frozenset[str], type[Answer]], ...] = (
    (frozenset({"servers", "remaining"}), ServersReport),
    (frozenset({"servers", "counts"}), FleetAuditReport),
    (frozenset({"results", "unanswered", "approval"}), MachineSummary),
    (frozenset({"sourceServerID", "readiness"}), ServerReport),
    (frozenset({"sourceServerID", "checks"}), AuditReport),
)


def decoded(value: Mapping[str, Any]) -> Document | None:
    """
    Decode *value*; return None if it is not a document of the function.

    Raises:
        msgspec.ValidationError: It has the members of a document of the function, but is invalid.
    """
    if {"kind", "subject"} <= value.keys():
        return _record(value)
    for members, kind in MEMBERS:
        if members <= value.keys():
            return msgspec.convert(value, kind)
    return None


def _record(value: Mapping[str, Any]) -> Record:
    kind = value["kind"]
    if not isinstance(kind, str) or kind not in RECORDS:
        raise msgspec.ValidationError(f"kind is {kind!r:.40}; allowed: {', '.join(RECORDS)}")
    record = msgspec.convert(value, RECORDS[kind])
    if isinstance(record, ResultRecord | AuditRecord):
        about, told = record.subject.source_server_id, record.report.source_server_id
        if about != told:
            raise msgspec.ValidationError(f"its subject is {about!r:.40}, but its report is on {told!r:.40}")
    return record


def _inside(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _time(text: object) -> datetime | None:
    try:
        return msgspec.convert(text, Time)
    except msgspec.ValidationError:
        return None
