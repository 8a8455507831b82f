"""Termination protection of instances in the local EC2."""

import pytest
from botocore.exceptions import ClientError

SERVER = "s-0123456789abcdef0"


@pytest.fixture
def instance_id(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER)["launchedInstance"]["ec2InstanceID"]


def protect(ec2, instance_id, *, value=True):
    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": value})


def is_protected(ec2, instance_id):
    answer = ec2.describe_instance_attribute(InstanceId=instance_id, Attribute="disableApiTermination")
    return answer["DisableApiTermination"]["Value"]


def test_a_launched_instance_is_not_protected(ec2, instance_id):
    assert is_protected(ec2, instance_id) is False


def test_protection_can_be_turned_on_and_off(ec2, instance_id):
    protect(ec2, instance_id)
    on = is_protected(ec2, instance_id)
    protect(ec2, instance_id, value=False)

    assert (on, is_protected(ec2, instance_id)) == (True, False)


def test_protection_can_be_turned_on_by_the_name_of_the_attribute(ec2, instance_id):
    ec2.modify_instance_attribute(InstanceId=instance_id, Attribute="disableApiTermination", Value="true")

    assert is_protected(ec2, instance_id) is True
    with pytest.raises(ClientError, match="may not be terminated"):
        ec2.terminate_instances(InstanceIds=[instance_id])


def test_a_protected_instance_cannot_be_terminated(ec2, instance_id):
    protect(ec2, instance_id)

    with pytest.raises(ClientError, match="may not be terminated") as refusal:
        ec2.terminate_instances(InstanceIds=[instance_id])

    assert refusal.value.response["Error"]["Code"] == "OperationNotPermitted"
    (reservation,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "running"


def test_a_spot_instance_cannot_be_protected(aws, ec2, instance_id):
    aws.change_instance(instance_id, isSpot=True)

    with pytest.raises(ClientError, match="not supported for spot instances") as refusal:
        protect(ec2, instance_id)

    assert refusal.value.response["Error"]["Code"] == "UnsupportedOperation"
    assert is_protected(ec2, instance_id) is False


def test_a_spot_instance_says_that_it_is_one(aws, ec2, instance_id):
    def life_cycle():
        (reservation,) = ec2.describe_instances()["Reservations"]
        return reservation["Instances"][0].get("InstanceLifecycle")

    before = life_cycle()
    aws.change_instance(instance_id, isSpot=True)

    assert (before, life_cycle()) == (None, "spot")


def test_a_terminated_instance_cannot_be_protected(ec2, instance_id):
    ec2.terminate_instances(InstanceIds=[instance_id])

    with pytest.raises(ClientError) as refusal:
        protect(ec2, instance_id)

    assert refusal.value.response["Error"]["Code"] == "IncorrectInstanceState"


def test_a_dry_run_protects_nothing(ec2, instance_id):
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True}, DryRun=True)

    assert is_protected(ec2, instance_id) is False


def test_other_attributes_can_still_be_modified(ec2, instance_id):
    ec2.modify_instance_attribute(InstanceId=instance_id, SourceDestCheck={"Value": False})

    answer = ec2.describe_instance_attribute(InstanceId=instance_id, Attribute="sourceDestCheck")
    assert answer["SourceDestCheck"]["Value"] is False


@pytest.mark.parametrize("operation", [protect, is_protected])
def test_an_instance_that_ec2_does_not_know_is_an_error(aws, ec2, operation):
    with pytest.raises(ClientError, match=r"InvalidInstanceID\.NotFound"):
        operation(ec2, "i-0123456789abcdef0")


def test_mgn_cannot_terminate_a_protected_instance_before_it_launches_the_next(aws, mgn, ec2, instance_id):
    aws.change_source_server(SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})
    protect(ec2, instance_id)

    job_id = mgn.start_cutover(sourceServerIDs=[SERVER])["job"]["jobID"]
    aws.advance(3600)

    log = [item["event"] for item in mgn.describe_job_log_items(jobID=job_id)["items"]]
    assert ("CLEANUP_FAIL" in log, "CLEANUP_END" in log) == (True, False)
    instances = [item for entry in ec2.describe_instances()["Reservations"] for item in entry["Instances"]]
    assert [instance["State"]["Name"] for instance in instances] == ["running", "running"]
