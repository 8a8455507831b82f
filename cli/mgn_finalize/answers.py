"""What the function's answer must have; an answer without it is of another function or version."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from mgn_finalize.errors import ProgramError

Report = Mapping[str, Any]

OTHER_FUNCTION = (
    "Give the name of the application's stack with --stack-name, or --function-name."
    " If it is the right one, install the program of the version that is deployed."
)


def require_report(document: Any, action: str, name: str) -> dict[str, Any]:
    """
    Return *document* if it is the report of function *name* on a request with *action*.

    Raises:
        ProgramError: It is none; what it contains says nothing about source servers.
    """
    if isinstance(document, dict) and FORMS[action](document):
        return document
    raise ProgramError(
        f"Function {name} answered {json.dumps(document)[:60]}, which is no report of the application on {action}.",
        hint=OTHER_FUNCTION,
    )


def _is_about_servers(document: Report) -> bool:
    """Whether it is about one source server or several, and has an outcome."""
    has_subject = isinstance(document.get("sourceServerID"), str) or isinstance(document.get("servers"), list)
    return has_subject and isinstance(document.get("outcome"), str)


def _is_preflight(document: Report) -> bool:
    return isinstance(document.get("checks"), list) and isinstance(document.get("outcome"), str)


def _is_digest(document: Report) -> bool:
    return isinstance(document.get("lists"), dict)


FORMS: dict[str, Callable[[Report], bool]] = {
    "finalize": _is_about_servers,
    "check": _is_about_servers,
    "audit": _is_about_servers,
    "preflight": _is_preflight,
    "digest": _is_digest,
}
