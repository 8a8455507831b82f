"""Unusual responses of the local MGN and EC2 on request: slow, without an effect, with an unreadable item."""

import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.client import LocalAwsError

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
JOB = "mgnjob-0123456789abcdef0"
OTHER_JOB = "mgnjob-0123456789abcdef1"


@pytest.fixture(autouse=True)
def ready(aws):
    aws.add_source_server("ready", sourceServerID=SERVER, jobID=JOB)
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER, jobID=OTHER_JOB)


def state(mgn, server_id=SERVER):
    return mgn.describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"][0]["lifeCycle"]["state"]


def test_a_drip_has_its_effect_and_its_answer_takes_as_long_as_ordered(aws, mgn):
    aws.add_fault("FinalizeCutover", "drip", seconds=0.5)
    began_at = time.monotonic()

    answer = mgn.finalize_cutover(sourceServerID=SERVER)

    assert time.monotonic() - began_at >= 0.5
    assert (answer["lifeCycle"]["state"], state(mgn)) == ("CUTOVER", "CUTOVER")


def test_a_drip_keeps_a_clients_time_limit_for_each_byte_from_ending(aws, client):
    hasty = client("mgn", config=Config(retries={"total_max_attempts": 1}, read_timeout=1))
    aws.add_fault("FinalizeCutover", "drip", seconds=3)

    assert hasty.finalize_cutover(sourceServerID=SERVER)["lifeCycle"]["state"] == "CUTOVER"


def test_a_write_may_be_answered_well_and_have_no_effect(aws, mgn):
    aws.add_fault("FinalizeCutover", "no-effect")

    answer = mgn.finalize_cutover(sourceServerID=SERVER)
    aws.advance(3600)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert (answer["lifeCycle"]["state"], state(mgn)) == ("CUTTING_OVER", "CUTTING_OVER")


def test_the_effect_of_a_write_may_come_after_its_answer(aws, mgn):
    aws.add_fault("FinalizeCutover", "late-effect", seconds=3)

    answer = mgn.finalize_cutover(sourceServerID=SERVER)
    before = state(mgn)
    aws.advance(3)

    assert (answer["lifeCycle"]["state"], before, state(mgn)) == ("CUTTING_OVER", "CUTTING_OVER", "CUTOVER")


@pytest.mark.parametrize("fault", ["no-effect", "late-effect"])
def test_what_mgn_refuses_is_refused_without_an_effect_too(aws, mgn, fault):
    mgn.finalize_cutover(sourceServerID=SERVER)
    aws.add_fault("FinalizeCutover", fault)

    with pytest.raises(mgn.exceptions.ConflictException):
        mgn.finalize_cutover(sourceServerID=SERVER)


@pytest.mark.parametrize("fault", ["no-effect", "late-effect"])
def test_no_other_operation_can_be_ordered_to_have_no_effect(aws, fault):
    with pytest.raises(LocalAwsError, match="supported for FinalizeCutover only"):
        aws.add_fault("MarkAsArchived", fault)


def test_a_fault_may_wait_for_calls_with_certain_parameters(aws, mgn):
    aws.add_fault("DescribeJobLogItems", "internal", parameters={"jobID": OTHER_JOB}, times=5)

    log = mgn.describe_job_log_items(jobID=JOB)["items"]
    with pytest.raises(ClientError, match="InternalServerException"):
        mgn.describe_job_log_items(jobID=OTHER_JOB)

    assert log


@pytest.mark.parametrize("operation", ["describe_source_servers", "describe_jobs"])
def test_one_item_of_mgns_list_may_come_without_its_id(aws, mgn, operation):
    name = {"describe_source_servers": "sourceServerID", "describe_jobs": "jobID"}[operation]
    aws.add_fault("*", "nameless-item")

    items = getattr(mgn, operation)()["items"]

    assert [name in item for item in items] == [False, True]


def test_one_item_of_ec2s_list_may_come_without_its_id(aws, ec2):
    aws.add_fault("DescribeInstanceStatus", "nameless-item", service="ec2")

    items = ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]

    assert ["InstanceId" in item for item in items] == [False, True]


def test_one_snapshot_may_come_without_its_id(aws, ec2):
    instance_id = aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"]
    for _ in range(2):
        aws.add_snapshot(instance_id)
    aws.add_fault("DescribeSnapshots", "nameless-item", service="ec2")

    items = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]

    assert ["SnapshotId" in item for item in items] == [False, True]


def test_one_alarm_may_come_without_its_name(aws, client):
    for name in ("shop-1", "shop-2"):
        aws.set_alarm(name)
    aws.add_fault("DescribeAlarms", "nameless-item", service="cloudwatch")

    items = client("cloudwatch").describe_alarms()["MetricAlarms"]

    assert ["AlarmName" in item for item in items] == [False, True]


def test_a_line_can_be_added_to_a_jobs_log(aws, mgn):
    data = {"sourceServerID": SERVER, "attemptCount": 1, "maxAttemptsCount": 3}

    aws.change_job(JOB, log=[{"event": "BOOT_FAILED", "eventData": data}, {"event": "LAUNCH_END"}])

    last, very_last = mgn.describe_job_log_items(jobID=JOB)["items"][-2:]
    assert (last["event"], last["eventData"]) == ("BOOT_FAILED", data)
    assert (very_last["event"], very_last["eventData"]) == ("LAUNCH_END", {})


def test_a_jobs_document_can_be_changed_and_a_member_taken_away(aws, mgn):
    aws.change_job(JOB, status="UNHEARD_OF", endDateTime=None)

    (job,) = mgn.describe_jobs(filters={"jobIDs": [JOB]})["items"]
    assert (job["status"], "endDateTime" in job) == ("UNHEARD_OF", False)


def test_each_call_tells_when_it_came(aws, mgn):
    before = time.time()

    mgn.describe_jobs()

    (call,) = aws.calls("mgn")
    assert before <= call["receivedAt"] <= time.time()
