"""
Runs a load test in which MGN throttles.

Stacks request more source servers than MGN accepts writes for in their time.  Then a sweep finds more servers than it
can finalize; while their writes wait, some of them lose their approval tag or their instance.
"""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from local.client import LocalAws
from local.cloudformation import answers, faults, stack_status
from local.cloudformation.service import CloudFormation
from local.cloudformation.single_stack import SingleStack
from local.lambda_runtime import moto_functions
from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.runtime import Runtime
from tests.load.answers import TimedEndpoint
from tests.load.deployed import Deployed, answered, deployed
from tests.load.gather import finalized_at
from tests.load.senders import SETTLED
from tests.load.story import APPROVED
from tests.load.throttled.calls import OK, looks_at
from tests.load.throttled.plan import Plan
from tests.load.throttled.record import Record, Request, Sweep
from tests.load.throttled.servers import Servers

LOOK_AGAIN = 0.1  # s
# At most so many, until one is not refused because MGN throttled its list.
SWEEPS = 3


def run(plan: Plan, aws: LocalAws, artifact: Artifact, runtime: Runtime) -> Record:
    """
    Run *plan* with *artifact* and *aws*, which is in this process and is reset.

    Raises:
        TimeoutError: The sweep read no source server; everything has been stopped.
    """
    aws.reset()
    times = {"timeout_seconds": plan.function_timeout, "concurrency": plan.stacks}
    with (
        answered(itertools.repeat(faults.NONE)) as endpoint,
        deployed(aws, artifact, runtime, endpoint, **times) as (app, _workers),
        ThreadPoolExecutor(plan.stacks) as crew,
    ):
        return _Course(plan, aws, endpoint, app).run(crew)


class _Course:
    def __init__(self, plan: Plan, aws: LocalAws, endpoint: TimedEndpoint, app: Deployed) -> None:
        self._plan = plan
        self._aws = aws
        self._endpoint = endpoint
        self._app = app
        self._servers = Servers(aws)

    def run(self, crew: ThreadPoolExecutor) -> Record:
        plan = self._plan
        size = plan.servers_of_a_stack
        lists = [self._servers.add(size, of_a_job=size, tags={}) for _ in range(plan.stacks)]
        swept = self._servers.add(plan.swept, of_a_job=plan.servers_of_a_job, tags=APPROVED)
        self._aws.clear_calls()
        self._throttle()
        began = time.monotonic()
        requests = [
            crew.submit(self._create, server_ids, is_archived=number == 0) for number, server_ids in enumerate(lists)
        ]
        asked = [request.result() for request in requests]
        sweep = crew.submit(self._sweep)
        changed_at = self._change(swept)
        report, ended_at = sweep.result()
        seconds, calls = time.monotonic() - began, self._aws.calls()
        self._aws.set_pace()
        return Record(
            servers=self._servers.of,
            requests=asked,
            sweep=Sweep(
                server_ids=swept,
                ended_at=ended_at,
                timeout=plan.function_timeout,
                report=report,
                changed_at=changed_at,
                unapproved=frozenset(self._servers.unapproved),
            ),
            calls=calls,
            finalized_at=finalized_at(self._aws),
            seconds=seconds,
        )

    def _throttle(self) -> None:
        """Let MGN throttle, after a burst."""
        plan = self._plan
        self._aws.set_pace(latencyMs=plan.latency, callsPerSecond=plan.calls_per_second, burst=plan.burst)

    def _create(self, server_ids: tuple[str, ...], *, is_archived: bool) -> Request:
        """Create a stack that requests *server_ids*, and return the record of its first request."""
        service = CloudFormation(self._endpoint, find_function=moto_functions.find)
        stack = SingleStack(service, self._app.service_token, on_status=stack_status.show)
        timeout = self._plan.service_timeout
        stack.create({"SourceServerIDs": server_ids, "ServiceTimeout": timeout, "Archive": is_archived})
        for exchange in stack.exchanges:
            exchange.delivery.wait(SETTLED)
        exchange = stack.exchanges[0]
        target, stored = exchange.mailbox.target, [put for put in exchange.puts if put.stored]
        answer = answers.read(stored[0].body, exchange.document) if stored else None
        return Request(
            server_ids=server_ids,
            sent_at=self._endpoint.opened[target],
            service_timeout=timeout,
            answered_at=min(self._endpoint.arrived[target], default=None),
            status=answer.status if answer else "",
            reason=answer.reason if answer else "",
            answers=len({put.body for put in stored}),
        )

    def _sweep(self) -> tuple[dict[str, object], datetime]:
        """Fire the schedule; return the function's result, and the time at which it returned."""
        for _ in range(SWEEPS):
            # The burst lets the sweep's reads through; without it, a throttled read leaves nothing to write.
            self._throttle()
            # A sweep whose list was throttled all the same did nothing; the next one tries again.
            if answer := self._app.sweep()[-1].get("answer"):
                return answer, datetime.now(UTC)
        return {}, datetime.now(UTC)

    def _change(self, swept: tuple[str, ...]) -> dict[str, datetime]:
        """Change every other server in *swept* after the first read; return the times of the changes."""
        self._wait_for_look(swept[0])
        time.sleep(self._plan.changed_after)
        return self._servers.change(swept[::2])

    def _wait_for_look(self, server_id: str) -> None:
        until = time.monotonic() + self._plan.function_timeout
        while not any(looks_at(call, server_id) and call["status"] == OK for call in self._aws.calls("mgn")):
            if time.monotonic() > until:
                raise TimeoutError("The sweep has looked at no source server.")
            time.sleep(LOOK_AGAIN)
