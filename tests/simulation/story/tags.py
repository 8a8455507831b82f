"""People who hold, release, postpone and approve source servers by tags, at any time."""

import math
import random
from datetime import timedelta, timezone
from functools import partial
from typing import Any

from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.truth import APPROVED, NotBefore, Server
from tests.simulation.story.parameters import Parameters
from tests.simulation.story.wishes import APPLICATION
from tests.simulation.virtual.machine import Machine

OTHER_APPLICATION = "app-00000000000000002"
NOT_BEFORE = "FinalizeCutoverNotBefore"
# How often a person sets or removes a tag between two calls, and a hold between a read and the write.
MEDDLING, HOLDS_BEFORE_WRITE = 0.02, 0.05
DEEDS = ("hold", "hold", "hold", "release", "postpone", "postpone", "postpone", "end_postponement", "approve")
# Values that are no time with a time zone.
NO_TIMES = ("", "tomorrow", "2026-11-23", "{:%Y-%m-%dT%H:%M:%S}", "{:%Y-%m-%dT%H:%M:%S} UTC", "{:%s}")
ZONES = (0, 120, 120, -300, -300, 345)  # minutes ahead of UTC
A_MONTH = 30 * 86400  # seconds


class Tags:
    """The people who set tags; *chance* is their own, so that histories without them stay the same."""

    def __init__(self, machine: Machine, chance: random.Random, mgn: Mgn, parameters: Parameters, watch: Any) -> None:
        self._machine = machine
        self._chance = chance
        self._mgn = mgn
        self._parameters = parameters
        self._watch = watch

    def begin(self, *, until: float) -> None:
        """Set some tags, and plan some changes."""
        chance, server_ids = self._chance, list(self._mgn.servers)
        if self._parameters.asked.applications_together:
            self._divide(self._mgn.in_account()[1:])
        for server_id in server_ids:
            if chance.random() < 0.15:
                self.do_something(server_id, deed=chance.choice(("hold", "postpone", "postpone")))
        for _ in range(chance.choice((0, 1, 2, 4, 8))):
            self._machine.after(chance.uniform(0, until), partial(self.do_something, chance.choice(server_ids)))

    def _divide(self, server_ids: list[str]) -> None:
        """Move some servers to another application, or to none, so that an application has few servers."""
        self._mgn.applications[OTHER_APPLICATION] = []
        for server_id in server_ids:
            if (application_id := self._chance.choice((APPLICATION, OTHER_APPLICATION, None))) != APPLICATION:
                self._mgn.applications[APPLICATION].remove(server_id)
                self._change(server_id, application_id=application_id)
            if application_id == OTHER_APPLICATION:
                self._mgn.applications[OTHER_APPLICATION].append(server_id)

    def come_between(self) -> None:
        """Sometimes change a tag soon after a call."""
        chance = self._chance
        if chance.random() < MEDDLING:
            server_id = chance.choice(list(self._mgn.servers))
            self._machine.after(chance.uniform(0, chance.choice((0.1, 1, 10))), partial(self.do_something, server_id))

    def come_before_write(self, server_id: str) -> None:
        """Sometimes hold *server_id* after the last look, when its write is sent."""
        if self._chance.random() < HOLDS_BEFORE_WRITE:
            self.do_something(server_id, deed="hold")

    def do_something(self, server_id: str, *, deed: str | None = None) -> None:
        """Perform a random action on the tags of *server_id*."""
        deed = deed or self._chance.choice(DEEDS)
        self._watch.counts[f"tags: {deed}"] += 1
        self._watch.note("somebody does", deed, server_id)
        getattr(self, f"_{deed}")(server_id)

    def launched(self, server_id: str) -> bool:
        """Mostly plan an approval of the launched instance; return whether a new launch follows it."""
        chance = self._chance
        if not self._parameters.asked.approves_instance or chance.random() < 0.3:
            return False
        approve = partial(self.do_something, server_id, deed="approve")
        self._machine.after(chance.uniform(0, chance.choice((0.2, 5, 60))), approve)
        return chance.random() < 0.3

    def approval(self, server: Server) -> str:
        """Return the value with which a person approves *server* as it is now."""
        if not self._parameters.asked.approves_instance:
            return APPROVED
        return server.launched.instance_id if server.launched else "i-00000000000000000"

    def cure(self) -> None:
        """Release everything, and approve every launched instance."""
        for server_id in self._mgn.servers:
            self._change(server_id, hold=None, not_before=None)
            self._approve(server_id, is_right=True)

    def _hold(self, server_id: str) -> None:
        key = self._parameters.hold_key
        key = self._chance.choice((key, key, key.lower(), key.upper(), f" {key}"))
        self._change(server_id, hold=(key, self._chance.choice(("", "", "true", "false", "until Monday"))))

    def _release(self, server_id: str) -> None:
        self._change(server_id, hold=None)

    def _postpone(self, server_id: str) -> None:
        chance = self._chance
        at = math.floor(self._machine.now) + chance.choice((-3600, -60, 1, 3, 10, 30, 60, 200, A_MONTH))
        moment = self._machine.date(at).astimezone(timezone(timedelta(minutes=chance.choice(ZONES))))
        kind = chance.random()
        key, text, is_valid = NOT_BEFORE, moment.isoformat(), kind < 0.75
        if kind < 0.3:
            text = text.replace("+00:00", "Z")
        elif 0.75 <= kind < 0.9:
            text = chance.choice(NO_TIMES).format(moment)
        elif kind >= 0.9:
            key = chance.choice((key.lower(), f"{key} "))
        self._change(server_id, not_before=NotBefore(key=key, text=text, at=at if is_valid else None))

    def _end_postponement(self, server_id: str) -> None:
        self._change(server_id, not_before=None)

    def _approve(self, server_id: str, *, is_right: bool = False) -> None:
        """Approve *server_id*, in a deployment that approves instances sometimes with a wrong value."""
        value = self.approval(self._mgn.servers[server_id])
        kind = 1.0 if is_right or value == APPROVED else self._chance.random()
        if kind < 0.1:
            value = self.approval(self._mgn.servers[self._chance.choice(list(self._mgn.servers))])
        elif kind < 0.15:
            value = self._chance.choice((value.upper(), f"{value} ", value[:-1], APPROVED))
        self._change(server_id, approval=value)

    def _change(self, server_id: str, **tags: Any) -> None:
        self._mgn.servers.change(server_id, **tags)
