"""
An earlier version is updated to the current one while stacks, waves and queues use it, and goes back again.

Each version's function runs from its own code, in Lambda's emulator; the local AWS chooses it by the code that is
deployed at that moment.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from local.deploy.stack import Stack
from local.lambda_runtime import environments
from tests.aws_clients import hurried_machines  # noqa: F401 - a fixture
from tests.e2e import versions
from tests.e2e.waiting import wait_until
from tests.integration.inbox import Inbox, follow
from tests.integration.wave_machine import WaveMachine

SERVER, OTHER = "s-0123456789abcdef0", "s-0123456789abcdef1"
APPROVED = {"FinalizeCutover": "approved"}
RELEASES = sorted(path.parent.name for path in versions.RELEASES.glob("*/package.zip"))
HELD = 4  # s; longer than an update of the application takes
USER_STACK = {
    "Parameters": {"Server": {"Type": "String", "Default": SERVER}, "Revision": {"Type": "String", "Default": "1"}},
    "Resources": {
        "Cutover": {
            "Type": "Custom::FinalizedCutover",
            "Properties": {
                "ServiceToken": {"Fn::ImportValue": f"{versions.STACK}-ServiceToken"},
                "ServiceTimeout": 960,
                "SourceServerID": {"Ref": "Server"},
                "WaitMinutes": 0,
                "Revision": {"Ref": "Revision"},
            },
        }
    },
    "Outputs": {name: {"Value": {"Fn::GetAtt": ["Cutover", name]}} for name in ("Outcome", "LaunchedInstanceID")},
}


@pytest.fixture(scope="module", params=RELEASES)
def earlier(request, built, tmp_path_factory):
    return versions.earlier(request.param, tmp_path_factory.mktemp("earlier"))


@pytest.fixture(scope="module")
def current(built, tmp_path_factory):
    return versions.current(built, tmp_path_factory.mktemp("current"))


@pytest.fixture(scope="module")
def running(earlier, current, lambda_runtime, variables):
    """Return the environments of both versions, by version."""
    with (
        environments.running(earlier.artifact, lambda_runtime, variables) as old,
        environments.running(current.artifact, lambda_runtime, variables) as new,
    ):
        yield {earlier.name: old, current.name: new}


@pytest.fixture(autouse=True)
def handled(aws, cloudformation, running, earlier, current):
    """Run both versions, and return which of them handled each event, in order."""
    handled = []

    def counting(version):
        def invoke(event, timeout):
            handled.append(version.name)
            return running[version.name](event, timeout)

        return invoke

    for version in (earlier, current):
        version.run_by(counting(version))
    yield handled
    for version in (earlier, current):
        version.forget()


@pytest.fixture
def user_stack(aws, tmp_path):
    """Returns a function that deploys a user's stack with changed properties, and parameters."""
    stack, template = Stack(aws.url, "web"), tmp_path / "web.json"

    def deploy(properties=None, **parameters):
        body = json.loads(json.dumps(USER_STACK))
        body["Resources"]["Cutover"]["Properties"] |= properties or {}
        template.write_text(json.dumps(body))
        return stack.deploy(template, parameters)

    deploy.delete = stack.delete
    return deploy


def physical_ids(aws, name=versions.STACK):
    """Return ``{logical ID: physical ID}`` of the resources of a stack."""
    cloudformation = boto3.client("cloudformation", endpoint_url=aws.url)
    listed = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return {one["LogicalResourceId"]: one.get("PhysicalResourceId") for one in listed}


def state_of(aws, server_id=SERVER):
    mgn = boto3.client("mgn", endpoint_url=aws.url)
    [server] = mgn.describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    return server["lifeCycle"]["state"]


def test_an_upgrade_keeps_every_resource_and_the_service_token(aws, earlier, current):
    first = earlier.deploy(aws.url)
    before = physical_ids(aws)

    second = current.deploy(aws.url)

    after = physical_ids(aws)
    assert (first.status, second.status) == ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert first.outputs.items() <= second.outputs.items()
    # A layer cannot be changed, so SAM gives each a logical ID of its own.
    kept = {name: value for name, value in before.items() if not name.startswith("RuntimeLayer")}
    assert kept.items() <= after.items()


def test_a_stack_goes_on_with_the_new_version_and_after_going_back(aws, earlier, current, user_stack, handled):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_source_server("ready", sourceServerID=OTHER)
    earlier.deploy(aws.url)
    created = user_stack()

    current.deploy(aws.url)
    updated = user_stack(Revision="2")
    back = earlier.deploy(aws.url)
    moved = user_stack(Revision="3", Server=OTHER)
    current.deploy(aws.url)
    deleted = user_stack.delete()

    old, new = earlier.name, current.name
    statuses = [state.status for state in (created, updated, back, moved, deleted)]
    assert statuses == ["CREATE_COMPLETE", *["UPDATE_COMPLETE"] * 3, "DELETE_COMPLETE"]
    # The replacement of the server is an Update, and a Delete of the first one.
    assert handled == [old, new, old, old, new]
    assert created.outputs == updated.outputs
    assert (created.outputs["Outcome"], moved.outputs["Outcome"]) == ("FINALIZED", "FINALIZED")
    assert aws.operations("mgn").count("FinalizeCutover") == 2


def test_a_stack_with_a_new_property_can_only_be_deleted_after_going_back(aws, earlier, current, user_stack):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_source_server("ready", sourceServerID=OTHER)
    current.deploy(aws.url)
    user_stack({"AllOrNothing": "false"})

    earlier.deploy(aws.url)
    updated = user_stack({"AllOrNothing": "false"}, Revision="2")
    without = user_stack(Revision="3")
    deleted = user_stack.delete()

    assert updated.status == "UPDATE_ROLLBACK_COMPLETE"
    assert (without.status, without.outputs["Outcome"]) == ("UPDATE_COMPLETE", "FINALIZED")
    assert deleted.status == "DELETE_COMPLETE"


def test_a_request_that_runs_during_the_upgrade_ends_with_the_code_that_it_began_with(
    aws, earlier, current, user_stack, handled
):
    aws.add_source_server("ready", sourceServerID=SERVER)
    earlier.deploy(aws.url)
    aws.add_fault("DescribeJobs", "hang", seconds=HELD)

    with ThreadPoolExecutor() as pool:
        creating = pool.submit(user_stack)
        wait_until(lambda: "DescribeJobs" in aws.operations("mgn"))
        upgraded = current.deploy(aws.url)
        assert not creating.done()
        created = creating.result()

    assert (upgraded.status, created.status) == ("UPDATE_COMPLETE", "CREATE_COMPLETE")
    assert handled == [earlier.name]
    assert state_of(aws) == "CUTOVER"


def test_a_request_on_which_the_earlier_version_failed_is_retried_with_the_new_one(
    aws, earlier, current, user_stack, handled
):
    aws.add_source_server("ready", sourceServerID=SERVER)
    earlier.deploy(aws.url)

    def fail(_event, _timeout):
        handled.append(earlier.name)
        current.deploy(aws.url)
        raise RuntimeError("The function failed.")

    earlier.run_by(fail)
    created = user_stack()

    assert (created.status, created.outputs["Outcome"]) == ("CREATE_COMPLETE", "FINALIZED")
    assert handled == [earlier.name, current.name]


def test_what_is_in_a_failure_queue_can_be_sent_to_the_new_version(aws, earlier, current, handled):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=APPROVED)
    earlier.run_by(lambda _event, _timeout: 1 / 0)
    state = earlier.deploy(aws.url, {"FinalizeOnLaunch": "ENABLED"})
    aws.emit_launch_result(SERVER, "CUTOVER_LAUNCH_SUCCEEDED")

    after = current.deploy(aws.url, {"FinalizeOnLaunch": "ENABLED", "AutomationSoakMinutes": "0"})
    sqs, function = (boto3.client(name, endpoint_url=aws.url) for name in ("sqs", "lambda"))
    queue = f"{aws.url}/{aws.account}/{after.outputs['FailedRequests'].rpartition('/')[2]}"
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    function.invoke(FunctionName=after.outputs["FinalizeCutover"], Payload=message["Body"])

    assert after.outputs["FailedRequests"] == state.outputs["FailedRequests"]
    assert handled == [current.name]
    assert state_of(aws) == "CUTOVER"


@pytest.mark.usefixtures("hurried_machines")
def test_a_wave_that_waits_for_approval_ends_with_the_new_function(aws, earlier, current, handled):
    inbox = Inbox(aws.url)
    parameters = {"WaveApprovalTopicArn": inbox.topic}
    machine = Wave(aws, earlier.deploy(aws.url, parameters))
    machine.seed({SERVER: "ready", OTHER: "ready"})
    execution = machine.start()
    _, mail = inbox.mail()
    before = len(handled)

    current.deploy(aws.url, parameters)
    follow(machine, mail, "send-task-success")
    ended = machine.ended(execution)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert set(handled[:before]) == {earlier.name}
    assert set(handled[before:]) == {current.name}
    assert [state_of(aws, one) for one in (SERVER, OTHER)] == ["CUTOVER"] * 2


@pytest.mark.usefixtures("hurried_machines")
def test_a_wave_that_waits_for_approval_finalizes_nothing_after_going_back(aws, earlier, current):
    inbox = Inbox(aws.url)
    parameters = {"WaveApprovalTopicArn": inbox.topic}
    machine = Wave(aws, current.deploy(aws.url, parameters))
    machine.seed({SERVER: "ready"})
    execution = machine.start()
    _, mail = inbox.mail()

    earlier.deploy(aws.url, parameters)
    follow(machine, mail, "send-task-success")
    ended = machine.ended(execution)

    assert ended["status"] == "FAILED"
    assert state_of(aws) == "CUTTING_OVER"


class Wave(WaveMachine):
    """The state machine of a version that is deployed already."""

    def __init__(self, aws, state):
        self._aws = aws
        self.arn = state.outputs["FinalizeWave"]
        self.client = boto3.client("stepfunctions", endpoint_url=aws.url)


def test_an_upgrade_that_fails_leaves_the_earlier_version_in_use(aws, earlier, current, user_stack, handled):
    aws.add_source_server("ready", sourceServerID=SERVER)
    earlier.deploy(aws.url)
    user_stack()
    before = physical_ids(aws)
    unknown = {"ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:none"}

    failed = current.deploy(aws.url, Broken={"Type": "Custom::Broken", "Properties": unknown})
    updated = user_stack(Revision="2")

    assert failed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert before.items() <= physical_ids(aws).items()
    assert updated.status == "UPDATE_COMPLETE"
    assert handled == [earlier.name, earlier.name]


def test_the_application_cannot_be_deleted_while_a_stack_imports_its_service_token(aws, earlier, current, user_stack):
    aws.add_source_server("ready", sourceServerID=SERVER)
    earlier.deploy(aws.url)
    user_stack()
    current.deploy(aws.url)

    with pytest.raises(Exception, match="cannot be deleted as it is in use by web"):
        Stack(aws.url, versions.STACK).delete()
