"""The lifecycle of a stack of examples/one-server.yaml, with the deployed artifact and responses over TLS."""

import boto3
import pytest

from local.deploy.stack import Stack
from tests.e2e.conftest import ROOT

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0fedcba9876543210"
EXAMPLE = ROOT / "examples" / "one-server.yaml"
AT_ONCE = {"SourceServerID": SERVER, "SoakMinutes": "0"}


@pytest.fixture
def stack(aws, cloudformation, warm, deployed):
    """A user's stack, not deployed yet; the application is deployed."""
    deployed(warm)
    Stack(aws.url, "finalize-cutover").deploy(ROOT / "template.yaml")
    return Stack(aws.url, "web")


def life_cycle_state(aws, server_id=SERVER):
    mgn = boto3.client("mgn", endpoint_url=aws.url)
    [server] = mgn.describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    return server["lifeCycle"]["state"]


def answers(cloudformation):
    return [exchange.only_answer() for exchange in cloudformation.exchanges]


def test_a_stack_that_is_created_finalizes_its_server(aws, stack, cloudformation):
    server = aws.add_source_server("ready", sourceServerID=SERVER)

    state = stack.deploy(EXAMPLE, AT_ONCE)

    ssm = boto3.client("ssm", endpoint_url=aws.url)
    recorded = ssm.get_parameter(Name=f"/cutovers/{SERVER}/launched-instance-id")["Parameter"]["Value"]
    [answer] = answers(cloudformation)
    assert (state.status, state.outputs["Outcome"]) == ("CREATE_COMPLETE", "FINALIZED")
    assert recorded == server["launchedInstance"]["ec2InstanceID"]
    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", SERVER)
    assert life_cycle_state(aws) == "CUTOVER"


def test_a_stack_whose_server_is_not_ready_rolls_back_and_says_why(aws, cloudformation, stack):
    aws.add_source_server("old-snapshot", sourceServerID=SERVER)
    reasons = []
    stack = Stack(aws.url, "web", on_event=lambda event: reasons.append(event.get("ResourceStatusReason", "")))

    state = stack.deploy(EXAMPLE, AT_ONCE)

    assert state.status == "ROLLBACK_COMPLETE"
    assert "USING_PREVIOUS_SNAPSHOT" in " ".join(reasons)
    assert [answer.status for answer in answers(cloudformation)] == ["FAILED", "SUCCESS"]
    assert life_cycle_state(aws) == "CUTTING_OVER"


def test_an_update_to_another_server_finalizes_that_and_forgets_the_first(aws, stack, cloudformation):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER)
    stack.deploy(EXAMPLE, AT_ONCE)

    state = stack.deploy(EXAMPLE, AT_ONCE | {"SourceServerID": OTHER_SERVER})

    requests = [exchange.document for exchange in cloudformation.exchanges]
    assert state.status == "UPDATE_COMPLETE"
    assert [request["RequestType"] for request in requests] == ["Create", "Update", "Delete"]
    assert [answer.physical_resource_id for answer in answers(cloudformation)] == [SERVER, OTHER_SERVER, SERVER]
    assert life_cycle_state(aws, OTHER_SERVER) == "CUTOVER"


def test_a_stack_that_is_deleted_leaves_its_server_finalized_and_asks_mgn_nothing(aws, stack, cloudformation):
    aws.add_source_server("ready", sourceServerID=SERVER)
    stack.deploy(EXAMPLE, AT_ONCE)
    aws.clear_calls()

    state = stack.delete()

    assert state.status == "DELETE_COMPLETE"
    assert [answer.status for answer in answers(cloudformation)] == ["SUCCESS"] * 2
    assert aws.calls("mgn") == []
    assert life_cycle_state(aws) == "CUTOVER"


def test_a_second_stack_for_the_same_server_gets_the_same_attributes(aws, stack, cloudformation):
    aws.add_source_server("ready", sourceServerID=SERVER)
    first = stack.deploy(EXAMPLE, AT_ONCE)
    stack.delete()

    second = Stack(aws.url, "web-again").deploy(EXAMPLE, AT_ONCE)

    assert second.outputs == first.outputs
