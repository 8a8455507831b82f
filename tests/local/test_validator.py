"""Lambda functions of the local AWS that exist only by their answers, such as a customer's validator."""

import io
import json
import time
import zipfile

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from local.client import LocalAwsError
from local.lambda_runtime import functions

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:validator"
SERVERS = ["s-0123456789abcdef0", "s-fedcba9876543210f"]
PASS, BLOCK = {"verdict": "PASS"}, {"verdict": "BLOCK", "reason": "No orders arrive."}


@pytest.fixture
def lambda_(client):
    return client("lambda")


def payload():
    return {"sourceServers": [{"sourceServerID": server_id} for server_id in SERVERS]}


def invoke(lambda_, name=ARN, **request):
    answer = lambda_.invoke(FunctionName=name, Payload=json.dumps(payload()), **request)
    return {**answer, "Payload": answer["Payload"].read().decode()}


@pytest.mark.parametrize("name", [ARN, f"{ARN}:live", "validator", "validator:live"])
def test_a_validator_returns_the_given_answer(aws, lambda_, name):
    aws.set_validator(ARN, answer={SERVERS[0]: PASS})

    answer = invoke(lambda_, name)

    assert json.loads(answer["Payload"]) == {SERVERS[0]: PASS}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer


def test_a_validator_can_answer_for_whatever_it_is_asked_about(aws, lambda_):
    aws.set_validator(ARN, answerEach=PASS, answer={SERVERS[1]: BLOCK})

    assert json.loads(invoke(lambda_)["Payload"]) == {SERVERS[0]: PASS, SERVERS[1]: BLOCK}


@pytest.mark.parametrize("body", ["", "not JSON", "[1"])
def test_a_validator_can_answer_nonsense(aws, lambda_, body):
    aws.set_validator(ARN, body=body)

    assert invoke(lambda_)["Payload"] == body


def test_a_validator_can_fail(aws, lambda_):
    error = {"errorType": "KeyError", "errorMessage": "'orders'"}
    aws.set_validator(ARN, answer=error, functionError="Unhandled")

    answer = invoke(lambda_)

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"]) == error


def test_a_validator_can_take_its_time(aws, client, lambda_):
    aws.set_validator(ARN, answer={}, seconds=1)
    hasty = client("lambda", config=Config(retries={"total_max_attempts": 1}, read_timeout=0.3))

    with pytest.raises(ReadTimeoutError):
        invoke(hasty)
    started = time.monotonic()
    invoke(lambda_)

    assert time.monotonic() - started >= 1


def test_the_answer_can_be_replaced(aws, lambda_):
    aws.set_validator(ARN, answer=1, functionError="Unhandled")
    aws.set_validator(ARN, answer=2)

    answer = invoke(lambda_)

    assert (answer["Payload"], answer.get("FunctionError")) == ("2", None)


@pytest.mark.parametrize(("kind", "status"), [("Event", 202), ("DryRun", 204)])
def test_other_invocations_return_nothing(aws, lambda_, kind, status):
    aws.set_validator(ARN, answer={})

    answer = invoke(lambda_, InvocationType=kind)

    assert (answer["StatusCode"], answer["Payload"]) == (status, "")


@pytest.mark.parametrize(
    "name",
    [
        "unknown",
        "arn:aws:lambda:eu-west-1:111122223333:function:unknown",
        "arn:aws:lambda:eu-west-1:444455556666:function:validator",
        "arn:aws:lambda:us-east-1:111122223333:function:validator",
    ],
)
def test_an_unknown_function_is_not_found(aws, lambda_, name):
    aws.set_validator(ARN, answer={})

    with pytest.raises(lambda_.exceptions.ResourceNotFoundException) as refusal:
        invoke(lambda_, name)

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_validator_of_another_region_is_reached_only_from_there(aws, client, lambda_):
    arn = "arn:aws:lambda:us-east-1:111122223333:function:validator"
    aws.set_validator(arn, answer={})

    assert invoke(client("lambda", region_name="us-east-1"), arn)["Payload"] == "{}"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        invoke(lambda_, arn)


def test_a_deployed_function_still_runs(aws, client, lambda_):
    role = client("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    lambda_.create_function(
        FunctionName="deployed", Runtime="python3.13", Role=role, Handler="app.run", Code={"ZipFile": code.getvalue()}
    )
    functions.register("deployed", lambda event, _timeout: {"asked": len(event["sourceServers"])})
    aws.set_validator(ARN, answer={})

    answer = invoke(lambda_, "deployed")

    functions.forget("deployed")
    assert json.loads(answer["Payload"]) == {"asked": 2}


def test_the_payload_is_logged(aws, lambda_):
    aws.set_validator(ARN, answer={})

    invoke(lambda_)

    (call,) = aws.calls("lambda")
    assert (call["operation"], call["status"]) == ("Invoke", 200)
    assert call["parameters"] == {"FunctionName": ARN, "Payload": payload()}


def test_a_reset_deletes_validators(aws, lambda_):
    aws.set_validator(ARN, answer={})

    aws.reset()

    with pytest.raises(lambda_.exceptions.ResourceNotFoundException):
        invoke(lambda_)


@pytest.mark.parametrize(
    ("arn", "options", "complaint"),
    [
        ("validator", {}, "The functionArn is 'validator'; it must be the ARN"),
        (ARN, {"error": "Unhandled"}, "Unknown members of a validator: error"),
    ],
)
def test_a_validator_that_cannot_exist_is_refused_in_words(aws, arn, options, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws.set_validator(arn, **options)
