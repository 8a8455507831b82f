"""Concurrent actions of people and programs, at any time, often between a read and the following write."""

import random
from collections.abc import Callable
from functools import partial

from tests.simulation.aws.launches import FLAWS, Launches
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import ServiceError
from tests.simulation.aws.truth import APPROVED, Server
from tests.simulation.virtual.machine import Machine
from tests.simulation.watch.watch import Watch

DEEDS = (
    "finalize",
    "finalize",
    "revert",
    "revert",
    "launch_again",
    "launch_again",
    "disconnect",
    "call_it_cutover",
    "archive",
    "delete",
    "approve",
    "disapprove",
    "break_instance",
    "heal_instance",
    "stop_instance",
    "terminate_instance",
)


class People:
    """
    The people who work with the servers of *mgn*.

    Attributes:
        approval: Returns the value of the tag with which a server is approved.
    """

    def __init__(self, machine: Machine, chance: random.Random, mgn: Mgn, launches: Launches, watch: Watch) -> None:
        self._machine = machine
        self._chance = chance
        self._mgn = mgn
        self._launches = launches
        self._watch = watch
        self.approval: Callable[[Server], str] = lambda _server: APPROVED

    def do_something(self, server_id: str, *, deed: str | None = None) -> None:
        """Perform a random action on *server_id* in the console, if MGN allows it."""
        deed = deed or self._chance.choice(DEEDS)
        self._watch.counts[f"people: {deed}"] += 1
        self._watch.note("somebody does", deed, server_id)
        try:
            getattr(self, f"_{deed}")(server_id)
        except ServiceError as error:
            self._watch.note("but", error)

    def _finalize(self, server_id: str) -> None:
        self._mgn.finalize(server_id)

    def _revert(self, server_id: str) -> None:
        self._mgn.revert(server_id)

    def _launch_again(self, server_id: str) -> None:
        self._mgn.revert(server_id)
        flaw = self._chance.choice((None, None, *FLAWS))
        self._machine.after(self._chance.choice((0.0, 0.1, 20.0)), partial(self._launch, server_id, flaw))

    def _launch(self, server_id: str, flaw: str | None) -> None:
        self._launches.start([server_id], flaw)

    def _disconnect(self, server_id: str) -> None:
        self._mgn.disconnect(server_id)

    def _call_it_cutover(self, server_id: str) -> None:
        self._mgn.call_it_cutover(server_id)

    def _archive(self, server_id: str) -> None:
        self._mgn.archive(server_id)

    def _delete(self, server_id: str) -> None:
        if self._chance.random() < 0.3:
            self._mgn.servers.change(server_id, exists=False)

    def _approve(self, server_id: str) -> None:
        self._mgn.servers.change(server_id, approval=self.approval(self._mgn.servers[server_id]))

    def _disapprove(self, server_id: str) -> None:
        self._mgn.servers.change(server_id, approval=self._chance.choice((None, "refused")))

    def _break_instance(self, server_id: str) -> None:
        self._set_instance(server_id, "impaired")

    def _heal_instance(self, server_id: str) -> None:
        self._set_instance(server_id, "ok")

    def _stop_instance(self, server_id: str) -> None:
        self._set_instance(server_id, "ok", state="stopped")

    def _terminate_instance(self, server_id: str) -> None:
        self._set_instance(server_id, "ok", state="terminated")

    def _set_instance(self, server_id: str, status: str, *, state: str = "running") -> None:
        launched = self._mgn.servers[server_id].launched
        if not launched or launched.instance_id not in self._mgn.instances:
            return
        if self._mgn.instances[launched.instance_id].state != "terminated":
            self._mgn.instances.change(launched.instance_id, instance=status, state=state)
