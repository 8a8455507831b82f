"""One cold start: a new execution environment that handles CloudFormation's first request."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.client import LocalAws
from local.cloudformation.endpoint import Endpoint
from local.cloudformation.requests import Address, new_stack_id
from local.cloudformation.service import CloudFormation, only
from local.lambda_runtime import process
from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.process import Emulator
from local.lambda_runtime.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStart:
    """
    The measurements of one cold start.

    Attributes:
        init: Milliseconds until the function was ready for an event, as reported by the emulator.

        answered: Milliseconds from a Create request, which starts the function, to its response.

        memory: Peak memory of the function's process until then, in MB.
    """

    init: float
    answered: float
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    The environment in which functions are started.

    Attributes:
        variables: Environment variables with the addresses on this machine.
    """

    local_aws: LocalAws
    endpoint: Endpoint
    runtime: Runtime
    variables: Mapping[str, str]

    def start(self, artifact: Artifact, *, answers: bool) -> ColdStart:
        """Start *artifact* once; if it does not respond to CloudFormation, measure until it returns."""
        with process.running(artifact, self.runtime, self.variables) as emulator:
            answered = self._seconds_to_answer(emulator) if answers else _seconds_to_return(emulator)
            [init] = emulator.log.init_durations()
            return ColdStart(init=init, answered=answered * 1000, memory=_peak_memory(emulator.function_process))

    def _seconds_to_answer(self, emulator: Emulator) -> float:
        """
        Finalize a ready server, and return the time until the response.

        Raises:
            RuntimeError: The server was not finalized, so the time is meaningless.
        """
        properties = {"SourceServerID": self.local_aws.add_source_server("ready")["sourceServerID"]}
        cloudformation = CloudFormation(self.endpoint, find_function=only(lambda event, _: emulator.invoke(event)))
        begin = time.perf_counter()
        exchange = cloudformation.send("Create", _address(), properties)
        outcome = exchange.conclude()
        seconds = time.perf_counter() - begin
        if outcome.status != "SUCCESS" or not exchange.delivery.wait(30):
            raise RuntimeError(f"A ready server was not finalized: {outcome.reason}")
        return seconds


def _seconds_to_return(emulator: Emulator) -> float:
    begin = time.perf_counter()
    emulator.invoke({})
    return time.perf_counter() - begin


def _address() -> Address:
    return Address(
        stack_id=new_stack_id("web"),
        logical_resource_id="WebServerCutover",
        resource_type="Custom::FinalizedCutover",
        service_token="arn:aws:lambda:eu-west-1:111122223333:function:function",  # noqa: S106 - no secret
    )


def _peak_memory(process_id: int) -> float:
    """Return the peak memory of a process in MB: https://docs.kernel.org/filesystems/proc.html."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
