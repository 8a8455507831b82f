"""Collects the results of each server from any number of JSON values, in their order."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from finalize_cutover.cutover.audit.report import AuditReport, FleetAuditReport

from .documents import Answer, MachineSummary, Record, ServerReport, ServersReport, decoded
from .errors import UnreadableResultsError
from .evidence import Evidence

SERVER_ID = re.compile(r"\bs-[0-9A-Za-z]{17}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """A server that the function did not check, because its time ran out."""

    server_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostBatch:
    """
    A batch of servers without a result.

    Attributes:
        status: Status of the execution in Step Functions.

        error: Name of the error; empty without one.

        cause: Cause of the error; empty without one.
    """

    server_ids: tuple[str, ...]
    status: str
    error: str
    cause: str


@dataclass(slots=True, kw_only=True)
class Results:
    """
    All collected results.

    Attributes:
        said: Results about servers, oldest first; a missing result is also an entry.

        approvals: The approvers' inputs to the state machine, verbatim.

        evidence: Records of the evidence bucket, which are chronological by their own times.
    """

    said: list[ServerReport | NotReached | LostBatch] = field(default_factory=list)
    audits: list[AuditReport] = field(default_factory=list)
    approvals: list[str] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def reports(self) -> list[ServerReport]:
        """The reports on servers that the function checked."""
        return [one for one in self.said if isinstance(one, ServerReport)]

    @property
    def remaining(self) -> list[str]:
        """The IDs of servers that the function did not check."""
        return [one.server_id for one in self.said if isinstance(one, NotReached)]

    @property
    def lost(self) -> list[LostBatch]:
        """The batches without a result."""
        return [one for one in self.said if isinstance(one, LostBatch)]

    @property
    def all_audits(self) -> list[AuditReport]:
        """The audits, those of the evidence last."""
        return [*self.audits, *self.evidence.audit_reports()]

    def add(self, value: object, *, origin: str, sha256: str = "") -> None:
        """
        Add *value*: a response of the function, a record, an execution of Step Functions, or a list of these.

        Args:
            value: A JSON value.

            origin: Name of its file, with ``/`` between folders.

            sha256: SHA-256 of the file's bytes in hexadecimal.

        Raises:
            UnreadableResultsError: *value* is none of these.
        """
        if isinstance(value, list):
            for item in value:
                self.add(item, origin=origin, sha256=sha256)
        elif not isinstance(value, Mapping):
            raise UnreadableResultsError(f"{origin} contains {_excerpt(value)}, which is not a result of the function.")
        elif {"Status", "Input"} <= value.keys():
            self._add_execution(value, origin=origin)
        elif "Payload" in value:  # Step Functions and the AWS SDKs wrap a response like this
            self.add(value["Payload"], origin=origin)
        else:
            self._add_document(value, origin=origin, sha256=sha256)

    def _add_execution(self, record: Mapping[str, Any], *, origin: str) -> None:
        """Add an execution: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html."""
        output = _from_json(record.get("Output"))
        caught = output if isinstance(output, Mapping) and {"Error", "Cause"} <= output.keys() else None
        if record["Status"] == "SUCCEEDED" and caught is None:
            self.add(output, origin=origin)
            return
        told = caught or record
        self.said.append(
            LostBatch(
                server_ids=tuple(dict.fromkeys(SERVER_ID.findall(_asked_about(record["Input"])))),
                status=str(record["Status"]),
                error=str(told.get("Error") or ""),
                cause=str(told.get("Cause") or ""),
            )
        )

    def _add_document(self, value: Mapping[str, Any], *, origin: str, sha256: str) -> None:
        if "errorMessage" in value:
            raise UnreadableResultsError(
                f"{origin} contains an error of the function instead of a result: "
                f"{value.get('errorType', 'Error')}: {value['errorMessage']}"
            )
        try:
            document = decoded(value)
        except msgspec.ValidationError as error:
            raise UnreadableResultsError(f"{origin} contains a result in an unknown format: {error}.") from error
        if document is None:
            raise UnreadableResultsError(f"{origin} contains {_excerpt(value)}, which is not a result of the function.")
        if isinstance(document, Record):
            self.evidence.add(document, name=origin, sha256=sha256)
        else:
            self._take(document)

    def _take(self, document: Answer) -> None:
        match document:
            case ServerReport():
                self.said.append(document)
            case AuditReport():
                self.audits.append(document)
            case FleetAuditReport():
                self.audits.extend(document.servers)
            case ServersReport():
                self.said.extend(document.servers)
                self.said.extend(NotReached(server_id=server_id) for server_id in document.remaining)
                self.audits.extend(document.audit.servers if document.audit else ())
            case MachineSummary():
                self.approvals.extend(f"{value}" for value in (document.approval or {}).values())


def _from_json(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _asked_about(text: object) -> str:
    """Return the part of an execution's input that names its servers: the items, not the options of a batch."""
    given = _from_json(text)
    items = given.get("Items") if isinstance(given, Mapping) else None
    return str(items or text)


def _excerpt(value: object) -> str:
    if isinstance(value, Mapping):
        names = ", ".join(map(str, list(value)[:4]))
        return f"an object with {names}" if names else "an empty object"
    return f"the value {json.dumps(value)[:40]}"
