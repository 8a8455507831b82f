"""Calls the function, and translates its errors."""

import json
from collections.abc import Mapping
from typing import Any

from mgn_finalize.answers import OTHER_FUNCTION, require_report
from mgn_finalize.aws_errors import answered
from mgn_finalize.deployment import Deployment
from mgn_finalize.errors import ProgramError, UnansweredError, UnusableRequestError, on_ctrl_c

GOES_ON = "The function goes on with the request. Run the same command again to see the result; this is safe."


def ask(deployment: Deployment, request: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the function's report on *request*.

    Raises:
        UnusableRequestError: The function refuses the request as malformed.

        UnansweredError: There is no answer, or an error that a retry can cure.

        ProgramError: AWS or the function answers with another error.

        InterruptedByUserError: Ctrl-C while the function worked.
    """
    client, name = deployment.client("lambda"), deployment.function
    with on_ctrl_c(GOES_ON), answered(f"Function {name} did not answer"):
        answer = client.invoke(FunctionName=name, Payload=json.dumps(request).encode())
        payload = answer["Payload"].read()
    document = _document(payload, name)
    if answer.get("FunctionError"):
        raise error_of(document if isinstance(document, dict) else {})
    return require_report(document, request["action"], name)


def _document(payload: bytes, name: str) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise ProgramError(f"Function {name} answered with something that is not JSON.", hint=OTHER_FUNCTION) from error


def error_of(document: Mapping[str, Any]) -> ProgramError:
    """Return the error for the payload of a function error: its name, its message, and what you can do."""
    name, message = str(document.get("errorType") or "FunctionError"), str(document.get("errorMessage") or "no message")
    kind, hint = _known(name)
    return kind(f"{name}: {message}", hint=hint)


def _known(name: str) -> tuple[type[ProgramError], str]:
    """Return the kind of the function's error *name*, and its hint."""
    from finalize_cutover.cutover import errors

    if name == "InvalidRequestError":
        return UnusableRequestError, errors.InvalidRequestError.hint
    known = getattr(errors, name, None)
    if not (isinstance(known, type) and issubclass(known, errors.CutoverError)):
        # Errors of Lambda, such as a timeout: what was done is not known, and a repeated request finds out.
        return UnansweredError, "Look at the function's log, then run the same command again; this is safe."
    return (UnansweredError if known.retryable else ProgramError), known.hint
