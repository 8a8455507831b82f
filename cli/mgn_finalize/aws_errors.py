"""Translates the errors of boto3, each to one sentence with its exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mgn_finalize.errors import ProgramError, UnansweredError

AGAIN = "Run the same command again; this is safe."
LOG_IN = "Log in again, or choose other credentials with --profile."
LOG_IN_SSO = "Log in again, for example with aws sso login."
# AWS says the same of credentials that it does not know, and of a Region that is off in the account.
UNKNOWN = "Log in again, or choose other credentials with --profile; check --region, too."
# By error code; services have different names for the same error.
CREDENTIALS = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"), LOG_IN),
    **dict.fromkeys(
        (
            "AuthFailure",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidToken",
            "UnrecognizedClientException",
        ),
        UNKNOWN,
    ),
    **dict.fromkeys(
        ("InvalidSignatureException", "SignatureDoesNotMatch"),
        "Correct the secret access key, or choose other credentials with --profile; check the clock of this machine.",
    ),
}


@contextmanager
def answered(what: str, *, absent: str = "") -> Iterator[None]:
    """
    Translate the errors of boto3.

    Args:
        what: What failed, as the beginning of a sentence.

        absent: What to do if AWS says that it does not exist; empty if that is clear.

    Raises:
        UnansweredError: AWS did not answer, throttled the call or failed; a retry is safe.

        ProgramError: AWS refused the call, or it could not be made.
    """
    from botocore import exceptions, parsers

    try:
        yield
    except exceptions.ClientError as error:
        raise _refusal(what, error, absent) from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError) as error:
        raise UnansweredError(f"{what}: {error}", hint=AGAIN) from error
    except parsers.ResponseParserError as error:
        raise UnansweredError(
            f"{what}: the response is not one of AWS.",
            hint=f"{AGAIN} If it fails again, look for a proxy that answers instead of AWS, and check --region.",
        ) from error
    except exceptions.BotoCoreError as error:
        raise ProgramError(f"{what}: {error}", hint=_advice(error)) from error


def _refusal(what: str, error: Any, absent: str) -> ProgramError:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message") or "no message"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    sentence = f"{what}: {code}: {message}"
    if status >= 500 or status == 429 or "Throttl" in code or "TooManyRequests" in code:
        return UnansweredError(sentence, hint=AGAIN)
    return ProgramError(sentence, hint=CREDENTIALS.get(code, absent if "does not exist" in message else ""))


def _advice(error: Exception) -> str:
    return {
        "NoCredentialsError": "Log in, or choose credentials with --profile.",
        "NoRegionError": "Choose the Region of the stack with --region.",
        "TokenRetrievalError": LOG_IN_SSO,
        "SSOTokenLoadError": LOG_IN_SSO,
        "UnauthorizedSSOTokenError": LOG_IN_SSO,
    }.get(type(error).__name__, "")
