"""Automation end to end on the local AWS: the deployed template, events, the schedule, a movable clock, faults."""

import json

import pytest

from local.client import LocalAwsError
from local.deploy.function import HANDLER
from local.deploy.stack import client
from local.lambda_runtime import functions

MINUTE = 60
SUCCEEDED = "CUTOVER_LAUNCH_SUCCEEDED"


@pytest.fixture
def app(deploy_application):
    return deploy_application(FinalizeOnLaunch="ENABLED")


def outcomes(report):
    return {server["sourceServerID"]: server["outcome"] for server in report["servers"]}


def test_the_story_of_two_servers_of_which_one_boots_late(app, ec2):
    early = app.add("ready", leftovers=["volume"])
    late = app.add("booting")

    first, second = app.launched(early), app.launched(late)
    assert first[0]["answer"]["outcome"] == "FINALIZED"
    assert second[0]["answer"]["outcome"] == "NOT_READY"
    assert (app.state(early), app.state(late)) == ("CUTOVER", "CUTTING_OVER")

    app.aws.advance(5 * MINUTE)
    assert outcomes(app.sweep()) == {late: "FINALIZED"}

    app.aws.advance(90 * MINUTE)
    audit = app.sweep()["audit"]
    found = {server["sourceServerID"]: server for server in audit["servers"]}
    assert {server_id: server["outcome"] for server_id, server in found.items()} == {early: "LEFT_BEHIND"}
    assert audit["counts"] == {"CLEAN": 1, "LEFT_BEHIND": 1}
    volumes = {leftover["id"] for leftover in found[early]["leftovers"]}
    production = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [found[early]["launchedInstanceID"]]}]
    )["Volumes"]
    managed = ec2.describe_volumes(Filters=[{"Name": "tag-key", "Values": ["AWSApplicationMigrationServiceManaged"]}])
    assert len(volumes) == 2
    assert production
    assert {volume["VolumeId"] for volume in managed["Volumes"]} - volumes >= {v["VolumeId"] for v in production}
    assert not volumes & {volume["VolumeId"] for volume in production}


@pytest.mark.parametrize("kinds", [["volume"], ["volume", "snapshot"], ["replication-server"]])
def test_each_kind_of_leftover_is_found_once_it_is_due_and_costs_something(app, kinds):
    server = app.add("ready", leftovers=kinds)
    app.launched(server)

    app.aws.advance(89 * MINUTE)
    early = app.sweep()["audit"]["outcome"]
    app.aws.advance(MINUTE)
    due = app.sweep()["audit"]["servers"][0]

    assert early == "TOO_EARLY"
    assert due["outcome"] == "LEFT_BEHIND"
    assert {leftover["type"] for leftover in due["leftovers"]} == {
        "instance" if "server" in kind else kind for kind in kinds
    }
    assert all(leftover["cost"]["monthlyUsd"] > 0 for leftover in due["leftovers"])
    assert all(leftover["ageHours"] >= 14 * 24 for leftover in due["leftovers"] if leftover["type"] != "instance")


def test_a_snapshot_whose_volume_is_gone_is_counted_but_not_named(app):
    server = app.add("ready", leftovers=["snapshot"])
    app.launched(server)
    app.aws.advance(90 * MINUTE)

    audited = app.asked(action="audit", sourceServerID=server)

    reasons = {check["check"]: check["reason"] for check in audited["checks"]}
    assert (audited["outcome"], audited["leftovers"]) == ("CLEAN", [])
    assert "; 2 resources with its tag are not named" in reasons["no-leftovers"]


def test_a_replication_server_that_another_server_uses_is_no_leftover(app):
    finalized = app.add("ready", staging=True)
    app.add("replicating", sharesReplicationServerWith=finalized)
    app.launched(finalized)

    app.aws.advance(90 * MINUTE)

    assert app.sweep()["audit"]["outcome"] == "CLEAN"


def test_an_agent_that_stays_is_found_ten_minutes_later(app):
    app.launched(app.add("ready", agentStays=True))

    app.aws.advance(9 * MINUTE)
    early = app.sweep()["audit"]["outcome"]
    app.aws.advance(2 * MINUTE)
    due = app.sweep()["audit"]["servers"][0]

    assert (early, due["outcome"]) == ("TOO_EARLY", "LEFT_BEHIND")
    assert [check["check"] for check in due["checks"] if check["verdict"] == "FAIL"] == ["agent-silent"]


def test_by_default_neither_the_event_nor_the_schedule_reaches_the_function(deploy_application):
    app = deploy_application()
    server = app.add()

    assert app.launched(server) == []
    with pytest.raises(LocalAwsError, match="DISABLED, so it does not fire"):
        app.sweep()

    assert app.state(server) == "CUTTING_OVER"


def test_a_server_that_nobody_approved_stays_as_it_is(app):
    server = app.add(tags={"FinalizeCutover": "not yet"})

    event, sweep = app.launched(server)[0]["answer"], app.sweep()

    assert (event["outcome"], sweep["counts"], sweep["servers"]) == ("SKIPPED", {"SKIPPED": 1}, [])
    assert app.state(server) == "CUTTING_OVER"


@pytest.mark.parametrize("state", ["CUTOVER_LAUNCH_FAILED", "TEST_LAUNCH_SUCCEEDED", "TEST_LAUNCH_FAILED"])
def test_the_rule_lets_no_other_launch_result_through(app, state):
    assert app.launched(app.add(), state) == []


def test_the_documented_asterisks_do_no_harm(app):
    server = app.add()

    app.launched(server, f"*{SUCCEEDED}*")

    assert app.state(server) == "CUTOVER"


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("DescribeSourceServers", "throttle"),
        # The SDK's pauses and ours take about 18 s.
        pytest.param("FinalizeCutover", "internal", marks=pytest.mark.slow),
    ],
)
def test_a_fault_that_outlasts_the_sdk_is_raised_and_lambda_tries_again(app, operation, fault):
    server = app.add()
    # The SDK itself makes three attempts.
    app.aws.add_fault(operation, fault, times=3)

    attempts = app.launched(server)

    assert [attempt.get("errorType", attempt.get("answer", {}).get("outcome")) for attempt in attempts] == [
        "MgnUnavailableError",
        "FINALIZED",
    ]
    assert app.aws.operations("mgn").count("FinalizeCutover") == (4 if operation == "FinalizeCutover" else 1)
    assert app.queued("FailedInvocations") == []


def test_an_answer_that_was_lost_counts_as_done(app):
    server = app.add()
    app.aws.add_fault("FinalizeCutover", "reset-after", times=1)

    (attempt,) = app.launched(server)

    assert (attempt["answer"]["outcome"], attempt["answer"]["changed"]) == ("FINALIZED", True)


def test_what_fails_for_good_is_kept_with_its_reason_and_as_it_came(app):
    server = app.add()
    app.aws.add_fault("FinalizeCutover", "access-denied", times=3)

    attempts = app.launched(server)

    assert [attempt["errorType"] for attempt in attempts] == ["MgnRefusedError"] * 3
    (record,), (request,) = app.queued("FailedInvocations"), app.queued("FailedRequests")
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorType"] == "MgnRefusedError"
    assert record["requestPayload"] == request
    assert request["resources"][0].endswith(server)


def test_a_request_from_the_queue_sent_again_is_done(app):
    server = app.add()
    app.aws.add_fault("FinalizeCutover", "access-denied", times=3)
    app.launched(server)
    (request,) = app.queued("FailedRequests")

    answer = client("lambda", app.aws.url).invoke(
        FunctionName=app.outputs["FinalizeCutover"], Payload=json.dumps(request)
    )

    assert json.loads(answer["Payload"].read())["outcome"] == "FINALIZED"
    assert app.state(server) == "CUTOVER"


def test_an_event_that_finds_no_function_waits_in_the_rules_own_queue(app):
    functions.forget(HANDLER)
    server = app.add()

    app.launched(server)

    (event,) = app.queued("UndeliveredLaunchResults")
    assert event["detail"]["state"] == SUCCEEDED
    assert app.state(server) == "CUTTING_OVER"


def test_what_automation_did_can_be_heard_on_the_bus(app):
    sqs, events = client("sqs", app.aws.url), client("events", app.aws.url)
    queue = sqs.create_queue(QueueName="listener")["QueueUrl"]
    pattern = {"source": ["finalize-cutover"], "detail-type": ["Cutover Finalization Result"]}
    events.put_rule(Name="listener", EventPattern=json.dumps(pattern))
    arn = "arn:aws:sqs:eu-west-1:111122223333:listener"
    events.put_targets(Rule="listener", Targets=[{"Id": "queue", "Arn": arn}])

    server = app.add()
    app.launched(server)
    app.launched(server)

    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    event = json.loads(message["Body"])
    assert (event["detail"]["sourceServerID"], event["detail"]["outcome"]) == (server, "FINALIZED")
    assert "tags" not in message["Body"]
    # The function's own events do not invoke the function.
    assert len(app.aws.invocations()) == 2
