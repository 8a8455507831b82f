"""The translation of AWS errors; unknown errors become refusals."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from finalize_cutover.aws.clients import Clients
from finalize_cutover.aws.errors import translated
from finalize_cutover.cutover.errors import (
    ConflictError,
    CutoverError,
    MgnRefusedError,
    MgnUnavailableError,
    SourceServerNotFoundError,
    UninitializedAccountError,
)
from finalize_cutover.cutover.time_budget import ATTEMPT

SERVER = "s-0123456789abcdef0"
URL = {"endpoint_url": "https://mgn.eu-west-1.amazonaws.com/"}


def answer(code, status, message="Said by AWS.", **more):
    metadata = {"HTTPStatusCode": status, "RetryAttempts": more.pop("retries", 0)}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata, **more}, "Any")


def translation(error):
    with pytest.raises(CutoverError) as caught, translated("mgn:FinalizeCutover", server_id=SERVER):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        (UninitializedAccountError, "UninitializedAccountException", 400),
        (SourceServerNotFoundError, "ResourceNotFoundException", 404),
        (ConflictError, "ConflictException", 409),
        (MgnRefusedError, "ValidationException", 400),
        (MgnRefusedError, "AccessDeniedException", 403),
        (MgnRefusedError, "ServiceQuotaExceededException", 402),
        (MgnRefusedError, "ExpiredTokenException", 403),
        (MgnRefusedError, "UnrecognizedClientException", 403),
        (MgnRefusedError, "AnErrorOf2031", 418),
        (MgnUnavailableError, "ThrottlingException", 429),
        (MgnUnavailableError, "ThrottlingException", 400),
        (MgnUnavailableError, "Throttling", 400),
        (MgnUnavailableError, "TooManyRequestsException", 429),
        (MgnUnavailableError, "RequestLimitExceeded", 503),
        (MgnUnavailableError, "InternalServerException", 500),
        (MgnUnavailableError, "InternalError", 500),
        (MgnUnavailableError, "ServiceUnavailableException", 503),
        (MgnUnavailableError, "502", 502),
        (MgnUnavailableError, "429", 429),
        (ConflictError, "409", 409),
        (SourceServerNotFoundError, "404", 404),
        (MgnUnavailableError, "AnErrorOf2031", 504),
    ],
)
def test_an_answer_means(kind, code, status):
    error = translation(answer(code, status))

    assert type(error) is kind
    assert (error.code, error.http_status) == (code, status)
    assert str(error) == (f"Source server {SERVER}: mgn:FinalizeCutover failed with {code} ({status}): Said by AWS.")


@pytest.mark.parametrize(
    ("code", "status", "is_throttled"),
    [
        ("ThrottlingException", 429, True),
        ("ThrottlingException", 400, True),
        ("Throttling", 400, True),
        ("TooManyRequestsException", 400, True),
        # EC2's error, with both HTTP statuses.
        ("RequestLimitExceeded", 503, True),
        ("RequestLimitExceeded", 400, True),
        ("AnErrorOf2031", 429, True),
        ("InternalServerException", 500, False),
        ("ServiceUnavailableException", 503, False),
        ("InternalError", 500, False),
    ],
)
def test_an_answer_that_throttles_had_no_effect_and_every_other_one_may_have_had_it(code, status, is_throttled):
    error = translation(answer(code, status))

    assert (type(error), error.is_throttled) == (MgnUnavailableError, is_throttled)


@pytest.mark.parametrize("code", ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
def test_every_code_that_botocore_takes_for_throttling_throttles(code):
    error = translation(answer(code, 400))

    assert (type(error), error.is_throttled) == (MgnUnavailableError, True)


@pytest.mark.parametrize("code", TransientRetryableChecker._TRANSIENT_ERROR_CODES)
def test_every_code_that_botocore_takes_for_transient_can_be_tried_again(code):
    assert translation(answer(code, 400)).retryable


def test_every_error_of_mgns_model_that_is_not_ours_to_retry_is_known():
    model = Clients().get("mgn").meta.service_model

    kinds = {shape.name: type(translation(answer(shape.name, 400))) for shape in model.error_shapes}

    assert {name for name, kind in kinds.items() if kind is MgnRefusedError} == {
        "AccessDeniedException",
        "ServiceQuotaExceededException",
        "ValidationException",
    }


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(**URL),
        ReadTimeoutError(**URL),
        ConnectionClosedError(**URL),
        EndpointConnectionError(**URL),
        SSLError(**URL, error="bad certificate"),
        ProxyConnectionError(proxy_url="http://proxy"),
        ResponseStreamingError(error="cut off"),
        ResponseParserError("not JSON"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_cannot_be_reached_or_read_may_be_asked_again(error):
    translated_error = translation(error)

    assert type(translated_error) is MgnUnavailableError
    assert (translated_error.code, translated_error.http_status) == (type(error).__name__, None)
    assert SERVER in str(translated_error)


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), NoRegionError(), ParamValidationError(report="bad")], ids=lambda e: type(e).__name__
)
def test_what_cannot_even_be_asked_is_refused(error):
    translated_error = translation(error)

    assert type(translated_error) is MgnRefusedError
    assert translated_error.code == type(error).__name__


def test_the_fields_that_mgn_did_not_like_are_named():
    fields = [{"name": "sourceServerID", "message": "bad"}, {"name": "accountID"}]

    error = translation(answer("ValidationException", 400, fieldList=fields))

    assert str(error).endswith("Said by AWS (fields: sourceServerID, accountID).")


@pytest.mark.parametrize("response", [{}, {"Error": {}}, {"Error": {"Code": "", "Message": ""}}])
def test_an_answer_that_says_nothing_is_a_refusal_without_a_message(response):
    error = translation(ClientError(response, "Any"))

    assert (type(error), error.code) == (MgnRefusedError, "Unknown")
    assert str(error).endswith("failed with Unknown: no message.")


def test_the_cause_is_kept_for_those_who_read_tracebacks():
    original = answer("ConflictException", 409)

    assert translation(original).__cause__ is original


def test_our_own_errors_pass_unchanged():
    original = MgnRefusedError("ours")

    assert translation(original) is original


def test_a_defect_is_not_translated():
    with pytest.raises(ZeroDivisionError), translated("mgn:FinalizeCutover"):
        raise ZeroDivisionError


def test_only_what_may_be_asked_again_is_retryable():
    retryable = {kind.__name__ for kind in CutoverError.__subclasses__() if kind.retryable}

    assert retryable == {"EvidenceNotStoredError", "MgnUnavailableError", "OutOfTimeError"}


@pytest.mark.parametrize("service", ["mgn", "ec2"])
def test_every_client_has_times_and_retries_of_its_own(service):
    config = Clients().get(service).meta.config

    assert (config.connect_timeout, config.read_timeout) == (2, 8)
    assert config.retries["total_max_attempts"] == 3


def test_no_client_holds_requests_back_by_itself():
    assert Clients().get("mgn").meta.config.retries["mode"] == "standard"


def test_a_write_is_sent_once():
    assert Clients().get("mgn", writes=True).meta.config.retries["total_max_attempts"] == 1


def test_the_times_of_an_attempt_are_those_of_the_time_budget():
    config = Clients().get("mgn", writes=True).meta.config

    assert config.connect_timeout + config.read_timeout == ATTEMPT.total_seconds()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "The credentials have expired."),
        ("ExpiredTokenException", "The credentials have expired."),
        ("RequestExpired", "The credentials have expired."),
        ("RequestTimeTooSkewed", "The clock of this machine is wrong."),
        ("InvalidSignatureException", "The clock of this machine is wrong."),
        ("SignatureDoesNotMatch", "The clock of this machine is wrong."),
        ("AccessDeniedException", "Allow mgn:FinalizeCutover in the policies"),
        ("UnauthorizedOperation", "Allow mgn:FinalizeCutover in the policies"),
        ("ValidationException", "A retry of the same request does not help."),
    ],
)
def test_the_hint_of_a_refusal_fits_its_code(code, words):
    assert translation(answer(code, 403)).hint.startswith(words)


def test_the_action_in_the_hint_is_the_one_that_iam_names():
    said = (
        "User: arn:aws:sts::1:assumed-role/f is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2"
    )

    assert "Allow sts:AssumeRole in the policies" in translation(answer("AccessDenied", 403, said)).hint


def test_an_account_is_named_by_its_number():
    with pytest.raises(CutoverError) as caught, translated("mgn:DescribeJobs", account_id="444455556666"):
        raise answer("ValidationException", 400)

    assert str(caught.value).startswith("Account 444455556666: mgn:DescribeJobs failed with ValidationException")


def test_words_of_aws_are_cleaned():
    said = "Not now.\r\n\x1b[31mEverything is\u202e fine\u2028."

    error = translation(answer("Validation\x07Exception", 400, said))

    assert error.code == "ValidationException"
    assert str(error).endswith("failed with ValidationException (400): Not now. [31mEverything is fine .")
