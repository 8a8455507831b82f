"""The function's answers and errors, and those of AWS, with their exit codes."""

import io
import json

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from finalize_cutover.cutover import errors as function_errors
from mgn_finalize import exits
from mgn_finalize.aws_errors import answered
from mgn_finalize.deployment import FUNCTION_TIMEOUT, INVOCATION, Deployment
from mgn_finalize.errors import InterruptedByUserError, ProgramError, UnansweredError, UnusableRequestError
from mgn_finalize.function import ask, error_of


class FakeLambda:
    """A client of Lambda that answers with *answer*, or raises it."""

    def __init__(self, answer, is_error=False):
        self._answer = answer
        self._error = {"FunctionError": "Unhandled"} if is_error else {}
        self.sent = []

    def invoke(self, FunctionName, Payload):  # noqa: N803 - boto3's names
        self.sent.append((FunctionName, json.loads(Payload)))
        if isinstance(self._answer, BaseException):
            raise self._answer
        return {"Payload": io.BytesIO(self._answer.encode()), **self._error}


class FakeDeployment:
    function = "finalize"

    def __init__(self, client):
        self._client = client

    def client(self, _service):
        return self._client


def a_client_error(code, status=400):
    return exceptions.ClientError(
        {"Error": {"Code": code, "Message": "no."}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Invoke"
    )


def raised_by(answer, is_error=False):
    with pytest.raises(ProgramError) as raised:
        ask(FakeDeployment(FakeLambda(answer, is_error)), {"action": "check"})
    return raised.value


def test_the_report_is_the_answer():
    report = {"outcome": "FINALIZED", "sourceServerID": "s-0123456789abcdef0"}
    client = FakeLambda(json.dumps(report))

    assert ask(FakeDeployment(client), {"action": "check"}) == report
    assert client.sent == [("finalize", {"action": "check"})]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("InvalidRequestError", UnusableRequestError),
        ("EmptySelectionError", ProgramError),
        ("MgnUnavailableError", UnansweredError),
        ("OutOfTimeError", UnansweredError),
    ],
)
def test_an_error_of_the_function_has_its_name_its_message_and_its_hint(name, kind):
    error = raised_by(json.dumps({"errorType": name, "errorMessage": "It is wrong."}), is_error=True)

    assert type(error) is kind
    assert error.format_message() == f"{name}: It is wrong.\n{getattr(function_errors, name).hint}"


def test_an_error_of_lambda_can_be_retried():
    error = error_of({"errorMessage": "Task timed out after 900.00 seconds"})

    assert error.exit_code == exits.RETRY
    assert error.message == "FunctionError: Task timed out after 900.00 seconds"


@pytest.mark.parametrize("name", ["CutoverError", "Sequence", "Finding", "__name__"])
def test_only_errors_of_the_application_are_looked_up(name):
    assert error_of({"errorType": name, "errorMessage": "x"}).message == f"{name}: x"


@pytest.mark.parametrize(
    ("payload", "words"), [("<html>", "is not JSON"), ("null", "answered null, which is no report")]
)
def test_an_answer_of_another_function_is_refused(payload, words):
    assert words in raised_by(payload).message


@pytest.mark.parametrize("action", ["finalize", "check", "audit", "preflight", "digest"])
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"statusCode": 200},
        {"outcome": "FINALIZED"},
        {"outcome": "CLEAN", "servers": "none", "checks": {}},
        {"outcome": None, "servers": [], "checks": [], "lists": []},
    ],
    ids=json.dumps,
)
def test_an_object_that_is_no_report_is_no_good_news(action, answer):
    client = FakeLambda(json.dumps(answer))

    with pytest.raises(ProgramError, match=f"which is no report of the application on {action}") as raised:
        ask(FakeDeployment(client), {"action": action})

    assert raised.value.exit_code == exits.FAILED
    assert "--function-name" in raised.value.hint


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (a_client_error("AccessDeniedException", 403), exits.FAILED),
        (a_client_error("ResourceNotFoundException", 404), exits.FAILED),
        (a_client_error("TooManyRequestsException", 429), exits.RETRY),
        (a_client_error("ThrottlingException"), exits.RETRY),
        (a_client_error("ServiceException", 500), exits.RETRY),
        (exceptions.ReadTimeoutError(endpoint_url="https://lambda"), exits.RETRY),
        (exceptions.EndpointConnectionError(endpoint_url="https://lambda"), exits.RETRY),
        (exceptions.ConnectionClosedError(endpoint_url="https://lambda"), exits.RETRY),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), exits.RETRY),
        (exceptions.NoCredentialsError(), exits.FAILED),
        (exceptions.NoRegionError(), exits.FAILED),
        (ResponseParserError("no JSON"), exits.RETRY),
    ],
)
def test_an_error_of_aws_is_one_sentence_with_its_exit_code(error, code):
    raised = raised_by(error)

    assert raised.exit_code == code
    assert raised.message.startswith("Function finalize did not answer: ")
    assert "\n" not in raised.message


@pytest.mark.parametrize(
    "code",
    [
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "AuthFailure",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
    ],
)
def test_credentials_that_aws_refuses_have_a_hint(code):
    assert "--profile" in raised_by(a_client_error(code, 403)).hint


def test_a_missing_permission_has_no_hint_about_credentials():
    assert raised_by(a_client_error("AccessDeniedException", 403)).hint == ""


def test_a_stack_that_does_not_exist_has_a_hint_with_the_region_that_was_asked(aws):
    aws.stack = exceptions.ClientError(
        {"Error": {"Code": "ValidationError", "Message": "Stack with id finalize does not exist"}}, "DescribeStacks"
    )

    with pytest.raises(ProgramError) as raised:
        _ = Deployment(stack_name="finalize").function

    assert raised.value.format_message() == (
        "CloudFormation did not describe stack finalize: ValidationError: Stack with id finalize does not exist\n"
        "It was looked for in Region eu-west-1: choose another one with --region, or another stack with --stack-name."
    )


def test_ctrl_c_says_that_the_function_goes_on():
    error = raised_by(KeyboardInterrupt())

    assert isinstance(error, InterruptedByUserError)
    assert error.exit_code == 130
    assert "The function goes on" in error.message


def test_an_answer_is_awaited_longer_than_the_function_works_and_never_asked_for_again():
    assert INVOCATION["read_timeout"] > FUNCTION_TIMEOUT
    assert INVOCATION["retries"]["total_max_attempts"] == 1


def test_the_timeout_of_the_function_is_that_of_the_template(pytestconfig):
    template = (pytestconfig.rootpath / "template.yaml").read_text()

    assert f"\n    Timeout: {FUNCTION_TIMEOUT} # s" in template


def test_what_aws_says_is_printed_without_control_characters():
    with pytest.raises(ProgramError) as raised, answered("AWS"):
        raise a_client_error("\x1b[2J")

    assert "\x1b" not in raised.value.format_message()


@pytest.mark.parametrize(
    ("action", "outcome", "code"),
    [
        ("finalize", "FINALIZED", 0),
        ("finalize", "WOULD_FINALIZE", 1),
        ("finalize", "PARTIAL", 1),
        ("check", "WOULD_FINALIZE", 0),
        ("check", "FINALIZED", 0),
        ("check", "BLOCKED", 1),
        ("audit", "CLEAN", 0),
        ("audit", "TOO_EARLY", 1),
        ("audit", "LEFT_BEHIND", 1),
        ("preflight", "PASS", 0),
        ("preflight", "WARN", 0),
        ("preflight", "FAIL", 1),
        ("preflight", None, 1),
    ],
)
def test_the_exit_code_is_that_of_the_outcome(action, outcome, code):
    assert exits.of_report({"outcome": outcome}, action) == code


@pytest.mark.parametrize(
    ("lists", "problems", "code"),
    [
        ({"waiting": {"total": 1}, "ready": {"total": 2}, "blocked": {"total": 0}}, [], 0),
        ({"blocked": {"total": 1}}, [], 1),
        ({"leftBehind": {"total": 1}}, [], 1),
        ({}, ["It could not be read."], 1),
    ],
)
def test_a_digest_is_negative_if_somebody_must_act(lists, problems, code):
    assert exits.of_digest({"lists": lists, "problems": problems}) == code
