"""
The network to AWS, as boto3 experiences it: each attempt can fail before, after or without its effect.

A read has three attempts; a write has one, after the sender's last check.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import contextlib
import random
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from finalize_cutover.aws import before_send
from tests.simulation.aws.accounts import OF_EVERY_SERVICE, Account
from tests.simulation.aws.odd import STATUSES
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine
from tests.simulation.virtual.stdlib import this_task

T = TypeVar("T")

ATTEMPTS = 3
READ_TIMEOUT = 8.0  # seconds, as in aws/clients.py
LATEST_EFFECT = 20.0  # seconds after which a request that hangs can still be served
SLOWEST_GUARD = 20.0  # seconds that DescribeStacks can take, byte by byte
SLOWEST_SIGNATURE = 12.0  # seconds that fetching the credentials of a member account can take
# If there are faults, the most important operations fail most often.
MOST_TELLING, OFTEN = {"FinalizeCutover", "DescribeStacks"}, 0.4
ENDPOINT = "https://aws.simulated"
ANSWERS = {
    "throttled": ("ThrottlingException", 429),
    "broken": ("InternalServerException", 500),
    "broken after": ("InternalServerException", 500),
    "unavailable": ("ServiceUnavailable", 503),
    "denied": ("AccessDeniedException", 403),
    "refused": ("AccessDenied", 403),
    "uninitialized": ("UninitializedAccountException", 400),
}
NOT_SERVED = {
    *("throttled", "broken", "unavailable", "unreachable", "reset", "denied", "refused", "uninitialized"),
    "no bucket",
}
# These affect all operations of an account.
OF_ALL = {"throttled", "refused", "uninitialized"}
WRITES = {"FinalizeCutover", "MarkAsArchived", "ArchiveApplication", "ArchiveWave"}
OF_MGN = {*WRITES, "DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "ListApplications", "ListWaves"}
# Without its response, no account can be served.
OF_ALL_ACCOUNTS = "ListManagedAccounts"


class ServiceError(Exception):
    """An error response of a service."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class Network:
    """
    The network between the function and every service, for work on the source servers of *account*.

    Attributes:
        meanwhile: Called at each call, to let other actors act in between.
    """

    def __init__(
        self, machine: Machine, chance: random.Random, weather: Weather, account: Account | None = None
    ) -> None:
        self.meanwhile: Callable[[], None] = lambda: None
        self.chance = chance
        self._machine = machine
        self._weather = weather
        self._account = account
        self._tokens, self._counted_at = 0.0, 0.0

    def without_illness(self) -> "Network":
        """Return the network to services of the function's own account that are called for this account."""
        account = Account(id=self._account.id) if self._account else None
        network = Network(self._machine, self.chance, self._weather, account)
        network.meanwhile = self.meanwhile
        return network

    def read_at(self) -> float:
        """Return the time of the state that a read returns: now, or slightly earlier."""
        lag = self._weather.lag
        if not lag:
            return self._machine.now
        return self._machine.now - self.chance.choice((0.0, lag, self.chance.uniform(0, lag)))

    def is_odd(self) -> bool:
        """Return whether the next item of a list is unreadable."""
        return self._toss(self._weather.unreadable_rate)

    def odd_status(self) -> str | None:
        """Return a false status of a stack; None for the true one."""
        return self.chance.choice(STATUSES) if self._toss(self._weather.odd_status_rate) else None

    def ignores(self) -> bool:
        """Return whether MGN accepts the next FinalizeCutover without an effect."""
        return self._toss(self._weather.no_effect_rate)

    def is_busy(self) -> bool:
        """Return whether the next FinalizeCutover is a conflict with another change."""
        return self._toss(self._weather.busy_rate)

    def sometimes_later(self, effect: Callable[[], object]) -> None:
        """Run *effect* within seconds, or never."""
        if self.chance.random() < 0.3:
            self._machine.after(self.chance.uniform(0, LATEST_EFFECT), lambda: _quietly(effect))

    def read(self, operation: str, serve: Callable[[], T], about: frozenset[str] | None) -> tuple[float, T]:
        """
        Run *serve* in AWS for the current thread.

        Args:
            operation: AWS's name of the operation.

            serve: Returns the response, or raises ServiceError.

            about: Source servers that it concerns; None for all of the invocation.

        Returns:
            Time at which it was served, and the response; raises what boto3 would raise.
        """
        self.meanwhile()
        for attempt in range(ATTEMPTS):
            fault = self._fault(operation, attempt, about)
            try:
                return self._attempt(operation, serve, fault)
            except ClientError as error:
                metadata = error.response["ResponseMetadata"]
                metadata["RetryAttempts"] = attempt
                is_passing = metadata["HTTPStatusCode"] in {429, 500, 502, 503, 504} or fault == "throttled"
                if not is_passing or attempt == ATTEMPTS - 1:
                    raise
            except (ConnectionClosedError, EndpointConnectionError, ReadTimeoutError):
                if attempt == ATTEMPTS - 1:
                    raise
            self._task.pause(self.chance.uniform(0, 2**attempt))
        raise AssertionError

    def once(self, operation: str, serve: Callable[[], T], about: frozenset[str] | None) -> tuple[float, T]:
        """Run *serve* like ``read``, but with one attempt."""
        self.meanwhile()
        return self._attempt(operation, serve, self._fault(operation, 0, about))

    def prepare_write(self, operation: str, server_id: str, begin: Callable[[str], T]) -> T:
        """Sign a write, which can take long, run the sender's last check *begin*, and return its result."""
        self.meanwhile()
        if self._toss(self._weather.slow_signature_rate):
            self._task.process.meets(operation, "slow signature", frozenset({server_id}))
            self._task.pause(self.chance.uniform(0, SLOWEST_SIGNATURE))
        if (illness := self._illness(operation)) in OF_EVERY_SERVICE:
            self._meets(operation, illness, None)
            raise self._error(operation, illness)  # there are no credentials with which to sign
        before_send.run_check()
        return begin(server_id)

    def write(self, operation: str, serve: Callable[[], T], send: Any) -> T:
        """Run *serve* once; *send* records the fault."""
        fault = self._fault(operation, 0, frozenset({send.server_id}))
        if fault:
            send.faults.append(fault)
        return self._attempt(operation, serve, fault)[1]

    @property
    def _task(self) -> Any:
        return this_task()

    def _toss(self, rate: float) -> bool:
        return bool(rate) and self.chance.random() < rate

    def _fault(self, operation: str, attempt: int, about: frozenset[str] | None) -> str | None:
        """Return the fault of an attempt, and record it."""
        is_too_much = self._is_too_much(operation)
        fault = self._illness(operation) or ("throttled" if is_too_much else self._drawn_fault(operation, attempt))
        if fault:
            self._meets(operation, fault, None if fault in OF_ALL else about)
        return fault

    def _meets(self, operation: str, fault: str, about: frozenset[str] | None) -> None:
        account = None if self._account is None or operation == OF_ALL_ACCOUNTS else self._account.id
        self._task.process.meets(operation, fault, about, account)

    def _illness(self, operation: str) -> str | None:
        """Return what is wrong with *operation* in the account now."""
        illness = self._account.illness_at(self._machine.now) if self._account else None
        return illness if illness in OF_EVERY_SERVICE or operation in OF_MGN else None

    def _drawn_fault(self, operation: str, attempt: int) -> str | None:
        weather = self._weather
        if operation == "DescribeStacks" and self._toss(weather.slow_guard_rate):
            return "very slow"
        if operation in weather.often and self._toss(weather.often_rate):
            return self.chance.choice(weather.often[operation])
        rate = max(weather.call_fault_rate, OFTEN) if operation in MOST_TELLING else weather.call_fault_rate
        if not weather.call_fault_rate or self.chance.random() >= rate:
            return None
        fault = self.chance.choice(weather.call_faults)
        # A permission does not change during one call.
        return None if fault == "denied" and attempt else fault

    def _is_too_much(self, operation: str) -> bool:
        """Return whether MGN throttles now: a token bucket that fills slowly."""
        weather = self._weather
        if not weather.mgn_rate or operation not in (WRITES if weather.takes_reads else OF_MGN):
            return False
        filled = self._tokens + (self._machine.now - self._counted_at) * weather.mgn_rate
        self._tokens, self._counted_at = min(weather.mgn_burst, filled), self._machine.now
        if self._tokens < 1:
            return True
        self._tokens -= 1
        return False

    def _attempt(self, operation: str, serve: Callable[[], T], fault: str | None) -> tuple[float, T]:
        self._task.pause(self._latency(fault))
        if fault in NOT_SERVED:
            raise self._error(operation, fault)
        if fault == "hangs":
            if self.chance.random() < 0.7:
                self._machine.after(self.chance.uniform(0, LATEST_EFFECT), lambda: _quietly(serve))
            self._task.pause(READ_TIMEOUT)
            raise self._error(operation, fault)
        at = self._machine.now
        try:
            answer = serve()
        except ServiceError as error:
            self._task.pause(self._latency(None))
            raise client_error(operation, error.code, error.status, str(error)) from None
        self._task.pause(self._latency(fault))
        if fault in {"lost", "broken after", "garbled"}:
            raise self._error(operation, fault)
        return at, answer

    def _latency(self, fault: str | None) -> float:
        if fault == "very slow":
            return self.chance.uniform(0, SLOWEST_GUARD / 2)
        return self.chance.uniform(0.5, 3.9) if fault == "slow" else self.chance.uniform(0.005, 0.1)

    def _error(self, operation: str, fault: str) -> Exception:
        if fault == "throttled":
            return client_error(operation, *self._weather.throttle, "made to be throttled")
        if fault in ANSWERS:
            return client_error(operation, *ANSWERS[fault], f"made to be {fault}")
        if fault == "garbled":
            return ResponseParserError("no JSON")
        kind = {"unreachable": EndpointConnectionError, "hangs": ReadTimeoutError}.get(fault, ConnectionClosedError)
        error: Exception = kind(endpoint_url=ENDPOINT)
        return error


def client_error(operation: str, code: str, status: int, message: str) -> ClientError:
    """Return what boto3 raises for an error response of a service."""
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)  # type: ignore[arg-type] # no more of it is read


def _quietly(serve: Callable[[], object]) -> None:
    with contextlib.suppress(ServiceError):  # no code waits for it
        serve()
