"""CloudFormation's side of the custom resource protocol: sends requests with response URLs."""

from collections.abc import Callable

from local.cloudformation import requests
from local.cloudformation.endpoint import Endpoint
from local.cloudformation.exchange import Exchange
from local.cloudformation.requests import Address, Properties, RequestType, ServiceTimeoutIn
from local.eventbridge.queue import EventQueue, Run
from local.lambda_runtime import functions

# Returns the callable that runs the function of a service token.
FindFunction = Callable[[str], Run]


class CloudFormation:
    """
    Sends requests to custom resources.

    Args:
        endpoint: Receives the responses.

        find_function: Returns the callable for a service token; raises FunctionNotFoundError if there is none.

        queue: Lambda's queue; CloudFormation invokes functions asynchronously.

        service_timeout_in: Where requests contain their ``ServiceTimeout``.

        patience: Maximum number of seconds to wait for a response; None for the ``ServiceTimeout`` only.

    Attributes:
        exchanges: Every request sent, in order.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        find_function: FindFunction | None = None,
        queue: EventQueue | None = None,
        service_timeout_in: ServiceTimeoutIn = "request",
        patience: float | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.exchanges: list[Exchange] = []
        self.queue = queue or EventQueue()
        self._find_function = find_function or registered_function
        self._service_timeout_in: ServiceTimeoutIn = service_timeout_in
        self._patience = patience

    def send(
        self,
        request_type: RequestType,
        address: Address,
        properties: Properties,
        *,
        old_properties: Properties | None = None,
        physical_resource_id: str | None = None,
    ) -> Exchange:
        """
        Send a request to the function in *address* without waiting for the response.

        Raises:
            FunctionNotFoundError: The function does not exist.

            ServiceTimeoutError: CloudFormation refuses the ServiceTimeout; nothing is sent.
        """
        run = self._find_function(address.service_token)
        document = requests.build(
            request_type,
            address,
            properties,
            old_properties=old_properties,
            physical_resource_id=physical_resource_id,
            service_timeout_in=self._service_timeout_in,
        )
        wait_seconds = requests.service_timeout(document)
        mailbox = self.endpoint.open(document)
        if self._patience is not None:
            wait_seconds = min(wait_seconds, self._patience)
        delivery = self.queue.send(run, mailbox.document)
        exchange = Exchange(address=address, mailbox=mailbox, delivery=delivery, wait_seconds=wait_seconds)
        self.exchanges.append(exchange)
        return exchange


def registered_function(service_token: str) -> Run:
    """
    Return a callable that runs the function *service_token* with Lambda's maximum timeout.

    Raises:
        FunctionNotFoundError: The function is not registered.
    """
    return functions.limited(functions.find(service_token), functions.LONGEST_TIMEOUT)


def only(invoke: functions.Invoke, *, timeout_seconds: float = functions.LONGEST_TIMEOUT) -> FindFunction:
    """Use *invoke* with *timeout_seconds* for every service token."""
    return lambda _service_token: functions.limited(invoke, timeout_seconds)
