"""The scenarios: each has the state that its name describes, and conforms to MGN's API model."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from local.client import LocalAwsError
from local.mgn.validation import problems
from local.scenarios import SCENARIOS

SERVER = "s-0123456789abcdef0"
MODEL = ServiceModel(Loader().load_service_model("mgn", "service-2"))


def shape(operation):
    return MODEL.operation_model(operation).output_shape


def summary(aws, mgn, ec2, scenario):
    """Return lifecycle state, replication state, job status, launch status, first boot and instance status."""
    server = aws.add_source_server(scenario)
    job_id = server["lifeCycle"].get("lastCutover", {}).get("initiated", {}).get("jobID")
    job = next(iter(mgn.describe_jobs(filters={"jobIDs": [job_id]})["items"]), None) if job_id else None
    launched = server.get("launchedInstance", {})
    status = None
    if launched:
        (found,) = ec2.describe_instance_status(InstanceIds=[launched["ec2InstanceID"]])["InstanceStatuses"]
        status = found["InstanceStatus"]["Status"]
    return (
        server["lifeCycle"]["state"],
        server["dataReplicationInfo"]["dataReplicationState"],
        job and job["status"],
        job and job["participatingServers"][0]["launchStatus"],
        launched.get("firstBoot"),
        status,
    )


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("ready", ("CUTTING_OVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("booting", ("CUTTING_OVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "WAITING", "initializing")),
        ("launching", ("CUTTING_OVER", "CONTINUOUS", "STARTED", "IN_PROGRESS", None, None)),
        ("old-snapshot", ("CUTTING_OVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("failed-launch", ("READY_FOR_CUTOVER", "CONTINUOUS", "COMPLETED", "FAILED", None, None)),
        ("failed-action", ("CUTTING_OVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("running-action", ("CUTTING_OVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("source-off", ("CUTTING_OVER", "STALLED", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("impaired", ("CUTTING_OVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "SUCCEEDED", "impaired")),
        ("reverted", ("READY_FOR_CUTOVER", "CONTINUOUS", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("finalized", ("CUTOVER", "DISCONNECTED", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("archived", ("CUTOVER", "DISCONNECTED", "COMPLETED", "LAUNCHED", "SUCCEEDED", "ok")),
        ("disconnected", ("DISCONNECTED", "DISCONNECTED", None, None, None, None)),
        ("replicating", ("READY_FOR_CUTOVER", "CONTINUOUS", None, None, None, None)),
    ],
)
def test_a_scenario_is_what_its_name_says(aws, mgn, ec2, scenario, expected):
    assert summary(aws, mgn, ec2, scenario) == expected


def test_every_scenario_is_described_above():
    described = test_a_scenario_is_what_its_name_says.pytestmark[0].args[1]

    assert {scenario for scenario, _ in described} == SCENARIOS.keys()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_documents_keep_to_the_api_model(aws, mgn, scenario):
    document = aws.add_source_server(scenario, applicationID="app-0123456789abcdef0", tags={"owner": "shop"})

    assert list(problems(document, shape("FinalizeCutover"))) == []
    assert list(problems({"items": mgn.describe_jobs()["items"]}, shape("DescribeJobs"))) == []


@pytest.mark.parametrize("scenario", ["ready", "old-snapshot", "failed-launch"])
def test_logs_keep_to_the_api_model_but_for_the_event_that_it_lacks(aws, mgn, scenario):
    aws.add_source_server(scenario)
    (job,) = mgn.describe_jobs()["items"]
    items = mgn.describe_job_log_items(jobID=job["jobID"])["items"]

    known = [item for item in items if item["event"] != "LAUNCH_END"]

    assert list(problems({"items": known}, shape("DescribeJobLogItems"))) == []


def test_waves_and_applications_keep_to_the_api_model(aws, mgn):
    wave = aws.add_wave(name="First")
    aws.add_application(name="Shop", waveID=wave["waveID"], tags={"a": "b"})

    for operation in ("list_waves", "list_applications"):
        answer = getattr(mgn, operation)()
        del answer["ResponseMetadata"]
        name = "ListWaves" if operation == "list_waves" else "ListApplications"
        assert list(problems(answer, shape(name))) == []


@pytest.mark.parametrize(
    "operation",
    [
        "DescribeSourceServers",
        "FinalizeCutover",
        "StartCutover",
        "DescribeJobs",
        "DescribeJobLogItems",
        "ListWaves",
        "ListApplications",
        "ListTagsForResource",
    ],
)
def test_members_are_called_on_the_wire_as_in_documents(operation):
    def renamed(shape):
        members = getattr(shape, "members", {"": shape.member} if shape.type_name == "list" else {})
        for name, member in members.items():
            if member.serialization.get("name", name) != name or "location" in member.serialization:
                yield name
            yield from renamed(member)

    assert list(renamed(shape(operation))) == []


def test_a_failed_action_that_must_succeed_says_why(aws, mgn):
    aws.add_source_server("failed-action")

    (job,) = mgn.describe_jobs()["items"]

    status = job["participatingServers"][0]["postLaunchActionsStatus"]
    (entry,) = status["postLaunchActionsLaunchStatusList"]
    assert (entry["executionStatus"], entry["ssmDocument"]["mustSucceedForCutover"]) == ("FAILED", True)
    assert entry["failureReason"]


def test_the_agent_of_a_source_that_is_off_has_been_silent(aws):
    server = aws.add_source_server("source-off")

    last_seen = datetime.fromisoformat(server["lifeCycle"]["lastSeenByServiceDateTime"])
    assert datetime.now(UTC) - last_seen > timedelta(minutes=19)


def test_options_and_overrides_change_a_scenario(aws):
    server = aws.add_source_server(
        "ready",
        sourceServerID=SERVER,
        hostname="db-1",
        cutoverMinutesAgo=300,
        overrides={
            "launchedInstance": {"firstBoot": "UNKNOWN", "jobID": None},
            "lifeCycle": {"state": "A_STATE_OF_2030"},
            "userProvidedID": "host-17",
        },
    )

    initiated = datetime.fromisoformat(server["lifeCycle"]["lastCutover"]["initiated"]["apiCallDateTime"])
    assert server["sourceServerID"] == SERVER
    assert server["sourceProperties"]["identificationHints"]["hostname"] == "db-1"
    assert datetime.now(UTC) - initiated > timedelta(hours=4, minutes=59)
    assert server["launchedInstance"].keys() == {"ec2InstanceID", "firstBoot"}
    assert (server["lifeCycle"]["state"], server["userProvidedID"]) == ("A_STATE_OF_2030", "host-17")


def test_a_seeded_server_can_be_changed_later(aws, mgn):
    aws.add_source_server("ready", sourceServerID=SERVER)

    aws.change_source_server(SERVER, isArchived=True, launchedInstance={"firstBoot": "STOPPED"})

    (server,) = mgn.describe_source_servers()["items"]
    assert (server["isArchived"], server["launchedInstance"]["firstBoot"]) == (True, "STOPPED")


@pytest.mark.parametrize(
    ("scenario", "options", "complaint"),
    [
        ("redy", {}, "Unknown scenario 'redy'; known are ready, booting"),
        ("ready", {"tags": "approved"}, "ValueError"),
        ("ready", {"hostName": "web"}, "Unknown options: hostName; known are actionSeconds"),
        ("replicating", {"finalizedMinutesAgo": 10}, "Cannot FinalizeCutover for a READY_FOR_CUTOVER server"),
    ],
)
def test_a_seed_that_cannot_be_is_refused_in_words(aws, scenario, options, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws.add_source_server(scenario, **options)


def test_two_servers_with_one_id_cannot_be(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)

    with pytest.raises(LocalAwsError, match=f"Source server {SERVER} already exists"):
        aws.add_source_server("booting", sourceServerID=SERVER)


def test_a_seed_that_was_refused_leaves_nothing_behind(aws, mgn):
    with pytest.raises(LocalAwsError):
        aws.add_source_server("replicating", finalizedMinutesAgo=10)

    assert mgn.describe_source_servers()["items"] == []
