"""Automation with ``APPLICATIONS_TOGETHER``: what the sweep and an event do with applications."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError, MgnUnavailableError
from finalize_cutover.cutover.finalize.pace import LARGEST_BATCH
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from finalize_cutover.handlers.eventbridge.order import rotated
from finalize_cutover.settings import read_settings
from tests.unit import automated
from tests.unit.automated import approved
from tests.unit.builders import INITIATED_AT, NOW, OTHER_SERVER, SERVER
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws
from tests.unit.staged import FakeStaging

APP = "app-0123456789abcdef0"
HANDLERS = {"sweep": (sweep.handle, {"action": "sweep"}), "event": (launch_result.handle, automated.launch_result())}


def settings(text="true"):
    return read_settings({"AWS_REGION": "eu-west-1", "APPLICATIONS_TOGETHER": text})


def handled(kind, aws, text="true"):
    handle, event = HANDLERS[kind]
    return handle(event, invocation(aws, settings=settings(text), make_staging=lambda *_: FakeStaging()))


@pytest.mark.parametrize("kind", HANDLERS)
@pytest.mark.parametrize(("text", "finalized"), [("true", []), ("false", [SERVER]), ("", [SERVER])])
def test_a_server_waits_for_its_application_if_the_deployment_says_so(kind, text, finalized):
    aws = FakeAws(approved(application_id=APP), approved(OTHER_SERVER, application_id=APP, first_boot="WAITING"))

    handled(kind, aws, text)

    assert aws.finalized == finalized


@pytest.mark.parametrize("kind", HANDLERS)
@pytest.mark.parametrize("text", ["yes", "on", "true ", "2", "a" * 300])
def test_any_other_value_is_refused_and_nothing_is_called(kind, text):
    handle, event = HANDLERS[kind]

    with pytest.raises(InvalidRequestError, match=r'FinalizeApplicationsTogether is ".*; allowed: true or false\.'):
        handle(event, invocation_without_aws(FakeAws(), settings=settings(text)))


def test_an_event_finalizes_only_its_own_server_when_its_application_is_ready():
    aws = FakeAws(approved(application_id=APP), approved(OTHER_SERVER, application_id=APP))

    report = handled("event", aws)

    assert (report["sourceServerID"], report["outcome"], aws.finalized) == (SERVER, "FINALIZED", [SERVER])


def test_an_event_whose_application_cannot_be_listed_is_raised_so_that_lambda_retries():
    aws = FakeAws(approved(application_id=APP))
    aws.servers_of = lambda _ids, **_options: (_ for _ in ()).throw(MgnUnavailableError("later"))

    with pytest.raises(MgnUnavailableError, match="later"):
        handled("event", aws)


def test_the_servers_of_an_application_are_looked_at_together_in_the_place_of_the_oldest():
    others = [approved(f"s-{n:017}", initiated_at=INITIATED_AT + timedelta(minutes=n)) for n in range(LARGEST_BATCH)]
    old = approved(SERVER, application_id=APP, initiated_at=INITIATED_AT - timedelta(days=1))
    new = approved(OTHER_SERVER, application_id=APP, initiated_at=INITIATED_AT + timedelta(days=1))
    aws = FakeAws(new, *others, old)

    handled("sweep", aws)

    in_turn = rotated([SERVER, OTHER_SERVER, *(each.server.id for each in others)], NOW)
    assert aws.described[:2] == [set(in_turn[:LARGEST_BATCH]), set(in_turn[LARGEST_BATCH:])]


def test_without_the_parameter_the_order_is_that_of_the_launches():
    others = [approved(f"s-{n:017}", initiated_at=INITIATED_AT + timedelta(minutes=n)) for n in range(LARGEST_BATCH)]
    old = approved(SERVER, application_id=APP, initiated_at=INITIATED_AT - timedelta(days=1))
    new = approved(OTHER_SERVER, application_id=APP, initiated_at=INITIATED_AT + timedelta(days=1))
    aws = FakeAws(new, *others, old)

    handled("sweep", aws, "false")

    in_turn = rotated([SERVER, *(each.server.id for each in others), OTHER_SERVER], NOW)
    assert aws.described[:2] == [set(in_turn[:LARGEST_BATCH]), set(in_turn[LARGEST_BATCH:])]
    assert aws.listed == []


def test_an_unapproved_server_keeps_its_application_and_the_report_says_so():
    aws = FakeAws(approved(application_id=APP), approved(OTHER_SERVER, application_id=APP, tags={}))

    report = handled("sweep", aws)

    [server] = report["servers"]
    assert report["counts"] == {"BLOCKED": 1, "SKIPPED": 1}
    assert server["readiness"] == [
        {
            "rule": "application",
            "verdict": "BLOCK",
            "reason": f"its application {APP} is finalized together, and {OTHER_SERVER} (approval) is not ready",
            "hint": "Approve, fix or wait for the other source servers; archive those that will not be cut over.",
        }
    ]
    assert server["rulesPassed"] == 14
