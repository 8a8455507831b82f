"""The whole job is done with the role that the template deploys, while IAM is enforced."""

from types import SimpleNamespace

import pytest

from finalize_cutover.app import lambda_handler
from local.cloudformation import answers, endpoint, requests
from local.cloudformation.requests import Address
from tests.integration.deployed_role import DeployedRole

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
FINALIZED = "s-0123456789abcdef2"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
APPROVED = {"FinalizeCutover": "approved"}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="request")


@pytest.fixture
def role(aws, monkeypatch):
    """The function's role; whoever calls AWS from now on calls as it, and IAM is enforced."""
    role = DeployedRole(aws)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", role.credentials["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", role.credentials["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", role.credentials["SessionToken"])
    monkeypatch.setenv("EVENT_BUS_NAME", "default")
    aws.enforce_iam()
    aws.clear_calls()
    return role


@pytest.fixture
def answer(role, monkeypatch):
    """Sends a request of the deployed stack to the handler, and returns the only answer."""

    def answer(request_type, properties, **rest):
        address = Address(
            stack_id=role.stack_id,
            logical_resource_id="WebServerCutover",
            resource_type="Custom::FinalizedCutover",
            service_token="arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover",
        )
        with endpoint.serving("http") as here:
            monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", here.host)
            mailbox = here.open(requests.build(request_type, address, properties, **rest))
            lambda_handler(mailbox.document, CONTEXT)
            (put,) = here.puts
        return answers.read(put.body, mailbox.document)

    return answer


def test_a_direct_request_finalizes_and_archives(aws, role):
    aws.add_source_server("ready", sourceServerID=SERVER)

    report = lambda_handler({"sourceServerID": SERVER, "waitMinutes": 0, "archive": True}, CONTEXT)

    assert (report["outcome"], report["error"], report["warnings"]) == ("FINALIZED", None, [])
    assert aws.operations("mgn")[-1] == "MarkAsArchived"


def test_a_wave_is_finalized(aws, role):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)

    report = lambda_handler({"waveID": WAVE, "waitMinutes": 0}, CONTEXT)

    assert report["counts"] == {"FINALIZED": 1}


def test_a_stack_is_answered_that_it_is_finalized(aws, answer):
    aws.add_source_server("ready", sourceServerID=SERVER)

    given = answer("Create", {"SourceServerID": SERVER, "WaitMinutes": 0})

    assert (given.status, given.data["Outcome"]) == ("SUCCESS", "FINALIZED")


def test_an_update_asks_whether_the_stack_still_wants_it(aws, answer):
    aws.add_source_server("ready", sourceServerID=SERVER)
    properties = {"SourceServerID": SERVER, "WaitMinutes": 0}

    given = answer("Update", properties, old_properties=properties, physical_resource_id=SERVER)

    assert (given.status, given.data["Outcome"]) == ("SUCCESS", "FINALIZED")
    assert aws.operations("cloudformation") == ["DescribeStacks"]


def test_a_sweep_finalizes_tells_and_audits(aws, role):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)
    aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True, leftovers=["snapshot"])
    aws.advance(100 * 60)

    report = lambda_handler({"action": "sweep"}, CONTEXT)

    assert report["counts"] == {"FINALIZED": 1}
    assert report["audit"]["counts"]["LEFT_BEHIND"] == 1
    assert [call["status"] for call in aws.calls("events")] == [200]


def test_the_role_allows_nothing_that_the_whole_job_does_not_call(aws, role, answer):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER, tags=APPROVED)
    aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True)
    aws.advance(100 * 60)
    properties = {"WaveID": WAVE, "WaitMinutes": 0, "Archive": True}

    answer("Update", properties, old_properties=properties, physical_resource_id=WAVE)
    lambda_handler({"action": "sweep"}, CONTEXT)

    called = {f"{call['service']}:{call['operation']}" for call in aws.calls()}
    assert called == role.actions
    assert {call["status"] for call in aws.calls()} == {200}
