"""The last check of a write is made directly before it is sent, after the signing."""

import threading
from datetime import timedelta

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from finalize_cutover.aws import before_send
from finalize_cutover.aws.before_send import checked
from finalize_cutover.cutover.errors import EvidenceTooOldError, OutOfTimeError
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from tests.unit.builders import SERVER

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def client():
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    made = boto3.session.Session().client("mgn", region_name="eu-west-1", endpoint_url=NOWHERE, config=config)
    before_send.install(made)
    return made


def send(client):
    """Send a write; no server receives it."""
    with pytest.raises(EndpointConnectionError):
        client.finalize_cutover(sourceServerID=SERVER)


def test_the_check_comes_before_the_request_leaves(client):
    calls = []

    with checked(lambda: calls.append("checked")):
        send(client)

    assert calls == ["checked"]


def test_what_the_check_raises_is_raised_and_nothing_is_sent(client):
    def refuse():
        raise EvidenceTooOldError("too old")

    with pytest.raises(EvidenceTooOldError), checked(refuse):
        client.finalize_cutover(sourceServerID=SERVER)


def test_the_check_comes_after_the_signing_which_may_take_long(client):
    calls = []
    client.meta.events.register_first("before-sign", lambda **_: calls.append("signed"))

    with checked(lambda: calls.append("checked")):
        send(client)

    assert calls == ["signed", "checked"]


def test_without_a_check_a_request_is_sent(client):
    send(client)


def test_a_check_ends_with_its_block(client):
    def refuse():
        raise EvidenceTooOldError("too old")

    with checked(refuse):
        pass

    send(client)


def test_a_check_ends_with_its_block_when_that_is_left_by_an_error(client):
    window = WriteWindow()
    window.close()
    with pytest.raises(OutOfTimeError), checked(lambda: window.begin(SERVER)):
        client.finalize_cutover(sourceServerID=SERVER)

    send(client)


def test_each_thread_has_its_own_check(client):
    def refuse():
        raise EvidenceTooOldError("too old")

    with checked(refuse):
        other = threading.Thread(target=send, args=(client,))
        other.start()
        other.join(timedelta(seconds=30).total_seconds())

        with pytest.raises(EvidenceTooOldError):
            client.finalize_cutover(sourceServerID=SERVER)
