"""The use case: read, decide, finalize once, verify."""

import pytest

from finalize_cutover.cutover.errors import (
    MgnRefusedError,
    MgnUnavailableError,
    NotReadyError,
    OutOfTimeError,
    SourceServerNotFoundError,
    UninitializedAccountError,
    WithdrawnError,
)
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.readiness.judge import RULES
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import APPROVAL, NOW, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws, FakeStack, guard_of

LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]


def finalize_one(aws, **policy):
    return finalize([SERVER], options=options(**policy), services=aws.services)[SERVER]


def test_a_ready_server_is_finalized_with_four_reads_and_one_write():
    aws = FakeAws(ready())

    result = finalize_one(aws)

    assert aws.calls == [*LOOK, "FinalizeCutover"]
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)
    assert result.cause is None


def test_a_finalized_server_costs_one_read_and_no_write():
    aws = FakeAws(finalized())

    result = finalize_one(aws)

    assert aws.calls == ["DescribeSourceServers"]
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, False)
    assert result.report.readiness == ()


def test_finalizing_twice_calls_mgn_once():
    aws = FakeAws(ready())

    first, second = (finalize_one(aws).report for _ in range(2))

    assert aws.finalized == [SERVER]
    assert (first.outcome, second.outcome) == (Outcome.FINALIZED, Outcome.FINALIZED)
    assert (first.changed, second.changed) == (True, False)
    assert first.finalized_at == second.finalized_at == NOW


@pytest.mark.parametrize(
    ("state", "replication_state"), [("CUTOVER", "STALLED"), ("DISCONNECTED", "DISCONNECTED"), ("CUTOVER", None)]
)
def test_one_sign_of_a_finalized_cutover_is_not_enough(state, replication_state):
    aws = FakeAws(ready(state=state, replication_state=replication_state))

    result = finalize_one(aws)

    assert result.report.outcome == Outcome.BLOCKED
    assert aws.writes == []


@pytest.mark.parametrize(
    ("outcome", "differences"),
    [
        (Outcome.NOT_READY, {"first_boot": "WAITING"}),
        (Outcome.BLOCKED, {"ec2_instance": "impaired"}),
        (Outcome.BLOCKED, {"ec2_instance": "impaired", "first_boot": "WAITING"}),
        (Outcome.BLOCKED, {"is_archived": True}),
    ],
)
def test_a_server_that_is_not_ready_is_left_alone_with_all_reasons(outcome, differences):
    aws = FakeAws(ready(**differences))

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.changed) == (outcome, False)
    assert len(result.report.readiness) == len(RULES)
    assert isinstance(result.cause, NotReadyError)
    assert aws.writes == []


def test_the_refusal_names_the_server_what_blocks_and_what_waits():
    aws = FakeAws(ready(ec2_instance="impaired", first_boot="WAITING"))

    result = finalize_one(aws)

    assert str(result.cause) == (
        f"Source server {SERVER} cannot be finalized: its instance i-0123456789abcdef0 is running, its status checks "
        "are ok, impaired and ok (instance-status); its first boot is WAITING, not SUCCEEDED (first-boot)."
    )


def test_the_refusal_says_yet_where_time_may_cure_it():
    aws = FakeAws(ready(first_boot="WAITING"))

    result = finalize_one(aws)

    assert str(result.cause).startswith(f"Source server {SERVER} cannot be finalized yet: its first boot is WAITING")


def test_a_server_without_the_approval_that_is_asked_for_is_skipped():
    aws = FakeAws(ready())

    result = finalize_one(aws, approval=APPROVAL)

    assert result.report.outcome == Outcome.SKIPPED
    assert aws.writes == []


def test_a_waived_rule_is_in_the_report_of_a_finalized_server():
    aws = FakeAws(ready(ec2_instance="impaired"))

    result = finalize_one(aws, waived=["instance-status"])

    assert result.report.outcome == Outcome.FINALIZED
    assert {f.rule for f in result.report.readiness if f.verdict == "WAIVED"} == {"instance-status"}


EC2_CHECKS = ("instance-present", "instance-status")


@pytest.mark.parametrize("error", [MgnRefusedError("denied"), MgnUnavailableError("busy")])
def test_where_both_checks_of_ec2_are_waived_its_refusal_stops_nothing_and_is_recorded(error):
    aws = FakeAws(ready())
    aws.fail("DescribeInstanceStatus", error)

    result = finalize_one(aws, waived=EC2_CHECKS)

    reasons = {finding.rule: finding.reason for finding in result.report.readiness if finding.verdict == "WAIVED"}
    assert result.report.outcome == Outcome.FINALIZED
    assert reasons.keys() == set(EC2_CHECKS)
    assert "could not be asked" in reasons["instance-present"]


@pytest.mark.parametrize("waived", EC2_CHECKS)
def test_where_one_check_of_ec2_is_not_waived_its_refusal_is_a_failure(waived):
    aws = FakeAws(ready())
    aws.fail("DescribeInstanceStatus", MgnRefusedError("denied"))

    assert finalize_one(aws, waived=[waived]).report.outcome == Outcome.FAILED
    assert aws.writes == []


def test_what_is_waived_is_looked_at_all_the_same():
    aws = FakeAws(ready(ec2_state="stopped"))

    result = finalize_one(aws, waived=EC2_CHECKS)

    found = {finding.rule: (finding.verdict, finding.reason) for finding in result.report.readiness}
    assert found["instance-present"] == ("PASS", "its instance i-0123456789abcdef0 is stopped")
    assert found["instance-status"][0] == "WAIVED"
    assert "is stopped" in found["instance-status"][1]


@pytest.mark.parametrize(
    "differences", [{"ec2_state": "terminated"}, {"ec2_state": "shutting-down"}, {"without": ["instance"]}]
)
def test_no_waiver_but_its_own_lets_an_instance_pass_that_is_gone(differences):
    everything_else = RULES.keys() - {"lifecycle", "not-archived", "instance-present"}
    aws = FakeAws(ready(**differences))

    result = finalize_one(aws, waived=everything_else)

    assert [f.rule for f in result.report.readiness if f.verdict == "BLOCK"] == ["instance-present"]
    assert aws.writes == []


def test_a_server_without_a_cutover_or_an_instance_costs_one_read():
    aws = FakeAws(ready(without=["last_cutover", "launched_instance", "instance"]))

    finalize_one(aws)

    assert aws.calls == ["DescribeSourceServers"]


def test_a_server_that_mgn_does_not_list_is_not_found():
    aws = FakeAws()

    result = finalize_one(aws)

    assert result.report.outcome == Outcome.NOT_FOUND
    assert result.report.error.message == f"MGN does not list source server {SERVER}."
    assert isinstance(result.cause, SourceServerNotFoundError)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (MgnUnavailableError("busy", code="ThrottlingException", http_status=429), Outcome.FAILED),
        (UninitializedAccountError("empty", code="UninitializedAccountException", http_status=400), Outcome.FAILED),
        (MgnRefusedError("no", code="AccessDeniedException", http_status=403), Outcome.FAILED),
        (SourceServerNotFoundError("none", code="ResourceNotFoundException", http_status=404), Outcome.NOT_FOUND),
    ],
)
@pytest.mark.parametrize("operation", LOOK)
def test_who_cannot_look_does_not_act(operation, error, outcome):
    aws = FakeAws(ready())
    aws.fail(operation, error)

    result = finalize_one(aws)

    assert (result.report.outcome, result.cause) == (outcome, error)
    assert (result.report.error.code, result.report.error.http_status) == (error.code, error.http_status)
    assert aws.writes == []


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_write_begins_when_too_little_time_is_left(seconds):
    aws = FakeAws(ready())

    result = finalize_one(aws, act=seconds)

    assert result.report.outcome == Outcome.FAILED
    assert isinstance(result.cause, OutOfTimeError)
    assert result.report.error.retryable
    assert aws.writes == []


def test_a_finalized_server_is_a_success_however_little_time_is_left():
    aws = FakeAws(finalized())

    result = finalize_one(aws, act=-1)

    assert result.report.outcome == Outcome.FINALIZED


def test_the_stack_that_asked_is_asked_before_anything_is_done():
    aws, stack = FakeAws(ready()), FakeStack("ROLLBACK_IN_PROGRESS")

    result = finalize_one(aws, guard=guard_of(aws, stack))

    assert stack.asked == 1
    assert isinstance(result.cause, WithdrawnError)
    assert aws.writes == []
