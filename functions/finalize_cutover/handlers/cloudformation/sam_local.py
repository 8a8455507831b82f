"""Pretend to run under ``sam local``, where crhelper leaves out its three clients."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The environment belongs to everybody in this process.
_lock = threading.Lock()


@contextmanager
def pretended() -> Iterator[None]:
    """Pretend for as long as the block lasts; nothing else happens in the meantime that could see it."""
    with _lock:
        before = os.environ.get("AWS_SAM_LOCAL")
        os.environ["AWS_SAM_LOCAL"] = before or "true"
        try:
            yield
        finally:
            if not before:
                del os.environ["AWS_SAM_LOCAL"]
