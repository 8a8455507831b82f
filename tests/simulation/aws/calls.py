"""Connects the function's own handler and adapters to a simulated AWS in place of boto3."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from finalize_cutover.aws.roles import Member
from finalize_cutover.bootstrap import AwsAdapters, LambdaHandler, bootstrap
from finalize_cutover.cutover.kept_logs import Logs
from finalize_cutover.settings import read_settings
from tests.simulation.aws.clients import CloudFormationClient, Ec2Client, EventsClient, MgnClient
from tests.simulation.aws.documents import REGION
from tests.simulation.aws.evidence_bucket import EvidenceBucket, S3Client, S3Network
from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import Network
from tests.simulation.aws.source_clients import CloudWatchSource, Ec2Source, LambdaSource, SsmSource
from tests.simulation.aws.sources import Sources
from tests.simulation.aws.truth import ACCOUNT, Versions
from tests.simulation.aws.view import View
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.stdlib import this_task

RESPONSE_HOST = "cloudformation.simulated"
ENVIRONMENT = {"AWS_REGION": REGION, "EXTRA_RESPONSE_HOSTS": RESPONSE_HOST, "EVENT_BUS_NAME": "default"}
# Always called in the function's own account.
OF_OWN_ACCOUNT = {"ssm", "lambda", "s3"}


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
        networks: ``{account ID: the network for work on its source servers}``, of the accounts of automation.

        bucket, s3: The evidence bucket, and the network to it; None if the deployment has none.

        environment: The deployment's settings.

        logs: The logs that the function keeps; all invocations share them, also those at the same time.
    """

    mgn: Mgn
    networks: Mapping[str, Network]
    stack_statuses: Versions[str]
    weather: Weather
    sources: Sources
    environment: dict[str, str]
    source_page_size: int
    bucket: EvidenceBucket | None = None
    s3: S3Network | None = None
    logs: Logs = field(default_factory=dict)

    def handler(self, invocation: Invocation) -> LambdaHandler:
        """Return the function's handler for *invocation*."""
        settings, clock = read_settings({**ENVIRONMENT, **self.environment}), SimulatedClock(invocation)
        views: dict[str, View] = {}

        def adapters(account_id: str | None, *, are_for_rules: bool = False) -> AwsAdapters:
            clients: Any = _Clients(self, invocation, views, account_id or ACCOUNT, are_for_rules=are_for_rules)
            return AwsAdapters(settings, clock, clients, self.logs)

        return bootstrap(
            settings=settings,
            clock=clock,
            services=lambda account_id, end: adapters(account_id).services(account_id, end),
            acceptance=lambda account_id, end: adapters(account_id, are_for_rules=True).acceptance(account_id, end),
            staging=lambda account_id, end: adapters(account_id).staging(account_id, end),
            stack=adapters(None).stack,
            publisher=adapters(None).publisher,
            evidence_bucket=adapters(None).evidence_bucket,
        )


class _Clients:
    """The clients of an invocation for work on the source servers of *account*, in place of boto3's."""

    def __init__(
        self, calls: Calls, invocation: Invocation, views: dict[str, View], account: str, *, are_for_rules: bool
    ) -> None:
        self._calls = calls
        self._invocation = invocation
        self._views = views
        self._account = account
        self._are_for_rules = are_for_rules

    def get(self, service: str, _endpoints: object, member: Member | None, *, writes: bool) -> Any:  # noqa: ARG002 - one for both
        """Return the client for *service* in the account of *member*; None means the function's own."""
        called = member.account_id if member else ACCOUNT
        self._invocation.watch.calls(self._invocation, service, called)
        # What the function reads in its own account about others is evidence for these.
        account = self._account if service in OF_OWN_ACCOUNT else called
        view = self._views.setdefault(account, View(self._invocation, account))
        return self._made(service, view, self._network(service, account))

    def _network(self, service: str, account: str) -> Network:
        network = self._calls.networks[account]
        return network.without_illness() if service in OF_OWN_ACCOUNT else network

    def _made(self, service: str, view: View, network: Network) -> Any:
        calls = self._calls
        rest = (view, calls.sources, network, calls.source_page_size)
        make: dict[str, Callable[[], Any]] = {
            "mgn": lambda: MgnClient(view, calls.mgn, network, calls.weather.page_size),
            "ec2": lambda: Ec2Source(calls.mgn, *rest) if self._are_for_rules else Ec2Client(view, calls.mgn, network),
            "cloudformation": lambda: CloudFormationClient(self._invocation, calls.stack_statuses, network),
            "events": lambda: EventsClient(self._invocation, network),
            "s3": lambda: S3Client(self._invocation, calls.bucket, calls.s3),
            "cloudwatch": lambda: CloudWatchSource(*rest),
            "ssm": lambda: SsmSource(*rest),
            "lambda": lambda: LambdaSource(*rest),
        }
        return make[service]()
