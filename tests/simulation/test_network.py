"""The simulated network raises the same errors as boto3, so every history includes the translation of errors."""

import json
import random

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from finalize_cutover.aws.clients import Clients
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.errors import CutoverError, OutOfTimeError
from tests.simulation.aws.invocation import Send
from tests.simulation.aws.network import ANSWERS, ENDPOINT, Network, ServiceError
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine, Process
from tests.simulation.virtual.stdlib import installed, this_task
from tests.unit.stubs import at_once, mgn_of

SERVER = "s-0123456789abcdef0"
CONFLICT = ServiceError("ConflictException", 409, "Cannot FinalizeCutover for a CUTOVER server.")
MISSING = ServiceError("ResourceNotFoundException", 404, "Source server s-0123456789abcdef0 does not exist.")
CONNECTIONS = {"unreachable": EndpointConnectionError, "lost": ConnectionClosedError, "hangs": ReadTimeoutError}


class Invocation(Process):
    """The part of an invocation that the network needs."""

    def meets(self, operation, fault, about, account): ...


def outcome_of(call):
    """Return the function's view of the error of *call* on a simulated machine."""
    machine, errors = Machine(), []

    def work():
        try:
            call(machine)
        except CutoverError as error:
            own = {name: getattr(error, name, None) for name in ("code", "http_status", "is_throttled")}
            errors.append((type(error), own))

    with installed():
        Invocation(machine).start(work)
        machine.run()
    return errors[0]


class Clock:
    def __init__(self, machine):
        self.now = machine.date


def finalize_with(client, machine, *, before_send=at_once):
    limit = TimeLimit(Clock(machine), until=machine.date(900))
    return mgn_of(client, limit=limit).finalize(SERVER, before_send=before_send)


def simulated(fault=None, refusal=None):
    weather = Weather(call_faults=(fault,), call_fault_rate=1.0) if fault else Weather()

    def serve():
        if refusal:
            raise refusal

    class Client:
        def __init__(self, machine):
            self._network = Network(machine, random.Random(1), weather)

        def finalize_cutover(self, **_request):
            send = self._network.prepare_write("FinalizeCutover", SERVER, lambda _: Send(server_id=SERVER, began_at=0))
            return self._network.write("FinalizeCutover", serve, send)

    return outcome_of(lambda machine: finalize_with(Client(machine), machine))


def real(answer):
    """Return the same for boto3's own client, with *answer* in place of the network."""
    boto = Clients().get("mgn", writes=True)
    boto.meta.events.register("before-send.mgn.*", lambda request, **_: answer(request))
    return outcome_of(lambda machine: finalize_with(boto, machine))


def answered(code, status, message):
    class Raw:
        def stream(self, *_):
            yield json.dumps({"message": message}).encode()

    headers = {"x-amzn-errortype": code, "content-type": "application/json"}
    return lambda request: AWSResponse(request.url, status, headers, Raw())


def unanswered(kind):
    def fail(_request):
        raise kind(endpoint_url=ENDPOINT)

    return fail


@pytest.mark.parametrize("fault", [*ANSWERS])
def test_an_answer_that_is_an_error_is_one_for_both(fault):
    assert simulated(fault) == real(answered(*ANSWERS[fault], f"made to be {fault}"))


@pytest.mark.parametrize("fault", [*CONNECTIONS])
def test_a_connection_that_fails_does_so_for_both(fault):
    assert simulated(fault) == real(unanswered(CONNECTIONS[fault]))


@pytest.mark.parametrize("refusal", [CONFLICT, MISSING])
def test_a_refusal_is_one_for_both(refusal):
    assert simulated(refusal=refusal) == real(answered(refusal.code, refusal.status, str(refusal)))


def test_what_is_no_json_is_an_error():
    class Raw:
        def stream(self, *_):
            yield b"<html>"

    boto = Clients().get("mgn")
    boto.meta.events.register(
        "before-send.mgn.*", lambda request, **_: AWSResponse(request.url, 200, {"content-type": "text/html"}, Raw())
    )

    with pytest.raises(ResponseParserError):
        boto.describe_job_log_items(jobID="mgnjob-0123456789abcdef0")


def test_a_write_that_is_not_to_be_sent_is_not_sent_by_either():
    def refuse():
        raise OutOfTimeError("Too late.")

    sent = []
    boto = Clients().get("mgn", writes=True)
    boto.meta.events.register_last("before-send", lambda **_: sent.append("boto3"))
    weather = Weather()

    class Client:
        def finalize_cutover(self, **_request):
            machine = this_task().machine
            Network(machine, random.Random(1), weather).prepare_write("FinalizeCutover", SERVER, sent.append)

    errors = [
        outcome_of(lambda machine, one=one: finalize_with(one, machine, before_send=refuse)) for one in (boto, Client())
    ]

    assert errors[0] == errors[1]
    assert errors[0][0] is OutOfTimeError
    assert sent == []
