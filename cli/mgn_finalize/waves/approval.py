"""
The approval that an execution waits for.

The token is in the message that the topic of approvals received, and in the history of the execution.  The message also
names the results of the check, which are exactly what an approval covers.
"""

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mgn_finalize.errors import ProgramError
from mgn_finalize.forms import INSTALL, understood
from mgn_finalize.waves.execution import Execution
from mgn_finalize.waves.executions import Event, Executions

REQUEST = "The request for the approval"
ASKED = "publish.waitForTaskToken"
ANSWERED = {"TaskSucceeded", "TaskFailed", "TaskTimedOut", "ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"}
RESULTS = re.compile(r"s3://(?P<bucket>[^/\s]+)/(?P<key>\S+/manifest\.json)")


@dataclass(frozen=True, kw_only=True)
class Approval:
    """
    A request for an approval.

    Attributes:
        token: Completes the task that waits; a secret.

        bucket: Bucket of the results of the check.

        manifest: Key of the manifest of these results.
    """

    token: str
    bucket: str
    manifest: str


@understood(REQUEST)
def awaited(executions: Executions, execution: Execution) -> Approval:
    """
    Return the approval that *execution* waits for.

    Raises:
        ProgramError: It waits for none, or the request has another form.
    """
    message = None if execution.has_ended else requested_in(executions.newest(execution.arn))
    if message is None:
        raise ProgramError(
            f"Execution {execution.name} does not wait for an approval; its status is {execution.status}.",
            hint=f"Follow it with: mgn-finalize wave watch {execution.name}",
        )
    return read(message)


def requested_in(events: Sequence[Event]) -> str | None:
    """Return the message of the approval that is open at the end of *events*; None if none is."""
    message = None
    for event in events:
        asked = event.get("taskScheduledEventDetails")
        if asked and asked["resource"] == ASKED:
            message = str(json.loads(asked["parameters"])["Message"])
        elif event["type"] in ANSWERED:
            message = None
    return message


def read(message: str) -> Approval:
    """
    Return the approval that *message* requests.

    Raises:
        ProgramError: The state machine sends another message than this program knows.
    """
    results, token = RESULTS.search(message), _token(message)
    if results is None or token is None:
        raise ProgramError(
            f"{REQUEST} has a form that this program does not know.",
            hint=INSTALL,
        )
    return Approval(token=token, bucket=results["bucket"], manifest=results["key"])


def _token(message: str) -> str | None:
    """Return the token in the command that approves, which is a line of *message*."""
    for line in message.splitlines():
        if line.startswith("aws stepfunctions send-task-success "):
            words = shlex.split(line)
            return words[words.index("--task-token") + 1]
    return None


def approval_by(name: str) -> dict[str, Any]:
    """Return the answer that approves."""
    return {"approvedBy": name}
