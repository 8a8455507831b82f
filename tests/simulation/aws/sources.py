"""What the optional rules read: the true state of EC2, CloudWatch, Systems Manager and the validator function."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.aws.truth import Versions
from tests.simulation.virtual.machine import Machine

VALIDATOR = "the validator function"
# What the validator function can do besides answering.
MISDEEDS = ("nonsense", "fails", "too slow", "too much", "names another server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The application status of an instance; since is None if EC2 does not return the time."""

    status: str
    since: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """The termination protection of an instance; EC2 has none for Spot Instances."""

    is_on: bool
    is_spot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A snapshot; maker is ``mgn``, ``dlm``, which copies MGN's tag from the volume, or a person."""

    id: str
    state: str
    started_at: float
    maker: str = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm; kind is the list in which CloudWatch returns it, evaluation a problem, and None means absent."""

    name: str
    state: str
    since: float | None
    kind: str = "MetricAlarms"
    evaluation: str | None = None
    exists: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A change calendar; changes_at is the time of the next change that it shows, in whole seconds."""

    state: str
    changes_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """The validator function: its verdict on each source server, None for one that it leaves out, or a misdeed."""

    verdicts: Mapping[str, str | None] = field(default_factory=dict)
    misdeed: str | None = None

    def says(self, server_id: str) -> str | None:
        """Return what its answer means for a source server."""
        if self.misdeed:
            return "WAIT" if self.misdeed == "too slow" else "unusable"
        return self.verdicts.get(server_id, "PASS")


class Sources:
    """
    Everything that the optional rules read.

    Attributes:
        health, protections, volumes: By instance ID; volumes are their IDs.

        snapshots: By volume ID.

        alarms, calendars: By name.
    """

    def __init__(self, machine: Machine) -> None:
        self.health: Versions[Health] = Versions(machine)
        self.protections: Versions[Protection] = Versions(machine)
        self.volumes: Versions[tuple[str, ...]] = Versions(machine)
        self.snapshots: Versions[tuple[Snapshot, ...]] = Versions(machine)
        self.alarms: Versions[Alarm] = Versions(machine)
        self.calendars: Versions[Calendar] = Versions(machine)
        self.validator: Versions[Validator] = Versions(machine)

    def accepted(self, server_id: str, instance_id: str | None) -> dict[str, Any]:
        """Return what a read without delay or fault would return about a server, in the form of a ``Sight``."""
        instance = instance_id or ""
        volumes = self.volumes.at(instance, math.inf) or ()
        protection = self.protections.at(instance, math.inf)
        return {
            "application-status": self.health.at(instance, math.inf),
            "alarms": {name: alarm for name in self.alarms if (alarm := self.alarms[name]).exists},
            "termination-protection": protection.is_on if protection else None,
            "volumes": volumes,
            "snapshots": {volume: self.snapshots[volume] for volume in volumes if volume in self.snapshots},
            "change-calendar": {name: self.calendars[name] for name in self.calendars},
            "validator": self.validator[VALIDATOR].says(server_id) if VALIDATOR in self.validator else None,
        }
