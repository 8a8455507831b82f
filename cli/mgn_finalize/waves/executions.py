"""The executions of a deployment: starts, describes and answers them, and reads their histories."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mgn_finalize.aws_errors import answered
from mgn_finalize.deployment import Deployment
from mgn_finalize.errors import ProgramError, on_ctrl_c
from mgn_finalize.waves.execution import Execution
from mgn_finalize.words import printable

Event = Mapping[str, Any]

# The most events that Step Functions returns at once; it returns 100 if it is not told.
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
LARGEST_PAGE = 1000
# The state machine refuses a malformed request in its first state.
FIRST_LOOKS, FIRST_PAUSE = 3, 0.5  # number, seconds
LOOK = "Look with: mgn-finalize wave watch"


class Executions:
    """The executions of a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._client = deployment.client("stepfunctions")

    def arn_of(self, name: str) -> str:
        """Return the ARN of the execution with *name*, which can be an ARN itself."""
        if name.startswith("arn:"):
            return name
        return f"{self._deployment.machine.replace(':stateMachine:', ':execution:')}:{name}"

    def start(self, request: Mapping[str, Any], name: str) -> dict[str, Any]:
        """
        Start an execution, and return the answer of Step Functions.

        With the same name and request, it returns the execution that runs already.

        Raises:
            ProgramError: The wave was started before, with this name, or Step Functions refuses the request.

            InterruptedByUserError: Ctrl-C; it may have been started.
        """
        machine, text = self._deployment.machine, json.dumps(request)
        interrupted = f"Execution {name} may have been started. {LOOK} {name}"
        with on_ctrl_c(interrupted), answered(f"Step Functions did not start {name}"):
            try:
                answer = self._client.start_execution(stateMachineArn=machine, name=name, input=text)
            except self._client.exceptions.ExecutionAlreadyExists as error:
                raise ProgramError(
                    f"Execution {name} was started before; each name runs once.",
                    hint=f"Follow it with mgn-finalize wave watch {name}, or give another --revision or --name.",
                ) from error
        return {"executionArn": answer["executionArn"], "startDate": answer["startDate"].isoformat()}

    def demand_accepted(self, arn: str) -> None:
        """
        Look for a moment whether the state machine refuses the request, which it does first of all.

        Raises:
            UnusableRequestError: The request is malformed.

            ProgramError: The execution failed for another reason.
        """
        for _ in range(FIRST_LOOKS):
            time.sleep(FIRST_PAUSE)
            found = self.describe(arn)
            if found.has_ended and found.status != "SUCCEEDED":
                raise found.failure()

    def describe(self, arn: str) -> Execution:
        """
        Return the execution as it is now.

        Raises:
            ProgramError: It does not exist, or Step Functions does not describe it.
        """
        with answered(f"Step Functions did not describe {arn.rpartition(':')[2]}"):
            found = self._client.describe_execution(executionArn=arn)
        return Execution(
            arn=arn,
            status=found["status"],
            request=_object(found.get("input")),
            output=_object(found["output"]) if "output" in found else None,
            error=found.get("error") or "",
            cause=found.get("cause") or "",
        )

    def last_part(self, name: str) -> Execution:
        """Return the last part of the wave that the execution with *name* began."""
        execution = self.describe(self.arn_of(name))
        while execution.next_part:
            execution = self.describe(execution.next_part)
        return execution

    def history(self, arn: str, *, after: int = 0) -> list[Event]:
        """
        Return the events with a number above *after*, oldest first.

        Step Functions is asked for the newest first, because a history can have 25,000 events.
        """
        news: dict[int, Event] = {}
        with answered(f"Step Functions did not return the history of {arn.rpartition(':')[2]}"):
            for page in self._pages(arn):
                news |= {event["id"]: event for event in page if event["id"] > after}
                if any(event["id"] <= after for event in page):
                    break
        return [news[number] for number in sorted(news)]

    def newest(self, arn: str) -> list[Event]:
        """Return the newest page of events, oldest first: up to a thousand."""
        with answered(f"Step Functions did not return the history of {arn.rpartition(':')[2]}"):
            return sorted(next(self._pages(arn)), key=lambda event: int(event["id"]))

    def _pages(self, arn: str) -> Iterator[list[Event]]:
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=arn,
            reverseOrder=True,
            includeExecutionData=True,
            PaginationConfig={"PageSize": LARGEST_PAGE},
        )
        for page in pages:
            yield page["events"]

    def batches(self, map_run: str) -> tuple[int, int]:
        """Return how many batches of a map run are done, and how many there are."""
        with answered("Step Functions did not describe the running batches"):
            counts = self._client.describe_map_run(mapRunArn=map_run)["itemCounts"]
        return sum(counts[name] for name in ("succeeded", "failed", "aborted", "timedOut")), counts["total"]

    def answer(self, arn: str, token: str, approval: Mapping[str, Any]) -> None:
        """
        Complete the task of *token*, for which the execution with *arn* waits.

        Raises:
            ProgramError: It was answered before, or it has expired.

            InterruptedByUserError: Ctrl-C; it may have been answered.
        """
        with _answering("approval", arn):
            self._client.send_task_success(taskToken=token, output=json.dumps(approval))

    def refuse(self, arn: str, token: str, reason: str) -> None:
        """
        Let the task of *token* fail, which ends the execution with *arn*.

        Raises:
            ProgramError: It was answered before, or it has expired.

            InterruptedByUserError: Ctrl-C; it may have been refused.
        """
        with _answering("refusal", arn):
            self._client.send_task_failure(taskToken=token, error="Refused", cause=printable(reason))


@contextmanager
def _answering(what: str, arn: str) -> Iterator[None]:
    interrupted = f"The {what} may have been accepted. {LOOK} {arn.rpartition(':')[2]}"
    with on_ctrl_c(interrupted), answered(f"Step Functions did not accept the {what}"):
        yield


def _object(text: str | None) -> Mapping[str, Any]:
    """Return *text* as a JSON object; an empty one for anything else."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}
