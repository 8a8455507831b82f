"""As many execution environments of a function as there are events at a time."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.process import Emulator
from local.lambda_runtime.runtime import Runtime


class Environments:
    """
    Runs a function as Lambda would: an idle environment is used again, and while all are busy another is started.

    Fits ``local.lambda_runtime.functions.register``; but a function's timeout is the template's, whatever a caller
    says of it.

    Args:
        more: Environment variables beside those of Lambda and the template, or instead of them.

        timeout_seconds: The function's; the template's, if not given.

        concurrency: Most environments at a time; further events wait for a free one.  None sets no limit.

    Attributes:
        all: Every environment that was started, busy ones too.
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
        Run the function for *event*, and return what it returned.

        Raises:
            FunctionError: The function raised.

            FunctionTimeoutError: It did not return in time, and was killed.

            FunctionExitError: It left its process, or could not be started.
        """
        with self._free:
            emulator = self._take()
            try:
                return emulator.invoke(event)
            finally:
                with self._lock:
                    self._idle.append(emulator)

    def log_lines(self) -> list[str]:
        """Return every line that the function or its runtime wrote, an environment after the other."""
        return [line for emulator in self.all for line in emulator.log.lines()]

    def stop(self) -> None:
        """End them all."""
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
    """Have environments for as long as the block lasts."""
    environments = Environments(artifact, runtime, more, timeout_seconds=timeout_seconds, concurrency=concurrency)
    try:
        yield environments
    finally:
        environments.stop()
