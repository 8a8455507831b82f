"""State machines on the local AWS: the additions to moto, and the internals of moto that they use."""

import ast
import inspect
import json
import time

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions import models, responses
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import item_reader_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import distributed_iteration_component
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_callback,
    state_task_service_sfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.eval import environment
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.utils import boto_client

from local.step_functions import pace as step_functions_pace

ROLE = "arn:aws:iam::111122223333:role/machine"


@pytest.fixture
def run(client):
    """Runs a definition, ``{name: state}`` with the first state first, to its end."""
    machines = client("stepfunctions")

    def run(definition, input_=None):
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(definition)), "States": definition}
        text = json.dumps(definition)
        arn = machines.create_state_machine(name="machine", definition=text, roleArn=ROLE)["stateMachineArn"]
        execution = machines.start_execution(stateMachineArn=arn, name="once", input=json.dumps(input_))
        while (ended := machines.describe_execution(executionArn=execution["executionArn"]))["status"] == "RUNNING":
            time.sleep(0.02)
        return json.loads(ended["output"]) if "output" in ended else (ended["error"], ended.get("cause"))

    return run


def distributed(processor, **fields):
    """Return a Distributed Map over the input; each child execution has one state."""
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    child = {"ProcessorConfig": config, "StartAt": "Child", "States": {"Child": processor}}
    return {"Map": {"Type": "Map", "Items": "{% $states.input %}", "ItemProcessor": child, "End": True, **fields}}


ECHO = {"Type": "Pass", "End": True}


def in_moto(module, path):
    """Return the parameters of the function at *path* in moto's source code, which patches do not change."""
    scope = ast.parse(inspect.getsource(module))
    for name in path.split("."):
        scope = next(one for one in ast.walk(scope) if getattr(one, "name", None) == name)
    return [argument.arg for argument in scope.args.args]


@pytest.mark.parametrize(
    ("module", "path", "parameters"),
    [
        (asl_parser, "AmazonStateLanguageParser.parse", "definition"),
        (boto_client, "boto_client_for", "region service state_credentials"),
        (distributed_iteration_component, "DistributedIterationComponent._map_run", "self env eval_input"),
        (environment, "Environment.delete_frame", "self frame"),
        (environment, "Environment.open_inner_frame", "self event_history_context"),
        (environment, "Environment.set_error", "self error"),
        (item_reader_decl, "ItemReader._eval_body", "self env"),
        (models, "StateMachine.create_from_cloudformation_json", "cls resource_name cloudformation_json account_id"),
        (models, "StateMachine.delete_from_cloudformation_json", "cls resource_name cloudformation_json account_id"),
        (models, "StateMachine.update_from_cloudformation_json", "cls original_resource new_resource_name"),
        (responses, "StepFunctionResponse.send_task_failure", "self"),
        (responses, "get_backend", "account region"),
        (retrier_decl, "RetrierDecl._eval_body", "self env"),
        (
            state_task_service_callback,
            "StateTaskServiceCallback._eval_wait_for_task_token",
            "self env timeout_seconds callback_endpoint heartbeat_endpoint",
        ),
        (state_task_service_sfn, "StateTaskServiceSfn._eval_service_task", "self env"),
        (string_expression, "StringJSONata._eval_body", "self env"),
        (wait_function, "WaitFunction._wait_interval", "self env wait_seconds"),
    ],
)
def test_what_is_changed_in_moto_is_there_to_be_changed(module, path, parameters):
    expected = parameters.split()

    assert in_moto(module, path)[: len(expected)] == expected


@pytest.mark.parametrize(
    ("module", "call"),
    [
        (boto_client, "moto_server_port()"),
        (boto_client, "Config("),
        (retrier_decl, "time.sleep(interval_seconds)"),
        (state_task_service_aws_sdk, "_SERVICE_ERROR_NAMES[service_name_lower]"),
        (responses, "self.stepfunction_backend.send_task_failure(task_token, error=error)"),
    ],
)
def test_moto_still_calls_what_is_put_in_its_place(module, call):
    assert call in inspect.getsource(module)


def test_a_child_sees_no_variable_of_its_parent(run):
    leaking = {"Type": "Pass", "Output": "{% $exists($secret) %}", "End": True}
    definition = {"Set": {"Type": "Pass", "Assign": {"secret": 1}, "Next": "Map"}, **distributed(leaking)}

    assert run(definition, [1]) == [False]


def test_a_child_is_an_execution_of_its_own(run):
    naming = {"Type": "Pass", "Output": "{% $states.context.Execution.Name %}", "End": True}

    names = run(distributed(naming), [1, 2])

    assert len({*names, "once"}) == 3


def test_batches_hold_what_was_selected_and_the_input_of_all(run):
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"factor": "{% $count($states.input) %}"}}
    selector = {"item": "{% $states.context.Map.Item.Value %}", "index": "{% $states.context.Map.Item.Index %}"}

    batches = run(distributed(ECHO, ItemBatcher=batcher, ItemSelector=selector), ["a", "b", "c"])

    assert batches == [
        {"BatchInput": {"factor": 3}, "Items": [{"item": "a", "index": 0}, {"item": "b", "index": 1}]},
        {"BatchInput": {"factor": 3}, "Items": [{"item": "c", "index": 2}]},
    ]


FAILING = {"Type": "Fail", "Error": "Broken", "Cause": "{% 'item ' & $string($states.input) %}"}


@pytest.mark.parametrize(("tolerated", "failed"), [(0, True), (49, True), (50, False), (100, False)])
def test_a_map_fails_when_more_items_fail_than_are_tolerated(run, tolerated, failed):
    choice = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input < 3 %}", "Next": "Broken"}],
        "Default": "Well",
    }
    definition = distributed(choice, ToleratedFailurePercentage=f"{{% {tolerated} %}}", MaxConcurrency=1)
    definition["Map"]["ItemProcessor"]["States"] |= {"Broken": FAILING, "Well": {"Type": "Succeed"}}

    result = run(definition, [1, 2, 3, 4])

    assert result == (
        ("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
        if failed
        else [3, 4]
    )


def test_results_in_s3_are_one_file_for_each_status(run, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="results", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    arguments = {"Bucket": "results", "Prefix": "{% 'of-' & $states.context.Execution.Name %}"}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": arguments}

    result = run(distributed(FAILING, ResultWriter=writer, ToleratedFailurePercentage="{% 100 %}"), [7])

    where = result["ResultWriterDetails"]
    files = json.load(s3.get_object(Bucket="results", Key=where["Key"])["Body"])["ResultFiles"]
    (entry,) = json.load(s3.get_object(Bucket="results", Key=files["FAILED"][0]["Key"])["Body"])
    assert where["Key"].startswith("of-once/")
    assert (files["SUCCEEDED"], files["PENDING"]) == ([], [])
    assert (entry["Status"], entry["Error"], entry["Cause"], entry["Input"]) == ("FAILED", "Broken", "item 7", "7")


def test_what_is_not_in_s3_can_be_caught(run):
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Arguments": {"Bucket": "nobodys", "Key": "nothing.json"},
    }
    definition = distributed(
        ECHO, ItemReader=reader, Catch=[{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "Then"}]
    )
    del definition["Map"]["Items"]

    assert run({**definition, "Then": {"Type": "Pass", "Output": {"is": "caught"}, "End": True}}) == {"is": "caught"}


def test_waits_are_as_much_shorter_as_the_pace_is_faster(run):
    step_functions_pace.set_speed(1000)
    started = time.monotonic()

    run({"Pause": {"Type": "Wait", "Seconds": 100, "End": True}}, {})

    step_functions_pace.set_speed(1)
    assert 0.1 <= time.monotonic() - started < 5


def test_a_definition_that_is_none_is_refused(client):
    with pytest.raises(ClientError, match="definition"):
        client("stepfunctions").create_state_machine(name="machine", definition='{"StartAt": "A"}', roleArn=ROLE)
