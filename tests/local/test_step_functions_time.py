"""State machines on the local AWS: the time that a test moves, stops and redrives."""

import json
import time
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication

from local.step_functions import interpreter

ROLE = "arn:aws:iam::111122223333:role/machine"
DAY = 86_400  # s
TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


@pytest.fixture
def machines(client):
    return client("stepfunctions")


@pytest.fixture
def start(machines):
    """Starts a definition, ``{name: state}`` with the first state first; returns the ARN of the execution."""

    def start(definition, input_=None):
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(definition)), "States": definition}
        arn = machines.create_state_machine(name="machine", definition=json.dumps(definition), roleArn=ROLE)
        execution = machines.start_execution(
            stateMachineArn=arn["stateMachineArn"], name="once", input=json.dumps(input_)
        )
        return execution["executionArn"]

    return start


@pytest.fixture
def ended(machines):
    def ended(execution):
        deadline = time.monotonic() + 30
        while (description := machines.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return description

    return ended


@pytest.fixture
def waiting(aws):
    """Waits until a Wait state waits, and returns for how many seconds."""

    def waiting():
        deadline = time.monotonic() + 30
        while not (waits := aws.waits()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return waits[0]

    return waiting


def message(client, **fields):
    """Return a task that waits for a token."""
    queue = client("sqs").create_queue(QueueName="questions")["QueueUrl"]
    body = "{% $states.context.Task.Token %}"
    return {"Type": "Task", "Resource": TOKEN, "Arguments": {"QueueUrl": queue, "MessageBody": body}, **fields}


def test_a_wait_ends_when_the_clock_is_moved_that_far(aws, start, ended, waiting):
    execution = start({"Pause": {"Type": "Wait", "Seconds": DAY, "End": True}})

    left = waiting()
    aws.advance(DAY / 2)
    half = aws.waits()
    aws.advance(DAY / 2)

    assert ended(execution)["status"] == "SUCCEEDED"
    assert DAY - 30 < left <= DAY
    assert [DAY / 2 - 30 < each <= DAY / 2 for each in half] == [True]
    assert aws.waits() == []


def test_an_expression_sees_the_time_that_was_moved(aws, start, ended, waiting):
    times = {"millis": "{% $millis() %}", "now": "{% $toMillis($now()) %}"}
    execution = start(
        {
            "Before": {"Type": "Pass", "Assign": {"before": times}, "Next": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": DAY, "Next": "After"},
            "After": {
                "Type": "Pass",
                "Output": {
                    "millis": "{% $millis() - $before.millis %}",
                    "now": "{% $toMillis($now()) - $before.now %}",
                },
                "End": True,
            },
        }
    )

    waiting()
    aws.advance(DAY)

    passed = json.loads(ended(execution)["output"])
    assert [DAY <= each / 1000 < DAY + 30 for each in passed.values()] == [True, True]


def test_a_token_is_waited_for_until_the_timeout_on_the_moved_clock(aws, client, start, ended):
    execution = start({"Ask": message(client, TimeoutSeconds=f"{{% {DAY} %}}", End=True)})

    time.sleep(0.5)
    aws.advance(DAY)

    assert ended(execution)["error"] == "States.Timeout"


def test_a_stop_ends_a_wait_for_a_token(client, machines, start, ended):
    execution = start({"Ask": message(client, TimeoutSeconds=DAY, End=True)})
    while (
        not client("sqs")
        .receive_message(QueueUrl=client("sqs").get_queue_url(QueueName="questions")["QueueUrl"])
        .get("Messages")
    ):
        time.sleep(0.02)

    machines.stop_execution(executionArn=execution)

    assert ended(execution)["status"] == "ABORTED"


def test_a_redrive_repeats_the_state_that_failed_with_the_variables_so_far(client, machines, start, ended):
    s3 = client("s3")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:createBucket",
        "Arguments": {"Bucket": "{% $name %}", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
        "Output": {"is": "{% $name & $states.input.more %}"},
        "End": True,
    }
    region = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="taken", CreateBucketConfiguration=region)
    execution = start(
        {"Set": {"Type": "Pass", "Assign": {"name": "taken"}, "Next": "Create"}, "Create": task}, {"more": "!"}
    )
    failed = ended(execution)

    s3.delete_bucket(Bucket="taken")
    machines.redrive_execution(executionArn=execution)

    assert failed["status"] == "FAILED"
    assert json.loads(ended(execution)["output"]) == {"is": "taken!"}
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        machines.redrive_execution(executionArn=execution)


def test_an_execution_starts_another_one_and_learns_its_name(machines, start, ended):
    target = machines.create_state_machine(
        name="other",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn=ROLE,
    )["stateMachineArn"]
    arguments = {"StateMachineArn": target, "Name": "second", "Input": {"is": "given"}}
    task = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Arguments": arguments, "End": True}

    result = json.loads(ended(start({"Start": task}))["output"])

    assert result["ExecutionArn"] == target.replace(":stateMachine:", ":execution:") + ":second"
    assert json.loads(ended(result["ExecutionArn"])["output"]) == {"is": "given"}


def test_errors_of_s3_have_the_names_of_step_functions(client, start, ended):
    client("s3").create_bucket(Bucket="empty", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
        "Arguments": {"Bucket": "empty", "Key": "missing"},
        "End": True,
    }

    assert ended(start({"Get": task}))["error"] == "S3.NoSuchKeyException"


@pytest.mark.parametrize(
    ("state", "first"),
    [(ProgramEnded(), ["output"]), (ProgramError({"error": "E", "cause": "C"}), ["error", "cause"])],
    ids=["succeeded", "failed"],
)
def test_an_execution_that_has_ended_has_its_output_or_its_error(state, first):
    class Execution:
        def __setattr__(self, name, _value):
            told.append(name)

    told, environment = [], SimpleNamespace(program_state=lambda: state, states=SimpleNamespace(get_input=lambda: "{}"))
    Execution.exec_worker = SimpleNamespace(env=environment)
    interpreter.install()

    BaseExecutionWorkerCommunication(Execution())._reflect_execution_status()

    assert told[: told.index("exec_status")][: len(first)] == first
