"""Each error of MGN and EC2 over HTTP: what is reported, and what is raised."""

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.finalize.pace import MOST_FALLS
from tests.integration.caller import Caller

SERVER = "s-0123456789abcdef0"
# The number of boto3's attempts.
ALWAYS = 1000


@pytest.fixture
def caller(aws):
    caller = Caller(aws)
    aws.add_source_server("ready", sourceServerID=SERVER)
    return caller


@pytest.mark.parametrize(
    ("fault", "outcome", "code", "status"),
    [
        ("not-found", "NOT_FOUND", "ResourceNotFoundException", 404),
        ("uninitialized", "FAILED", "UninitializedAccountException", 400),
        ("validation", "FAILED", "ValidationException", 400),
        ("access-denied", "FAILED", "AccessDeniedException", 403),
        ("expired-token", "FAILED", "ExpiredTokenException", 403),
    ],
)
@pytest.mark.parametrize("operation", ["DescribeSourceServers", "FinalizeCutover"])
def test_where_asking_again_does_not_help_the_answer_is_a_report(caller, operation, fault, outcome, code, status):
    caller.aws.add_fault(operation, fault)

    report = caller.ask(SERVER)

    error = report["error"]
    assert (report["outcome"], report["changed"]) == (outcome, False)
    assert (error["code"], error["httpStatus"], error["retryable"]) == (code, status, False)
    assert f"mgn:{operation} failed with {code} ({status})" in error["message"]
    assert caller.aws.operations().count(operation) == 1


# Each case waits for boto3's retries or the rate limit, so not all pairs are tested here; unit tests cover the rest.
@pytest.mark.parametrize(
    ("operation", "fault", "code", "status", "attempts"),
    [
        ("FinalizeCutover", "throttle", "ThrottlingException", 429, MOST_FALLS + 1),
        ("DescribeSourceServers", "internal", "InternalServerException", 500, 3),
        ("DescribeSourceServers", "unavailable", "ServiceUnavailableException", 503, 3),
    ],
)
def test_what_may_be_asked_again_unchanged_is_raised(caller, operation, fault, code, status, attempts):
    caller.aws.add_fault(operation, fault, times=ALWAYS)

    with pytest.raises(MgnUnavailableError, match=f"mgn:{operation} failed with {code}") as caught:
        caller.ask(SERVER)

    assert (caught.value.code, caught.value.http_status) == (code, status)
    assert attempts - 1 <= caller.aws.operations().count(operation) <= attempts


@pytest.mark.parametrize("fault", ["throttle", "internal"])
def test_what_passes_is_asked_again_by_boto3(caller, fault):
    caller.aws.add_fault("FinalizeCutover", fault)

    report = caller.ask(SERVER)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", True)


@pytest.mark.parametrize(
    ("operation", "fault", "code"),
    [
        ("DescribeInstanceStatus", "access-denied", "UnauthorizedOperation"),
        ("DescribeJobs", "access-denied", "AccessDeniedException"),
        ("DescribeJobLogItems", "access-denied", "AccessDeniedException"),
    ],
)
def test_nothing_is_finalized_on_half_the_evidence(caller, operation, fault, code):
    service = "ec2" if operation == "DescribeInstanceStatus" else "mgn"
    caller.aws.add_fault(operation, fault, service=service)

    report = caller.ask(SERVER)

    assert (report["outcome"], report["error"]["code"]) == ("FAILED", code)
    assert f"{service}:{operation}" in report["error"]["message"]
    assert caller.writes == []


def test_ec2_that_fails_may_be_asked_again(caller):
    caller.aws.add_fault("DescribeInstanceStatus", "internal", service="ec2", times=ALWAYS)

    with pytest.raises(MgnUnavailableError, match="ec2:DescribeInstanceStatus failed with InternalError"):
        caller.ask(SERVER)

    assert caller.writes == []


def test_mgn_that_was_never_set_up_says_how_to_set_it_up(caller):
    caller.aws.add_fault("DescribeSourceServers", "uninitialized")

    report = caller.ask(SERVER)

    assert "Initialize AWS Transform MGN in this account and Region" in report["error"]["hint"]


def test_another_account_that_mgn_does_not_know_is_no_success(caller):
    report = caller.ask(SERVER, accountID="444455556666")

    assert report["outcome"] in {"NOT_FOUND", "FAILED"}
    assert caller.writes == []


def test_an_archived_server_is_refused_before_mgn_is_asked(caller):
    caller.aws.change_source_server(SERVER, isArchived=True)

    report = caller.ask(SERVER)

    assert report["outcome"] == "BLOCKED"
    assert [f["rule"] for f in report["readiness"] if f["verdict"] == "BLOCK"] == ["not-archived"]
    assert caller.writes == []
