"""Every file in events/ works with the real handler and the local AWS."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from finalize_cutover.app import lambda_handler
from finalize_cutover.handlers.cloudformation.response_url import parse_response_url
from local.cloudformation import answers, endpoint

EVENTS = Path(__file__).parents[2] / "events"
SERVER = "s-0123456789abcdef0"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="request")
APPROVED = {"FinalizeCutover": "approved"}


def load(name):
    return json.loads((EVENTS / f"{name}.json").read_text())


@pytest.fixture(autouse=True)
def environment(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("EVENT_BUS_NAME", "default")


@pytest.fixture
def state(mgn):
    """Returns the lifecycle state of the source server."""
    return lambda: mgn.describe_source_servers()["items"][0]["lifeCycle"]["state"]


@pytest.fixture
def answer(monkeypatch):
    """Calls the handler with a request that looks as if it was just sent, and returns the only response."""

    def answer(event):
        with endpoint.serving("http") as here:
            monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", here.host)
            mailbox = here.open(event)
            lambda_handler(mailbox.document, CONTEXT)
            (put,) = here.puts
        return answers.read(put.body, mailbox.document)

    return answer


def test_there_are_these_files():
    assert {path.stem for path in EVENTS.glob("*.json")} == {
        "audit",
        "custom_resource_create",
        "custom_resource_delete",
        "custom_resource_update",
        "cutover_launch_failed",
        "cutover_launch_succeeded",
        "direct_accepted",
        "direct_check",
        "direct_finalize",
        "preflight",
        "sweep",
    }


def test_a_preflight_finds_no_event_rules_where_nothing_is_deployed(state, aws):
    aws.add_source_server("ready", sourceServerID=SERVER)

    report = lambda_handler(load("preflight"), CONTEXT)

    verdicts = {line["check"]: line["verdict"] for line in report["checks"]}
    assert (verdicts["source-servers"], verdicts["automation"], state()) == ("PASS", "WARN", "CUTTING_OVER")


def test_a_check_tells_that_it_would_finalize(aws, state):
    aws.add_source_server("ready", sourceServerID=SERVER)

    report = lambda_handler(load("direct_check"), CONTEXT)

    assert (report["outcome"], state()) == ("WOULD_FINALIZE", "CUTTING_OVER")


def test_a_direct_request_finalizes(aws, state):
    aws.add_source_server("ready", sourceServerID=SERVER)

    report = lambda_handler(load("direct_finalize"), CONTEXT)

    assert (report["outcome"], state()) == ("FINALIZED", "CUTOVER")


def test_a_direct_request_finalizes_what_is_accepted(aws, ec2, state):
    server = aws.add_source_server("ready", sourceServerID=SERVER)
    instance_id = server["launchedInstance"]["ec2InstanceID"]
    first = lambda_handler(load("direct_accepted"), CONTEXT)
    aws.add_snapshot(instance_id)
    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})
    for name in ("shop-errors", "shop-latency"):
        aws.set_alarm(name, state="OK", minutesAgo=61)
    aws.set_calendar("change-freeze")

    report = lambda_handler(load("direct_accepted"), CONTEXT)

    obstacles = [finding["rule"] for finding in first["readiness"] if finding["verdict"] != "PASS"]
    assert obstacles == ["alarms", "termination-protection", "backup", "change-calendar"]
    assert (report["outcome"], state()) == ("FINALIZED", "CUTOVER")


def test_an_audit_finds_what_was_left_behind(aws):
    aws.add_source_server("finalized", sourceServerID=SERVER, staging=True, leftovers=["volume"])
    aws.advance(100 * 60)

    report = lambda_handler(load("audit"), CONTEXT)

    assert report["outcome"] == "LEFT_BEHIND"
    assert {leftover["type"] for leftover in report["leftovers"]} == {"volume"}


def test_a_launch_that_succeeded_finalizes_what_is_approved(aws, state):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)

    report = lambda_handler(load("cutover_launch_succeeded"), CONTEXT)

    assert (report["outcome"], state()) == ("FINALIZED", "CUTOVER")


def test_a_launch_that_failed_is_ignored(aws):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)
    aws.clear_calls()

    report = lambda_handler(load("cutover_launch_failed"), CONTEXT)

    assert report is None
    assert aws.calls() == []


def test_a_sweep_finalizes_what_is_approved(aws, state):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)

    report = lambda_handler(load("sweep"), CONTEXT)

    assert (report["counts"], state()) == ({"FINALIZED": 1}, "CUTOVER")


def test_a_create_finalizes(aws, state, answer):
    aws.add_source_server("ready", sourceServerID=SERVER)

    given = answer(load("custom_resource_create"))

    assert (given.status, given.physical_resource_id, given.data["Outcome"]) == ("SUCCESS", SERVER, "FINALIZED")
    assert state() == "CUTOVER"


def test_an_update_finds_it_finalized(aws, answer):
    aws.add_source_server("finalized", sourceServerID=SERVER)

    given = answer(load("custom_resource_update"))

    assert (given.status, given.physical_resource_id, given.data["Outcome"]) == ("SUCCESS", SERVER, "FINALIZED")


def test_a_delete_changes_nothing_and_asks_nobody(aws, answer):
    aws.add_source_server("finalized", sourceServerID=SERVER)
    aws.clear_calls()

    given = answer(load("custom_resource_delete"))

    assert (given.status, given.physical_resource_id) == ("SUCCESS", SERVER)
    assert aws.calls() == []


@pytest.mark.parametrize("request_type", ["create", "update", "delete"])
def test_a_response_url_is_one_that_the_function_would_answer_on_aws(request_type):
    event = load(f"custom_resource_{request_type}")

    url = parse_response_url(event["ResponseURL"], region="eu-west-1", extra_hosts=())

    assert url.is_encrypted


@pytest.mark.parametrize("request_type", ["create", "update", "delete"])
def test_cloudformation_sends_every_scalar_as_a_string(request_type):
    event = load(f"custom_resource_{request_type}")

    values = [
        value for name in ("ResourceProperties", "OldResourceProperties") for value in event.get(name, {}).values()
    ]

    assert values != []
    assert all(isinstance(value, str) for value in [*values, event["ServiceTimeout"]])
