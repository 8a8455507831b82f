"""The callers of the handlers: events, sweeps, direct callers, stacks."""

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.simulation.aws import documents
from tests.simulation.aws.function import Function
from tests.simulation.aws.invocation import Asked
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.requests import CloudFormation, Wish
from tests.simulation.aws.stacks import Stack
from tests.simulation.aws.truth import ACCOUNT, Versions
from tests.simulation.story.wishes import Wishes
from tests.simulation.virtual.machine import Machine

FOREIGN_ACCOUNT = "444455556666"
SWEEP_EVERY = 400.0  # seconds
STACK_ID = f"arn:aws:cloudformation:{documents.REGION}:{ACCOUNT}:stack/{{}}-{{}}/5b7a6f8e"


class Automation:
    """
    MGN's events, which can be lost, and the schedule.

    Attributes:
        asked: What a sweep asks for, with the optional rules of the deployment.

        account_ids: IDs of the accounts that automation covers.
    """

    def __init__(self, machine: Machine, chance: random.Random, function: Function, mgn: Mgn, asked: Asked) -> None:
        self.asked = asked
        self.account_ids = {ACCOUNT}
        self._mgn = mgn
        self._machine = machine
        self._chance = chance
        self._function = function

    def tell_launched(self, server_id: str) -> None:
        """Send the launch result of *server_id* to the event rule, unless the event is lost."""
        chance = self._chance
        if chance.random() < 0.1:
            return
        state = chance.choice(
            ("CUTOVER_LAUNCH_SUCCEEDED",) * 8 + ("*CUTOVER_LAUNCH_SUCCEEDED*", "TEST_LAUNCH_SUCCEEDED")
        )
        # A rule of another account can forward its events, about a server whose ID exists here, too.
        account = chance.choice((self._mgn.servers[server_id].account,) * 12 + (FOREIGN_ACCOUNT,))
        is_about_us = "CUTOVER" in state and account in self.account_ids
        asked = replace(self.asked, handler="launch_result", servers=(server_id,), may_finalize=is_about_us)
        delay = chance.uniform(0, chance.choice((1, 1, 60, 200)))
        self._machine.after(delay, partial(self._function.send, self._event(server_id, state, account), asked))

    def sweep(self) -> None:
        """Fire the schedule."""
        self._function.send({"action": "sweep"}, self.asked)

    def sweep_until(self, end: float) -> None:
        """Fire the schedule at intervals until *end*, sometimes twice at the same time."""
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            self.sweep()
        if self._machine.now + SWEEP_EVERY < end:
            self._machine.after(SWEEP_EVERY, partial(self.sweep_until, end))

    @staticmethod
    def _event(server_id: str, state: str, account: str) -> dict[str, Any]:
        return {
            "version": "0",
            "id": "9da9af57-9253-4406-87cb-7cc400e43465",
            "detail-type": "MGN Source Server Launch Result",
            "source": "aws.mgn",
            "account": account,
            "time": "2026-11-23T10:00:00Z",
            "region": documents.REGION,
            "resources": [documents.arn(server_id, account)],
            "detail": {"state": state, "job-id": "mgnjob-00000000000000001"},
        }


class Stacks:
    """People who deploy templates."""

    def __init__(
        self, machine: Machine, chance: random.Random, cfn: CloudFormation, statuses: Versions[str], wishes: Wishes
    ) -> None:
        self._machine = machine
        self._chance = chance
        self._cfn = cfn
        self._statuses = statuses
        self._wishes = wishes
        self._count = 0

    def begin(self) -> None:
        """Create a stack, then possibly update it, then possibly delete it."""
        self._count += 1
        name = self._chance.choice(("web", "web", "web", "nested"))
        stack = Stack(STACK_ID.format(name, self._count), self._machine, self._chance, self._cfn, self._statuses)
        wishes = {f"Cutover{number}": self._wishes.resource() for number in range(self._chance.choice((1, 1, 2)))}
        plan = [lambda: self._update(stack, wishes) for _ in range(self._chance.choice((0, 0, 1, 2)))]
        plan += [stack.delete] if self._chance.random() < 0.4 else []
        stack.ended = partial(self._go_on, stack, plan)
        if plan and self._chance.random() < 0.5:
            stack.adopt(wishes)
        else:
            stack.create(wishes, neighbour_fails_after=self._neighbour())

    def _go_on(self, stack: Stack, plan: list[Callable[[], None]]) -> None:
        if plan and stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}:
            self._machine.after(self._chance.uniform(1, self._chance.choice((2, 120))), plan.pop(0))

    def _update(self, stack: Stack, wishes: dict[str, Wish]) -> None:
        changed = {name: self._wishes.resource() for name in wishes if self._chance.random() < 0.7}
        if changed:
            stack.update(changed, neighbour_fails_after=self._neighbour())
        else:
            stack.ended()

    def _neighbour(self) -> float | None:
        if self._chance.random() < 0.7:
            return None
        return self._chance.uniform(0, self._chance.choice((1, 30, 200)))
