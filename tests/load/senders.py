"""Who asks the function, all at the same time: stacks and the event bus."""

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

# As the local AWS has no time for Lambda's 60 and 120 s.
RETRY_DELAYS = (0.5, 1)
# So many events are with Lambda at a time: each has a thread here, while those of AWS would be in a queue.
MOST_UNDER_WAY = 200
SETTLED = 60  # s; in which a run ends that a stack no longer waits for


class Stacks:
    """
    Stacks that ask for one source server each.

    Args:
        endpoint: Where they are answered.

        service_token: Names the function.

        patience: Seconds until a stack takes silence for a failure.
    """

    def __init__(self, endpoint: TimedEndpoint, service_token: str, *, patience: float) -> None:
        queues = (EventQueue(retry_delays=RETRY_DELAYS, copies=copies, overlapping=True) for copies in (1, 2))
        self._once, self._twice = (
            CloudFormation(endpoint, find_function=moto_functions.find, queue=queue, patience=patience)
            for queue in queues
        )
        self._service_token = service_token

    def create(self, asks: Collection[Ask]) -> None:
        """Create a stack for each of *asks*, all at once, and return when each has been created or rolled back."""
        with ThreadPoolExecutor(max(1, len(asks))) as crew:
            list(crew.map(self._create, asks))

    def exchanges(self) -> list[Exchange]:
        """Return every request and its answers, once no run for it is under way any more."""
        exchanges = [*self._once.exchanges, *self._twice.exchanges]
        for exchange in exchanges:
            exchange.delivery.wait(SETTLED)
        return exchanges

    def _create(self, ask: Ask) -> None:
        service = self._twice if ask.is_doubled else self._once
        stack = SingleStack(service, self._service_token, on_status=stack_status.show)
        stack.create({"SourceServerID": ask.server_id, "WaitMinutes": 0})


def launch_result(server_id: str, aws: LocalAws) -> None:
    """Let the event bus of *aws*, in this process, tell of the launch of *server_id*, whether or not MGN knows that."""
    arn = f"arn:aws:mgn:{aws.region}:{aws.account}:source-server/{server_id}"
    server = cast(SourceServer, SimpleNamespace(arn=arn, document={"lifeCycle": {}}))
    with CLOCK.lock:
        events.emit_launch_result(server, "CUTOVER_LAUNCH_SUCCEEDED", account=aws.account, region=aws.region)


def tell_of(launches: Collection[str], tell: Callable[[str], None], *, until: float) -> None:
    """
    Tell of each of *launches*, a number of them at a time; return when the function is done with all.

    Args:
        launches: Source server IDs.

        tell: Tells of one.

        until: When to give up, on the monotonic clock.

    Raises:
        TimeoutError: It was given up.
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
