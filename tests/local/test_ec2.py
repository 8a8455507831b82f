"""MGN's resources in the local EC2: launched instances, replication resources, and the deletion of the latter."""

import pytest
from botocore.exceptions import ClientError

SERVER = "s-0123456789abcdef0"
NEIGHBOUR = "s-fedcba9876543210f"
MANAGED = {"Name": "tag:AWSApplicationMigrationServiceManaged", "Values": ["mgn.amazonaws.com"]}
OF_SERVER = {"Name": "tag:AWSApplicationMigrationServiceSourceServerID", "Values": [SERVER]}
REPLICATION_SERVER = {"Name": "tag:Name", "Values": ["AWS Application Migration Service Replication Server"]}


def tags(resource):
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


def states(ec2, *filters):
    reservations = ec2.describe_instances(Filters=filters)["Reservations"]
    return [instance["State"]["Name"] for entry in reservations for instance in entry["Instances"]]


def volumes(ec2, *filters):
    return [volume["State"] for volume in ec2.describe_volumes(Filters=filters)["Volumes"]]


def snapshots(ec2):
    return ec2.describe_snapshots(Filters=[MANAGED, OF_SERVER])["Snapshots"]


def status(ec2, instance_id):
    (status,) = ec2.describe_instance_status(InstanceIds=[instance_id], IncludeAllInstances=True)["InstanceStatuses"]
    return status["InstanceState"]["Name"], status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]


def test_a_launched_instance_carries_the_tags_of_its_launch(aws, ec2):
    launched = aws.add_source_server("ready", sourceServerID=SERVER, hostname="shop")["launchedInstance"]

    (reservation,) = ec2.describe_instances(InstanceIds=[launched["ec2InstanceID"]])["Reservations"]

    assert tags(reservation["Instances"][0]) == {
        "AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com",
        "AWSApplicationMigrationServiceSourceServerID": SERVER,
        "mgn.amazonaws.com-source-server": SERVER,
        "mgn.amazonaws.com-job": launched["jobID"],
        "Name": "shop",
    }


def test_the_volume_of_a_launched_instance_is_managed_too_and_outlives_it(aws, ec2):
    launched = aws.add_source_server("ready", sourceServerID=SERVER)["launchedInstance"]

    ec2.terminate_instances(InstanceIds=[launched["ec2InstanceID"]])

    assert volumes(ec2, MANAGED, OF_SERVER) == ["available"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("running", "ok", "ok")),
        ({"instanceStatus": "impaired"}, ("running", "impaired", "ok")),
        ({"systemStatus": "insufficient-data"}, ("running", "ok", "insufficient-data")),
    ],
)
def test_status_checks_end_as_seeded(aws, ec2, options, expected):
    launched = aws.add_source_server("ready", **options)["launchedInstance"]

    assert status(ec2, launched["ec2InstanceID"]) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"instanceStatus": "impaired"}, ("running", "impaired", "ok")),
        (
            {"instanceStatus": "insufficient-data", "systemStatus": "impaired"},
            ("running", "insufficient-data", "impaired"),
        ),
        ({"state": "stopped"}, ("stopped", "not-applicable", "not-applicable")),
        ({"state": "pending"}, ("pending", "not-applicable", "not-applicable")),
    ],
)
def test_status_and_state_of_an_instance_can_be_changed(aws, ec2, changes, expected):
    instance_id = aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"]

    aws.change_instance(instance_id, **changes)

    assert status(ec2, instance_id) == expected


def test_an_instance_that_ec2_does_not_know_is_an_error(aws, ec2):
    with pytest.raises(ClientError, match=r"InvalidInstanceID\.NotFound"):
        ec2.describe_instance_status(InstanceIds=["i-0123456789abcdef0"])


def test_nothing_replicates_in_ec2_unless_it_is_staged(aws, ec2):
    aws.add_source_server("ready", sourceServerID=SERVER)

    assert states(ec2, REPLICATION_SERVER) == []
    assert snapshots(ec2) == []


@pytest.fixture
def staged(aws, mgn):
    """Seeds a ready server with replication resources, and finalizes it; parameters are options of the seed."""

    def finalize(**options):
        document = aws.add_source_server("ready", sourceServerID=SERVER, staging=True, **options)
        mgn.finalize_cutover(sourceServerID=SERVER)
        return document

    return finalize


def test_what_is_staged_names_its_server(aws, ec2):
    document = aws.add_source_server("replicating", sourceServerID=SERVER, staging=True)

    (status,) = ec2.describe_instance_status()["InstanceStatuses"]
    assert status["InstanceId"] == document["dataReplicationInfo"]["replicatorId"]
    assert volumes(ec2, MANAGED, OF_SERVER) == ["in-use", "in-use"]
    assert len(snapshots(ec2)) == 2


def test_what_replicated_goes_away_step_by_step(aws, ec2, staged):
    staged()

    history = []
    for minutes in (12, 2, 20):
        aws.advance(minutes * 60)
        history.append((states(ec2, REPLICATION_SERVER), sorted(volumes(ec2, OF_SERVER)), len(snapshots(ec2))))

    assert history == [
        (["running"], ["in-use", "in-use", "in-use"], 2),
        (["terminated"], ["available", "available", "in-use"], 2),
        (["terminated"], ["in-use"], 0),
    ]


@pytest.mark.parametrize(
    ("leftover", "expected"),
    [
        ("volume", (["terminated"], 3, 0)),
        ("snapshot", (["terminated"], 1, 2)),
        ("replication-server", (["running"], 1, 0)),
    ],
)
def test_leftovers_stay(aws, ec2, staged, leftover, expected):
    staged(leftovers=[leftover])

    aws.advance(120 * 60)

    assert (states(ec2, REPLICATION_SERVER), len(volumes(ec2, OF_SERVER)), len(snapshots(ec2))) == expected


def test_a_shared_replication_server_lives_as_long_as_anyone_uses_it(aws, mgn, ec2, staged):
    first = staged()
    second = aws.add_source_server("ready", sourceServerID=NEIGHBOUR, sharesReplicationServerWith=SERVER)
    aws.advance(120 * 60)
    alone = states(ec2, REPLICATION_SERVER)

    mgn.finalize_cutover(sourceServerID=NEIGHBOUR)
    aws.advance(120 * 60)

    replicators = {document["dataReplicationInfo"]["replicatorId"] for document in (first, second)}
    assert len(replicators) == 1
    assert (alone, states(ec2, REPLICATION_SERVER)) == (["running"], ["terminated"])


def test_disconnecting_clears_up_just_as_finalizing_does(aws, mgn, ec2):
    aws.add_source_server("replicating", sourceServerID=SERVER, staging=True)
    mgn.disconnect_from_service(sourceServerID=SERVER)

    aws.advance(90 * 60)

    assert states(ec2, REPLICATION_SERVER) == ["terminated"]
    assert volumes(ec2, OF_SERVER) == []
