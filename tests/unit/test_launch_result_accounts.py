"""Events of member accounts, which a rule there forwards: each is handled in the account that it names."""

from types import SimpleNamespace

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError, MgnRefusedError
from finalize_cutover.handlers.eventbridge import launch_result as handler
from tests.unit import records
from tests.unit.automated import FakeResultPublisher, arn, launch_result
from tests.unit.several_accounts import DATABASE, OWN, SERVERS, WEB, in_accounts, one_ready_server_each

STRANGER = "999900001111"


def event_of(account, server_id=SERVERS[WEB], **differences):
    return launch_result(account=account, resources=[arn(server_id, account=account)], **differences)


def refused(event, fleet, **differences):
    with pytest.raises(InvalidRequestError) as caught:
        handler.handle(event, in_accounts(fleet, **differences))
    return str(caught.value)


def calls(fleet):
    return [call for aws in fleet.values() for call in aws.calls]


def test_an_event_of_a_member_account_is_handled_there_and_only_there():
    fleet = one_ready_server_each()

    report = handler.handle(event_of(WEB), in_accounts(fleet))

    assert (report["outcome"], report["arn"].split(":")[4]) == ("FINALIZED", WEB)
    assert {account: aws.finalized for account, aws in fleet.items()} == {None: [], WEB: [SERVERS[WEB]], DATABASE: []}


def test_the_optional_rules_read_the_account_of_the_event():
    asked = []
    acceptance = {"make_acceptance": lambda account, _until: asked.append(account)}

    handler.handle(event_of(WEB), in_accounts(one_ready_server_each(), **acceptance))

    assert asked == [WEB]


def test_an_event_of_the_own_account_is_handled_there_although_it_has_members():
    fleet = one_ready_server_each()

    handler.handle(event_of(OWN, SERVERS[None]), in_accounts(fleet))

    assert fleet[None].finalized == [SERVERS[None]]


def test_an_event_of_a_managed_account_is_handled_there():
    fleet = one_ready_server_each()
    fleet[None].managed = [OWN, WEB]

    handler.handle(event_of(WEB), in_accounts(fleet, members="MANAGED"))

    assert fleet[WEB].finalized == [SERVERS[WEB]]
    assert fleet[None].calls == ["ListManagedAccounts"]


def test_an_event_of_the_own_account_needs_no_list_of_the_managed_ones():
    fleet = one_ready_server_each()

    handler.handle(event_of(OWN, SERVERS[None]), in_accounts(fleet, members="MANAGED"))

    assert "ListManagedAccounts" not in fleet[None].calls


def test_where_the_global_view_is_off_an_event_of_another_account_is_raised_and_nothing_is_done():
    fleet = one_ready_server_each()

    with pytest.raises(MgnRefusedError, match="MemberAccounts is MANAGED"):
        handler.handle(event_of(WEB), in_accounts(fleet, members="MANAGED"))

    assert calls(fleet) == ["ListManagedAccounts"]


@pytest.mark.parametrize("members", [f"{WEB},{DATABASE}", ""])
def test_an_event_of_any_other_account_is_refused_without_a_call(members):
    fleet = one_ready_server_each()

    sentence = refused(event_of(STRANGER), fleet, members=members)

    server = arn(SERVERS[WEB], account=STRANGER)
    place = "Region, and of its own or a member account" if members else "own account and Region"
    assert sentence == f"resources contains {server}; allowed: ARNs of the function's {place}, as in the event."
    assert calls(fleet) == []


def test_an_event_of_an_account_that_mgn_does_not_list_is_refused():
    fleet = one_ready_server_each()
    fleet[None].managed = [WEB]

    assert STRANGER in refused(event_of(STRANGER), fleet, members="MANAGED")
    assert calls(fleet) == ["ListManagedAccounts"]


@pytest.mark.parametrize(
    "event",
    [
        event_of(WEB) | {"account": DATABASE},
        event_of(WEB) | {"account": OWN},
        event_of(OWN) | {"account": WEB},
        launch_result(
            account=WEB, resources=[arn(SERVERS[WEB], account=WEB), arn(SERVERS[DATABASE], account=DATABASE)]
        ),
        event_of(WEB) | {"region": "eu-central-1"},
        launch_result(account=WEB, resources=[arn(SERVERS[WEB], account=WEB, region="eu-central-1")]),
        launch_result(
            account=WEB, region="eu-central-1", resources=[arn(SERVERS[WEB], account=WEB, region="eu-central-1")]
        ),
    ],
    ids=["account", "the own account", "a member's", "two accounts", "Region", "ARN's Region", "both Regions"],
)
def test_event_and_resources_agree_on_account_and_region_or_are_refused_without_a_call(event):
    fleet = one_ready_server_each()

    assert "as in the event." in refused(event, fleet)
    assert calls(fleet) == []


def test_without_an_account_in_the_event_all_resources_are_of_one_account():
    fleet = one_ready_server_each()
    event = launch_result(resources=[arn(SERVERS[WEB], account=WEB), arn(SERVERS[DATABASE], account=DATABASE)])
    del event["account"]

    assert "as in the event." in refused(event, fleet)
    assert calls(fleet) == []


def test_a_member_is_a_member_although_the_own_account_is_unknown():
    fleet = one_ready_server_each()
    emulated = SimpleNamespace(invoked_function_arn="arn:aws:lambda:us-east-1:012345678912:function:test_function")

    handler.handle(event_of(WEB), in_accounts(fleet, context=emulated))

    assert fleet[WEB].finalized == [SERVERS[WEB]]


def test_what_is_told_names_the_account():
    fleet, bus = one_ready_server_each(), FakeResultPublisher()
    fleet[WEB].fail("DescribeSourceServers", MgnRefusedError("denied"))

    with records.log_lines() as lines, pytest.raises(MgnRefusedError):
        handler.handle(event_of(WEB), in_accounts(fleet, make_publisher=lambda _until: bus))

    assert [report.account_id for report in bus.told] == [WEB]
    assert [line["account_id"] for line in lines] == [WEB]
