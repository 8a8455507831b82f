"""The environment as a value."""

import pytest

from finalize_cutover.cutover.readiness.policy import ApprovalTag
from finalize_cutover.settings import read_settings


def test_an_empty_environment_has_defaults():
    settings = read_settings({})

    assert settings.approval_tag == ApprovalTag(key="FinalizeCutover", value="approved")
    assert (settings.extra_response_hosts, settings.endpoints, settings.region) == (frozenset(), (), None)


def test_an_empty_variable_counts_as_absent():
    names = ["APPROVAL_TAG_KEY", "APPROVAL_TAG_VALUE", "EXTRA_RESPONSE_HOSTS", "EVENT_BUS_NAME", "DIGEST_TOPIC_ARN"]
    names += ["WARN_FREE_HOURS_LEFT"]

    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


def test_the_approval_tag_is_the_deployments():
    settings = read_settings({"APPROVAL_TAG_KEY": "Go", "APPROVAL_TAG_VALUE": "yes"})

    assert settings.approval_tag == ApprovalTag(key="Go", value="yes")


@pytest.mark.parametrize("text", ["", "true", "false", "yes"])
def test_whether_applications_are_finalized_together_is_checked_by_automation(text):
    assert read_settings({"APPLICATIONS_TOGETHER": text}).applications_together == (text or None)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("localhost:8443", {"localhost:8443"}),
        (" localhost , HOST.docker.internal:1 ,", {"localhost", "host.docker.internal:1"}),
        (",,", set()),
    ],
)
def test_extra_response_hosts_are_separated_by_commas(text, hosts):
    assert read_settings({"EXTRA_RESPONSE_HOSTS": text}).extra_response_hosts == hosts


@pytest.mark.parametrize(
    ("text", "accounts"),
    [("444455556666, 777788889999 ,", ("444455556666", "777788889999")), ("MANAGED", ("MANAGED",)), ("", ())],
)
def test_member_accounts_are_separated_by_commas(text, accounts):
    assert read_settings({"MEMBER_ACCOUNTS": text}).member_accounts == accounts


@pytest.mark.parametrize(
    "name",
    ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_MGN", "AWS_ENDPOINT_URL_EC2", "AWS_REGION", "AWS_ACCESS_KEY_ID"],
)
def test_what_a_client_is_made_of_is_noticed_when_it_changes(name):
    assert read_settings({name: "a"}).endpoints != read_settings({name: "b"}).endpoints


def test_secrets_are_not_kept():
    secrets = {"AWS_SECRET_ACCESS_KEY": "hidden-key", "AWS_SESSION_TOKEN": "hidden-token"}

    assert "hidden" not in repr(read_settings(secrets))
