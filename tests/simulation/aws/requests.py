"""CloudFormation's requests to custom resources, and their responses."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from tests.simulation.aws.calls import RESPONSE_HOST
from tests.simulation.aws.function import Function
from tests.simulation.aws.invocation import Asked
from tests.simulation.virtual.machine import Machine

LONGEST_TIMEOUT = 3600  # seconds
STALE = 0.03  # how often an old request is delivered together with a new one


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as CloudFormation reads it."""

    at: float
    body: dict[str, Any]

    @property
    def is_success(self) -> bool:
        return bool(self.body["Status"] == "SUCCESS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The properties of one resource in a template, and their meaning."""

    properties: dict[str, Any]
    asked: Asked


@dataclass(slots=True, kw_only=True)
class Request:
    """
    A request.

    Attributes:
        type: Create, Update or Delete.

        old: Properties before an Update.

        is_rollback: Whether it rolls back an update.

        done: Called with the request and its accepted response, or None after the timeout.

        number: Sequence number of the request.

        is_given_up: Whether CloudFormation no longer waits: it was cancelled, or has timed out.

        is_stale: Whether it is an old request that is delivered after CloudFormation stopped waiting.

        stored: Every response that S3 stored, in order.
    """

    type: str
    stack_id: str
    logical_id: str
    wish: Wish
    done: Callable[["Request", Answer | None], None]
    old: dict[str, Any] | None = None
    physical_id: str | None = None
    is_rollback: bool = False
    number: int = -1
    sent_at: float = 0.0
    is_given_up: bool = False
    is_stale: bool = False
    accepted: Answer | None = None
    stored: list[Answer] = field(default_factory=list)

    @property
    def asked(self) -> Asked:
        return self.wish.asked

    @property
    def gives_up_at(self) -> float:
        """When CloudFormation stops waiting."""
        return self.sent_at + float(self.wish.properties.get("ServiceTimeout", LONGEST_TIMEOUT))


class CloudFormation:
    """CloudFormation's side of custom resources; all sent requests are appended to *requests*."""

    def __init__(self, machine: Machine, chance: random.Random, function: Function, requests: list[Request]) -> None:
        self.requests = requests
        self._machine = machine
        self._chance = chance
        self._function = function

    def send(self, request: Request) -> Request:
        """Send *request* to the function, and sometimes also a similar, old one."""
        request.sent_at = self._machine.now
        self._machine.after(request.gives_up_at - request.sent_at, partial(self._stop_waiting, request))
        self._hand_over(request)
        if request.type != "Delete" and self._chance.random() < STALE:
            timeout = request.gives_up_at - request.sent_at
            age = self._chance.choice((timeout + self._chance.uniform(0, 60), 7260.0, 86400.0))
            old = replace(request, done=lambda *_: None, is_given_up=True, is_stale=True, accepted=None, stored=[])
            old.sent_at = self._machine.now - max(age, timeout)
            self._hand_over(old)
        return request

    def _hand_over(self, request: Request) -> None:
        request.number = len(self.requests)
        self.requests.append(request)
        asked = request.asked
        may_finalize = asked.may_finalize and request.type != "Delete"
        self._function.send(self._event(request), replace(asked, request=request, may_finalize=may_finalize))

    def _event(self, request: Request) -> dict[str, Any]:
        signed_at = self._machine.date(request.sent_at).strftime("%Y%m%dT%H%M%SZ")
        properties = dict(request.wish.properties)
        event = {
            "RequestType": request.type,
            "RequestId": f"request-{request.number}",
            "StackId": request.stack_id,
            "LogicalResourceId": request.logical_id,
            "ResourceType": "Custom::FinalizedCutover",
            "ResponseURL": f"http://{RESPONSE_HOST}/{request.number}?X-Amz-Date={signed_at}",
            "ResourceProperties": properties,
            "OldResourceProperties": request.old,
            "PhysicalResourceId": request.physical_id,
        }
        if "ServiceTimeout" in properties and self._chance.random() < 0.5:
            event["ServiceTimeout"] = properties.pop("ServiceTimeout")
        return {name: value for name, value in event.items() if value is not None}

    def take(self, number: int, _process: object, body: bytes) -> None:
        """Read a stored response: the first one counts, later ones are ignored."""
        request = self.requests[number]
        answer = Answer(at=self._machine.now, body=json.loads(body))
        request.stored.append(answer)
        if request.accepted is None and answer.at < request.gives_up_at:
            request.accepted = answer
            if not request.is_given_up:
                self._machine.after(self._chance.uniform(0.1, 2), partial(request.done, request, answer))

    def _stop_waiting(self, request: Request) -> None:
        if request.accepted is None and not request.is_given_up:
            request.is_given_up = True
            request.done(request, None)
