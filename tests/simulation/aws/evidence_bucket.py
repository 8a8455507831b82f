"""S3 with the evidence bucket: conditional writes, Object Lock, and spells in which S3 refuses every write."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.network import Network, ServiceError, client_error
from tests.simulation.virtual.machine import START, Machine
from tests.simulation.virtual.stdlib import this_task

BUCKET = "evidence"
NO_BUCKET = "no bucket"
# What S3 returns to every write for a while: the policy or the bucket is wrong, or S3 throttles.
SPELLS = ("denied", NO_BUCKET, "throttled")
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
ANSWERS = {
    "throttled": ("SlowDown", 503),
    "broken": ("InternalError", 500),
    "broken after": ("InternalError", 500),
    "unavailable": ("ServiceUnavailable", 503),
    "denied": ("AccessDenied", 403),
    NO_BUCKET: ("NoSuchBucket", 404),
}
EXISTS = ("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold")
AT_THE_SAME_TIME = ("ConditionalRequestConflict", 409, "The conditional request cannot succeed")
DAY = 86400  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """
    An object.

    Attributes:
        locked_until: End of its retention in compliance mode, in seconds; None if it can be deleted.

        record: Its decoded body.
    """

    key: str
    body: bytes
    stored_at: float
    locked_until: float | None
    record: dict[str, Any]

    def is_of(self, invocation: Invocation, server_id: str, kind: str) -> bool:
        """Return whether it is a record of that *kind*, by *invocation*, about a source server."""
        asked, subject = self.record["requestedBy"], self.record["subject"]
        is_about = (self.record["kind"], subject["sourceServerID"]) == (kind, server_id)
        return is_about and asked["functionRequestID"] == str(invocation)


@dataclass(slots=True, kw_only=True)
class EvidenceBucket:
    """
    The bucket; nobody but the function writes to it.

    Attributes:
        retention_days: Retention that the deployment asks for.

        spell: One of SPELLS; None if all is well.

        spell_from, spell_until: When it begins and ends, in seconds.

        objects: By key, the latest version of each.
    """

    machine: Machine
    retention_days: int = 365
    spell: str | None = None
    spell_from: float = 0.0
    spell_until: float = math.inf
    objects: dict[str, Stored] = field(default_factory=dict)

    def spell_now(self) -> str | None:
        return self.spell if self.spell_from <= self.machine.now < self.spell_until else None

    def begin_spell(self, spell: str, begins: float, ends: float) -> None:
        """Plan a spell, unless another one is to come, or is there."""
        if self.spell is None or self.spell_until <= self.machine.now:
            self.spell, self.spell_from, self.spell_until = spell, begins, ends

    def records(self, invocation: Invocation, server_id: str, kind: str) -> Iterator[Stored]:
        """Yield the records of that *kind*, by *invocation*, about a source server, in order."""
        return (stored for stored in self.objects.values() if stored.is_of(invocation, server_id, kind))

    def put(self, stored: Stored, *, only_if_new: bool) -> Stored | None:
        """Store an object, and return the one that it replaces; None if it is new."""
        before = self.objects.get(stored.key)
        if before and only_if_new:
            raise ServiceError(*EXISTS)
        self.objects[stored.key] = stored
        return before


class S3Network(Network):
    """The network to S3, with S3's own error codes; a fault of a write concerns the source server of the record."""

    def __init__(self, bucket: EvidenceBucket, *rest: Any) -> None:
        super().__init__(*rest)
        self._bucket = bucket

    def _fault(self, operation: str, attempt: int, about: frozenset[str] | None) -> str | None:
        fault = self._bucket.spell_now() or self._drawn_fault(operation, attempt)
        if fault:
            self._meets(operation, fault, about)
        return fault

    def _error(self, operation: str, fault: str) -> Exception:
        if fault in ANSWERS:
            return client_error(operation, *ANSWERS[fault], f"made to be {fault}")
        return super()._error(operation, fault)


class S3Client:
    """A client of S3 for one invocation; without a bucket, no call is expected."""

    def __init__(self, invocation: Invocation, bucket: EvidenceBucket | None, network: S3Network | None) -> None:
        self._invocation = invocation
        self._bucket = bucket
        self._network = network

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803 - boto3's own
        Key: str,  # noqa: N803 - boto3's own
        Body: bytes,  # noqa: N803 - boto3's own
        IfNoneMatch: str | None = None,  # noqa: N803 - boto3's own
        ObjectLockMode: str | None = None,  # noqa: N803 - boto3's own
        ObjectLockRetainUntilDate: datetime | None = None,  # noqa: N803 - boto3's own
        **more: str,
    ) -> None:
        watch = self._invocation.watch
        watch.puts(self._invocation, Bucket, Key)
        if self._bucket is None or self._network is None:
            return
        assert more == {"ContentType": "application/json", "ChecksumAlgorithm": "SHA256"}  # S3 wants it with a lock
        locked_until = None
        if ObjectLockRetainUntilDate and ObjectLockMode == "COMPLIANCE":
            locked_until = (ObjectLockRetainUntilDate - START).total_seconds()
        bucket, network, record = self._bucket, self._network, json.loads(Body)
        about, task = frozenset({record["subject"]["sourceServerID"]}), this_task()

        def serve() -> None:
            # A request that hangs can be served later, outside of the thread that sent it.
            if IfNoneMatch and this_task() is task and network.is_busy():
                self._invocation.meets("PutObject", "write at the same time", about)
                raise ServiceError(*AT_THE_SAME_TIME)
            stored = Stored(key=Key, body=Body, stored_at=bucket.machine.now, locked_until=locked_until, record=record)
            replaced = bucket.put(stored, only_if_new=IfNoneMatch == "*")
            watch.stores_record(self._invocation, stored, replaced)

        network.read("PutObject", serve, about)
