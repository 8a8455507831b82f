"""
Runs a load test: the built function in emulators, the local AWS, and faults.

Nothing leaves this machine: the function has only the addresses of the local AWS and the local CloudFormation.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local.client import LocalAws
from local.cloudformation.exchange import Exchange
from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.runtime import Runtime
from tests.load import gather, weather
from tests.load.deployed import answered, deployed
from tests.load.plan import Plan
from tests.load.record import Record
from tests.load.senders import Stacks, launch_result, tell_of
from tests.load.story import APPROVED, Story, story

# The function's timeout: longer than all of its work, so that an invocation that hangs is detected.
LONGEST_RUN = 240  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """
    The measurements of a load test.

    Attributes:
        seconds: Time from the first request or event to the end of the last one.

        run_seconds: Duration of each invocation until then, including starts.

        peak_bytes: Peak memory of any process of the function, including that of the sweep.
    """

    story: Story
    record: Record
    seconds: float
    run_seconds: tuple[float, ...]
    peak_bytes: int


def run(plan: Plan, aws: LocalAws, artifact: Artifact, runtime: Runtime) -> Course:
    """
    Run *plan* with *artifact* and *aws*, which is empty and in this process.

    Raises:
        TimeoutError: It took longer than planned; everything has been stopped.
    """
    told = story(plan)
    with (
        answered(weather.of_answers(plan)) as endpoint,
        deployed(aws, artifact, runtime, endpoint, timeout_seconds=LONGEST_RUN, concurrency=plan.environments) as (
            app,
            workers,
        ),
    ):
        _seed(told, aws)
        weather.spoil_calls(aws, plan)
        began = time.monotonic()
        exchanges = _send(told, plan, aws, Stacks(endpoint, app.service_token, patience=plan.seconds / 2))
        seconds = time.monotonic() - began
        run_seconds = tuple(ms / 1000 for one in workers.all for ms in one.log.durations())
        aws.clear_faults()
        return Course(
            story=told,
            record=gather.record([gather.request(one, endpoint) for one in exchanges], aws, app),
            seconds=seconds,
            run_seconds=run_seconds,
            peak_bytes=max(one.peak_memory for one in workers.all),
        )


def _seed(told: Story, aws: LocalAws) -> None:
    for server_id, kind in told.servers.items():
        if not kind.scenario:
            continue
        tags = APPROVED if kind.is_approved else {}
        aws.add_source_server(kind.scenario, sourceServerID=server_id, tags=tags, **kind.options)
    aws.clear_calls()


def _send(told: Story, plan: Plan, aws: LocalAws, stacks: Stacks) -> list[Exchange]:
    """Create stacks and publish events at the same time; return the requests after all have ended."""
    until = time.monotonic() + plan.seconds
    with ThreadPoolExecutor(1) as crew:
        created = crew.submit(stacks.create, told.asks)
        tell_of(told.launches, lambda server_id: launch_result(server_id, aws), until=until)
        created.result()
    return stacks.exchanges()
