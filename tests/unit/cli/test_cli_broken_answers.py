"""Answers of another form, as another version gives them, are one sentence and no traceback."""

import json

import pytest

from mgn_finalize import exits, program
from mgn_finalize.deployment import Deployment
from mgn_finalize.errors import ProgramError
from mgn_finalize.views import waves
from mgn_finalize.waves import approval
from mgn_finalize.waves.execution import Execution
from mgn_finalize.waves.results import ResultsBucket
from mgn_finalize.waves.watching import Watch

SERVER = "s-0123456789abcdef0"
ARN = "arn:aws:states:eu-west-1:111122223333:execution:FinalizeWave:wave-1"
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
NOT_UNDERSTOOD = "has a form that this program does not know."
SINGLE = {"sourceServerID": SERVER, "outcome": "BLOCKED"}
SEVERAL = {"outcome": "BLOCKED", "counts": {}, "servers": []}
CHECKS = {"outcome": "PASS", "checks": []}


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("check", {**SINGLE, "readiness": [{}]}),
        ("check", {**SINGLE, "readiness": 1}),
        ("check", {**SINGLE, "error": "none"}),
        ("check", {**SEVERAL, "counts": []}),
        ("check", {**SEVERAL, "counts": {"BLOCKED": "two"}}),
        ("check", {**SEVERAL, "servers": ["s-1"]}),
        ("check", {**SEVERAL, "remaining": 1}),
        ("audit", {**SINGLE, "checks": [{"verdict": "FAIL"}]}),
        ("audit", {**SINGLE, "leftovers": [{}]}),
        ("preflight", {**CHECKS, "checks": [{}]}),
        ("preflight", {**CHECKS, "versions": "1.0.0"}),
        ("digest", {"lists": {"blocked": 1}}),
    ],
    ids=str,
)
def test_a_report_of_another_form_is_one_sentence(aws, capsys, command, answer):
    aws.answers = [answer]

    assert program.run([command, *([SERVER] if command in ("check", "audit") else [])]) == exits.FAILED
    error = capsys.readouterr().err
    assert NOT_UNDERSTOOD in error
    assert "Install the program of the version that is deployed" in error


@pytest.mark.parametrize("payload", [DEEP, b"\xff\xfe", b"<html>"], ids=["deep", "binary", "html"])
def test_a_payload_that_cannot_be_decoded_is_one_sentence(aws, capsys, payload):
    aws.answers = [payload]

    assert program.run(["check", SERVER]) == exits.FAILED
    assert "answered with something that is not JSON" in capsys.readouterr().err


def test_a_ready_source_server_without_an_id_cannot_be_confirmed(aws, typing, capsys):
    aws.answers = [{**SEVERAL, "servers": [{"outcome": "WOULD_FINALIZE", "launchedInstanceID": "i-1"}]}]
    typing("1\n")

    assert program.run(["finalize", SERVER, "s-1"]) == exits.FAILED
    assert NOT_UNDERSTOOD in capsys.readouterr().err
    assert len(aws.requests) == 1


class FakeExecutions:
    """One running execution with *events*."""

    def __init__(self, *events):
        self._events = events

    def describe(self, arn):
        return Execution(arn=arn, status="RUNNING", request={}, output=None, error="", cause="")

    def history(self, _arn, *, after):
        del after
        return self._events

    def newest(self, _arn):
        return self._events


def scheduled(resource, parameters):
    details = {"resource": resource, "parameters": parameters}
    return {"id": 1, "type": "TaskScheduled", "taskScheduledEventDetails": details}


def asking(message):
    return scheduled("publish.waitForTaskToken", json.dumps({"Message": message}))


@pytest.mark.parametrize(
    "event",
    [
        scheduled("publish.waitForTaskToken", "{"),
        scheduled("publish.waitForTaskToken", "{}"),
        asking("s3://b/w/manifest.json\naws stepfunctions send-task-success --task-token"),
        asking("s3://b/w/manifest.json\naws stepfunctions send-task-success 'open"),
        asking("s3://b/w/manifest.json\naws stepfunctions send-task-success AAA"),
    ],
    ids=str,
)
def test_a_request_for_an_approval_of_another_form_is_one_sentence(event):
    executions = FakeExecutions(event)

    with pytest.raises(ProgramError, match=NOT_UNDERSTOOD):
        approval.awaited(executions, executions.describe(ARN))


@pytest.mark.parametrize("parameters", ["{", "{}", '{"Entries": [{"Detail": {}}]}', '{"Entries": [{"Detail": "1"}]}'])
def test_a_round_of_another_form_is_one_sentence(parameters):
    watch = Watch(FakeExecutions(scheduled("putEvents", parameters)), ARN)

    with pytest.raises(ProgramError, match=NOT_UNDERSTOOD):
        watch.look()


@pytest.mark.parametrize("output", [{"rounds": "three"}, {"rounds": [1]}])
def test_an_output_of_another_form_is_one_sentence(output):
    execution = Execution(arn=ARN, status="SUCCEEDED", request={}, output=output, error="", cause="")

    with pytest.raises(ProgramError, match=NOT_UNDERSTOOD):
        _ = execution.next_part
    with pytest.raises(ProgramError, match=NOT_UNDERSTOOD):
        waves.view("wave-1", output)


@pytest.mark.parametrize(
    "manifest",
    ["[", "[]", "{}", '{"ResultFiles": []}', '{"ResultFiles": {"SUCCEEDED": [{}]}}'],
)
def test_results_of_another_form_are_one_sentence(aws, manifest):
    aws.objects = {"wave-1/manifest.json": manifest}

    with pytest.raises(ProgramError, match=NOT_UNDERSTOOD):
        ResultsBucket(Deployment(stack_name="finalize"), "results").checked("wave-1/manifest.json")
