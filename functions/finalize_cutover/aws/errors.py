"""
Translate AWS errors once; an unclear case becomes the safer error.

An unreadable response counts as lost: the call may have had an effect.
https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html#API_FinalizeCutover_Errors
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own
from botocore.parsers import ResponseParserError
from botocore.retries.standard import RetryContext, ThrottledRetryableChecker, TransientRetryableChecker

from finalize_cutover.cutover.errors import (
    ConflictError,
    CutoverError,
    MgnRefusedError,
    MgnUnavailableError,
    SourceServerNotFoundError,
    UninitializedAccountError,
)

from .json_fields import UNREADABLE
from .time_limit import NoAnswerInTimeError

# botocore's own lists of codes, because each service has its own: EC2, for example, throttles with 503.
THROTTLED, TRANSIENT = ThrottledRetryableChecker(), TransientRetryableChecker()

# By error code; any other code is a refusal, unless the HTTP status below means something else.
ERRORS: dict[str, type[CutoverError]] = {
    "ConflictException": ConflictError,
    "ResourceNotFoundException": SourceServerNotFoundError,
    "UninitializedAccountException": UninitializedAccountError,
    "InternalServerException": MgnUnavailableError,
}
# By HTTP status, if the code is unknown.
STATUSES: dict[int | None, type[CutoverError]] = {
    HTTPStatus.NOT_FOUND: SourceServerNotFoundError,
    HTTPStatus.CONFLICT: ConflictError,
    HTTPStatus.TOO_MANY_REQUESTS: MgnUnavailableError,
}


@contextmanager
def translated(operation: str, *, server_id: str | None = None) -> Iterator[None]:
    """
    Raise the core's errors instead of boto3's.

    Args:
        operation: The operation that is called, with its IAM prefix, such as ``mgn:FinalizeCutover``.

        server_id: The source server of the call; None for a call about several.
    """
    subject = f"Source server {server_id}: " if server_id else ""
    try:
        yield
    except ClientError as error:
        raise _from_answer(f"{subject}{operation}", error) from error
    except (ConnectionError, HTTPClientError, ResponseParserError) as error:
        raise MgnUnavailableError(
            f"{subject}{operation} got no readable response: {error}", code=_name(error)
        ) from error
    except NoAnswerInTimeError as error:
        raise MgnUnavailableError(
            f"{subject}{operation} got no response in time ({error}).", code="NoAnswerInTime"
        ) from error
    except BotoCoreError as error:
        raise MgnRefusedError(f"{subject}{operation} could not be called: {error}", code=_name(error)) from error
    except UNREADABLE as error:
        raise MgnUnavailableError(
            f"{subject}{operation} got a response that is not as AWS documents it ({_name(error)}).",
            code="UnreadableAnswer",
        ) from error


def _from_answer(subject: str, error: ClientError) -> CutoverError:
    answer: dict[str, Any] = dict(error.response)
    code = str(answer.get("Error", {}).get("Code") or "Unknown")
    metadata = answer.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode")
    said = str(answer.get("Error", {}).get("Message") or "no message").rstrip(".")
    words = f"{subject} failed with {code}{f' ({status})' if status else ''}: {said}{_fields(answer)}."
    context = RetryContext(attempt_number=1, parsed_response={"Error": {"Code": code}})
    is_throttled = status == HTTPStatus.TOO_MANY_REQUESTS or THROTTLED.is_retryable(context)
    kind = ERRORS.get(code) or _by_status(status)
    if kind is MgnUnavailableError or is_throttled or TRANSIENT.is_retryable(context):
        return MgnUnavailableError(words, code=code, http_status=status, is_throttled=is_throttled)
    return kind(words, code=code, http_status=status)


def _by_status(status: int | None) -> type[CutoverError]:
    is_broken = (status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
    return MgnUnavailableError if is_broken else STATUSES.get(status, MgnRefusedError)


def _fields(answer: dict[str, Any]) -> str:
    names = [str(field.get("name")) for field in answer.get("fieldList") or []]
    return f" (fields: {', '.join(names)})" if names else ""


def _name(error: Exception) -> str:
    return type(error).__name__
