"""Runs one way to finalize a wave in a separate process."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from bench.seeding import Wave
from bench.ways.memory import bytes_of_family

SECONDS_BETWEEN_SAMPLES = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """
    The cost of a wave, in all processes of the way together.

    Attributes:
        seconds: Time from the request to the response.

        cpu_seconds: CPU time of all processes.

        peak_bytes: Peak memory of all processes together; 0 if unknown.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int


class WayProcess:
    """A process of a way that is ready to finalize waves, one after another."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def finalize(self, wave: Wave) -> Effort:
        """Finalize *wave*, and return the cost."""
        request = {"id": wave.id, "serverIDs": wave.server_ids}
        with self._sampled() as samples:
            answer = json.loads(self._exchange(json.dumps(request)))
        # A single process reports its own exact peak; the common peak of several processes is known only from samples.
        return Effort(
            seconds=answer["seconds"],
            cpu_seconds=answer["cpuSeconds"],
            peak_bytes=max(answer["peakBytes"], *samples),
        )

    def _exchange(self, line: str) -> str:
        assert self._process.stdin  # noqa: S101 - opened by us
        assert self._process.stdout  # noqa: S101 - opened by us
        print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    @contextmanager
    def _sampled(self) -> Iterator[list[int]]:
        samples, ended = [0], threading.Event()

        def sample() -> None:
            while not ended.wait(SECONDS_BETWEEN_SAMPLES):
                samples.append(bytes_of_family(self._process.pid))

        sampler = threading.Thread(target=sample)
        sampler.start()
        try:
            yield samples
        finally:
            ended.set()
            sampler.join()


@contextmanager
def ready(way: str, *, warm_up_server: str, environment: Mapping[str, str]) -> Iterator[WayProcess]:
    """Start *way*, finalize *warm_up_server* with it, and yield it."""
    command = [sys.executable, "-m", "bench.ways", way, warm_up_server]
    with subprocess.Popen(  # noqa: S603 - a program of this project
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment)
    ) as process:
        assert process.stdout  # noqa: S101 - opened by us
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{way} could not finalize a single source server.")
        yield WayProcess(process)
