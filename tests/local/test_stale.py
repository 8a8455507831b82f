"""Stale reads of EC2, CloudWatch and Systems Manager: they return the state before a write."""

import pytest

from local.client import LocalAwsError

FOR_GOOD = 1000


@pytest.fixture
def instance_id(aws):
    return aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"]


def stale(aws, service, operation, **options):
    aws.add_fault(operation, "stale", service=service, **{"times": FOR_GOOD, "seconds": 60, **options})


def is_protected(ec2, instance_id):
    answer = ec2.describe_instance_attribute(InstanceId=instance_id, Attribute="disableApiTermination")
    return answer["DisableApiTermination"]["Value"]


def application_status(ec2):
    (found,) = ec2.describe_application_status()["ApplicationStatuses"]["Instances"]
    return found["ApplicationStatus"]


def alarm(cloudwatch):
    (found,) = cloudwatch.describe_alarms()["MetricAlarms"]
    return found


def test_protection_can_be_read_back_too_early(aws, ec2, instance_id):
    stale(aws, "ec2", "DescribeInstanceAttribute", times=2)

    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})

    assert [is_protected(ec2, instance_id) for _ in range(3)] == [False, False, True]
    assert [call["fault"] for call in aws.calls("ec2")][-3:] == ["stale", "stale", None]


def test_an_application_status_can_be_read_too_late(aws, ec2, instance_id):
    aws.change_instance(instance_id, applicationStatus="ok", applicationStatusMinutesAgo=90)
    before = application_status(ec2)
    stale(aws, "ec2", "DescribeApplicationStatus", times=1)

    aws.change_instance(instance_id, applicationStatus="impaired")

    after = application_status(ec2)
    assert [after[name] for name in ("Status", "StatusSince")] == [before[name] for name in ("Status", "StatusSince")]
    assert application_status(ec2)["Status"] == "impaired"


def test_snapshots_and_volumes_can_be_missing_for_a_while(aws, ec2, instance_id):
    stale(aws, "ec2", "*", seconds=5)
    aws.add_volume(instance_id)
    aws.add_snapshot(instance_id)

    def counts():
        return len(ec2.describe_volumes()["Volumes"]), len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"])

    before = counts()
    aws.advance(5)

    assert (before, counts()) == ((1, 0), (2, 2))


def test_an_alarm_can_seem_to_be_in_its_old_state(aws, client):
    cloudwatch = client("cloudwatch")
    aws.set_alarm("shop", minutesAgo=90)
    before = alarm(cloudwatch)["StateTransitionedTimestamp"]
    stale(aws, "cloudwatch", "DescribeAlarms", times=1)

    aws.set_alarm("shop", state="ALARM")

    found = alarm(cloudwatch)
    assert (found["StateValue"], found["StateTransitionedTimestamp"]) == ("OK", before)
    assert alarm(cloudwatch)["StateValue"] == "ALARM"


def test_a_calendar_can_seem_to_be_open_still(aws, client):
    ssm = client("ssm")
    aws.set_calendar("cutovers")
    stale(aws, "ssm", "GetCalendarState", times=1)

    aws.set_calendar("cutovers", state="CLOSED")

    states = [ssm.get_calendar_state(CalendarNames=["cutovers"])["State"] for _ in range(2)]
    assert states == ["OPEN", "CLOSED"]


def test_stale_reads_of_one_operation_leave_others_alone(aws, ec2, instance_id):
    stale(aws, "ec2", "DescribeApplicationStatus")

    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})

    assert is_protected(ec2, instance_id) is True


def test_stale_reads_of_one_service_leave_others_alone(aws, client, mgn):
    cloudwatch = client("cloudwatch")
    server_id = aws.add_source_server("ready")["sourceServerID"]
    aws.set_alarm("shop")
    stale(aws, "mgn", "DescribeSourceServers")
    stale(aws, "cloudwatch", "DescribeAlarms")

    mgn.finalize_cutover(sourceServerID=server_id)
    aws.set_alarm("shop", state="ALARM")

    assert mgn.describe_source_servers()["items"][0]["lifeCycle"]["state"] == "CUTTING_OVER"
    assert alarm(cloudwatch)["StateValue"] == "OK"
    aws.clear_faults()
    assert mgn.describe_source_servers()["items"][0]["lifeCycle"]["state"] == "CUTOVER"
    assert alarm(cloudwatch)["StateValue"] == "ALARM"


def test_nothing_is_stale_before_a_write(aws, client):
    cloudwatch = client("cloudwatch")
    aws.set_alarm("shop")
    stale(aws, "cloudwatch", "DescribeAlarms")

    assert alarm(cloudwatch)["StateValue"] == "OK"
    assert [call["fault"] for call in aws.calls("cloudwatch")] == [None]


@pytest.mark.parametrize(("service", "operation"), [("lambda", "Invoke"), ("ssm", "GetDocument")])
def test_reads_that_cannot_be_stale_are_refused_in_words(aws, service, operation):
    with pytest.raises(LocalAwsError, match=f"Reads cannot be stale for {operation} of {service}"):
        stale(aws, service, operation)
