"""The direct handler returns the report, and raises only errors that the caller can fix or retry."""

import contextlib
from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import (
    ConflictError,
    CutoverError,
    InvalidRequestError,
    MgnRefusedError,
    MgnUnavailableError,
    OutOfTimeError,
    UninitializedAccountError,
)
from finalize_cutover.handlers import direct
from tests.unit.builders import OTHER_SERVER, READY, SERVER, finalized, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws

MISSING = "s-0123456789abcdef9"
INSTANCE, NEW_INSTANCE = READY["instance_id"], "i-0fedcba9876543210"


def ask(aws, *, seconds_left=900, server=SERVER, **request):
    return direct.handle({"sourceServerID": server, **request}, invocation(aws, seconds_left=seconds_left))


@pytest.mark.parametrize("action", [{}, {"action": "finalize"}])
def test_a_ready_server_is_finalized_and_reported(action):
    aws = FakeAws(ready())

    report = ask(aws, **action)

    assert (report["outcome"], report["changed"], report["sourceServerID"]) == ("FINALIZED", True, SERVER)


@pytest.mark.parametrize(
    "request_",
    [
        {"action": "check"},
        {"dryRun": True},
        {"action": "check", "dryRun": False},
        {"action": "check", "archive": False},
    ],
)
def test_a_check_decides_without_acting(request_):
    aws = FakeAws(ready())

    report = ask(aws, **request_)

    assert (report["outcome"], report["changed"]) == ("WOULD_FINALIZE", False)
    assert aws.writes == []


@pytest.mark.parametrize(
    ("action", "option"),
    [
        ("check", {"archive": True}),
        ("check", {"archive": True, "archiveApplicationAndWave": True}),
        ("audit", {"waitMinutes": 5}),
        ("audit", {"soakMinutes": 5}),
        ("audit", {"waive": ["soak"]}),
        ("audit", {"approvedInstances": {}}),
        ("audit", {"dryRun": True}),
        ("audit", {"archive": True}),
    ],
)
def test_an_option_that_an_action_does_not_use_is_refused(action, option):
    request = {"action": action, "sourceServerID": SERVER, **option}

    with pytest.raises(InvalidRequestError, match=f"{next(iter(option))} is given; allowed: not with action {action}"):
        direct.handle(request, invocation_without_aws(FakeAws()))


@pytest.mark.parametrize(
    ("outcome", "evidence"),
    [
        ("NOT_READY", ready(first_boot="WAITING")),
        ("BLOCKED", ready(ec2_instance="impaired")),
        ("BLOCKED", ready(is_archived=True)),
        ("NOT_FOUND", ready(OTHER_SERVER)),
    ],
)
def test_a_server_that_is_not_finalized_is_a_report_and_no_exception(outcome, evidence):
    aws = FakeAws(evidence)

    report = ask(aws, waitMinutes=0)

    assert report["outcome"] == outcome
    assert aws.writes == []


@pytest.mark.parametrize(
    "error",
    [
        ConflictError("busy", code="ConflictException", http_status=409),
        UninitializedAccountError("none", code="UninitializedAccountException", http_status=400),
        MgnRefusedError("denied", code="AccessDeniedException", http_status=403),
    ],
)
def test_what_mgn_refuses_is_a_report_with_the_reason_and_what_to_do(error):
    aws = FakeAws(ready())
    aws.fail("FinalizeCutover", error)

    report = ask(aws, waitMinutes=0)

    assert report["outcome"] == "FAILED"
    assert report["error"] == {
        "code": error.code,
        "message": str(error),
        "httpStatus": error.http_status,
        "retryable": False,
        "hint": error.hint,
    }


@pytest.mark.parametrize("operation", ["DescribeSourceServers", "DescribeInstanceStatus", "FinalizeCutover"])
def test_what_may_be_retried_unchanged_is_raised(operation):
    aws = FakeAws(ready())
    aws.fail(operation, *[MgnUnavailableError("busy")] * 3)

    with pytest.raises(MgnUnavailableError, match="busy"):
        ask(aws, waitMinutes=0)


def test_too_little_time_is_raised_because_asking_again_helps():
    aws = FakeAws(ready())

    with pytest.raises(OutOfTimeError, match=SERVER):
        ask(aws, seconds_left=2)

    assert aws.writes == []


@pytest.mark.parametrize(
    ("request_", "seconds_left", "longest"),
    [
        ({}, 900, 600),
        ({"waitMinutes": 1}, 900, 60),
        ({"waitMinutes": 0}, 900, 0),
        ({"waitMinutes": 13}, 900, 780),
        ({"waitMinutes": 13}, 300, 260),
        ({}, 120, 98),
        ({"dryRun": True}, 900, 0),
        ({"action": "check"}, 900, 0),
        ({"action": "check", "waitMinutes": 2}, 900, 120),
        ({}, 10, 0),
    ],
)
def test_a_wait_is_as_long_as_was_asked_for_and_ends_while_lambda_has_time(request_, seconds_left, longest):
    aws = FakeAws(ready(first_boot="WAITING"))

    report = ask(aws, seconds_left=seconds_left, **request_)

    assert sum(aws.clock.sleeps) == longest
    assert report["outcome"] == "NOT_READY"


@pytest.mark.parametrize(("seconds_left", "margin"), [(900, 31), (310, 31), (120, 12), (60, 10)])
def test_no_write_begins_in_the_last_seconds(seconds_left, margin):
    aws = FakeAws()

    act_until = invocation(aws, seconds_left=seconds_left).act_until

    assert act_until == aws.clock.now() + timedelta(seconds=seconds_left - margin)


def test_terms_reach_the_rules():
    aws = FakeAws(ready(ec2_instance="impaired"))

    report = ask(aws, waive=["instance-status", "soak"], soakMinutes=43200)

    assert {f["rule"] for f in report["readiness"] if f["verdict"] == "WAIVED"} == {"instance-status", "soak"}
    assert report["outcome"] == "FINALIZED"


def test_archiving_is_done_when_it_is_asked_for():
    aws = FakeAws(ready())

    ask(aws, archive=True)

    assert aws.writes == ["FinalizeCutover", "MarkAsArchived"]


def test_a_member_accounts_server_is_looked_for_in_its_account():
    accounts = []
    aws = FakeAws(ready())

    direct.handle({"sourceServerID": SERVER, "accountID": "444455556666"}, invocation(aws, accounts=accounts))
    direct.handle({"sourceServerID": SERVER}, invocation(aws, accounts=accounts))

    assert accounts == ["444455556666", None]


def test_what_is_left_of_a_member_accounts_server_is_looked_for_in_its_account():
    accounts = []
    request = {"action": "audit", "sourceServerID": SERVER, "accountID": "444455556666"}

    direct.handle(
        request, invocation(FakeAws(finalized()), make_staging=lambda account, _until: accounts.append(account))
    )

    assert accounts == ["444455556666"]


@pytest.mark.parametrize(("action", "sleeps"), [("audit", []), ("check", [5])])
def test_an_audit_does_not_wait_for_a_list_of_mgn(action, sleeps):
    aws = FakeAws(ready())
    aws.fail("DescribeSourceServers", MgnUnavailableError("Too many requests.", is_throttled=True))
    request = {"action": action, "applicationID": "app-0123456789abcdef0"}
    if action == "check":
        request["waitMinutes"] = 5

    with contextlib.suppress(CutoverError):
        direct.handle(request, invocation(aws))

    assert aws.clock.sleeps == sleeps


def test_a_direct_caller_is_asked_for_no_approval():
    aws = FakeAws(ready(tags={}))

    assert ask(aws)["outcome"] == "FINALIZED"


def test_what_was_approved_is_finalized_with_its_instance():
    aws = FakeAws(ready())

    assert ask(aws, approvedInstances={SERVER: INSTANCE})["outcome"] == "FINALIZED"


@pytest.mark.parametrize("approved", [{}, {OTHER_SERVER: INSTANCE}, {SERVER: NEW_INSTANCE}])
@pytest.mark.parametrize("action", ["finalize", "check"])
def test_what_was_not_approved_is_skipped_at_once(action, approved):
    aws = FakeAws(ready(first_boot="WAITING"))

    report = ask(aws, action=action, approvedInstances=approved, waitMinutes=13)

    assert report["outcome"] == "SKIPPED"
    assert {"approval", "first-boot"} == {f["rule"] for f in report["readiness"] if f["verdict"] != "PASS"}
    assert (aws.writes, aws.clock.sleeps) == ([], [])


def test_an_instance_that_is_replaced_while_a_request_waits_is_not_finalized():
    aws = FakeAws(ready(first_boot="WAITING"))
    relaunched = ready(instance_id=NEW_INSTANCE, launch_instance=NEW_INSTANCE)
    aws.clock.after(60, lambda: aws.set(relaunched))

    report = ask(aws, approvedInstances={SERVER: INSTANCE})

    (reason,) = [f["reason"] for f in report["readiness"] if f["verdict"] != "PASS"]
    assert (report["outcome"], reason) == (
        "SKIPPED",
        f"instance {INSTANCE} was approved, but its instance is now {NEW_INSTANCE}",
    )
    assert aws.writes == []


def test_what_is_final_is_reported_so_whatever_was_approved():
    report = ask(FakeAws(finalized()), approvedInstances={})

    assert (report["outcome"], report["changed"]) == ("FINALIZED", False)


def test_the_launch_is_told_once_by_mgns_own_answer_or_beside_it():
    aws = FakeAws(ready())

    alone = ask(aws)
    (listed,) = direct.handle({"sourceServerIDs": [SERVER]}, invocation(aws))["servers"]

    assert ("sourceServer" in alone, "cutoverLaunchedAt" in alone) == (True, False)
    assert ("sourceServer" in listed, listed["cutoverLaunchedAt"]) == (False, "2026-11-23T09:15:00Z")
