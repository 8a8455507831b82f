"""
The records of the evidence bucket: which intent belongs to which result, and which of them do not match.

Anyone who can change a file can change its time and its names, but not its SHA-256.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.records.records import AuditRecord, Intent, StoredIntent, Subject

from .documents import Record, ResultRecord

# account/source server ID/cutover job ID/file
PARTS_OF_A_KEY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentFile:
    """
    An intent that was read.

    Attributes:
        name: Path of the file relative to the folder that was given, which is the end of its key in the bucket.

        sha256: SHA-256 of the file's bytes.
    """

    name: str
    sha256: str
    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResult:
    """
    A result that was read.

    Attributes:
        intent: The intent that it names; None if it names none, or if the file does not match.

        problem: Why the result does not match an intent, as the end of a sentence; None if it does.
    """

    record: ResultRecord
    intent: Intent | None = None
    problem: str | None = None


@dataclass(slots=True, kw_only=True)
class Evidence:
    """All records that were read, in any order."""

    intents: list[IntentFile] = field(default_factory=list)
    results: list[ResultRecord] = field(default_factory=list)
    audits: list[AuditRecord] = field(default_factory=list)

    def add(self, record: Record, *, name: str, sha256: str) -> None:
        """Add *record* from the file *name* with this SHA-256."""
        match record:
            case Intent():
                self.intents.append(IntentFile(name=name, sha256=sha256, intent=record))
            case ResultRecord():
                self.results.append(record)
            case AuditRecord():
                self.audits.append(record)

    def subjects(self) -> Iterator[Subject]:
        """Yield the subject of each record, the latest last."""
        records: list[Record] = [*(file.intent for file in self.intents), *self.results, *self.audits]
        return (record.subject for record in sorted(records, key=_recorded_at))

    def audit_reports(self) -> list[AuditReport]:
        """Return the reports of the audits, the latest last."""
        return [record.report for record in sorted(self.audits, key=_recorded_at)]

    def told(self) -> list[RecordedResult | Intent]:
        """Return the results, and the intents that no result names, the latest last."""
        files = _by_end_of_key(self.intents)
        pairs = [(record, _named(record.intent, files) if record.intent else None) for record in self.results]
        answered = {id(file) for _, file in pairs}
        told: list[RecordedResult | Intent] = [_checked(record, file) for record, file in pairs]
        told.extend(file.intent for file in self.intents if id(file) not in answered)
        return sorted(told, key=lambda one: _recorded_at(one.record if isinstance(one, RecordedResult) else one))


def _recorded_at(record: Record) -> tuple[float, bool]:
    # An intent is stored before its result, also if both have the same time.
    return record.recorded_at.timestamp(), not isinstance(record, Intent)


def _by_end_of_key(files: list[IntentFile]) -> dict[tuple[str, ...], list[IntentFile]]:
    found: dict[tuple[str, ...], list[IntentFile]] = {}
    for file in files:
        found.setdefault(tuple(file.name.split("/")[-PARTS_OF_A_KEY:]), []).append(file)
    return found


def _named(intent: StoredIntent, files: dict[tuple[str, ...], list[IntentFile]]) -> IntentFile | None:
    """Return the file with the key of *intent*, of several the one that matches; a part of the bucket may be given."""
    parts = tuple(intent.key.split("/")[-PARTS_OF_A_KEY:])
    candidates = [file for start in range(len(parts)) for file in files.get(parts[start:], ())]
    matching = [file for file in candidates if file.sha256 == intent.sha256]
    return next(iter([*matching, *candidates]), None)


def _checked(record: ResultRecord, file: IntentFile | None) -> RecordedResult:
    problem = _problem(record, file)
    return RecordedResult(record=record, intent=file.intent if file and not problem else None, problem=problem)


def _problem(record: ResultRecord, file: IntentFile | None) -> str | None:
    named, about = record.intent, record.subject
    if named is None:
        # Only a result of another's finalization has no intent.
        return "its result reports a write without an intent" if record.report.changed else None
    if file is None:
        return f"its intent {named.key} is missing"
    if file.sha256 != named.sha256:
        return f"the SHA-256 of its intent {named.key} is {file.sha256}, but its result states {named.sha256}"
    other = file.intent.subject
    if (other.account_id, other.source_server_id) != (about.account_id, about.source_server_id):
        return f"its intent {named.key} is about {other.source_server_id} in account {other.account_id}"
    return None
