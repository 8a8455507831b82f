"""Translates the errors of boto3, each to one sentence with its exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mgn_finalize.errors import ProgramError, UnansweredError

AGAIN = "Run the same command again; this is safe."


@contextmanager
def answered(what: str) -> Iterator[None]:
    """
    Translate the errors of boto3.

    Args:
        what: What failed, as the beginning of a sentence.

    Raises:
        UnansweredError: AWS did not answer, throttled the call or failed; a retry is safe.

        ProgramError: AWS refused the call, or it could not be made.
    """
    from botocore import exceptions

    try:
        yield
    except exceptions.ClientError as error:
        raise _refusal(what, error) from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError) as error:
        raise UnansweredError(f"{what}: {error}", hint=AGAIN) from error
    except exceptions.BotoCoreError as error:
        raise ProgramError(f"{what}: {error}", hint=_advice(error)) from error


def _refusal(what: str, error: Any) -> ProgramError:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message") or "no message"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    sentence = f"{what}: {code}: {message}"
    if status >= 500 or status == 429 or "Throttl" in code or "TooManyRequests" in code:
        return UnansweredError(sentence, hint=AGAIN)
    return ProgramError(sentence)


def _advice(error: Exception) -> str:
    return {
        "NoCredentialsError": "Log in, or choose credentials with --profile.",
        "NoRegionError": "Choose the Region of the stack with --region.",
        "TokenRetrievalError": "Log in again, for example with aws sso login.",
        "SSOTokenLoadError": "Log in again, for example with aws sso login.",
    }.get(type(error).__name__, "")
