"""A pool of execution environments for one function: one for each concurrent event."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.process import Emulator
from local.lambda_runtime.runtime import Runtime


class Environments:
    """
    Runs a function as Lambda does: it reuses an idle environment, and starts another one if all are busy.

    Can be passed to ``local.lambda_runtime.functions.register``.  The timeout of a call is ignored: the timeout of the
    template or *timeout_seconds* applies.

    Args:
        more: Environment variables that override or extend those of Lambda and the template.

        timeout_seconds: Timeout of the function; None for the template's.

        concurrency: Maximum number of environments; further events wait for a free one.  None sets no limit.

    Attributes:
        all: Every environment that was started, idle or busy.
    """

    def __init__(
        self,
        artifact: Artifact,
        runtime: Runtime,
        more: Mapping[str, str],
        *,
        timeout_seconds: int | None = None,
        concurrency: int | None = None,
    ) -> None:
        self.all: list[Emulator] = []
        self._artifact = artifact
        self._runtime = runtime
        self._more = more
        self._timeout = timeout_seconds
        self._idle: list[Emulator] = []
        self._lock = threading.Lock()
        self._free = threading.Semaphore(concurrency) if concurrency else contextlib.nullcontext()

    def __call__(self, event: dict[str, Any], _timeout_seconds: float = 0) -> Any:
        """
        Run the function for *event*, and return its result.

        Raises:
            FunctionError: The function raised.

            FunctionTimeoutError: The function did not return in time, and was killed.

            FunctionExitError: The function's process exited, or could not be started.
        """
        with self._free:
            emulator = self._take()
            try:
                return emulator.invoke(event)
            finally:
                with self._lock:
                    self._idle.append(emulator)

    def log_lines(self) -> list[str]:
        """Return every line that the function or its runtime wrote, grouped by environment."""
        return [line for emulator in self.all for line in emulator.log.lines()]

    def stop(self) -> None:
        """Stop all environments."""
        for emulator in self.all:
            emulator.stop()

    def _take(self) -> Emulator:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            emulator = Emulator(self._artifact, self._runtime, self._more, timeout_seconds=self._timeout)
            self.all.append(emulator)
            return emulator


@contextlib.contextmanager
def running(
    artifact: Artifact,
    runtime: Runtime,
    more: Mapping[str, str],
    *,
    timeout_seconds: int | None = None,
    concurrency: int | None = None,
) -> Iterator[Environments]:
    """Yield a pool of environments, and stop it at the end of the block."""
    environments = Environments(artifact, runtime, more, timeout_seconds=timeout_seconds, concurrency=concurrency)
    try:
        yield environments
    finally:
        environments.stop()
