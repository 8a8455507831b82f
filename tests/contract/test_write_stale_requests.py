"""A request is ignored if it is so old that CloudFormation cannot be waiting for the response."""

import re

import pytest

from tests.contract.provider import PATIENCE, SERVER, WEB

MINUTE = 60


@pytest.fixture(autouse=True)
def ready(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


@pytest.mark.parametrize("request_type", ["Create", "Update"])
@pytest.mark.parametrize(
    ("sent_ago", "waits_for"), [(121 * MINUTE, 3600), (24 * 60 * MINUTE, 3600), (61 * MINUTE, 3600), (61, 60)]
)
def test_nothing_is_asked_of_mgn_for_a_request_that_is_older_than_its_service_timeout(
    provider, aws, request_type, sent_ago, waits_for
):
    provider.sent_ago(seconds=sent_ago)
    rest = {"physical_id": SERVER} if request_type == "Update" else {}

    answer = provider.ask(request_type, {**WEB, "ServiceTimeout": waits_for}, **rest)

    assert (answer.status, aws.calls("mgn")) == ("FAILED", [])
    said = re.search(r"Nothing was done: CloudFormation sent this request (\d+) s ago", answer.reason)
    # Some time passes before the function receives it.
    assert sent_ago <= int(said[1]) < sent_ago + PATIENCE


def test_without_a_service_timeout_cloudformations_longest_wait_counts(provider, aws):
    provider.sent_ago(seconds=61 * MINUTE)

    answer = provider.ask("Create", WEB)

    assert (answer.status, aws.calls("mgn")) == ("FAILED", [])


def test_a_request_that_is_younger_than_its_service_timeout_is_met(provider):
    provider.sent_ago(seconds=59 * MINUTE)

    assert provider.ask("Create", WEB).status == "SUCCESS"
