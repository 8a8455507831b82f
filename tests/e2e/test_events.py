"""Every file in events/ works with the artifact; the integration suite tests the details of each."""

import json

import pytest

from local.cloudformation import answers, stack_status
from tests.e2e.conftest import ROOT

SERVER = "s-0123456789abcdef0"
APPROVED = {"FinalizeCutover": "approved"}
FILES = sorted((ROOT / "events").glob("*.json"))
REQUESTS = [path for path in FILES if path.name.startswith("custom_resource_")]
OTHERS = [path for path in FILES if path not in REQUESTS]
# The outcome of a ready, approved server; None for an event without a result.
OUTCOMES = {
    "audit.json": "NOT_FINALIZED",
    "cutover_launch_failed.json": None,
    "cutover_launch_succeeded.json": "FINALIZED",
    # Its alarms do not exist here.
    "direct_accepted.json": "BLOCKED",
    "direct_check.json": "WOULD_FINALIZE",
    "direct_finalize.json": "FINALIZED",
    # The emulator has no deployment: whose permissions to write, and which event rules, is not known.
    "preflight.json": "WARN",
    "sweep.json": "FINALIZED",
}


@pytest.fixture(autouse=True)
def server(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)


def load(path):
    return json.loads(path.read_text())


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_it_does_what_it_is_there_for(path, warm):
    report = warm(load(path))

    assert (report and report["outcome"]) == OUTCOMES[path.name]


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.name)
def test_a_request_of_cloudformation_is_answered_once(path, endpoint, warm):
    mailbox = endpoint.open(load(path))
    stack_status.show(mailbox.document["StackId"], f"{mailbox.document['RequestType']}_IN_PROGRESS".upper())

    returned = warm(mailbox.document)

    [put] = mailbox.puts
    answer = answers.read(put.body, mailbox.document)
    assert returned is None
    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", SERVER)


def test_both_kinds_are_there():
    assert len(REQUESTS) == 3
    assert {path.name for path in OTHERS} == set(OUTCOMES)
