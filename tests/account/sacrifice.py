"""
The finalization of the one source server that the person names: it cannot be undone.

Nothing but the typed ID of the source server starts it, after the function's own check says that it is ready.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from finalize_cutover.cutover.report import Outcome
from tests.account.aws import Aws
from tests.account.comparison import shown
from tests.account.errors import AccountTestError, RefusedError
from tests.account.function import Function
from tests.account.terminal import Terminal

DENIED = "AccessDeniedException"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The answer to a check: the outcome, and the readiness checks that did not pass."""

    outcome: Outcome
    not_passed: tuple[str, ...]
    report: dict[str, Any]


def check(function: Function, server_id: str) -> Checked:
    """Check the source server, which changes nothing."""
    report = function.invoke({"action": "check", "sourceServerID": server_id})
    not_passed = tuple(shown(line["rule"]) for line in report["readiness"] if line["verdict"] != "PASS")
    return Checked(outcome=Outcome(report["outcome"]), not_passed=not_passed, report=report)


def demand_ready(checked: Checked) -> None:
    """Raise RefusedError with every reason unless the source server would be finalized."""
    if checked.outcome == Outcome.WOULD_FINALIZE:
        return
    reasons = [line["reason"] for line in checked.report["readiness"] if line["verdict"] != "PASS"]
    if error := checked.report.get("error"):
        reasons.append(error["message"])
    server_id = checked.report["sourceServerID"]
    raise RefusedError(f"Source server {server_id} is {checked.outcome}, not finalized: {'; '.join(reasons)}.")


def confirm(terminal: Terminal, checked: Checked, *, account_id: str, region: str) -> None:
    """Raise RefusedError unless a person types the ID of the source server, at a terminal."""
    terminal.demand_person()
    report = checked.report
    server_id = report["sourceServerID"]
    terminal.demand(
        f"Source server {server_id} ({report.get('hostname') or 'without a name'}) in account {account_id}, {region}:\n"
        "its cutover will be FINALIZED.  This CANNOT BE UNDONE: replication stops, the replicated data is discarded,\n"
        f"and the launched instance {report.get('launchedInstanceID')} is then the only copy.\n"
        "Type the full ID of the source server to finalize it; anything else stops here:",
        server_id,
    )


class Approval:
    """The tag of the run on the source server, for the time of its finalization."""

    def __init__(self, aws: Aws, arn: str, tag: tuple[str, str], terminal: Terminal) -> None:
        self._mgn = aws.client("mgn", writes=True)
        self._arn = arn
        self._key, self._value = tag
        self._terminal = terminal

    def __enter__(self) -> None:
        self._mgn.tag_resource(resourceArn=self._arn, tags={self._key: self._value})

    def __exit__(self, *_: object) -> None:
        try:
            self._mgn.untag_resource(resourceArn=self._arn, tagKeys=[self._key])
        except (BotoCoreError, ClientError) as error:
            self._terminal.say(f"Stays: the tag {self._key} on the source server: {error}")


def finalize(function: Function, server_id: str) -> dict[str, Any]:
    """
    Finalize the source server, and return the function's report.

    Raises:
        AccountTestError: It is not finalized, with the code of the error.
    """
    report: dict[str, Any] = function.invoke(
        {"action": "finalize", "sourceServerID": server_id, "waitMinutes": 0, "requestedBy": "account-test"}
    )
    if report["outcome"] == Outcome.FINALIZED:
        return report
    error = report.get("error") or {}
    words = error.get("message") or "; ".join(line["reason"] for line in report["readiness"])
    raise AccountTestError(f"The source server is {report['outcome']}: {words}", *_codes(report["outcome"], error))


def _codes(outcome: str, error: dict[str, Any]) -> tuple[str, ...]:
    return (shown(outcome), *([shown(error["code"])] if error.get("code") else []))
