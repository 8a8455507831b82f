"""Fault injection in the local AWS: each fault affects only the calls that it was requested for."""

import http.client
import time
from urllib.parse import urlsplit

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from local.client import LocalAwsError

SERVER = "s-0123456789abcdef0"
# Requests to operations with required parameters.
REQUESTS = {
    "DescribeInstanceAttribute": {"InstanceId": "i-0123456789abcdef0", "Attribute": "disableApiTermination"},
    "GetCalendarState": {"CalendarNames": ["cutovers"]},
    "Invoke": {"FunctionName": "validator"},
    "ModifyInstanceAttribute": {"InstanceId": "i-0123456789abcdef0", "DisableApiTermination": {"Value": True}},
}


@pytest.fixture(autouse=True)
def ready(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER)


def state(mgn):
    return mgn.describe_source_servers()["items"][0]["lifeCycle"]["state"]


def wait_until(condition):
    give_up_at = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("throttle", 429, "ThrottlingException"),
        ("internal", 500, "InternalServerException"),
        ("unavailable", 503, "ServiceUnavailableException"),
        ("access-denied", 403, "AccessDeniedException"),
        ("expired-token", 403, "ExpiredTokenException"),
        ("conflict", 409, "ConflictException"),
        ("validation", 400, "ValidationException"),
        ("not-found", 404, "ResourceNotFoundException"),
        ("uninitialized", 400, "UninitializedAccountException"),
    ],
)
def test_an_error_is_answered_once_and_without_effect(aws, mgn, fault, status, code):
    aws.add_fault("FinalizeCutover", fault)

    with pytest.raises(ClientError) as refusal:
        mgn.finalize_cutover(sourceServerID=SERVER)

    answer = refusal.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (status, code)
    assert state(mgn) == "CUTTING_OVER"
    assert mgn.finalize_cutover(sourceServerID=SERVER)["lifeCycle"]["state"] == "CUTOVER"


@pytest.mark.parametrize(
    ("service", "operation", "fault", "code"),
    [
        ("ec2", "DescribeInstanceStatus", "throttle", "RequestLimitExceeded"),
        ("ec2", "DescribeInstanceStatus", "internal", "InternalError"),
        ("ec2", "DescribeInstanceStatus", "access-denied", "UnauthorizedOperation"),
        ("cloudformation", "DescribeStacks", "throttle", "Throttling"),
        ("cloudformation", "DescribeStacks", "internal", "InternalFailure"),
        ("cloudformation", "DescribeStacks", "access-denied", "AccessDenied"),
        ("events", "ListRules", "throttle", "ThrottlingException"),
        ("ec2", "DescribeApplicationStatus", "throttle", "RequestLimitExceeded"),
        ("ec2", "DescribeInstanceAttribute", "access-denied", "UnauthorizedOperation"),
        ("ec2", "ModifyInstanceAttribute", "internal", "InternalError"),
        ("cloudwatch", "DescribeAlarms", "throttle", "Throttling"),
        ("cloudwatch", "DescribeAlarms", "internal", "InternalFailure"),
        ("cloudwatch", "DescribeAlarms", "unavailable", "ServiceUnavailable"),
        ("cloudwatch", "DescribeAlarms", "access-denied", "AccessDenied"),
        ("ssm", "GetCalendarState", "throttle", "ThrottlingException"),
        ("ssm", "GetCalendarState", "internal", "InternalServerError"),
        ("ssm", "GetCalendarState", "access-denied", "AccessDeniedException"),
        ("ssm", "GetCalendarState", "not-found", "InvalidDocument"),
        ("lambda", "Invoke", "throttle", "TooManyRequestsException"),
        ("lambda", "Invoke", "internal", "ServiceException"),
        ("lambda", "Invoke", "access-denied", "AccessDeniedException"),
        ("lambda", "Invoke", "not-found", "ResourceNotFoundException"),
    ],
)
def test_each_service_has_names_of_its_own_for_errors(aws, client, service, operation, fault, code):
    aws.add_fault(operation, fault, service=service)

    with pytest.raises(ClientError) as refusal:
        getattr(client(service), xform_name(operation))(**REQUESTS.get(operation, {}))

    assert refusal.value.response["Error"]["Code"] == code


def test_a_fault_can_be_for_the_calls_with_some_parameters(aws, client):
    ssm = client("ssm")
    for name in ("cutovers", "holidays"):
        aws.set_calendar(name)
    aws.add_fault("GetCalendarState", "internal", service="ssm", parameters={"CalendarNames": ["holidays"]})

    ssm.get_calendar_state(CalendarNames=["cutovers"])
    with pytest.raises(ssm.exceptions.InternalServerError):
        ssm.get_calendar_state(CalendarNames=["holidays"])


def test_a_call_that_is_cut_off_is_not_taken_for_two(aws, caplog):
    aws.add_fault("*", "reset", service="events")
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc)
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=testing/20261123/eu-west-1/events/aws4_request"}
    connection.request("POST", "/", b"as long as three words", signed)

    with pytest.raises(ConnectionError):
        connection.getresponse()

    connection.close()
    time.sleep(0.2)  # time for the server to log an error
    assert len(aws.calls()) == 1
    assert caplog.messages == []


def test_a_connection_may_end_before_the_effect(aws, mgn):
    aws.add_fault("FinalizeCutover", "reset")

    with pytest.raises(ConnectionClosedError):
        mgn.finalize_cutover(sourceServerID=SERVER)

    assert state(mgn) == "CUTTING_OVER"


def test_a_connection_may_end_after_the_effect(aws, mgn):
    aws.add_fault("FinalizeCutover", "reset-after")

    with pytest.raises(ConnectionClosedError):
        mgn.finalize_cutover(sourceServerID=SERVER)

    (call,) = aws.calls("mgn")
    assert (call["status"], call["lostStatus"]) == (None, 200)
    assert state(mgn) == "CUTOVER"


def test_a_retry_of_a_lost_answer_meets_a_conflict(aws, client):
    patient = client("mgn", config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    aws.add_fault("FinalizeCutover", "reset-after")

    with pytest.raises(patient.exceptions.ConflictException):
        patient.finalize_cutover(sourceServerID=SERVER)

    assert aws.operations("mgn") == ["FinalizeCutover", "FinalizeCutover"]


@pytest.mark.parametrize(("fault", "seen"), [("hang", "CUTTING_OVER"), ("hang-after", "CUTOVER")])
def test_a_call_may_hang_before_or_after_its_effect(aws, mgn, client, fault, seen):
    hasty = client("mgn", config=Config(retries={"total_max_attempts": 1}, read_timeout=0.3))
    aws.add_fault("FinalizeCutover", fault, seconds=5)

    with pytest.raises(ReadTimeoutError):
        hasty.finalize_cutover(sourceServerID=SERVER)

    assert state(mgn) == seen
    wait_until(lambda: state(mgn) == "CUTOVER")


def test_reads_may_lag_behind_a_write_for_so_many_calls(aws, mgn):
    aws.add_fault("DescribeSourceServers", "stale", times=2, seconds=60)
    before = state(mgn)

    mgn.finalize_cutover(sourceServerID=SERVER)

    assert [before, *(state(mgn) for _ in range(3))] == ["CUTTING_OVER", "CUTTING_OVER", "CUTTING_OVER", "CUTOVER"]


def test_reads_may_lag_behind_a_write_for_so_many_seconds(aws, mgn):
    aws.add_fault("DescribeSourceServers", "stale", times=1000, seconds=5)
    mgn.finalize_cutover(sourceServerID=SERVER)
    before = state(mgn)

    aws.advance(5)

    assert (before, state(mgn)) == ("CUTTING_OVER", "CUTOVER")


def test_a_write_sees_the_present_while_reads_lag(aws, mgn):
    aws.add_fault("DescribeSourceServers", "stale", times=1000, seconds=60)
    mgn.finalize_cutover(sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException):
        mgn.finalize_cutover(sourceServerID=SERVER)


def test_a_fault_spoils_as_many_calls_as_ordered(aws, mgn):
    aws.add_fault("DescribeSourceServers", "throttle", times=2)

    statuses = []
    for _ in range(3):
        try:
            statuses.append(mgn.describe_source_servers()["ResponseMetadata"]["HTTPStatusCode"])
        except ClientError as error:
            statuses.append(error.response["ResponseMetadata"]["HTTPStatusCode"])

    assert statuses == [429, 429, 200]


def test_a_fault_leaves_other_operations_alone(aws, mgn):
    aws.add_fault("FinalizeCutover", "internal")

    assert state(mgn) == "CUTTING_OVER"


def test_faults_come_in_the_order_in_which_they_were_ordered(aws, mgn):
    for fault in ("throttle", "internal"):
        aws.add_fault("*", fault)

    for code in ("ThrottlingException", "InternalServerException"):
        with pytest.raises(ClientError, match=code):
            mgn.describe_jobs()


def test_a_fault_with_a_probability_spoils_the_same_calls_every_time(aws, mgn):
    runs = []
    for _ in range(2):
        aws.add_fault("DescribeJobs", "throttle", times=1000, probability=0.3, seed=7)
        for _ in range(20):
            try:
                mgn.describe_jobs()
            except ClientError:
                continue
        aws.clear_faults()
        runs.append([call["status"] for call in aws.calls("mgn")])
        aws.clear_calls()

    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 429}


def test_cleared_faults_spoil_nothing(aws, mgn):
    aws.add_fault("*", "internal", times=5)
    aws.add_fault("DescribeSourceServers", "stale", times=5)

    aws.clear_faults()

    mgn.finalize_cutover(sourceServerID=SERVER)
    assert state(mgn) == "CUTOVER"


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        ({"fault": "explode"}, "Unknown fault 'explode'"),
        ({"fault": "throttle", "tiems": 3}, "Unknown members of a fault: tiems"),
    ],
)
def test_an_order_that_is_not_understood_is_refused_in_words(aws, order, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws.add_fault("FinalizeCutover", **order)
