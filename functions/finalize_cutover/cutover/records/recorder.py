"""Stores the records of one request in the evidence bucket: no intent, no write."""

import hashlib
import re
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import msgspec

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport
from finalize_cutover.cutover.errors import CutoverError, EvidenceNotStoredError
from finalize_cutover.cutover.ports import Clock, EvidenceBucket
from finalize_cutover.cutover.report import Report
from finalize_cutover.cutover.time_budget import retries

from .compose import audit_of, result_of
from .records import FinalizeRecord, Intent, RequestedBy, StoredIntent, Subject

T = TypeVar("T")

WORKERS = 10


class Recorder:
    """
    The records of one request; safe to use from several threads.

    The keys are ``account/source server/cutover job/intent.json``, ``result.json`` and ``audit-….json``.  A further
    intent or result of the same cutover has the SHA-256 of its bytes in its name.

    Args:
        bucket: The evidence bucket.

        clock: The time source.

        requested_by: Who asked.

        account_id: Account of source servers without an ARN.
    """

    def __init__(self, bucket: EvidenceBucket, *, clock: Clock, requested_by: RequestedBy, account_id: str) -> None:
        self.requested_by = requested_by
        self.account_id = account_id
        self.clock = clock
        self._bucket = bucket
        self._lock = threading.Lock()
        self._intents: dict[str, StoredIntent] = {}
        self._waiting: dict[str, FinalizeRecord] = {}

    def intend(self, intent: Intent) -> None:
        """
        Store *intent*, so that the write that it announces may be sent.

        Raises:
            CutoverError: It could not be stored.
        """
        body = msgspec.json.encode(intent)
        key = self._store_beside(intent.subject, intent.kind, body)
        with self._lock:
            self._intents[intent.subject.source_server_id] = StoredIntent(key=key, sha256=_sha256(body))

    def conclude(self, reports: Collection[Report]) -> None:
        """
        Record final results: at once those with an intent, and in ``finish`` cutovers that were found finalized.

        No error is raised; what could not be stored is tried again in ``finish``.
        """
        for report in reports:
            with self._lock:
                intent = self._intents.pop(report.source_server_id, None)
            if intent is None and report.finalized_at is None:
                continue
            record = result_of(
                report, intent=intent, by=self.requested_by, account_id=self.account_id, now=self.clock.now()
            )
            with self._lock:
                self._waiting[report.source_server_id] = record
            if intent:
                self._attempt(record)

    def finish(self, until: datetime) -> None:
        """
        Store what is not stored yet; try again until *until* what time can cure.

        Raises:
            EvidenceNotStoredError: A result could not be stored.
        """
        again = retries(self.clock, until)
        errors = self._attempt_all()
        while any(error.is_transient for error in errors) and next(again, False):
            errors = self._attempt_all()
        if errors:
            raise EvidenceNotStoredError.about(list(self._waiting), errors[0])

    def record_audits(self, reports: Collection[AuditReport], *, is_repeated: bool = False) -> None:
        """
        Store what an audit found about finalized cutovers.

        Args:
            reports: The reports of the audit.

            is_repeated: Whether a schedule repeats the audit: then each outcome of a cutover is stored once.

        Raises:
            EvidenceNotStoredError: A report could not be stored.
        """
        now = self.clock.now()
        told = [each for each in reports if each.finalized_at and each.outcome != AuditOutcome.TOO_EARLY]

        def store(report: AuditReport) -> CutoverError | None:
            record = audit_of(report, by=self.requested_by, account_id=self.account_id, now=now)
            name = report.outcome.value if is_repeated else f"{now:%Y%m%dT%H%M%SZ}"
            return _error_of(lambda: self._store(record.subject, f"audit-{name}", msgspec.json.encode(record)))

        if errors := _each(store, told):
            raise EvidenceNotStoredError.about([report.source_server_id for report in told], errors[0])

    def _attempt_all(self) -> list[CutoverError]:
        return _each(self._attempt, list(self._waiting.values()))

    def _attempt(self, record: FinalizeRecord) -> CutoverError | None:
        """Store *record*, or return why not; then it stays waiting."""
        body = msgspec.json.encode(record)
        # If this request only found the cutover finalized, an earlier record says who finalized it.
        store = self._store_beside if record.intent else self._store
        error = _error_of(lambda: store(record.subject, record.kind, body))
        if error is None:
            with self._lock:
                self._waiting.pop(record.subject.source_server_id, None)
        return error

    def _store_beside(self, subject: Subject, name: str, body: bytes) -> str:
        """Store *body* and return its key; an earlier record of that name stays, and this one gets another name."""
        if key := self._store(subject, name, body):
            return key
        other = f"{name}-{_sha256(body)}"
        self._store(subject, other, body)
        return _key(subject, other)

    def _store(self, subject: Subject, name: str, body: bytes) -> str | None:
        """Store *body* under *name* and return its key; None if there is a record of that name."""
        key = _key(subject, name)
        return key if self._bucket.store(key, body) else None


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _key(subject: Subject, name: str) -> str:
    parts = (subject.account_id, subject.source_server_id, subject.cutover_job_id or "no-job")
    # MGN's IDs have no other characters; whatever else it returns must not make other folders.
    return "/".join([*(re.sub("[^0-9A-Za-z-]", "_", part) for part in parts), f"{name}.json"])


def _error_of(store: Callable[[], object]) -> CutoverError | None:
    try:
        store()
    except CutoverError as error:
        return error
    return None


def _each(store: Callable[[T], CutoverError | None], records: Collection[T]) -> list[CutoverError]:
    """Return the errors of *store* for each of *records*, several at a time."""
    if not records:
        return []
    with ThreadPoolExecutor(min(WORKERS, len(records))) as pool:
        return [error for error in pool.map(store, records) if error]
