"""Pretend to run under ``sam local``, where crhelper does not create its three clients."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# All threads of this process share the environment.
_lock = threading.Lock()


@contextmanager
def pretended() -> Iterator[None]:
    """Pretend within the block; only one thread at a time does so."""
    with _lock:
        before = os.environ.get("AWS_SAM_LOCAL")
        os.environ["AWS_SAM_LOCAL"] = before or "true"
        try:
            yield
        finally:
            if not before:
                del os.environ["AWS_SAM_LOCAL"]
