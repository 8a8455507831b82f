"""
The way to AWS and back, as boto3 sees it: three attempts, each of which may fail before, after or without its effect.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import contextlib
import random
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine
from tests.simulation.virtual.stdlib import this_task

T = TypeVar("T")

ATTEMPTS = 3
READ_TIMEOUT = 8.0  # seconds, as in aws/clients.py
LATEST_EFFECT = 20.0  # seconds after which a request that hangs may still be served
# Who answers in JSON is taken by botocore to have answered nothing, when that cannot be read.
XML, GARBLED = {"DescribeInstanceStatus", "DescribeStacks"}, object()
# What everything turns on fails most, where anything fails at all.
MOST_TELLING, OFTEN = {"FinalizeCutover", "DescribeStacks"}, 0.4
ENDPOINT = "https://aws.simulated"
ANSWERS = {
    "throttled": ("ThrottlingException", 429),
    "broken": ("InternalServerException", 500),
    "broken after": ("InternalServerException", 500),
    "unavailable": ("ServiceUnavailable", 503),
    "denied": ("AccessDeniedException", 403),
}
NOT_SERVED = {"throttled", "broken", "unavailable", "unreachable", "reset", "denied"}


class ServiceError(Exception):
    """What a service answers instead of what was asked for."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class Network:
    """
    The network between the function and every service.

    Attributes:
        meanwhile: Called at each call: whoever wants to come in between may.
    """

    def __init__(self, machine: Machine, chance: random.Random, weather: Weather) -> None:
        self.meanwhile: Callable[[], None] = lambda: None
        self._machine = machine
        self._chance = chance
        self._weather = weather

    def read_at(self) -> float:
        """Return the moment that a read shows: now, or a little before."""
        lag = self._weather.lag
        if not lag:
            return self._machine.now
        return self._machine.now - self._chance.choice((0.0, lag, self._chance.uniform(0, lag)))

    def call(self, operation: str, serve: Callable[[], T], met: list[str] | None = None) -> T:
        """Have *serve* done by AWS for the thread that runs; raise what boto3 would raise; add the faults to *met*."""
        self.meanwhile()
        for attempt in range(ATTEMPTS):
            fault = self._fault(operation, attempt)
            if fault:
                self._task.process.meets(operation, fault)
                met.append(fault) if met is not None else None
            try:
                return self._attempt(operation, serve, fault)
            except ClientError as error:
                metadata = error.response["ResponseMetadata"]
                metadata["RetryAttempts"] = attempt
                if metadata["HTTPStatusCode"] not in {429, 500, 502, 503, 504} or attempt == ATTEMPTS - 1:
                    raise
            except (ConnectionClosedError, EndpointConnectionError, ReadTimeoutError):
                if attempt == ATTEMPTS - 1:
                    raise
            self._task.pause(self._chance.uniform(0, 2**attempt))
        raise AssertionError

    @property
    def _task(self) -> Any:
        return this_task()

    def _fault(self, operation: str, attempt: int) -> str | None:
        weather = self._weather
        rate = max(weather.call_fault_rate, OFTEN) if operation in MOST_TELLING else weather.call_fault_rate
        if not weather.call_fault_rate or self._chance.random() >= rate:
            return None
        fault = self._chance.choice(weather.call_faults)
        # A permission does not come and go within one call.
        return None if fault == "denied" and attempt else fault

    def _attempt(self, operation: str, serve: Callable[[], T], fault: str | None) -> T:
        self._task.pause(self._latency(fault))
        if fault in NOT_SERVED:
            raise self._error(operation, fault)
        if fault == "hangs":
            if self._chance.random() < 0.7:
                self._machine.after(self._chance.uniform(0, LATEST_EFFECT), lambda: _quietly(serve))
            self._task.pause(READ_TIMEOUT)
            raise self._error(operation, fault)
        try:
            answer = serve()
        except ServiceError as error:
            self._task.pause(self._latency(None))
            raise _client_error(operation, error.code, error.status, str(error)) from None
        self._task.pause(self._latency(fault))
        if fault == "garbled" and operation not in XML:
            return GARBLED  # type: ignore[return-value] # it has none of the members that are asked for
        if fault in {"lost", "broken after", "garbled"}:
            raise self._error(operation, fault)
        return answer

    def _latency(self, fault: str | None) -> float:
        return self._chance.uniform(0.5, 3.9) if fault == "slow" else self._chance.uniform(0.005, 0.1)

    def _error(self, operation: str, fault: str) -> Exception:
        if fault in ANSWERS:
            return _client_error(operation, *ANSWERS[fault], f"made to be {fault}")
        if fault == "garbled":
            return ResponseParserError("no JSON")
        kind = {"unreachable": EndpointConnectionError, "hangs": ReadTimeoutError}.get(fault, ConnectionClosedError)
        error: Exception = kind(endpoint_url=ENDPOINT)
        return error


def _client_error(operation: str, code: str, status: int, message: str) -> ClientError:
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)  # type: ignore[arg-type] # no more of it is read


def _quietly(serve: Callable[[], object]) -> None:
    with contextlib.suppress(ServiceError):  # nobody listens any more
        serve()
