"""The exit codes; docs/command-line.md describes them."""

from collections.abc import Mapping
from typing import Any

POSITIVE = 0
NEGATIVE = 1
USAGE = 2
FAILED = 3
RETRY = 4
INTERRUPTED = 130  # as a shell reports a program that Ctrl-C ended

# The outcomes that need nothing more, by action.
GOOD = {
    "finalize": {"FINALIZED"},
    "check": {"FINALIZED", "WOULD_FINALIZE"},
    "audit": {"CLEAN"},
    "preflight": {"PASS", "WARN"},
}
# The lists of a digest that need a person.
URGENT = ("blocked", "notChecked", "freeHoursLow", "leftBehind")


def of_report(report: Mapping[str, Any], action: str) -> int:
    """Return the exit code for the function's report on a request with *action*."""
    return POSITIVE if report.get("outcome") in GOOD[action] else NEGATIVE


def of_digest(report: Mapping[str, Any]) -> int:
    """Return the exit code for a digest: negative if a list needs a person, or if something could not be read."""
    lists = report.get("lists", {})
    is_urgent = any(lists.get(name, {}).get("total") for name in URGENT)
    return NEGATIVE if is_urgent or report.get("problems") else POSITIVE
