"""
Cloud Migration Factory's way with more retries than it has, so that it gets through.

It is no way that anybody goes: it shows what two calls a server take where nothing is left behind.
"""

import os

from bench.ways.migration_factory import finalize, prepare

__all__ = ["finalize", "prepare"]

os.environ.update(AWS_RETRY_MODE="standard", AWS_MAX_ATTEMPTS="100")
