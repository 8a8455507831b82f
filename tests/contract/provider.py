"""The function as a provider of custom resources: the real handler and crhelper, with CloudFormation's protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.app import lambda_handler
from local.cloudformation import answers, requests, stack_status
from local.cloudformation.answers import Answer
from local.cloudformation.endpoint import Endpoint
from local.cloudformation.exchange import Exchange
from local.cloudformation.requests import Address, Document, new_stack_id
from local.cloudformation.service import CloudFormation, only
from local.cloudformation.single_stack import SingleStack
from local.eventbridge.queue import EventQueue
from local.lambda_runtime.execution_environments import InProcess

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
LOGICAL_ID = "WebServerCutover"
TOKEN = "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover"
PATIENCE = 20  # s; no test should need that long

# Texts that no log line may contain: a tag's value, and a value that only the event contains (Revision is not used).
TAG_VALUE = "payroll-of-the-board"
REVISION = "a-revision-that-nobody-reads"
WEB = {"SourceServerID": SERVER, "WaitMinutes": 0, "Revision": REVISION}


@dataclass(slots=True, kw_only=True)
class Provider:
    """
    CloudFormation, with the function as the provider of its custom resources.

    Attributes:
        handler: The handler that Lambda runs.

        seconds: Lambda's timeout in seconds.

        is_answered: Whether each request must have exactly one response in the end.
    """

    endpoint: Endpoint
    handler: Callable[[Any, Any], Any] = lambda_handler
    seconds: float = 900
    is_answered: bool = True
    queue: EventQueue = field(default_factory=lambda: EventQueue(retry_delays=(0, 0)))
    service_timeout_in: Any = "request"
    function: InProcess = field(init=False)
    cloudformation: CloudFormation = field(init=False)
    address: Address = field(init=False)

    def __post_init__(self) -> None:
        self.function = InProcess(lambda: self.handler, name="finalize-cutover")
        self.cloudformation = CloudFormation(
            self.endpoint,
            find_function=only(self.function, timeout_seconds=self.seconds),
            queue=self.queue,
            service_timeout_in=self.service_timeout_in,
            patience=PATIENCE,
        )
        self.address = Address(
            stack_id=new_stack_id("web"),
            logical_resource_id=LOGICAL_ID,
            resource_type="Custom::FinalizedCutover",
            service_token=TOKEN,
        )

    def document(
        self,
        request_type: Any,
        properties: Mapping[str, Any] = WEB,
        *,
        physical_id: str | None = None,
        old: Mapping[str, Any] | None = None,
    ) -> Document:
        """Build a request about the stack's resource; an Update changes nothing unless *old* is given."""
        if request_type == "Update" and old is None:
            old = properties
        return requests.build(
            request_type,
            self.address,
            properties,
            old_properties=old,
            physical_resource_id=physical_id,
            service_timeout_in=self.service_timeout_in,
        )

    def sent_ago(self, seconds: float) -> None:
        """Make requests from now on look as if they were sent some time ago."""
        self.endpoint.now = lambda: datetime.now(UTC) - timedelta(seconds=seconds)

    def deliver(self, document: Document, *, status: str | None = None) -> Exchange:
        """Send *document* from a stack in *status* without waiting."""
        usual = f"{document['RequestType']}_IN_PROGRESS".upper()
        stack_status.show(self.address.stack_id, usual if status is None else status)
        mailbox = self.endpoint.open(document)
        delivery = self.queue.send(only(self.function, timeout_seconds=self.seconds)(TOKEN), mailbox.document)
        exchange = Exchange(address=self.address, mailbox=mailbox, delivery=delivery, wait_seconds=PATIENCE)
        self.cloudformation.exchanges.append(exchange)
        return exchange

    def send(self, request_type: Any, properties: Any = WEB, *, status: str | None = None, **rest: Any) -> Exchange:
        """Send a request without waiting."""
        return self.deliver(self.document(request_type, properties, **rest), status=status)

    def ask(self, request_type: Any, properties: Any = WEB, **rest: Any) -> Answer:
        """Send a request, and return its only response."""
        return self.send(request_type, properties, **rest).only_answer()

    def stack(self) -> SingleStack:
        """Return a stack with one custom resource; DescribeStacks returns its status during an operation."""
        return SingleStack(self.cloudformation, TOKEN, on_status=stack_status.show)


def accepted(exchange: Exchange) -> list[Answer]:
    """Return the different responses that CloudFormation could read; it uses the first one."""
    bodies = dict.fromkeys(put.body for put in exchange.puts if put.stored)
    return [answer for body in bodies if (answer := answers.read(body, exchange.document)).has_valid_id]
