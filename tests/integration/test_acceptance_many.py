"""The optional rules for many source servers: calls, pages and batches."""

from collections import Counter

import boto3
import pytest

from tests.integration.caller import Caller

VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept"
JOB = "mgnjob-0123456789abcdef0"
IDS = [f"s-{number:017x}" for number in range(120)]


@pytest.fixture
def caller(aws, monkeypatch):
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", VALIDATOR)
    return Caller(aws)


@pytest.fixture
def instances(caller):
    """The instance IDs of 120 ready source servers of one job, by source server ID."""
    servers = [caller.aws.add_source_server("ready", sourceServerID=server_id, jobID=JOB) for server_id in IDS]
    return {server["sourceServerID"]: server["launchedInstance"]["ec2InstanceID"] for server in servers}


@pytest.fixture
def ec2(aws):
    return boto3.client("ec2", region_name="eu-west-1", endpoint_url=aws.url)


def check(caller, **options):
    """Return the counts of a check, and the number of calls by operation."""
    report = caller.send({"action": "check", "sourceServerIDs": IDS, **options})
    return report["counts"], Counter(caller.aws.operations())


def test_application_statuses_are_read_in_pages_of_100(caller, instances):
    for instance_id in instances.values():
        caller.aws.change_instance(instance_id, applicationStatus="ok")

    counts, calls = check(caller, require=["application-status"])

    assert (counts, calls["DescribeApplicationStatus"]) == ({"WOULD_FINALIZE": 120}, 2)


def test_an_instance_that_no_longer_exists_spoils_no_other_servers_status(caller, instances):
    for instance_id in instances.values():
        caller.aws.change_instance(instance_id, applicationStatus="ok")
    caller.aws.change_source_server(IDS[7], launchedInstance={"ec2InstanceID": "i-00000000000000099"})

    counts, _ = check(caller, require=["application-status"])

    assert counts == {"WOULD_FINALIZE": 119, "BLOCKED": 1}


def test_snapshots_are_read_in_two_calls(caller, instances):
    for instance_id in instances.values():
        caller.aws.add_snapshot(instance_id)

    counts, calls = check(caller, require=["backup"])

    assert (counts, calls["DescribeVolumes"], calls["DescribeSnapshots"]) == ({"WOULD_FINALIZE": 120}, 1, 1)


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({}, "WOULD_FINALIZE"),
        ({"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com"}, "NOT_READY"),
        (
            {"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com", "aws:backup:source-resource": "vol"},
            "WOULD_FINALIZE",
        ),
        (
            {"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com", "aws:dlm:lifecycle-policy-id": "policy"},
            "WOULD_FINALIZE",
        ),
    ],
)
def test_a_backup_counts_even_with_the_tags_of_its_volume(caller, aws, tags, outcome):
    server = aws.add_source_server("ready", sourceServerID=IDS[0])
    (snapshot_id,) = aws.add_snapshot(server["launchedInstance"]["ec2InstanceID"])
    tag_as_aws_does(snapshot_id, tags)

    assert caller.ask(IDS[0], require=["backup"], dryRun=True)["outcome"] == outcome


def tag_as_aws_does(snapshot_id, tags):
    """Set *tags*, also those with the prefix aws:, which only AWS can set."""
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - the local AWS runs in this process

    ec2_backends["111122223333"]["eu-west-1"].tags[snapshot_id].update(tags)


def test_the_validator_is_asked_for_at_most_50_servers_at_a_time(caller, instances):
    caller.aws.set_validator(VALIDATOR, answerEach={"verdict": "PASS"})

    counts, calls = check(caller, require=["validator"])

    asked = [call["parameters"]["Payload"]["servers"] for call in caller.aws.calls("lambda")]
    assert (counts, calls["Invoke"]) == ({"WOULD_FINALIZE": 120}, 3)
    assert sorted(map(len, asked)) == [20, 50, 50]
    assert sorted(server["sourceServerID"] for servers in asked for server in servers) == IDS


def test_the_validator_is_told_about_each_server_what_it_needs(caller, aws):
    aws.set_validator(VALIDATOR, answerEach={"verdict": "PASS"})
    server = aws.add_source_server("ready", sourceServerID=IDS[0], hostname="web-01")

    caller.ask(IDS[0], require=["validator"], dryRun=True)

    (call,) = caller.aws.calls("lambda")
    (told,) = call["parameters"]["Payload"]["servers"]
    assert call["parameters"]["Payload"]["schemaVersion"] == "1.0"
    assert told == {
        "sourceServerID": IDS[0],
        "hostname": "web-01",
        "accountID": "111122223333",
        "region": "eu-west-1",
        "launchedInstanceID": server["launchedInstance"]["ec2InstanceID"],
        "cutoverJobID": server["lifeCycle"]["lastCutover"]["initiated"]["jobID"],
        "cutoverLaunchedAt": told["cutoverLaunchedAt"],
    }
    assert told["cutoverLaunchedAt"].startswith(server["lifeCycle"]["lastCutover"]["initiated"]["apiCallDateTime"][:16])


def test_alarms_of_automation_are_listed_once_in_pages_of_100(caller, aws, monkeypatch):
    monkeypatch.setenv("AUTOMATION_ALARM_PREFIX", "mgn/")
    for server_id in IDS:
        aws.add_source_server("ready", sourceServerID=server_id, jobID=JOB, tags={"FinalizeCutover": "approved"})
        aws.set_alarm(f"mgn/{server_id}-5xx")

    report = caller.send({"action": "sweep", "dryRun": True})

    assert report["counts"] == {"WOULD_FINALIZE": 120}
    assert Counter(caller.aws.operations())["DescribeAlarms"] == 2


def test_termination_protection_is_asked_for_right_before_each_write(caller, instances, ec2):
    # Few enough for one look, but more than are read at once.
    some = dict(list(instances.items())[:20])
    for instance_id in list(some.values())[1:]:
        ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})

    report = caller.send({"sourceServerIDs": list(some), "waitMinutes": 0, "require": ["termination-protection"]})

    calls = Counter(caller.aws.operations())
    assert report["counts"] == {"FINALIZED": 19, "BLOCKED": 1}
    assert (calls["DescribeInstanceAttribute"], calls["FinalizeCutover"]) == (20, 19)
