"""Every line that the function logs at DEBUG, in a separate process as on Lambda."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READY = "s-0123456789abcdef0"
IMPAIRED = "s-0123456789abcdef1"
REFUSED = "s-0123456789abcdef2"
TAGS = {"hidden-key": "hidden-value", "FinalizeCutover": "hidden-approval"}
PROGRAM = """
import json, sys
from finalize_cutover.app import lambda_handler
answers = []
for event in json.load(sys.stdin):
    try: answers.append(lambda_handler(event))
    except Exception as error: answers.append({"errorType": type(error).__name__})
with open(sys.argv[1], "w") as file: json.dump(answers, file)
"""


@pytest.fixture
def run(aws, tmp_path):
    """Calls the handler with events; returns its results and all its output."""

    def run(*events):
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "functions"),
            "POWERTOOLS_LOG_LEVEL": "DEBUG",
            "AWS_ENDPOINT_URL_MGN": aws.url,
            "AWS_ENDPOINT_URL_EC2": aws.url,
            "APPROVAL_TAG_VALUE": TAGS["FinalizeCutover"],
        }
        answers = tmp_path / "answers.json"
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(answers)],
            input=json.dumps(events),
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(answers.read_text()), done.stdout + done.stderr

    return run


def seed(aws):
    aws.add_source_server("ready", sourceServerID=READY, tags=TAGS)
    aws.add_source_server("impaired", sourceServerID=IMPAIRED, tags=TAGS)
    aws.add_source_server("ready", sourceServerID=REFUSED, tags=TAGS)


def lines(written):
    """The function's own lines, without its metrics."""
    documents = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    return [document for document in documents if "_aws" not in document]


def test_no_line_holds_a_tag_whatever_becomes_of_the_server(run, aws):
    seed(aws)
    aws.add_fault("FinalizeCutover", "access-denied")

    answers, written = run(
        {"sourceServerID": REFUSED},
        {"sourceServerID": READY, "archive": True},
        {"sourceServerIDs": [READY, IMPAIRED], "waitMinutes": 0},
        {"sourceServerID": IMPAIRED, "action": "check"},
        {"sourceServerID": READY, "action": "audit"},
        {"sourceServerID": READY, "tags": "hidden-value"},
    )

    assert [answer.get("outcome") for answer in answers[:4]] == ["FAILED", "FINALIZED", "PARTIAL", "BLOCKED"]
    assert answers[1]["sourceServer"]["tags"] == TAGS
    assert answers[5] == {"errorType": "InvalidRequestError"}
    assert READY in written
    assert "hidden" not in written


def test_each_decision_is_one_line_with_the_reason(run, aws):
    seed(aws)

    _, written = run({"sourceServerIDs": [READY, IMPAIRED], "waitMinutes": 0})

    # The first invocation in this process logs its start, too.
    decisions = [line for line in lines(written) if line["message"] != "Function started"]
    told = {line["source_server_id"]: line for line in decisions}
    assert len(decisions) == 2
    assert (told[READY]["level"], told[READY]["message"]) == ("INFO", "Cutover is finalized")
    assert (told[READY]["outcome"], told[READY]["changed"]) == ("FINALIZED", True)
    assert (told[IMPAIRED]["level"], told[IMPAIRED]["message"]) == ("WARNING", "Cutover refused")
    assert "impaired and ok (instance-status)" in told[IMPAIRED]["reason"]


def test_no_line_holds_a_whole_event(run, aws):
    _, written = run({"sourceServerID": READY, "waitMinutes": 0, "accountID": "444455556666"})

    assert "waitMinutes" not in written
    assert "accountID" not in written
