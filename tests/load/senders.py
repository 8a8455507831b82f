"""The callers of the function, all at the same time: stacks and the event bus."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import cast

from local.client import LocalAws
from local.clock import CLOCK
from local.cloudformation import stack_status
from local.cloudformation.exchange import Exchange
from local.cloudformation.service import CloudFormation
from local.cloudformation.single_stack import SingleStack
from local.eventbridge import events
from local.eventbridge.invocations import INVOCATIONS
from local.eventbridge.queue import EventQueue
from local.lambda_runtime import moto_functions
from local.mgn.source_servers import SourceServer
from tests.load.answers import TimedEndpoint
from tests.load.story import Ask

# Shorter than Lambda's 60 and 120 s, as in the local AWS.
RETRY_DELAYS = (0.5, 1)
# Maximum number of concurrent events: each has a thread here, while AWS has a queue.
MOST_UNDER_WAY = 200
SETTLED = 60  # s; limit for an invocation for which the stack no longer waits


class Stacks:
    """
    Stacks that request one source server each.

    Args:
        endpoint: Receives the responses.

        service_token: ARN of the function.

        patience: Seconds that a stack waits for a response.
    """

    def __init__(self, endpoint: TimedEndpoint, service_token: str, *, patience: float) -> None:
        queues = (EventQueue(retry_delays=RETRY_DELAYS, copies=copies, overlapping=True) for copies in (1, 2))
        self._once, self._twice = (
            CloudFormation(endpoint, find_function=moto_functions.find, queue=queue, patience=patience)
            for queue in queues
        )
        self._service_token = service_token

    def create(self, asks: Collection[Ask]) -> None:
        """Create a stack for each of *asks*, all at the same time; return when all have been created or rolled back."""
        with ThreadPoolExecutor(max(1, len(asks))) as crew:
            list(crew.map(self._create, asks))

    def exchanges(self) -> list[Exchange]:
        """Wait until no invocation for the requests runs; return every request with its responses."""
        exchanges = [*self._once.exchanges, *self._twice.exchanges]
        for exchange in exchanges:
            exchange.delivery.wait(SETTLED)
        return exchanges

    def _create(self, ask: Ask) -> None:
        service = self._twice if ask.is_doubled else self._once
        stack = SingleStack(service, self._service_token, on_status=stack_status.show)
        stack.create({"SourceServerID": ask.server_id, "WaitMinutes": 0})


def launch_result(server_id: str, aws: LocalAws) -> None:
    """Publish a launch result of *server_id* on the event bus of *aws*, even if MGN does not know the server."""
    arn = f"arn:aws:mgn:{aws.region}:{aws.account}:source-server/{server_id}"
    server = cast(SourceServer, SimpleNamespace(arn=arn, document={"lifeCycle": {}}))
    with CLOCK.lock:
        events.emit_launch_result(server, "CUTOVER_LAUNCH_SUCCEEDED", account=aws.account, region=aws.region)


def tell_of(launches: Collection[str], tell: Callable[[str], None], *, until: float) -> None:
    """
    Publish the launch results *launches*, several at a time; return when the function has handled all.

    Args:
        launches: Source server IDs.

        tell: Publishes one.

        until: Deadline on the monotonic clock.

    Raises:
        TimeoutError: The deadline has passed.
    """
    for told, server_id in enumerate(launches):
        _wait_until_fewer_than(MOST_UNDER_WAY, told, until)
        tell(server_id)
    _wait_until_fewer_than(1, len(launches), until)


def _wait_until_fewer_than(limit: int, told: int, until: float) -> None:
    if told < limit:
        return
    while told - sum(invocation["isOver"] for invocation in INVOCATIONS.documents()) >= limit:
        if time.monotonic() > until:
            raise TimeoutError("The function was not done with all events in time.")
        time.sleep(0.1)
