"""Follows an execution: what it does now, and what each round found."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mgn_finalize.forms import understood
from mgn_finalize.waves.approval import ANSWERED, ASKED
from mgn_finalize.waves.execution import Execution
from mgn_finalize.waves.executions import Event, Executions
from mgn_finalize.words import counted, number_of

# What an execution does in a state; states that take no time are left out.
DOING = {
    "Select": "Selecting the source servers",
    "SelectAgain": "Selecting the source servers again",
    "AskApproval": "Waiting for an approval",
    "FinalizeApproved": "Finalizing what is approved",
    "WaitForNextRound": "Waiting for the next round",
    "CountOutcomes": "Counting the outcomes",
}
BATCHES = "AskEachBatch"
# Between the check of every batch and this, nothing was finalized.
DECIDED = "IsApprovalNeeded"


@dataclass(frozen=True, kw_only=True)
class Look:
    """
    What was seen at one moment.

    Attributes:
        news: Sentences about what has happened since the last look.

        doing: What it does now.

        batches: How many batches are done, and how many there are; None if it works on none.
    """

    execution: Execution
    news: tuple[str, ...]
    doing: str
    batches: tuple[int, int] | None


class Watch:
    """Looks at one execution again and again, and remembers what it has seen."""

    def __init__(self, executions: Executions, arn: str) -> None:
        self._executions = executions
        self._arn = arn
        self._seen = 0
        self._doing = "Starting"
        self._is_decided = False
        self._map_run: str | None = None

    @understood("The history of the execution")
    def look(self) -> Look:
        """
        Return what has happened since the last look, and what goes on now.

        Raises:
            ProgramError: Step Functions does not say so, or an event has another form.
        """
        execution = self._executions.describe(self._arn)
        events = self._executions.history(self._arn, after=self._seen)
        news = tuple(sentence for event in events for sentence in self._take(event))
        batches = self._executions.batches(self._map_run) if self._map_run and not execution.has_ended else None
        return Look(execution=execution, news=news, doing=self._doing, batches=batches)

    def _take(self, event: Event) -> Iterator[str]:
        """Remember *event*, and yield what a person should know of it."""
        self._seen = max(self._seen, event["id"])
        if entered := event.get("stateEnteredEventDetails"):
            self._enter(entered["name"])
        elif started := event.get("mapRunStartedEventDetails"):
            self._map_run = started["mapRunArn"]
        elif asked := event.get("taskScheduledEventDetails"):
            yield from self._scheduled(asked)
        elif event["type"] in ANSWERED and self._doing == DOING["AskApproval"]:
            yield APPROVALS.get(event["type"], "The approval has ended.")

    def _enter(self, state: str) -> None:
        if state == "Select":
            self._is_decided = False
        elif state == DECIDED:
            self._is_decided = True
        if state == BATCHES:
            self._doing = "Finalizing" if self._is_decided else "Checking"
        elif state in DOING:
            self._doing = DOING[state]
        if state in DOING:
            self._map_run = None

    def _scheduled(self, task: Mapping[str, Any]) -> Iterator[str]:
        if task["resource"] == ASKED:
            name = self._arn.rpartition(":")[2]
            yield f"It waits for an approval: mgn-finalize wave approve {name}"
        elif task["resource"] == "putEvents":
            for entry in json.loads(task["parameters"])["Entries"]:
                yield round_of(entry["Detail"])


APPROVALS = {
    "TaskSucceeded": "It was approved.",
    "TaskFailed": "It was refused.",
    "TaskTimedOut": "Nobody approved it in time.",
}


def round_of(detail: Any) -> str:
    """Return the sentence about a round, from the event that the state machine publishes after it."""
    found = json.loads(detail) if isinstance(detail, str) else detail
    unanswered = f", {found['unanswered']} unanswered" if found.get("unanswered") else ""
    of_all = f"{counted(found['counts'])}{unanswered} of {number_of(found['total'], 'source server')}"
    return f"Round {found['round']}: {of_all}; {found['changed']} changed; until {found['deadline']}"
