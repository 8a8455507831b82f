"""What an invocation is handed: the function's own adapters, wired to a simulated AWS in place of boto3's clients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from finalize_cutover.aws.cloudformation import AwsStack
from finalize_cutover.aws.ec2 import AwsInstances
from finalize_cutover.aws.event_bus import EventBus
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.aws.staging import AwsStagingResources
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.look import World
from finalize_cutover.doors.call import Call
from finalize_cutover.settings import read_settings
from tests.simulation.aws.clients import CloudFormationClient, Ec2Client, EventsClient, MgnClient
from tests.simulation.aws.documents import REGION
from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import Network
from tests.simulation.aws.truth import Versions
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.stdlib import this_task

RESPONSE_HOST = "cloudformation.simulated"
SETTINGS = read_settings({"AWS_REGION": REGION, "EXTRA_RESPONSE_HOSTS": RESPONSE_HOST})
# What is left of Lambda's time when all work must have ended, as in wiring.py.
ENDING = 1.0  # seconds


class SimulatedClock:
    """The machine's time, for the core."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation

    def now(self) -> datetime:
        return self._invocation.machine.date()

    def sleep(self, seconds: float) -> None:
        task: Any = this_task()
        task.pause(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Makes the calls of all invocations."""

    mgn: Mgn
    network: Network
    stack_statuses: Versions[str]
    weather: Weather

    def call_for(self, invocation: Invocation) -> Call:
        """Return what the handler gets in *invocation*."""
        clock = SimulatedClock(invocation)
        mgn: Any = MgnClient(invocation, self.mgn, self.network, self.weather.page_size)
        ec2: Any = Ec2Client(invocation, self.mgn, self.network)
        stacks: Any = CloudFormationClient(invocation, self.stack_statuses, self.network)
        events: Any = EventsClient(invocation, self.network)

        def until(moment: datetime) -> TimeLimit:
            return TimeLimit(clock, until=moment)

        def world(_account_id: str | None, end: datetime) -> World:
            return World(
                mgn=AwsMgn(lambda: mgn, writer=lambda: mgn, limit=until(end)),
                instances=AwsInstances(lambda: ec2, limit=until(end)),
                clock=clock,
            )

        return Call(
            settings=SETTINGS,
            context=None,
            clock=clock,
            deadline=invocation.machine.date(invocation.ends_at),
            ends_at=invocation.machine.date(invocation.ends_at - ENDING),
            make_world=world,
            make_staging=lambda _account_id, end: AwsStagingResources(lambda: ec2, limit=until(end)),
            make_stack=lambda stack_id, end: AwsStack(lambda: stacks, stack_id=stack_id, limit=until(end)),
            make_announcements=lambda end: EventBus(lambda: events, name="default", limit=until(end)),
        )
