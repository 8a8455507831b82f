"""
Translate AWS errors once; an unclear case becomes the safer error.

An unreadable response counts as lost: the call may have had an effect.
https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html#API_FinalizeCutover_Errors
"""

import re
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

from .json_fields import UNREADABLE, clean
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
# By error code of a refusal, instead of the usual hint.
EXPIRED = "The credentials have expired. Renew them, or log in again, and retry the request."
CLOCK_SKEW = "The clock of this machine is wrong. Set it, and retry the request."
DENIED = (
    "Allow {operation} in the policies of the function's role, or of the member role, and look for a service control "
    "policy or permissions boundary that denies it. The hold tag is denied on purpose; if EnforceApprovalTag is true, "
    "the source server needs the approval tag."
)
HINTS = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), EXPIRED),
    **dict.fromkeys(("RequestTimeTooSkewed", "InvalidSignatureException", "SignatureDoesNotMatch"), CLOCK_SKEW),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"), DENIED),
}
# By HTTP status, if the code is unknown.
STATUSES: dict[int | None, type[CutoverError]] = {
    HTTPStatus.NOT_FOUND: SourceServerNotFoundError,
    HTTPStatus.CONFLICT: ConflictError,
    HTTPStatus.TOO_MANY_REQUESTS: MgnUnavailableError,
}


@contextmanager
def translated(
    operation: str, *, server_id: str | None = None, account_id: str | None = None, missing: str | None = None
) -> Iterator[None]:
    """
    Raise the core's errors instead of boto3's.

    Args:
        operation: The operation that is called, with its IAM prefix, such as ``mgn:FinalizeCutover``.

        server_id: The source server of the call; None for a call about several.

        account_id: The account that the call names; None for the caller's own.

        missing: What you can do if the service does not find what the call names, which is no source server: a refusal;
            empty for the usual hint, None for a call about source servers.
    """
    subject = f"Source server {server_id}: " if server_id else ""
    subject += f"Account {account_id}: " if account_id else ""
    try:
        yield
    except ClientError as error:
        raise _from_answer(subject, operation, error, missing) from error
    except (ConnectionError, HTTPClientError, ResponseParserError) as error:
        raise MgnUnavailableError(
            f"{subject}{operation} got no readable response: {clean(str(error))}", code=_name(error)
        ) from error
    except NoAnswerInTimeError as error:
        raise MgnUnavailableError(
            f"{subject}{operation} got no response in time ({error}).", code="NoAnswerInTime"
        ) from error
    except BotoCoreError as error:
        raise MgnRefusedError(
            f"{subject}{operation} could not be called: {clean(str(error))}", code=_name(error)
        ) from error
    except UNREADABLE as error:
        raise MgnUnavailableError(
            f"{subject}{operation} got a response that is not as AWS documents it ({_name(error)}).",
            code="UnreadableAnswer",
        ) from error


def _from_answer(subject: str, operation: str, error: ClientError, missing: str | None) -> CutoverError:
    answer: dict[str, Any] = dict(error.response)
    code = clean(str(answer.get("Error", {}).get("Code") or "Unknown"))
    metadata = answer.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode")
    said = clean(str(answer.get("Error", {}).get("Message") or "no message")).rstrip(".")
    words = f"{subject}{operation} failed with {code}{f' ({status})' if status else ''}: {said}{_fields(answer)}."
    context = RetryContext(attempt_number=1, parsed_response={"Error": {"Code": code}})
    is_throttled = status == HTTPStatus.TOO_MANY_REQUESTS or THROTTLED.is_retryable(context)
    kind = ERRORS.get(code) or _by_status(status)
    if kind is MgnUnavailableError or is_throttled or TRANSIENT.is_retryable(context):
        return MgnUnavailableError(words, code=code, http_status=status, is_throttled=is_throttled)
    if kind is SourceServerNotFoundError and missing is not None:
        return MgnRefusedError(words, code=code, http_status=status, hint=missing)
    hint = HINTS.get(code, "").format(operation=_denied_action(said) or operation) if kind is MgnRefusedError else None
    return kind(words, code=code, http_status=status, hint=hint)


def _denied_action(said: str) -> str | None:
    """Return the action that IAM's message names, such as ``sts:AssumeRole``; it can differ from the operation."""
    found = re.search(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)", said)
    return found[1] if found else None


def _by_status(status: int | None) -> type[CutoverError]:
    is_broken = (status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
    return MgnUnavailableError if is_broken else STATUSES.get(status, MgnRefusedError)


def _fields(answer: dict[str, Any]) -> str:
    names = [clean(str(field.get("name"))) for field in answer.get("fieldList") or []]
    return f" (fields: {', '.join(names)})" if names else ""


def _name(error: Exception) -> str:
    return type(error).__name__
