"""CloudFormation's side of the custom resource protocol: sends requests, and hands out where to answer them."""

from collections.abc import Callable

from local.cloudformation import requests
from local.cloudformation.endpoint import Endpoint
from local.cloudformation.exchange import Exchange
from local.cloudformation.requests import Address, Properties, RequestType, ServiceTimeoutIn
from local.eventbridge.queue import EventQueue, Run
from local.lambda_runtime import functions

# Finds what runs the function that a service token names.
FindFunction = Callable[[str], Run]


class CloudFormation:
    """
    Sends requests to custom resources.

    Args:
        endpoint: Where they answer.

        find_function: Finds who acts; raises FunctionNotFoundError where nobody does.

        queue: How Lambda delivers; CloudFormation invokes functions asynchronously.

        service_timeout_in: Where requests carry their ``ServiceTimeout``.

        patience: Most seconds to wait for an answer, whatever the ``ServiceTimeout``; None for no limit of our own.

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
        Send a request to the function that *address* names, and do not wait for its answer.

        Raises:
            FunctionNotFoundError: There is no such function.
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
        mailbox = self.endpoint.open(document)
        wait_seconds = requests.service_timeout(document)
        if self._patience is not None:
            wait_seconds = min(wait_seconds, self._patience)
        delivery = self.queue.send(run, mailbox.document)
        exchange = Exchange(address=address, mailbox=mailbox, delivery=delivery, wait_seconds=wait_seconds)
        self.exchanges.append(exchange)
        return exchange


def registered_function(service_token: str) -> Run:
    """
    Return what runs the function that *service_token* names, as long as Lambda would let it.

    Raises:
        FunctionNotFoundError: Nobody registered it.
    """
    return functions.limited(functions.find(service_token), functions.LONGEST_TIMEOUT)


def only(invoke: functions.Invoke, *, timeout_seconds: float = functions.LONGEST_TIMEOUT) -> FindFunction:
    """Find *invoke* for whatever service token, and let it run for *timeout_seconds*."""
    return lambda _service_token: functions.limited(invoke, timeout_seconds)
