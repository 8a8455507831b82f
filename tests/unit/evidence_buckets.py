"""Evidence buckets of unit tests."""

import json
import threading
from collections.abc import Callable

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.settings import read_settings

WITH_BUCKET = read_settings({"AWS_REGION": "eu-west-1", "EVIDENCE_BUCKET": "evidence"})


class FakeEvidenceBucket:
    """
    A bucket that keeps what is stored first, and fails on request.  Thread-safe.

    Attributes:
        objects: ``{key: body}``.

        stored: Every key that was to be stored, in order.

        before: Called with each key before it is stored.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.stored: list[str] = []
        self.before: Callable[[str], None] = lambda _key: None
        self._errors: list[tuple[str, CutoverError]] = []
        self._lock = threading.Lock()

    def fail(self, name: str, *errors: CutoverError) -> None:
        """Raise the next of *errors* each time when a key with *name* is stored."""
        self._errors += [(name, error) for error in errors]

    def store(self, key: str, body: bytes) -> bool:
        self.before(key)
        with self._lock:
            self.stored.append(key)
            for entry in self._errors:
                if entry[0] in key:
                    self._errors.remove(entry)
                    raise entry[1]
            is_new = key not in self.objects
            self.objects.setdefault(key, body)
            return is_new

    def record(self, name: str) -> dict:
        """Return the only record with *name* in its key."""
        (found,) = (body for key, body in self.objects.items() if name in key)
        return json.loads(found)
