"""The call log and the rate limit of the local AWS."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from local.client import LocalAwsError

SERVER = "s-0123456789abcdef0"


def test_every_call_is_logged_in_order(aws, mgn, ec2, client):
    mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})
    ec2.describe_instance_status(IncludeAllInstances=True)
    client("sts").get_caller_identity()
    with pytest.raises(ClientError):
        mgn.finalize_cutover(sourceServerID=SERVER)

    assert [(call["service"], call["operation"], call["status"]) for call in aws.calls()] == [
        ("mgn", "DescribeSourceServers", 200),
        ("ec2", "DescribeInstanceStatus", 200),
        ("sts", "GetCallerIdentity", 200),
        ("mgn", "FinalizeCutover", 404),
    ]


def test_a_logged_call_tells_what_was_asked_and_where(aws, client):
    client("mgn", region_name="us-east-1").initialize_service()
    client("mgn").describe_source_servers(maxResults=7)

    calls = aws.calls("mgn")

    assert [call["region"] for call in calls] == ["us-east-1", "eu-west-1"]
    assert calls[1]["parameters"] == {"maxResults": 7}
    assert 0 < calls[1]["seconds"] < 5


def test_a_logged_call_tells_when_it_came(aws, mgn):
    aws.set_pace(latencyMs=100)
    before = datetime.now(UTC)

    mgn.describe_jobs()

    (call,) = aws.calls()
    seconds = (datetime.fromtimestamp(call["receivedAt"], UTC) - before).total_seconds()
    assert 0 <= seconds <= (datetime.now(UTC) - before).total_seconds() - 0.1


def test_tag_calls_are_logged_by_their_names(aws, mgn):
    arn = aws.add_source_server("ready")["arn"]
    mgn.tag_resource(resourceArn=arn, tags={"a": "b"})
    mgn.list_tags_for_resource(resourceArn=arn)
    mgn.untag_resource(resourceArn=arn, tagKeys=["a"])

    assert aws.operations("mgn") == ["TagResource", "ListTagsForResource", "UntagResource"]


def test_a_call_that_was_spoilt_says_by_what(aws, mgn):
    aws.add_fault("DescribeJobs", "throttle")
    with pytest.raises(ClientError):
        mgn.describe_jobs()

    (call,) = aws.calls()
    assert (call["fault"], call["status"]) == ("throttle", 429)


def test_the_log_can_be_cleared_and_does_not_log_itself(aws, mgn):
    mgn.describe_jobs()

    aws.clear_calls()

    assert aws.calls() == aws.calls() == []


def test_every_call_takes_as_long_as_was_set(aws, mgn):
    aws.set_pace(latencyMs=200)

    started = time.monotonic()
    mgn.describe_jobs()

    assert time.monotonic() - started >= 0.2


def test_calls_beyond_the_rate_are_throttled(aws, mgn):
    aws.set_pace(callsPerSecond=0.1, burst=3)

    for _ in range(5):
        with contextlib.suppress(mgn.exceptions.ThrottlingException):
            mgn.describe_jobs()

    assert [call["status"] for call in aws.calls()] == [200, 200, 200, 429, 429]


def test_the_rate_lets_calls_in_again_as_time_goes_by(aws, mgn):
    aws.set_pace(callsPerSecond=10, burst=1)
    mgn.describe_jobs()

    time.sleep(0.2)

    assert mgn.describe_jobs()["items"] == []


def test_the_rate_is_that_of_mgn_alone(aws, mgn, ec2):
    aws.set_pace(callsPerSecond=0.1, burst=1)
    mgn.describe_jobs()

    assert ec2.describe_instance_status()["InstanceStatuses"] == []


def test_a_pace_that_is_not_understood_is_refused_in_words(aws):
    with pytest.raises(LocalAwsError, match="Unknown members of a pace: latency"):
        aws.set_pace(latency=100)


def test_of_many_clients_at_once_one_finalizes_and_the_others_meet_a_conflict(aws, client):
    aws.add_source_server("ready", sourceServerID=SERVER)
    clients = [client("mgn") for _ in range(16)]

    def finalize(mgn):
        try:
            return mgn.finalize_cutover(sourceServerID=SERVER)["ResponseMetadata"]["HTTPStatusCode"]
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(finalize, clients))

    assert sorted(statuses) == [200] + [409] * 15


def test_reads_writes_seeds_and_the_clock_get_along_in_many_threads(aws, client):
    servers = [aws.add_source_server("ready", staging=True)["sourceServerID"] for _ in range(20)]

    def finalize(server):
        mgn, ec2 = client("mgn"), client("ec2")
        mgn.finalize_cutover(sourceServerID=server)
        aws.advance(600)
        aws.add_source_server("booting")
        ec2.describe_volumes()
        return len(ec2.describe_instance_status()["InstanceStatuses"])

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(finalize, servers))

    assert len(counts) == 20
    assert {call["status"] for call in aws.calls()} == {200}
