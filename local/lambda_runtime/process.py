"""One execution environment: a process of the emulator that runs the function."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.lambda_runtime import environment, ports
from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.log import Log
from local.lambda_runtime.outcome import outcome
from local.lambda_runtime.runtime import Runtime

INVOKE = "/2015-03-31/functions/function/invocations"
# The emulator reports a timeout shortly after it has passed.
PATIENCE = 30  # s


class Emulator:
    """
    An execution environment of *artifact*.  The function starts with the first event.

    Args:
        more: Environment variables that override or extend those of Lambda and the template.

        timeout_seconds: Timeout of the function; None for the template's.  Unlike on Lambda, it includes the start.

    Attributes:
        log: The log written so far.
    """

    def __init__(
        self, artifact: Artifact, runtime: Runtime, more: Mapping[str, str], *, timeout_seconds: int | None = None
    ) -> None:
        self._timeout = timeout_seconds or artifact.timeout_seconds
        self._folder = Path(tempfile.mkdtemp(prefix="emulator-"))
        self.log = Log(self._folder)
        # Two events at a time would crash it: https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/97
        self._lock = threading.Lock()
        self._port, internal = ports.free(2)
        addresses = ["--runtime-interface-emulator-address", f"{ports.LOOPBACK}:{self._port}"]
        addresses += ["--runtime-api-address", f"{ports.LOOPBACK}:{internal}"]
        with self.log.function.open("wb") as function, self.log.platform.open("wb") as platform:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command
                [
                    runtime.emulator,
                    "--log-level",
                    "info",
                    *addresses,
                    runtime.python,
                    "-m",
                    "awslambdaric",
                    artifact.handler,
                ],
                cwd=artifact.code,
                env=environment.variables(artifact, self._timeout, more),
                stdin=subprocess.DEVNULL,
                stdout=function,
                stderr=platform,
            )
        ports.wait_until_open(self._port)

    def invoke(self, event: Any) -> Any:
        """
        Run the function for *event*, after all earlier events, and return its result.

        Raises:
            FunctionError: The function raised.

            FunctionTimeoutError: The function did not return in time, and was killed.

            FunctionExitError: The function's process exited, or could not be started.
        """
        with self._lock:
            connection = http.client.HTTPConnection(ports.LOOPBACK, self._port, timeout=self._timeout + PATIENCE)
            try:
                connection.request("POST", INVOKE, json.dumps(event))
                response = connection.getresponse()
                body = response.read()
            finally:
                connection.close()
        return outcome(HTTPStatus(response.status), body, self._timeout)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the function's process, which must be running."""
        os.kill(self.function_process, number)

    @property
    def function_process(self) -> int:
        """The process ID of the function."""
        # Linux lists children by the thread that started them, and the emulator has several threads.
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        return next(int(child) for thread in threads for child in (thread / "children").read_text().split())

    @property
    def peak_memory(self) -> int:
        """Peak memory of the function's process in bytes; the process must be running."""
        status = Path(f"/proc/{self.function_process}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))

    def stop(self) -> None:
        """Stop the emulator and the function, and delete the log."""
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder)


@contextmanager
def running(
    artifact: Artifact, runtime: Runtime, more: Mapping[str, str], *, timeout_seconds: int | None = None
) -> Iterator[Emulator]:
    """Yield an emulator, and stop it at the end of the block."""
    emulator = Emulator(artifact, runtime, more, timeout_seconds=timeout_seconds)
    try:
        yield emulator
    finally:
        emulator.stop()
