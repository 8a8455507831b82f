"""MGN's resources in EC2, through boto3: the requests, the pages and the members that are read."""

from datetime import UTC, datetime

import pytest

from finalize_cutover.aws.staging import AwsStagingResources
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.staging_resource import StagingResource
from tests.unit.stubs import UNHURRIED, stubbed

MADE_AT = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)
TAGS = [{"Key": "AWSApplicationMigrationServiceManaged", "Value": "mgn.amazonaws.com"}]
MANAGED = {"Name": "tag-key", "Values": ["AWSApplicationMigrationServiceManaged"]}
EXISTING = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}
ASKED = {
    "describe_instances": {"Filters": [MANAGED, EXISTING], "MaxResults": 500},
    "describe_volumes": {"Filters": [MANAGED], "MaxResults": 500},
    "describe_snapshots": {"Filters": [MANAGED], "OwnerIds": ["self"], "MaxResults": 500},
}
INSTANCE = {"InstanceId": "i-1", "InstanceType": "t3.small", "LaunchTime": MADE_AT, "Tags": TAGS}
VOLUME = {
    "VolumeId": "vol-1",
    "VolumeType": "gp3",
    "CreateTime": MADE_AT,
    "Size": 16,
    "Attachments": [{"InstanceId": "i-1"}],
    "Tags": TAGS,
}
SNAPSHOT = {"SnapshotId": "snap-1", "StartTime": MADE_AT, "VolumeSize": 16, "VolumeId": "vol-1", "Tags": TAGS}


@pytest.fixture
def ec2():
    with stubbed("ec2") as pair:
        yield pair


def expect(stubber, *, instances=(), volumes=(), snapshots=()):
    answers = {
        "describe_instances": {"Reservations": [{"Instances": list(instances)}]},
        "describe_volumes": {"Volumes": list(volumes)},
        "describe_snapshots": {"Snapshots": list(snapshots)},
    }
    for operation, answer in answers.items():
        stubber.add_response(operation, answer, ASKED[operation])


def managed(client):
    return AwsStagingResources(lambda: client, limit=UNHURRIED).managed()


def test_an_instance_a_volume_and_a_snapshot_are_read_as_they_are(ec2):
    client, stubber = ec2
    expect(stubber, instances=[INSTANCE], volumes=[VOLUME], snapshots=[SNAPSHOT])
    usual = {"created_at": MADE_AT, "tags": {"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com"}}

    assert managed(client) == (
        StagingResource(kind="instance", id="i-1", class_name="t3.small", **usual),
        StagingResource(kind="volume", id="vol-1", class_name="gp3", size_gib=16, instance_ids=("i-1",), **usual),
        StagingResource(kind="snapshot", id="snap-1", class_name="standard", size_gib=16, volume_id="vol-1", **usual),
    )


def test_what_ec2_leaves_out_is_taken_for_nothing(ec2):
    client, stubber = ec2
    bare_volume = {name: VOLUME[name] for name in ("VolumeId", "CreateTime", "Size")}
    bare_snapshot = {name: SNAPSHOT[name] for name in ("SnapshotId", "StartTime", "VolumeSize")}
    expect(stubber, volumes=[bare_volume], snapshots=[{**bare_snapshot, "StorageTier": "archive"}])

    volume, snapshot = managed(client)

    assert (volume.class_name, volume.instance_ids, volume.tags) == ("standard", (), {})
    assert (snapshot.class_name, snapshot.volume_id, snapshot.tags) == ("archive", None, {})


def test_every_page_is_read(ec2):
    client, stubber = ec2
    first = {"Reservations": [{"Instances": [INSTANCE]}], "NextToken": "more"}
    stubber.add_response("describe_instances", first, ASKED["describe_instances"])
    second = {"Reservations": [{"Instances": [{**INSTANCE, "InstanceId": "i-2"}]}]}
    stubber.add_response("describe_instances", second, {**ASKED["describe_instances"], "NextToken": "more"})
    stubber.add_response("describe_volumes", {"Volumes": []}, ASKED["describe_volumes"])
    stubber.add_response("describe_snapshots", {"Snapshots": []}, ASKED["describe_snapshots"])

    assert [resource.id for resource in managed(client)] == ["i-1", "i-2"]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("UnauthorizedOperation", 403, MgnRefusedError), ("RequestLimitExceeded", 503, MgnUnavailableError)],
)
def test_what_ec2_answers_is_translated_and_names_the_operation(ec2, code, status, error):
    client, stubber = ec2
    stubber.add_client_error("describe_instances", code, "because", status)

    with pytest.raises(error, match="ec2:DescribeInstances failed with"):
        managed(client)


def test_tags_are_not_shown_by_accident():
    assert "secret" not in repr(
        StagingResource(kind="volume", id="vol-1", class_name="gp3", created_at=MADE_AT, tags={"a": "secret"})
    )


def test_an_item_without_what_ec2_documents_is_an_error(ec2):
    client, stubber = ec2
    expect(stubber, snapshots=[{name: value for name, value in SNAPSHOT.items() if name != "VolumeSize"}])

    with pytest.raises(
        MgnUnavailableError, match="ec2:DescribeSnapshots got a response that is not as AWS documents it"
    ):
        managed(client)
