"""Violations that no mutant can cause, because other checks in the function prevent them; the watch detects them."""

import pytest

from tests.simulation.aws.accounts import Account
from tests.simulation.aws.invocation import Asked, Invocation, Send, Sight
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.requests import Request, Wish
from tests.simulation.aws.sources import Sources
from tests.simulation.aws.truth import ACCOUNT, Server
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine
from tests.simulation.watch import accounts, reports, sends
from tests.simulation.watch.watch import Watch

STACK = "stack"
MEMBER, STRANGER = "222233334444", "999900001111"
ASKED = Asked(handler="custom_resource", servers=("s-1",))


@pytest.fixture
def watch():
    machine = Machine()
    return Watch(machine, Mgn(machine, Weather()), Sources(machine), [], is_traced=False)


@pytest.fixture
def invocation(watch):
    """An invocation for a Create whose stack goes forward, and which is allowed to write."""
    request = Request(
        type="Create",
        stack_id=STACK,
        logical_id="Cutover",
        wish=Wish(properties={}, asked=ASKED),
        done=lambda *_: None,
    )
    asked = Asked(handler="custom_resource", servers=("s-1",), request=request)
    invocation = Invocation(watch.machine, 1, {}, asked, 900, watch)
    invocation.saw_stack(STACK, "CREATE_IN_PROGRESS")
    return invocation


def found(watch):
    return [violation.invariant for violation in watch.violations]


def test_a_write_that_is_in_order_is_no_finding(watch, invocation):
    sends.check_any(watch, invocation, "sent too late")

    assert found(watch) == []


def test_a_write_after_the_answer_is_found(watch, invocation):
    invocation.begins_to_answer()

    sends.check_any(watch, invocation, "sent too late")

    assert found(watch) == ["sent after the answer"]


def test_a_write_after_a_withdrawal_is_found_whatever_the_stack_shows_later(watch, invocation):
    invocation.saw_stack(STACK, "ROLLBACK_IN_PROGRESS")
    invocation.saw_stack(STACK, "CREATE_IN_PROGRESS")

    sends.check_any(watch, invocation, "sent too late")

    assert found(watch) == ["sent for a stack that does not go forward"]


def test_a_write_for_a_nested_stack_whose_root_was_not_asked_is_found(watch, invocation):
    invocation.asked.request.stack_id = "arn:aws:cloudformation:eu-west-1:111122223333:stack/nested-1/5b7a6f8e"
    invocation.saw_stack(invocation.asked.request.stack_id, "CREATE_IN_PROGRESS")

    sends.check_any(watch, invocation, "sent too late")

    assert found(watch) == ["sent without consent"]


@pytest.mark.parametrize(("part", "age"), [("server", 15.3), ("job", 15.3), ("log", 15.3), ("instance", 15.3)])
def test_every_part_of_the_evidence_must_be_young(watch, invocation, part, age):
    parts = dict.fromkeys(("server", "job", "log", "instance"), 20.0) | {part: 20.0 - age}
    watch.machine.now = 20.0
    invocation.saw_stack(STACK, "CREATE_IN_PROGRESS")
    invocation.record.sights["s-1"] = Sight(server=Server(id="s-1"), seen_at=20.0, true_at=parts)

    sends.check(watch, invocation, "s-1")

    assert found(watch) == ["sent unready", "sent on old evidence"]
    assert watch.oldest_evidence == pytest.approx(age)


@pytest.fixture
def sweep(watch):
    """A sweep over the function's own account and a member account, each with a source server that it listed."""
    watch.accounts = (Account(id=ACCOUNT), Account(id=MEMBER))
    watch.mgn.servers.put("s-1", Server(id="s-1"))
    watch.mgn.servers.put("s-2", Server(id="s-2", account=MEMBER))
    invocation = Invocation(watch.machine, 1, {}, Asked(handler="sweep", needs_approval=True), 900, watch)
    invocation.record.listed |= {"s-1", "s-2"}
    return invocation


def part(account_id, *, total=1, error=None):
    return {"accountID": account_id, "total": total, "changed": 0, "counts": {"SKIPPED": total}, "error": error}


def report(*parts):
    total = sum(each["total"] for each in parts)
    return {"servers": [], "total": total, "changed": 0, "counts": {"SKIPPED": total}, "accounts": [*parts]}


def test_a_part_for_each_account_is_no_finding(watch, sweep):
    accounts.check_report(watch, sweep, report(part(ACCOUNT), part(MEMBER)))

    assert found(watch) == []


@pytest.mark.parametrize(
    "parts",
    [
        [part(ACCOUNT, total=2)],
        [part(ACCOUNT, total=2), part(MEMBER, total=0)],
        [part(MEMBER), part(ACCOUNT)],
        [part(ACCOUNT), part(MEMBER), part(STRANGER, total=0)],
    ],
)
def test_a_source_server_in_the_part_of_another_account_is_found(watch, sweep, parts):
    accounts.check_report(watch, sweep, report(*parts))

    assert set(found(watch)) == {"untrue part"}


def test_an_account_that_failed_because_of_a_fault_in_another_one_is_found(watch, sweep):
    sweep.meets("DescribeSourceServers", "refused", None, ACCOUNT)

    accounts.check_report(watch, sweep, report(part(ACCOUNT), part(MEMBER, total=0, error={"code": "AccessDenied"})))

    assert found(watch) == ["groundless error"]


def test_a_call_in_an_account_that_automation_does_not_cover_is_found(watch, sweep):
    accounts.check_call(watch, sweep, "mgn", MEMBER)
    assert found(watch) == []

    accounts.check_call(watch, sweep, "mgn", STRANGER)

    assert found(watch) == ["called in another account"]


def test_a_write_in_another_account_than_the_source_servers_is_found(watch, sweep):
    accounts.check_write(watch, sweep, MEMBER, "s-2")
    assert found(watch) == []

    accounts.check_write(watch, sweep, ACCOUNT, "s-2")

    assert found(watch) == ["written in another account"]


@pytest.mark.parametrize(("times", "findings"), [([0, 5], ["gave up publishing soon"]), ([0, 5, 15, 35], [])])
def test_an_event_that_is_not_published_again_for_long_enough_is_found(watch, sweep, times, findings):
    sweep.record.sends.append(Send(server_id="s-1", began_at=0, ended_at=1))
    sweep.record.announced.add("s-1")
    sweep.record.announced_at += times

    reports.check_published(watch, sweep)

    assert found(watch) == findings
