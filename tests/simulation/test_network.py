"""The simulated network raises what boto3 raises: the function's translation of errors is part of every history."""

import json
import random

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from finalize_cutover.aws.clients import client
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.cutover.errors import CutoverError
from tests.simulation.aws.network import ANSWERS, ENDPOINT, Network, ServiceError
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine, Process
from tests.simulation.virtual.stdlib import installed

SERVER = "s-0123456789abcdef0"
CONFLICT = ServiceError("ConflictException", 409, "Cannot FinalizeCutover for a CUTOVER server.")
MISSING = ServiceError("ResourceNotFoundException", 404, "Source server s-0123456789abcdef0 does not exist.")
CONNECTIONS = {"unreachable": EndpointConnectionError, "lost": ConnectionClosedError, "hangs": ReadTimeoutError}


class Invocation(Process):
    """As much of one as the network needs."""

    def meets(self, operation, fault): ...


def outcome_of(call):
    """Return all that the function knows of the error that *call* ends in, when it runs on a simulated machine."""
    machine, errors = Machine(), []

    def work():
        try:
            call(machine)
        except CutoverError as error:
            own = {name: getattr(error, name, None) for name in ("code", "http_status", "is_throttled", "was_retried")}
            errors.append((type(error), own))

    with installed():
        Invocation(machine).start(work)
        machine.run()
    return errors[0]


def simulated(fault=None, refusal=None):
    weather = Weather(call_faults=(fault,), call_fault_rate=1.0) if fault else Weather()

    def serve():
        if refusal:
            raise refusal

    class Client:
        def __init__(self, machine):
            self._network = Network(machine, random.Random(1), weather)

        def finalize_cutover(self, **_request):
            return self._network.call("FinalizeCutover", serve)

    return outcome_of(lambda machine: AwsMgn(lambda: Client(machine)).finalize(SERVER))


def real(answer):
    """Return the same of boto3's own client, with *answer* in place of the network."""
    boto = client("mgn")
    boto.meta.events.register("before-send.mgn.*", lambda request, **_: answer(request))
    return outcome_of(lambda _machine: AwsMgn(lambda: boto).finalize(SERVER))


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


def test_what_is_no_json_is_no_error_for_boto3_but_an_answer_without_members():
    class Raw:
        def stream(self, *_):
            yield b"<html>"

    boto = client("mgn")
    boto.meta.events.register(
        "before-send.mgn.*", lambda request, **_: AWSResponse(request.url, 200, {"content-type": "text/html"}, Raw())
    )

    answer = boto.describe_job_log_items(jobID="mgnjob-0123456789abcdef0")

    assert answer.keys() == {"ResponseMetadata"}
