"""Creating an AWS client takes longer than the rest of a start, so each client is created when it is first needed."""

import json
from pathlib import Path

import botocore.session
import pytest

from local.cloudformation.endpoint import serving
from tests.integration.caller import Caller

DELETE = Path(__file__).parents[2] / "events" / "custom_resource_delete.json"
SERVER, OTHER_SERVER = "s-0123456789abcdef0", "s-0123456789abcdef1"
IGNORED = {
    "source": "aws.mgn",
    "detail-type": "MGN Source Server Launch Result",
    "detail": {"state": "TEST_LAUNCH_SUCCEEDED"},
}


@pytest.fixture
def made(monkeypatch):
    """Return the services for which clients were created, in order."""
    services, create = [], botocore.session.Session.create_client

    def noted(session, service_name, *arguments, **options):
        services.append(service_name)
        return create(session, service_name, *arguments, **options)

    monkeypatch.setattr(botocore.session.Session, "create_client", noted)
    return services


@pytest.fixture
def caller(aws):
    return Caller(aws)


def test_a_server_that_is_finalized_takes_no_client_of_ec2(aws, caller, made):
    aws.add_source_server("finalized", sourceServerID=SERVER)

    caller.ask(SERVER)

    assert made == ["mgn"]


def test_a_server_that_is_ready_takes_those_that_look_and_no_other(aws, caller, made):
    aws.add_source_server("ready", sourceServerID=SERVER)

    caller.ask(SERVER)

    # One of the MGN clients reads, the other writes.
    assert sorted(made) == ["ec2", "mgn", "mgn"]


def test_what_was_made_is_kept_for_the_next_request(aws, caller, made):
    aws.add_source_server("ready", sourceServerID=SERVER)
    caller.ask(SERVER)
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER)
    made.clear()

    caller.ask(OTHER_SERVER)

    assert made == []


def test_an_event_about_something_else_takes_none(caller, made):
    caller.send(IGNORED)

    assert made == []


def test_a_resource_that_is_deleted_takes_none(caller, made, monkeypatch):
    with serving("http") as here:
        monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", here.host)
        mailbox = here.open(json.loads(DELETE.read_text()))
        caller.send(mailbox.document)

    assert len(mailbox.puts) == 1
    assert made == []
