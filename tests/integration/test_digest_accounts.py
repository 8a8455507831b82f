"""The digest over several accounts, with the role of examples/member-account-role.yaml, while IAM is enforced."""

import pytest

from finalize_cutover.cutover.errors import CutoverError
from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.member_accounts import Members

OWN, MEMBER, NO_ROLE = "111122223333", "222233334444", "044455556666"
DIGEST = {"action": "digest"}


@pytest.fixture
def deploy(aws, monkeypatch):
    """Deploys the application with two member accounts, of which one has no role."""

    def deploy(*members):
        application = {"MemberAccounts": f"{MEMBER},{NO_ROLE}"}
        entered = Members(aws, monkeypatch, *members, application=application)
        for account in (OWN, MEMBER, NO_ROLE):
            aws.add_source_server("ready", hostname=f"web-{account[:3]}", accountID=account)
        aws.clear_calls()
        return entered

    yield deploy
    functions.forget(HANDLER)


def test_one_digest_is_about_every_account_and_says_which_one_could_not_be_read(aws, deploy):
    report = deploy(MEMBER).acting.asks(DIGEST)

    unapproved = report["lists"]["unapproved"]["servers"]
    assert {server["accountID"] for server in unapproved} == {OWN, MEMBER}
    assert report["inCutover"] == 2
    (problem,) = report["problems"]
    assert problem.startswith(f"Account {NO_ROLE}: It could not be read: ")
    assert f"in account {MEMBER}" in report["text"]
    assert f"Attention: {problem}" in report["text"]


def test_if_no_account_can_be_read_the_digest_is_raised_so_that_lambda_repeats_it(aws, deploy):
    entered = deploy()
    aws.add_fault("DescribeSourceServers", "access-denied", times=100)

    with pytest.raises(CutoverError):
        entered.acting.asks(DIGEST)
