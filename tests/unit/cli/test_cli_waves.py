"""What is read from executions: approvals, rounds and results."""

import json
import re
from pathlib import Path

import pytest

from mgn_finalize.errors import ProgramError, UnusableRequestError
from mgn_finalize.waves import approval
from mgn_finalize.waves.execution import Execution
from mgn_finalize.waves.results import last_round
from mgn_finalize.waves.watching import BATCHES, DECIDED, DOING, round_of

ARN = "arn:aws:states:eu-west-1:111122223333:execution:FinalizeWave:wave-1"
MACHINE = (Path(__file__).parents[3] / "statemachines" / "finalize_wave.asl.yaml").read_text()
MESSAGE = """
Every server, its instance and the reasons: s3://results/wave-1/check/0a-1/manifest.json
To approve:
aws stepfunctions send-task-success --task-output '{"approvedBy": "YOUR NAME"}' --task-token 'AAA+/=1'
To refuse:
aws stepfunctions send-task-failure --error Refused --cause 'YOUR REASON' --task-token 'AAA+/=1'
"""


def asked(number, message=MESSAGE):
    details = {"resource": "publish.waitForTaskToken", "parameters": json.dumps({"Message": message})}
    return {"id": number, "type": "TaskScheduled", "taskScheduledEventDetails": details}


def an_execution(**fields):
    known = {"arn": ARN, "status": "RUNNING", "request": {}, "output": None, "error": "", "cause": ""}
    return Execution(**known | fields)


def test_the_token_and_the_results_of_the_check_are_in_the_message():
    found = approval.read(MESSAGE)

    assert (found.token, found.bucket, found.manifest) == ("AAA+/=1", "results", "wave-1/check/0a-1/manifest.json")


def test_a_message_of_another_form_is_refused():
    with pytest.raises(ProgramError, match="has a form that this program does not know"):
        approval.read("Please approve.")


@pytest.mark.parametrize("answer", ["TaskSucceeded", "TaskFailed", "TaskTimedOut", "ExecutionAborted"])
def test_an_answered_request_waits_for_nothing(answer):
    events = [asked(1), {"id": 2, "type": "TaskSubmitted"}]

    assert approval.requested_in(events) == MESSAGE
    assert approval.requested_in([*events, {"id": 3, "type": answer}]) is None
    assert approval.requested_in([*events, {"id": 3, "type": answer}, asked(4, "new")]) == "new"


def test_every_state_that_is_named_is_one_of_the_machine():
    states = set(re.findall(r"^  (\w+):$", MACHINE, re.MULTILINE))

    assert {*DOING, BATCHES, DECIDED} <= states


def test_a_round_is_one_sentence():
    detail = {
        "round": 3,
        "counts": {"FINALIZED": 2, "BLOCKED": 1},
        "total": 4,
        "changed": 1,
        "unanswered": 1,
        "deadline": "2026-12-07T10:00:00.000Z",
    }

    sentence = round_of(json.dumps(detail))

    assert sentence == round_of(detail)
    assert sentence == (
        "Round 3: 2 FINALIZED, 1 BLOCKED, 1 unanswered of 4 source servers; 1 changed; until 2026-12-07T10:00:00.000Z"
    )


def test_only_the_last_round_of_a_wave_that_waits_is_read():
    keys = {
        name: f"wave-1/{name}"
        for name in ("round-9/check/a/manifest.json", "round-10/check/b/manifest.json", "approved/1/s-1/i-1")
    }

    assert last_round(keys) == {"check/b/manifest.json": "wave-1/round-10/check/b/manifest.json"}


def test_everything_of_another_wave_but_its_approvals_is_read():
    keys = {"check/a/manifest.json": "wave-1/check/a/manifest.json", "approved/1/s-1/i-1": "…"}

    assert list(last_round(keys)) == ["check/a/manifest.json"]


def test_the_parts_of_a_wave_have_its_name():
    part = an_execution(arn=f"{ARN}-part-2", request={"continued": {"name": "wave-1", "part": 2}})

    assert (part.name, part.wave_name) == ("wave-1-part-2", "wave-1")
    assert an_execution(arn=f"{ARN}-part-2").wave_name == "wave-1-part-2"


def test_a_wave_can_go_on_in_another_execution():
    assert an_execution(output={"rounds": {"next": "arn:next"}}).next_part == "arn:next"
    assert an_execution(output={"rounds": {}}).next_part is None
    assert an_execution().next_part is None


@pytest.mark.parametrize(
    ("request_", "is_check"), [({"action": "check"}, True), ({"dryRun": True}, True), ({"action": "finalize"}, False)]
)
def test_a_check_of_a_wave_is_known(request_, is_check):
    assert an_execution(request=request_).is_check is is_check


def test_a_failed_execution_says_why():
    failed = an_execution(status="FAILED", error="Refused", cause="The test is still running.")

    assert failed.failure().message == "Execution wave-1 has the status FAILED: Refused: The test is still running."
    assert an_execution(status="ABORTED").failure().message.endswith("ABORTED: no reason is given")
    assert isinstance(an_execution(status="FAILED", error="InvalidRequestError").failure(), UnusableRequestError)
