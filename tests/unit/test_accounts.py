"""Which accounts automation covers, in which order, and how they share the time of an invocation."""

import itertools
import threading
from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.handlers.eventbridge import accounts, launch_result, sweep
from tests.unit.automated import launch_result as event
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.several_accounts import DATABASE, OWN, WEB, in_accounts, one_ready_server_each

AT_A_TIME = accounts.MOST_AT_A_TIME
QUARTER = 15 * 60


def found(members, **differences):
    return accounts.member_accounts(in_accounts(one_ready_server_each(), members=members, **differences))


def test_each_member_account_is_covered_once_and_the_own_one_is_none():
    assert found(f"{WEB},{OWN},{DATABASE},{WEB}") == (WEB, DATABASE)


def test_the_managed_accounts_are_those_that_mgn_lists():
    fleet = one_ready_server_each()
    fleet[None].managed = [OWN, DATABASE, WEB]

    assert accounts.member_accounts(in_accounts(fleet, members="MANAGED")) == (DATABASE, WEB)


def test_where_the_global_view_is_off_the_refusal_says_what_to_do():
    with pytest.raises(MgnRefusedError, match="MemberAccounts is MANAGED, but MGN does not list") as caught:
        found("MANAGED")

    assert "no global view" in str(caught.value)
    assert "set MemberAccounts to account IDs" in caught.value.hint


@pytest.mark.parametrize("managed", [[], [OWN]])
def test_an_empty_list_is_refused_because_no_account_would_be_covered(managed):
    fleet = one_ready_server_each()
    fleet[None].managed = managed

    with pytest.raises(MgnRefusedError, match="does not list the accounts of its global view: the list is empty"):
        accounts.member_accounts(in_accounts(fleet, members="MANAGED"))


def test_a_fault_of_the_list_may_be_tried_again():
    fleet = one_ready_server_each()
    fleet[None].fail("ListManagedAccounts", MgnUnavailableError("busy"))

    with pytest.raises(MgnUnavailableError, match="busy"):
        accounts.member_accounts(in_accounts(fleet, members="MANAGED"))


@pytest.mark.parametrize(
    ("members", "entry"),
    [
        ("44445555666", "44445555666"),
        (f"{WEB},production", "production"),
        (f"MANAGED,{WEB}", "MANAGED"),
        (f"{WEB},MANAGED", "MANAGED"),
        ("managed", "managed"),
        ("*", "*"),
        ("\uff14" * 12, "\uff14" * 12),
        (f"arn:aws:iam::{WEB}:root", f"arn:aws:iam::{WEB}:root"),
    ],
)
@pytest.mark.parametrize(
    "handle", [lambda one: sweep.handle({"action": "sweep"}, one), lambda one: launch_result.handle(event(), one)]
)
def test_an_entry_that_is_no_account_refuses_all_of_automation_and_nothing_is_called(members, entry, handle):
    fleet = one_ready_server_each()

    with pytest.raises(InvalidRequestError) as caught:
        handle(in_accounts(fleet, members=members))

    sentence = f'MemberAccounts contains "{entry}"; allowed: account IDs of 12 digits, or only MANAGED.'
    assert str(caught.value) == sentence
    assert [aws.calls for aws in fleet.values()] == [[], [], []]


@pytest.mark.parametrize("members", [WEB, "MANAGED"])
@pytest.mark.parametrize(
    "handle", [lambda one: sweep.handle({"action": "sweep"}, one), lambda one: launch_result.handle(event(), one)]
)
def test_member_accounts_without_a_role_refuse_all_of_automation(members, handle):
    fleet = one_ready_server_each()

    with pytest.raises(
        InvalidRequestError, match=f'MemberAccounts is "{members}", but MemberRoleName is empty; allowed'
    ):
        handle(in_accounts(fleet, members=members, environment={"MEMBER_ROLE_NAME": ""}))

    assert [aws.calls for aws in fleet.values()] == [[], [], []]


class Rounds:
    """Work that takes *seconds* in each account, in rounds of as many accounts as are worked on at a time."""

    def __init__(self, clock, seconds):
        self.first_round, self.shares = set(), {}
        self._barrier = threading.Barrier(AT_A_TIME, action=lambda: clock.move(seconds))
        self._clock = clock

    def __call__(self, account, turn):
        self.shares[account] = (turn.ends_at - self._clock.now()).total_seconds()
        if len(self.first_round) < AT_A_TIME:
            self.first_round.add(account)
        self._barrier.wait()


def worked(count, *, seconds, seconds_left=900, later=0):
    """Return the rounds of work in *count* accounts."""
    aws = FakeAws()
    aws.clock.move(later)
    rounds = Rounds(aws.clock, seconds)
    accounts.in_each([f"{number:012}" for number in range(count)], invocation(aws, seconds_left=seconds_left), rounds)
    return rounds


def test_accounts_that_use_all_of_their_time_have_equal_shares():
    rounds = worked(3 * AT_A_TIME, seconds=300)

    assert set(rounds.shares.values()) == {300}


def test_what_an_account_leaves_is_for_the_others():
    rounds = worked(3 * AT_A_TIME, seconds=10)

    assert sorted(set(rounds.shares.values())) == [300, (900 - 10) / 2, 900 - 20]


def test_in_a_short_invocation_a_few_accounts_have_time_enough_instead_of_none():
    rounds = worked(4 * AT_A_TIME, seconds=60, seconds_left=130)

    assert sorted(set(rounds.shares.values())) == [-50, 10, 60]


def test_other_accounts_are_first_in_each_quarter_of_an_hour():
    firsts = [worked(2 * AT_A_TIME, seconds=1, later=sweep * QUARTER).first_round for sweep in range(2 * AT_A_TIME)]

    assert all(one != other for one, other in itertools.pairwise(firsts))
    assert {len([one for one in firsts if account in one]) for account in set().union(*firsts)} <= {4, 5, 6}


def test_a_retry_of_the_same_sweep_has_the_same_order():
    assert worked(2 * AT_A_TIME, seconds=1).first_round == worked(2 * AT_A_TIME, seconds=1, later=60).first_round


def test_the_result_is_in_the_order_of_the_accounts():
    aws = FakeAws()
    aws.clock.move(timedelta(minutes=15).total_seconds())

    results = accounts.in_each([None, WEB, DATABASE], invocation(aws), lambda account, _turn: account)

    assert list(results.items()) == [(None, None), (WEB, WEB), (DATABASE, DATABASE)]
