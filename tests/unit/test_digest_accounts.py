"""The digest over several accounts."""

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError, UninitializedAccountError
from finalize_cutover.handlers.eventbridge import digest as handler
from finalize_cutover.observability import metrics
from tests.unit import records
from tests.unit.several_accounts import DATABASE, OWN, SERVERS, WEB, in_accounts, one_ready_server_each

LISTING = "DescribeSourceServers"


@pytest.fixture(autouse=True)
def counted_before():
    metrics.flush_metrics()


def digest(fleet, **options):
    return handler.handle({"action": "digest"}, in_accounts(fleet, make_topic=lambda _until: None, **options))


def ready(report):
    return {server["sourceServerID"]: server["accountID"] for server in report["lists"]["ready"]["servers"]}


def test_one_digest_is_about_every_account():
    report = digest(one_ready_server_each())

    assert ready(report) == {SERVERS[None]: OWN, SERVERS[WEB]: WEB, SERVERS[DATABASE]: DATABASE}
    assert (report["inCutover"], [p for p in report["problems"] if "could not be read" in p]) == (3, [])


def test_what_is_unknown_names_its_account():
    report = digest(one_ready_server_each())

    assert report["problems"] == [
        f"Account {account}: The free hours of 1 source servers are unknown." for account in (OWN, WEB, DATABASE)
    ]


def test_an_account_that_cannot_be_read_is_named_and_stops_no_other(capsys):
    fleet = one_ready_server_each()
    fleet[WEB].fail(LISTING, *[MgnRefusedError("denied.", code="AccessDenied")] * 9)

    report = digest(fleet)

    assert ready(report).keys() == {SERVERS[None], SERVERS[DATABASE]}
    assert f"Account {WEB}: It could not be read: denied." in report["problems"]
    assert records.metrics(capsys)[metrics.REFUSED_REQUESTS] == [1]


@pytest.mark.parametrize(("account", "members"), [(None, f"{WEB},{DATABASE}"), (None, "MANAGED"), (WEB, "MANAGED")])
def test_an_account_without_mgn_needs_nobody_where_it_need_not_have_it(capsys, account, members):
    fleet = one_ready_server_each()
    fleet[None].managed = [WEB, DATABASE]
    fleet[account].fail(LISTING, *[UninitializedAccountError("not initialized.")] * 9)

    report = digest(fleet, members=members)

    assert [problem for problem in report["problems"] if "could not be read" in problem] == []
    assert metrics.REFUSED_REQUESTS not in records.metrics(capsys)


def test_a_listed_member_account_without_mgn_is_a_problem():
    fleet = one_ready_server_each()
    fleet[WEB].fail(LISTING, *[UninitializedAccountError("not initialized.")] * 9)

    assert f"Account {WEB}: It could not be read: not initialized." in digest(fleet)["problems"]


def test_if_no_account_can_be_read_the_first_error_is_raised():
    fleet = one_ready_server_each()
    for aws in fleet.values():
        aws.fail(LISTING, *[MgnUnavailableError("busy.")] * 9)

    with pytest.raises(MgnUnavailableError, match="busy"):
        digest(fleet)


def test_where_mgn_lists_no_accounts_the_digest_is_about_the_own_one_and_says_so(capsys):
    report = digest(one_ready_server_each(), members="MANAGED")

    assert ready(report).keys() == {SERVERS[None]}
    assert any("MemberAccounts is MANAGED, but MGN does not list" in problem for problem in report["problems"])
    assert records.metrics(capsys)[metrics.REFUSED_REQUESTS] == [1]
