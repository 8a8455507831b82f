"""The deployed role is sufficient for all functions of the application, while IAM is enforced."""

import pytest

from tests.integration.accepted import PROPERTIES, VALIDATOR, accept
from tests.integration.acting import PREFLIGHT, Acting

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
FINALIZED = "s-0123456789abcdef2"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
APPROVED = {"FinalizeCutover": "approved"}


@pytest.fixture
def acting(aws, monkeypatch):
    """The function with the role of a deployed stack."""
    return Acting(aws, monkeypatch)


def test_a_direct_request_finalizes_and_archives(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER)

    report = acting.asks({"sourceServerID": SERVER, "waitMinutes": 0, "archive": True})

    assert (report["outcome"], report["error"], report["sourceServer"]["isArchived"]) == ("FINALIZED", None, True)
    assert aws.operations("mgn")[-1] == "MarkAsArchived"


def test_a_wave_is_finalized(aws, acting):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)

    report = acting.asks({"waveID": WAVE, "waitMinutes": 0})

    assert report["counts"] == {"FINALIZED": 1}


def test_a_stack_is_answered_that_it_is_finalized(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER)

    given = acting.answers("Create", {"SourceServerID": SERVER, "WaitMinutes": 0})

    assert (given.status, given.data["Outcome"]) == ("SUCCESS", "FINALIZED")


def test_an_update_asks_whether_the_stack_still_wants_it(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER)
    properties = {"SourceServerID": SERVER, "WaitMinutes": 0}

    given = acting.answers("Update", properties, old_properties=properties, physical_resource_id=SERVER)

    assert (given.status, given.data["Outcome"]) == ("SUCCESS", "FINALIZED")
    assert aws.operations("cloudformation") == ["DescribeStacks"]


def test_a_sweep_finalizes_tells_and_audits(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)
    aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True, leftovers=["volume"])
    aws.advance(100 * 60)

    report = acting.asks({"action": "sweep"})

    assert report["counts"] == {"FINALIZED": 1}
    assert report["audit"]["counts"]["LEFT_BEHIND"] == 1
    assert [call["status"] for call in aws.calls("events")] == [200]


def test_a_sweep_finalizes_whole_applications(aws, acting, monkeypatch):
    monkeypatch.setenv("APPLICATIONS_TOGETHER", "true")
    for server_id in (SERVER, OTHER_SERVER):
        aws.add_source_server("ready", sourceServerID=server_id, applicationID=APPLICATION, tags=APPROVED)

    assert acting.asks({"action": "sweep"})["counts"] == {"FINALIZED": 2}
    assert {call["status"] for call in aws.calls()} == {200}


def test_the_role_allows_nothing_that_the_whole_job_does_not_call(aws, ec2, monkeypatch):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    server = aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER, tags=APPROVED)
    aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True)
    aws.advance(100 * 60)
    accept(aws, ec2, server["launchedInstance"]["ec2InstanceID"], is_protected=False)
    aws.set_validator(VALIDATOR, answerEach={"verdict": "PASS"})
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", VALIDATOR)
    allowed = {"AllowArchiveApplicationAndWave": "true", "AllowSetTerminationProtection": "true"}
    acting = Acting(aws, monkeypatch, ValidatorFunctionArn=VALIDATOR, **allowed)
    rules = {**PROPERTIES, "Require": [*PROPERTIES["Require"], "validator"], "SetTerminationProtection": True}
    properties = {"WaveID": WAVE, "WaitMinutes": 0, "Archive": True, "ArchiveApplicationAndWave": True, **rules}

    acting.answers("Update", properties, old_properties=properties, physical_resource_id=WAVE)
    acting.asks({"action": "sweep"})

    called = {f"{call['service']}:{call['operation']}" for call in aws.calls()}
    actions = {"lambda:InvokeFunction" if one == "lambda:Invoke" else one for one in called}
    assert actions | PREFLIGHT == acting.role.actions
    assert {call["status"] for call in aws.calls()} == {200}
