"""The EBS volumes of launched instances, and their snapshots, in the local EC2."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from local.client import LocalAwsError

MEMBER = "444455556666"
MOMENT = timedelta(seconds=30)


@pytest.fixture
def instance_id(aws):
    return aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"]


def volumes(ec2, instance_id):
    filters = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    return ec2.describe_volumes(Filters=filters)["Volumes"]


def snapshots(ec2, *volume_ids, owner="self"):
    filters = [{"Name": "volume-id", "Values": list(volume_ids)}] if volume_ids else []
    return ec2.describe_snapshots(OwnerIds=[owner], Filters=filters)["Snapshots"]


def ids(items):
    return {item.get("SnapshotId") or item["VolumeId"] for item in items}


def test_the_volume_of_a_launched_instance_is_found_by_its_attachment(aws, ec2, instance_id):
    aws.add_source_server("ready")

    (volume,) = volumes(ec2, instance_id)

    assert (volume["State"], volume["Attachments"][0]["InstanceId"]) == ("in-use", instance_id)


def test_the_volume_is_as_old_as_the_instance(ec2, instance_id):
    (volume,) = volumes(ec2, instance_id)
    (reservation,) = ec2.describe_instances()["Reservations"]

    launch_time = reservation["Instances"][0]["LaunchTime"]
    assert volume["CreateTime"] == volume["Attachments"][0]["AttachTime"] == launch_time
    assert datetime.now(UTC) - launch_time > timedelta(hours=1)


def test_another_volume_can_be_attached(aws, ec2, instance_id):
    (first,) = volumes(ec2, instance_id)

    second = aws.add_volume(instance_id, size=20)

    found = {volume["VolumeId"]: volume for volume in volumes(ec2, instance_id)}
    assert found.keys() == {first["VolumeId"], second}
    assert found[second]["Size"] == 20
    assert len({volume["Attachments"][0]["Device"] for volume in found.values()}) == 2


def test_a_detached_volume_is_no_longer_found(aws, ec2, instance_id):
    second = aws.add_volume(instance_id)

    ec2.detach_volume(VolumeId=second, InstanceId=instance_id)

    assert second not in ids(volumes(ec2, instance_id))


def test_each_attached_volume_gets_a_snapshot(aws, ec2, instance_id):
    aws.add_volume(instance_id)
    attached = ids(volumes(ec2, instance_id))

    added = aws.add_snapshot(instance_id)

    found = snapshots(ec2, *attached)
    assert len(found) == 2
    assert ids(found) == set(added)
    assert {snapshot["VolumeId"] for snapshot in found} == attached


def test_a_single_volume_can_get_a_snapshot(aws, ec2, instance_id):
    (first,) = volumes(ec2, instance_id)
    second = aws.add_volume(instance_id)

    aws.add_snapshot(instance_id, volumeID=second)

    assert snapshots(ec2, first["VolumeId"]) == []
    assert len(snapshots(ec2, second)) == 1


@pytest.mark.parametrize("state", ["completed", "pending", "error"])
def test_a_snapshot_has_the_given_state(aws, ec2, instance_id, state):
    aws.add_snapshot(instance_id, state=state)

    assert [snapshot["State"] for snapshot in snapshots(ec2)] == [state]


def test_a_snapshot_started_as_long_ago_as_given_and_gets_older_with_the_clock(aws, ec2, instance_id):
    aws.add_snapshot(instance_id, minutesAgo=30)

    (before,) = snapshots(ec2)
    aws.advance(3600)
    (after,) = snapshots(ec2)

    assert abs(datetime.now(UTC) - before["StartTime"] - timedelta(minutes=30)) < MOMENT
    assert before["StartTime"] - after["StartTime"] == timedelta(hours=1)


def test_a_snapshot_can_be_one_of_mgn(aws, ec2, instance_id):
    aws.add_snapshot(instance_id, isManaged=True)
    aws.add_snapshot(instance_id)

    managed = {"Key": "AWSApplicationMigrationServiceManaged", "Value": "mgn.amazonaws.com"}
    assert sorted(managed in snapshot["Tags"] for snapshot in snapshots(ec2)) == [False, True]


def test_snapshots_are_found_by_their_owner(aws, ec2, instance_id):
    (own,) = aws.add_snapshot(instance_id)
    (shared,) = aws.add_snapshot(instance_id, owner=MEMBER)

    assert ids(snapshots(ec2)) == {own}
    assert ids(snapshots(ec2, owner=MEMBER)) == {shared}
    assert ids(ec2.describe_snapshots(OwnerIds=["111122223333", MEMBER])["Snapshots"]) == {own, shared}
    assert ids(ec2.describe_snapshots()["Snapshots"]) == {own, shared}


@pytest.mark.parametrize("name", ["describe_volumes", "describe_snapshots"])
def test_pages_end(aws, ec2, instance_id, name):
    for _ in range(10):
        aws.add_snapshot(instance_id, volumeID=aws.add_volume(instance_id))
    key = "Volumes" if name == "describe_volumes" else "Snapshots"
    everything = ids(getattr(ec2, name)()[key])

    pages = [ids(page[key]) for page in ec2.get_paginator(name).paginate(PaginationConfig={"PageSize": 5})]

    assert [len(page) for page in pages] == ([5, 5, 1] if key == "Volumes" else [5, 5])
    assert set.union(*pages) == everything


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"MaxResults": 4}, "InvalidParameterValue"),
        ({"MaxResults": 1001}, "InvalidParameterValue"),
        ({"NextToken": "made up"}, "InvalidNextToken"),
    ],
)
@pytest.mark.parametrize("name", ["describe_volumes", "describe_snapshots"])
def test_a_page_that_cannot_be_is_refused(aws, ec2, name, request_, code):
    with pytest.raises(ClientError) as refusal:
        getattr(ec2, name)(**request_)

    assert refusal.value.response["Error"]["Code"] == code


def test_ids_and_pages_exclude_each_other(aws, ec2, instance_id):
    (volume,) = volumes(ec2, instance_id)
    (snapshot_id,) = aws.add_snapshot(instance_id)

    for call in (
        lambda: ec2.describe_volumes(VolumeIds=[volume["VolumeId"]], MaxResults=5),
        lambda: ec2.describe_snapshots(SnapshotIds=[snapshot_id], MaxResults=5),
    ):
        with pytest.raises(ClientError, match="InvalidParameterCombination"):
            call()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"state": "done"}, "The state is 'done'; allowed: pending, completed, error"),
        ({"volumeID": "vol-unknown"}, "has no volume vol-unknown"),
        ({"volume_id": "vol-1"}, "Unknown members of a snapshot: volume_id"),
    ],
)
def test_a_snapshot_that_cannot_exist_is_refused_in_words(aws, ec2, instance_id, options, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws.add_snapshot(instance_id, **options)

    assert snapshots(ec2) == []


def test_an_unknown_instance_gets_no_volume(aws):
    with pytest.raises(LocalAwsError, match="There is no instance i-unknown"):
        aws.add_volume("i-unknown")
