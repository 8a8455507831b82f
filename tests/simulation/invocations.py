"""The function on Lambda: events arrive late, twice and in any order; failed events are retried, then queued."""

import random
from dataclasses import dataclass, replace
from typing import Any

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from finalize_cutover.settings import read_settings
from tests.simulation.services import Killed, SimulatedAws
from tests.unit.invocations import invocation

SWEEP = {"action": "sweep"}
ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An event that is still to be delivered, with the number of failed attempts."""

    event: dict[str, Any]
    failures: int = 0


class Function:
    """
    Attributes:
        pending: Events that Lambda has yet to deliver.

        queue: Events on which all attempts failed.

        lost: Servers that could have been finalized but were not, without any report.
    """

    def __init__(self, aws: SimulatedAws, chance: random.Random, approval_binding: str) -> None:
        self.pending: list[Pending] = []
        self.queue: list[dict[str, Any]] = []
        self.lost: list[str] = []
        self.errors: list[str] = []
        self._aws = aws
        self._chance = chance
        self._settings = read_settings({"AWS_REGION": "eu-west-1", "APPROVAL_BINDING": approval_binding})

    def send(self, event: dict[str, Any], *, copies: int = 1) -> None:
        """Send *event*; it can be delivered more than once."""
        self.pending += [Pending(event=event)] * copies

    def deliver(self) -> None:
        """Deliver one of the pending events."""
        if not self.pending:
            return
        pending = self.pending.pop(self._chance.randrange(len(self.pending)))
        if self.run(pending.event) is not None:
            return
        again = replace(pending, failures=pending.failures + 1)
        if again.failures < ATTEMPTS:
            self.pending.append(again)
        else:
            self.queue.append(again.event)

    def run(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Invoke the function once; return its result, or None if it failed."""
        hopeful = [machine for machine in self._about(event) if machine.may_be_finalized]
        answer = self._answer(event)
        told = _told(answer) if event is SWEEP else set()
        if answer is not None:
            self.lost += [m.id for m in hopeful if m.may_be_finalized and m.id not in told]
        return answer

    def _answer(self, event: dict[str, Any]) -> dict[str, Any] | None:
        handler = sweep if event is SWEEP else launch_result
        # Sometimes Lambda has so little time left that no write can begin.
        seconds_left = 2 if self._aws.is_faulty and self._chance.random() < 0.05 else 900
        run = invocation(
            self._aws,  # type: ignore[arg-type] # has the members that are used
            seconds_left=seconds_left,
            settings=self._settings,
            make_acceptance=lambda *_: None,
            make_staging=lambda _account_id, _until: self._aws,
            make_publisher=lambda _until: self._aws,
        )
        try:
            return handler.handle(event, run)
        except (CutoverError, Killed) as error:
            self.errors.append(type(error).__name__)
            return None

    def _about(self, event: dict[str, Any]) -> list[Any]:
        machines = self._aws.machines.values()
        return [m for m in machines if event is SWEEP or any(arn.endswith(m.id) for arn in event["resources"])]


def _told(report: dict[str, Any] | None) -> set[str]:
    """Return the servers that failed or were not reached according to a sweep's *report*."""
    if report is None:
        return set()
    failed = {server["sourceServerID"] for server in report["servers"] if server["outcome"] == "FAILED"}
    return failed | set(report["remaining"])
