"""The owners of the application, who change what the optional rules read, at any time."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.simulation.aws.invocation import Asked
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.sources import (
    MISDEEDS,
    VALIDATOR,
    Alarm,
    Calendar,
    Health,
    Protection,
    Snapshot,
    Sources,
    Validator,
)
from tests.simulation.story.races import Race
from tests.simulation.virtual.machine import Machine

PREFIX = "acceptance-"
ALARMS = {"web-errors": "MetricAlarms", "web-all": "CompositeAlarms", "web-log": "LogAlarms"}
NO_ALARM, NO_CALENDAR = "web-gone", "gone"
BY_SCHEDULE, BY_HAND = "weekdays", "freeze"
REQUIRABLE = ("application-status", "termination-protection", "backup", "validator")
SWEEP: dict[str, Any] = {"handler": "sweep", "needs_approval": True}
LONG_AGO = -3600.0  # seconds
DEEDS = (
    *("change_alarm", "change_alarm", "change_health", "change_health", "change_calendar", "change_calendar"),
    *("change_calendar", "change_protection", "attach_volume", "delete_snapshot", "change_validator"),
)


class Owners:
    """The owners; *chance* is their own, so that histories without them stay the same."""

    def __init__(self, machine: Machine, chance: random.Random, mgn: Mgn, sources: Sources, watch: Any) -> None:
        self._machine = machine
        self._chance = chance
        self._mgn = mgn
        self._sources = sources
        self._watch = watch
        self._count = 0

    def begin(self, *, until: float) -> None:
        """Create the alarms, the calendars and the validator function, and plan some changes."""
        chance = self._chance
        names = {f"{PREFIX}{id_}-cpu": "MetricAlarms" for id_ in self._mgn.servers if chance.random() < 0.9}
        names |= {f"{PREFIX}app-00000000000000001-all": "CompositeAlarms"} if chance.random() < 0.8 else {}
        for name, kind in {**ALARMS, **names}.items():
            alarm = Alarm(name=name, kind=kind, state="OK", since=chance.choice((LONG_AGO, LONG_AGO, None)))
            self._sources.alarms.put(name, alarm)
            if chance.random() < 0.08:
                self._set_alarm(name)
        self._sources.calendars.put(BY_HAND, Calendar(state="OPEN"))
        if chance.random() < 0.2:
            self._change_calendar()
        self._schedule(chance.choice(("OPEN", "OPEN", "CLOSED")), until)
        self._sources.validator.put(VALIDATOR, Validator())
        if chance.random() < 0.2:
            self._change_validator()
        for _ in range(chance.choice((0, 1, 3, 6, 10))):
            self._machine.after(chance.uniform(0, until), self.do_something)

    def do_something(self) -> None:
        """Change one of the sources."""
        deed = self._chance.choice(DEEDS)
        self._watch.counts[f"owners: {deed}"] += 1
        self._watch.note("an owner does", deed)
        getattr(self, f"_{deed}")()

    def cure(self) -> None:
        """Make everything good, so that approved servers must be finalized in the end."""
        now = self._machine.now
        for name in self._sources.alarms:
            self._sources.alarms.change(name, state="OK", since=now, evaluation=None, exists=True)
        for instance_id in self._sources.health:
            self._set_health(instance_id, "ok")
        for instance_id in self._sources.protections:
            self._sources.protections.change(instance_id, is_on=True)
        for volume in self._sources.snapshots:
            self._snap(volume, "completed", "person")
        for name in self._sources.calendars:
            self._sources.calendars.put(name, Calendar(state="OPEN"))
        self._sources.validator.put(VALIDATOR, Validator())

    def instance_appeared(self, instance_id: str) -> None:
        """Create what belongs to a launched instance, and let it change in the next minutes."""
        chance = self._chance
        spot = chance.random() < 0.06
        self._sources.protections.put(instance_id, Protection(is_on=not spot and chance.random() < 0.5, is_spot=spot))
        volumes = tuple(f"vol-{number}-{instance_id}" for number in range(chance.choice((1, 1, 1, 1, 2, 2, 0))))
        self._sources.volumes.put(instance_id, volumes)
        if chance.random() < 0.95:
            self._set_health(instance_id, "initializing")
            healths = ("ok",) * 12 + ("insufficient-data", "impaired", "not-applicable")
            self._later(partial(self._set_health, instance_id, chance.choice(healths)), 0, chance.choice((5, 60)))
        for volume in volumes:
            self._sources.snapshots.put(volume, ())
            if chance.random() < 0.3:
                self._later(partial(self._snap, volume, "completed", "person"), 0, 20)

    def launched(self, server_id: str) -> None:
        """Plan the snapshots of a launched instance."""
        launched = self._mgn.servers[server_id].launched
        if launched and launched.instance_id in self._sources.volumes:
            for volume in self._sources.volumes[launched.instance_id]:
                self._plan_snapshots(volume)

    def _plan_snapshots(self, volume: str) -> None:
        chance = self._chance
        if chance.random() < 0.3:
            self._later(partial(self._snap, volume, "completed", "mgn"), 0, 60)
        if chance.random() < 0.9:
            begin = chance.uniform(0, chance.choice((5, 30, 200)))
            maker = chance.choice(("person", "person", "dlm"))
            self._later(partial(self._snap, volume, "pending", maker), begin, begin)
            end = chance.choice(("completed",) * 8 + ("error", "recoverable"))
            self._later(partial(self._end_snapshots, volume, end), begin, begin + chance.choice((5, 60)))

    def _later(self, effect: Callable[[], object], begin: float, end: float) -> None:
        self._machine.after(self._chance.uniform(begin, end), effect)

    def _snap(self, volume: str, state: str, maker: str) -> None:
        self._count += 1
        snapshot = Snapshot(id=f"snap-{self._count:06}", state=state, started_at=self._machine.now, maker=maker)
        self._sources.snapshots.put(volume, (*self._sources.snapshots[volume], snapshot))

    def _end_snapshots(self, volume: str, state: str) -> None:
        ended = [
            replace(each, state=state) if each.state == "pending" else each for each in self._sources.snapshots[volume]
        ]
        self._sources.snapshots.put(volume, tuple(ended))

    def _set_health(self, instance_id: str, status: str) -> None:
        since = self._chance.choice((self._machine.now,) * 5 + (None,))
        self._sources.health.put(instance_id, Health(status=status, since=since))
        if instance_id in self._mgn.instances:
            self._mgn.instances.change(instance_id, application=status)

    def _set_alarm(self, name: str) -> None:
        state = self._chance.choice(("OK", "OK", "OK", "ALARM", "ALARM", "INSUFFICIENT_DATA", "PAUSED"))
        evaluation = self._chance.choice((None,) * 3 + ("PARTIAL_DATA", "EVALUATION_ERROR"))
        exists = self._chance.random() < 0.9
        self._sources.alarms.change(name, state=state, since=self._machine.now, evaluation=evaluation, exists=exists)

    def _change_alarm(self) -> None:
        self._set_alarm(self._chance.choice(list(self._sources.alarms)))

    def _change_health(self) -> None:
        if instance_ids := list(self._sources.health):
            status = self._chance.choice(("ok", "ok", "impaired", "insufficient-data", "suppressed"))
            self._set_health(self._chance.choice(instance_ids), status)

    def _change_protection(self) -> None:
        if instance_ids := list(self._sources.protections):
            instance_id = self._chance.choice(instance_ids)
            protection = self._sources.protections[instance_id]
            self._sources.protections.change(instance_id, is_on=not protection.is_on and not protection.is_spot)

    def _attach_volume(self) -> None:
        if instance_ids := list(self._sources.volumes):
            instance_id = self._chance.choice(instance_ids)
            self._count += 1
            volume = f"vol-{self._count + 10}-{instance_id}"
            self._sources.volumes.put(instance_id, (*self._sources.volumes[instance_id], volume))
            self._sources.snapshots.put(volume, ())
            self._plan_snapshots(volume)

    def _delete_snapshot(self) -> None:
        if volumes := list(self._sources.snapshots):
            volume = self._chance.choice(volumes)
            self._sources.snapshots.put(volume, self._sources.snapshots[volume][:-1])

    def _change_validator(self) -> None:
        chance = self._chance
        if chance.random() < 0.4:
            self._sources.validator.put(VALIDATOR, Validator(misdeed=chance.choice(MISDEEDS)))
            return
        sayings = ("PASS", "PASS", "PASS", "WAIT", "BLOCK", "pass", "OK", None)
        verdicts = {id_: chance.choice(sayings) for id_ in self._mgn.servers}
        self._sources.validator.put(VALIDATOR, Validator(verdicts=verdicts))

    def _change_calendar(self) -> None:
        """Edit a calendar, so that its state changes at once, or an announced change comes soon."""
        kind = self._chance.random()
        if kind < 0.4:
            self._sources.calendars.put(BY_HAND, Calendar(state=self._chance.choice(("OPEN", "OPEN", "CLOSED"))))
            return
        before, after = ("OPEN", "CLOSED") if kind < 0.85 else ("CLOSED", "OPEN")
        self._change_soon(before, after, self._chance.choice((1, 2, 3, 5, 8, 30)))

    def _change_soon(self, before: str, after: str, seconds: int) -> None:
        now = self._machine.now
        changes_at = math.ceil(now) + seconds
        self._sources.calendars.put(BY_HAND, Calendar(state=before, changes_at=changes_at))
        self._machine.after(changes_at - now, partial(self._pass_on, BY_HAND, changes_at, Calendar(state=after)))

    def announce(self) -> None:
        """Edit a calendar, so that it closes within seconds, or opens again."""
        if self._sources.calendars[BY_HAND].state == "CLOSED":
            self._sources.calendars.put(BY_HAND, Calendar(state="OPEN"))
        else:
            self._change_soon("OPEN", "CLOSED", self._chance.choice((1, 2, 3, 5, 8)))

    def _schedule(self, state: str, until: float) -> None:
        """Let a calendar open and close by its schedule."""
        now = self._machine.now
        changes_at = math.ceil(now) + self._chance.choice((20, 60, 200, 600))
        if changes_at > until:
            self._sources.calendars.put(BY_SCHEDULE, Calendar(state="OPEN"))
            return
        self._sources.calendars.put(BY_SCHEDULE, Calendar(state=state, changes_at=changes_at))
        other = "CLOSED" if state == "OPEN" else "OPEN"
        self._machine.after(changes_at - now, partial(self._schedule, other, until))

    def _pass_on(self, name: str, changes_at: float, calendar: Calendar) -> None:
        """Let an announced change come, unless the calendar was edited meanwhile."""
        if self._sources.calendars[name].changes_at == changes_at:
            self._sources.calendars.put(name, calendar)


class Conditions:
    """
    Draws the optional rules of requests, and those of the deployment for automation.

    Attributes:
        is_about_groups: Whether each request is about several servers, if there are several.
    """

    def __init__(self, chance: random.Random, race: Race | None = None) -> None:
        self._chance = chance
        self._kinds = race.kinds if race else ()
        self.is_about_groups = "group" in self._kinds

    def of_deployment(self) -> tuple[dict[str, str], Asked]:
        """Return the function's variables for automation, and what a sweep asks for with them."""
        chance = self._chance
        require = self._some(REQUIRABLE) if chance.random() < 0.5 else []
        prefix = PREFIX if chance.random() < 0.3 else ""
        calendars = self._some((BY_SCHEDULE, BY_HAND)) if chance.random() < 0.3 else []
        variables = {
            "AUTOMATION_REQUIRE": ",".join(require),
            "AUTOMATION_ALARM_PREFIX": prefix,
            "CHANGE_CALENDARS": ",".join(calendars),
            "VALIDATOR_FUNCTION_ARN": "arn:aws:lambda:eu-west-1:111122223333:function:validator",
        }
        rules = {*require, *(["alarms"] if prefix else []), *(["change-calendar"] if calendars else [])}
        asked = Asked(**SWEEP, rules=frozenset(rules), alarm_prefix=prefix or None, calendars=tuple(calendars))
        return variables, asked

    def of_request(self, *, is_single: bool) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """Return fields of a direct request, their meaning, and the names of rules to waive."""
        chance = self._chance
        kinds = chance.sample(("require", "alarms", "calendars", "sets"), chance.choice((0, 1, 1, 1, 1, 2, 2, 3, 4)))
        # A group is rarely ready as a whole if each of its servers must pass further rules.
        kinds = list(self._kinds) if self.is_about_groups else [*kinds, *self._kinds]
        require = self._some(REQUIRABLE) if "require" in kinds else []
        alarms = self._some(tuple(ALARMS), NO_ALARM) if "alarms" in kinds else []
        calendars = self._some((BY_SCHEDULE, BY_HAND), NO_CALENDAR) if "calendars" in kinds else []
        calendars = [BY_HAND] if "calendars" in self._kinds else calendars
        sets, together = "sets" in kinds, not is_single and (self.is_about_groups or chance.random() < 0.75)
        rules = {*require, *(["alarms"] if alarms else []), *(["change-calendar"] if calendars else [])}
        rules |= {"termination-protection"} if sets else set()
        waived = [rule for rule in sorted(rules) if chance.random() < 0.08]
        if sets and "termination-protection" in waived:
            waived.remove("termination-protection")  # a request that does both is refused
        fields: dict[str, Any] = {"require": require} if require else {}
        fields |= {"alarms": alarms} if alarms else {}
        fields |= {"changeCalendars": calendars} if calendars else {}
        fields |= {"setTerminationProtection": True} if sets else {}
        fields |= {"allOrNothing": True} if together else {}
        meaning = {
            "rules": frozenset(rules),
            "alarms": tuple(alarms),
            "calendars": tuple(calendars),
            "sets_protection": sets,
            "all_or_nothing": together,
        }
        return fields, meaning, waived

    def _some(self, names: tuple[str, ...], missing: str | None = None) -> list[str]:
        found = self._chance.sample(names, self._chance.choice((1, 1, 1, 1, 2, len(names))))
        return [*found, missing] if missing and self._chance.random() < 0.08 else found
