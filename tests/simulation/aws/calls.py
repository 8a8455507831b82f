"""What an invocation is handed: the function's own rooms, wired to a simulated AWS in place of boto3's clients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from finalize_cutover.aws.cloudformation import StackMandate
from finalize_cutover.aws.ec2 import AwsInstances
from finalize_cutover.aws.event_bus import EventBus
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.aws.staging import AwsStagingResources
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
        """Return what the door is handed in *invocation*."""
        clock = SimulatedClock(invocation)
        mgn = MgnClient(invocation, self.mgn, self.network, self.weather.page_size)
        ec2: Any = Ec2Client(invocation, self.mgn, self.network)
        stacks: Any = CloudFormationClient(invocation, self.stack_statuses, self.network)
        events: Any = EventsClient(self.network)
        world = World(mgn=AwsMgn(lambda: mgn), instances=AwsInstances(lambda: ec2), clock=clock)  # type: ignore[arg-type, return-value] # as much of a client as is used
        return Call(
            settings=SETTINGS,
            context=None,
            world=lambda _account_id: world,
            staging=lambda _account_id: AwsStagingResources(lambda: ec2),
            announcements=EventBus(lambda: events, name="default"),
            mandate=lambda stack_id: StackMandate(lambda: stacks, stack_id=stack_id),
            clock=clock,
            deadline=invocation.machine.date(invocation.ends_at),
        )
