"""What Step Functions is asked for, and what Ctrl-C leaves behind."""

import boto3
import pytest
from botocore.stub import Stubber

from mgn_finalize import program
from mgn_finalize.deployment import Deployment
from mgn_finalize.errors import InterruptedByUserError
from mgn_finalize.waves.executions import Executions

ARN = "arn:aws:states:eu-west-1:111122223333:execution:FinalizeWave:wave-1"


def test_ctrl_c_while_a_wave_is_started_says_that_it_may_run(aws, capsys):
    aws.started = KeyboardInterrupt()

    assert program.run(["wave", "start", "--wave-id", "wave-0123456789abcdef0", "--yes"]) == 130
    assert capsys.readouterr().err == (
        "\nExecution wave-0123456789abcdef0-1 may have been started."
        " Look with: mgn-finalize wave watch wave-0123456789abcdef0-1\n"
    )


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (lambda executions: executions.answer(ARN, "token", {"approvedBy": "Jane"}), "The approval"),
        (lambda executions: executions.refuse(ARN, "token", "No."), "The refusal"),
    ],
)
def test_ctrl_c_while_an_approval_is_answered_says_that_it_may_be(aws, answer, what):
    aws.accepted = KeyboardInterrupt()

    with pytest.raises(InterruptedByUserError) as raised:
        answer(Executions(Deployment(stack_name="finalize")))

    assert raised.value.exit_code == 130
    assert raised.value.message == f"{what} may have been accepted. Look with: mgn-finalize wave watch wave-1"


class Stubbed:
    """A deployment with one real client."""

    def __init__(self, client):
        self._client = client

    def client(self, _service):
        return self._client


@pytest.mark.parametrize("read", [Executions.newest, Executions.history])
def test_a_history_is_read_in_the_largest_pages(read):
    client = boto3.client("stepfunctions", region_name="eu-west-1")
    event = {"id": 1, "type": "ExecutionStarted", "timestamp": 0}
    asked = {"executionArn": ARN, "reverseOrder": True, "includeExecutionData": True, "maxResults": 1000}

    with Stubber(client) as stub:
        stub.add_response("get_execution_history", {"events": [event]}, asked)
        found = read(Executions(Stubbed(client)), ARN)

    assert [one["id"] for one in found] == [1]
