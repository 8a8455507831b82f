"""Every file in events/ goes through the artifact; what each asks for in particular, the integration suite tells."""

import json

import pytest

from local.cloudformation import answers
from tests.e2e.conftest import ROOT

SERVER = "s-0123456789abcdef0"
APPROVED = {"FinalizeCutover": "approved"}
FILES = sorted((ROOT / "events").glob("*.json"))
REQUESTS = [path for path in FILES if path.name.startswith("custom_resource_")]
OTHERS = [path for path in FILES if path not in REQUESTS]


@pytest.fixture(autouse=True)
def server(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)


def load(path):
    return json.loads(path.read_text())


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_it_is_understood(path, warm):
    report = warm(load(path))

    # An event that needs no answer gets none.
    assert report is None or report["outcome"] in {"FINALIZED", "WOULD_FINALIZE", "NOT_FINALIZED"}


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.name)
def test_a_request_of_cloudformation_is_answered_once(path, endpoint, warm):
    mailbox = endpoint.open(load(path))

    returned = warm(mailbox.document)

    [put] = mailbox.puts
    answer = answers.read(put.body, mailbox.document)
    assert returned is None
    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", SERVER)


def test_both_kinds_are_there():
    assert len(REQUESTS) == 3
    assert len(OTHERS) >= 6
