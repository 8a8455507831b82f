"""
examples/several-accounts.yaml with the function's real handler, which uses the roles of
examples/member-account-role.yaml in the accounts while IAM is enforced.

The local STS does not check trust policies, so the tests compare its requests with the deployed policies.
"""

import pytest

from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.member_accounts import EXTERNAL_ID, ROLE, Members
from tests.template.iam import is_trusted

WEB, DATABASE, NEIGHBOUR = "222233334444", "044455556666", "777788889999"
WAVE = "wave-0123456789abcdef0"
APPLICATION = "app-0123456789abcdef0"
WEB_SERVERS = ["s-0123456789abcdef0", "s-0123456789abcdef1"]
DATABASE_SERVER = "s-0123456789abcdef2"
PARAMETERS = {
    "WebAccountID": WEB,
    "WebWaveID": WAVE,
    "DatabaseAccountID": DATABASE,
    "DatabaseServerID": DATABASE_SERVER,
    "SoakMinutes": "0",
}


@pytest.fixture
def members(aws, monkeypatch):
    """The application and three accounts with its role; the stack's requests concern two of them."""
    yield Members(aws, monkeypatch, WEB, DATABASE, NEIGHBOUR)
    functions.forget(HANDLER)


@pytest.fixture
def seeded(aws, members):
    """Adds the same source servers to every account: web servers and a database, each in its scenario."""

    def seeded(web="ready", database="ready"):
        for account in (WEB, DATABASE, NEIGHBOUR, aws.account):
            aws.add_wave(waveID=WAVE, accountID=account)
            aws.add_application(applicationID=APPLICATION, waveID=WAVE, accountID=account)
            for server_id in WEB_SERVERS:
                aws.add_source_server(web, sourceServerID=server_id, applicationID=APPLICATION, accountID=account)
            aws.add_source_server(database, sourceServerID=DATABASE_SERVER, accountID=account)
        return members

    return seeded


def final(account):
    """Return the IDs of the finalized source servers in the account."""
    return {server_id for server_id, state in account.states().items() if state == "CUTOVER"}


def entered(aws):
    """Return {account: external ID in the request} of all assumed roles."""
    asked = [call["parameters"] for call in aws.calls("sts")]
    assert [one["RoleArn"].partition(":role/")[2] for one in asked] == [ROLE] * len(asked)
    return {one["RoleArn"].split(":")[4]: one["ExternalId"] for one in asked}


def test_a_stack_goes_on_when_all_is_finalized_in_both_accounts(seeded):
    created = seeded().own.create("several-accounts.yaml", **PARAMETERS)

    assert created.status == "CREATE_COMPLETE"
    assert created.outputs.pop("DatabaseFinalizedAt") != ""
    assert created.outputs == {"WebOutcome": "FINALIZED", "WebFinalized": "2", "DatabaseOutcome": "FINALIZED"}


def test_in_each_account_only_what_was_asked_for_is_finalized(seeded):
    members = seeded()

    members.own.create("several-accounts.yaml", **PARAMETERS)

    assert final(members[WEB]) == set(WEB_SERVERS)
    assert final(members[DATABASE]) == {DATABASE_SERVER}


def test_no_other_account_is_touched_not_even_our_own(seeded):
    members = seeded()

    members.own.create("several-accounts.yaml", **PARAMETERS)

    assert final(members[NEIGHBOUR]) == final(members.own) == set()


def test_the_account_of_the_database_is_not_even_entered_before_all_web_servers_are_final(aws, seeded):
    members = seeded(web="impaired")

    created = members.own.create("several-accounts.yaml", **PARAMETERS)

    assert created.status == "ROLLBACK_COMPLETE"
    assert f"Source server {WEB_SERVERS[0]} (web-1) cannot be finalized" in created.reasons
    assert set(entered(aws)) == {WEB}


def test_what_is_final_stays_so_when_the_database_is_refused(seeded):
    members = seeded(database="impaired")

    created = members.own.create("several-accounts.yaml", **PARAMETERS)

    assert f"Source server {DATABASE_SERVER} (web-1) cannot be finalized" in created.reasons
    assert (final(members[WEB]), final(members[DATABASE])) == (set(WEB_SERVERS), set())


@pytest.mark.parametrize("account", [WEB, DATABASE])
def test_what_the_function_shows_is_what_the_role_asks_for(aws, seeded, account):
    members = seeded()
    members.own.create("several-accounts.yaml", **PARAMETERS)

    shown = {"sts:ExternalId": entered(aws)[account]}

    assert is_trusted(members[account].trusts(), members.acting.role.arn, shown)


def test_the_function_may_take_on_no_other_role_of_a_member(members):
    sts = members.acting.client("sts")
    role = {"RoleSessionName": "test", "ExternalId": EXTERNAL_ID}

    assert sts.assume_role(RoleArn=f"arn:aws:iam::{WEB}:role/{ROLE}", **role)["Credentials"]
    with pytest.raises(sts.exceptions.ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=f"arn:aws:iam::{WEB}:role/Administrator", **role)
