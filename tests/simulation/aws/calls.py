"""Connects the function's own handler and adapters to a simulated AWS in place of boto3."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from finalize_cutover.aws.acceptance.ports import AwsAcceptancePorts
from finalize_cutover.aws.cloudformation import AwsStack
from finalize_cutover.aws.ec2 import AwsInstances
from finalize_cutover.aws.event_bus import EventBus
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.aws.staging import AwsStagingResources
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.bootstrap import LambdaHandler, bootstrap
from finalize_cutover.cutover.kept_logs import KeptLogs, Logs
from finalize_cutover.cutover.ports import Services
from finalize_cutover.settings import read_settings
from tests.simulation.aws.clients import CloudFormationClient, Ec2Client, EventsClient, MgnClient
from tests.simulation.aws.documents import ACCOUNT, REGION
from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import Network
from tests.simulation.aws.source_clients import CloudWatchSource, Ec2Source, LambdaSource, SsmSource
from tests.simulation.aws.sources import Sources
from tests.simulation.aws.truth import Versions
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.stdlib import this_task

RESPONSE_HOST = "cloudformation.simulated"
ENVIRONMENT = {"AWS_REGION": REGION, "EXTRA_RESPONSE_HOSTS": RESPONSE_HOST}


class SimulatedClock:
    """The machine's time, for the core."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation

    def now(self) -> datetime:
        return self._invocation.machine.date()

    def sleep(self, seconds: float) -> None:
        task: Any = this_task()
        task.pause(seconds)


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context of an invocation."""

    invocation: Invocation

    @property
    def aws_request_id(self) -> str:
        return str(self.invocation)

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:finalize-cutover"

    def get_remaining_time_in_millis(self) -> int:
        return round((self.invocation.ends_at - self.invocation.machine.now) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """
    Connects the handlers of all invocations to the simulated AWS.

    Attributes:
        environment: The deployment's settings.

        logs: The logs that the function keeps; all invocations share them, also those at the same time.
    """

    mgn: Mgn
    network: Network
    stack_statuses: Versions[str]
    weather: Weather
    sources: Sources
    environment: dict[str, str]
    source_page_size: int
    logs: Logs = field(default_factory=dict)

    def handler(self, invocation: Invocation) -> LambdaHandler:
        """Return the function's handler for *invocation*."""
        clock = SimulatedClock(invocation)
        mgn: Any = MgnClient(invocation, self.mgn, self.network, self.weather.page_size)
        ec2: Any = Ec2Client(invocation, self.mgn, self.network)
        stacks: Any = CloudFormationClient(invocation, self.stack_statuses, self.network)
        events: Any = EventsClient(invocation, self.network)

        rest = (invocation, self.sources, self.network, self.source_page_size)
        clients: dict[str, Any] = {
            "ec2": Ec2Source(self.mgn, *rest),
            "cloudwatch": CloudWatchSource(*rest),
            "ssm": SsmSource(*rest),
            "lambda": LambdaSource(*rest),
        }

        def until(moment: datetime) -> TimeLimit:
            return TimeLimit(clock, until=moment)

        def services(_account_id: str | None, end: datetime) -> Services:
            return Services(
                mgn=AwsMgn(lambda: mgn, writer=lambda: mgn, limit=until(end)),
                instances=AwsInstances(lambda: ec2, limit=until(end)),
                clock=clock,
                kept_logs=KeptLogs(self.logs),
            )

        return bootstrap(
            settings=read_settings({**ENVIRONMENT, **self.environment}),
            clock=clock,
            services=services,
            acceptance=lambda _account_id, end: AwsAcceptancePorts(
                lambda service, **_: lambda: clients[service], limit=until(end)
            ),
            staging=lambda _account_id, end: AwsStagingResources(lambda: ec2, limit=until(end)),
            stack=lambda stack_id, end: AwsStack(lambda: stacks, stack_id=stack_id, limit=until(end)),
            publisher=lambda end: EventBus(lambda: events, name="default", limit=until(end)),
        )
