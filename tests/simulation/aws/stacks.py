"""
A stack with custom resources and another resource that can fail: CloudFormation creates, updates and rolls back.

CloudFormation behaves as observed: it sends the Delete for a cancelled Create at once, with a generated ID; it rolls
back a failed update with Updates that have the old and the new properties swapped.
"""

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests.simulation.aws.documents import root_of
from tests.simulation.aws.requests import Answer, CloudFormation, Request, Wish
from tests.simulation.aws.truth import Versions
from tests.simulation.virtual.machine import Machine

Then = Callable[[], object]


class Stack:
    """
    A stack.

    Attributes:
        ended: Called when an operation has succeeded or failed.
    """

    def __init__(
        self, stack_id: str, machine: Machine, chance: random.Random, cfn: CloudFormation, statuses: Versions[str]
    ) -> None:
        self.id = stack_id
        self._root_id = root_of(stack_id)
        self.ended: Then = lambda: None
        self._machine = machine
        self._chance = chance
        self._cfn = cfn
        self._statuses = statuses
        self._wishes: dict[str, Wish] = {}
        self._ids: dict[str, str] = {}
        self._open: dict[str, Request] = {}

    @property
    def status(self) -> str:
        return self._statuses[self.id]

    def create(self, wishes: Mapping[str, Wish], *, neighbour_fails_after: float | None) -> None:
        """Create the stack; another resource can fail before or after the custom resources; None means no failure."""
        self._set("CREATE_IN_PROGRESS")
        self._wishes = dict(wishes)
        way = _Way(partial(self._end, "CREATE_COMPLETE"), self._roll_back_create, neighbour_fails_after is not None)
        self._go("Create", wishes, way, neighbour_fails_after)

    def adopt(self, wishes: Mapping[str, Wish]) -> None:
        """Start with resources that were created long ago."""
        self._wishes = dict(wishes)
        self._ids = {name: wish.asked.physical_id or "unknown" for name, wish in wishes.items()}
        self._end("CREATE_COMPLETE")

    def update(self, wishes: Mapping[str, Wish], *, neighbour_fails_after: float | None) -> None:
        """Update the resources named in *wishes*."""
        self._set("UPDATE_IN_PROGRESS")
        before, ids = {name: self._wishes[name] for name in wishes}, dict(self._ids)
        self._wishes |= wishes
        roll_back = partial(self._roll_back_update, before, wishes)
        way = _Way(partial(self._updated, ids), roll_back, neighbour_fails_after is not None)
        self._go("Update", wishes, way, neighbour_fails_after, before)

    def delete(self) -> None:
        """Delete the stack."""
        self._set("DELETE_IN_PROGRESS")
        self._delete_all(dict(self._ids), partial(self._end, "DELETE_COMPLETE"))

    def _go(
        self,
        type_: str,
        wishes: Mapping[str, Wish],
        way: "_Way",
        neighbour_fails_after: float | None,
        before: Mapping[str, Wish] | None = None,
    ) -> None:
        """Send a request for each of *wishes*; continue after all responses, or after the first failure."""

        def done(request: Request, answer: Answer | None) -> None:
            if not way.is_over:
                self._note(request, answer)
                way.step(is_ok=answer is not None and answer.is_success, is_last=not self._open)

        if neighbour_fails_after is not None:
            self._machine.after(neighbour_fails_after, way.fail)
        for name, wish in wishes.items():
            self._send(type_, name, wish, done, old=before[name].properties if before else None)

    def _send(self, type_: str, name: str, wish: Wish, done: Any, **rest: Any) -> None:
        if type_ != "Create":
            rest.setdefault("physical_id", self._ids.get(name))
        request = Request(type=type_, stack_id=self.id, logical_id=name, wish=wish, done=done, **rest)
        self._open[name] = self._cfn.send(request)

    def _note(self, request: Request, answer: Answer | None) -> None:
        """Record the physical ID after a request; CloudFormation generates one if the response has none."""
        self._open.pop(request.logical_id, None)
        made_up = request.physical_id or f"made-up-{request.number}"
        if request.type != "Delete":
            self._ids[request.logical_id] = answer.body["PhysicalResourceId"] if answer else made_up

    def _cancel(self) -> None:
        for request in list(self._open.values()):
            request.is_given_up = True
            self._note(request, None)

    def _roll_back_create(self) -> None:
        self._set("ROLLBACK_IN_PROGRESS", self._root_id)
        self._after_the_root(self._go_on_to_roll_back_create)

    def _go_on_to_roll_back_create(self) -> None:
        self._set("ROLLBACK_IN_PROGRESS")
        self._cancel()
        self._delete_all(dict(self._ids), partial(self._end, "ROLLBACK_COMPLETE"))

    def _updated(self, before: Mapping[str, str]) -> None:
        self._set("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._delete_all(self._replaced(before), partial(self._end, "UPDATE_COMPLETE"))

    def _roll_back_update(self, before: Mapping[str, Wish], wishes: Mapping[str, Wish]) -> None:
        self._set("UPDATE_ROLLBACK_IN_PROGRESS", self._root_id)
        self._after_the_root(partial(self._go_on_to_roll_back_update, before, wishes))

    def _go_on_to_roll_back_update(self, before: Mapping[str, Wish], wishes: Mapping[str, Wish]) -> None:
        self._set("UPDATE_ROLLBACK_IN_PROGRESS")
        self._cancel()
        ids, failures = dict(self._ids), []

        def done(request: Request, answer: Answer | None) -> None:
            self._note(request, answer)
            failures.extend([] if answer and answer.is_success else [request])
            if not self._open:
                end = "UPDATE_ROLLBACK_FAILED" if failures else "UPDATE_ROLLBACK_COMPLETE"
                self._delete_all(self._replaced(ids), partial(self._end, end))

        self._wishes |= before
        for name, wish in before.items():
            self._send("Update", name, wish, done, old=wishes[name].properties, is_rollback=True)

    def _replaced(self, before: Mapping[str, str]) -> dict[str, str]:
        return {name: id_ for name, id_ in before.items() if self._ids[name] != id_}

    def _delete_all(self, ids: Mapping[str, str], then: Then) -> None:
        def done(request: Request, answer: Answer | None) -> None:
            self._note(request, answer)
            if not self._open:
                then()

        if not ids:
            then()
        for name, physical_id in ids.items():
            self._send("Delete", name, self._wishes[name], done, physical_id=physical_id)

    def _after_the_root(self, roll_back: Then) -> None:
        """Roll back; a nested stack learns of the root's rollback later, and works on until then."""
        if self._root_id:
            self._machine.after(self._chance.uniform(0, self._chance.choice((1, 30, 120))), roll_back)
        else:
            roll_back()

    def _set(self, status: str, stack_id: str | None = None) -> None:
        """Set the status of one stack, or of this stack and its root."""
        for each in {stack_id} if stack_id else {self.id, self._root_id or self.id}:
            self._statuses.put(each, status)

    def _end(self, status: str) -> None:
        self._set(status)
        self.ended()


class _Way:
    """The continuation of an operation: it succeeds or fails exactly once."""

    def __init__(self, succeed: Then, fail: Then, is_doomed: bool) -> None:
        self.is_over = False
        self._succeed = succeed
        self._fail = fail
        self._is_doomed = is_doomed

    def step(self, *, is_ok: bool, is_last: bool) -> None:
        """Continue after a response."""
        if not is_ok:
            self.fail()
        elif is_last and not self._is_doomed:
            self.is_over = True
            self._succeed()

    def fail(self) -> None:
        """Roll back, unless the operation has already ended."""
        if not self.is_over:
            self.is_over = True
            self._fail()
