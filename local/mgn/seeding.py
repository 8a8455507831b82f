"""
Creates source servers for tests and demos; in MGN, only agents create them, and no API operation does.

A seed describes the events in a server's history, and how long ago they happened.  The events are *replayed* at their
own times, through the code that implements the API.  So a seeded server is as consistent as a real one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from local.clock import CLOCK

from .documents import Document, kept, merge
from .identifiers import new_id
from .launch_plans import CONVERSION, LAUNCH, SNAPSHOT, STARTING, LaunchPlan
from .source_servers import SourceServer

GIB = 1024**3
SECONDS_OF_A_JOB = STARTING + SNAPSHOT + CONVERSION + LAUNCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """
    A source server to create, and its history.  Times are minutes ago; None means never.

    Attributes:
        source_server_id: ID of the source server; None for a new one.

        state: Lifecycle state before the first event of the history.

        job_id: ID of the cutover job; seeds with the same ID share the job.

        boots_in_seconds: Seconds from now to the end of its first boot; None for the plan's value.

        plan: How its launches proceed.

        staging: Whether its replication resources exist in EC2.

        shares_replication_server_with: ID of a source server that was seeded earlier with staging.

        leftovers: Replication resources that MGN never deletes: ``volume``, ``snapshot``, ``replication-server``.

        agent_stays: Whether its agent never uninstalls itself.

        agent_silent_minutes_ago: When its agent stopped reporting, for a source that was switched off.

        overrides: Changes to its document after the history, in MGN's format; None deletes a member.
    """

    source_server_id: str | None = None
    hostname: str = "web-1"
    application_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    state: str = "READY_FOR_CUTOVER"
    job_id: str | None = None
    cutover_minutes_ago: float | None = None
    reverted_minutes_ago: float | None = None
    finalized_minutes_ago: float | None = None
    disconnected_minutes_ago: float | None = None
    archived_minutes_ago: float | None = None
    boots_in_seconds: float | None = None
    plan: LaunchPlan = field(default_factory=LaunchPlan)
    staging: bool = False
    shares_replication_server_with: str | None = None
    leftovers: tuple[str, ...] = ()
    agent_stays: bool = False
    agent_silent_minutes_ago: float | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def effective_plan(self) -> LaunchPlan:
        """Return the plan, with ``boot_seconds`` computed from ``boots_in_seconds`` if that is given."""
        if self.boots_in_seconds is None:
            return self.plan
        since_job = (self.cutover_minutes_ago or 0) * 60 - SECONDS_OF_A_JOB
        changed = {item.name: getattr(self.plan, item.name) for item in fields(LaunchPlan)}
        return LaunchPlan(**{**changed, "boot_seconds": since_job + self.boots_in_seconds})


def new_server(seed: Seed, *, server_id: str, arn: str) -> SourceServer:
    """Return the server in its state before the history."""
    silent = seed.agent_silent_minutes_ago
    return SourceServer(
        document=_document(seed, server_id=server_id, arn=arn),
        plan=seed.effective_plan(),
        agent_silent_from=None if silent is None else CLOCK.ago(silent),
        agent_stays=seed.agent_stays,
        leftovers=frozenset(seed.leftovers),
    )


def _document(seed: Seed, *, server_id: str, arn: str) -> Document:
    """Return the document of a server that has replicated for two weeks and passed its test."""
    added = CLOCK.ago(14 * 24 * 60)
    return {
        "sourceServerID": server_id,
        "arn": arn,
        "isArchived": False,
        "tags": dict(seed.tags),
        "dataReplicationInfo": _replication(),
        "lifeCycle": {
            "state": seed.state,
            "addedToServiceDateTime": added,
            "firstByteDateTime": CLOCK.ago(14 * 24 * 60 - 12),
            "lastTest": {
                "initiated": {"apiCallDateTime": CLOCK.ago(7 * 24 * 60), "jobID": new_id("mgnjob")},
                "finalized": {"apiCallDateTime": CLOCK.ago(6 * 24 * 60)},
            },
        },
        "sourceProperties": _properties(seed.hostname),
        "replicationType": "AGENT_BASED",
        "fqdnForActionFramework": f"{seed.hostname}.example.com",
        **({"applicationID": seed.application_id} if seed.application_id else {}),
    }


def _replication() -> Document:
    size = {"totalStorageBytes": 16 * GIB, "replicatedStorageBytes": 16 * GIB}
    return {
        "dataReplicationState": "CONTINUOUS",
        "lagDuration": "P0D",
        "replicatorId": new_id("i"),
        "replicatedDisks": [
            {"deviceName": name, **size, "rescannedStorageBytes": 0, "backloggedStorageBytes": 0}
            for name in ("/dev/nvme0n1", "/dev/nvme1n1")
        ],
    }


def _properties(hostname: str) -> Document:
    return {
        "lastUpdatedDateTime": CLOCK.ago(50),
        "recommendedInstanceType": "m5.large",
        "identificationHints": {"fqdn": f"{hostname}.example.com", "hostname": hostname},
        "networkInterfaces": [{"macAddress": "0a:58:a9:fe:ac:02", "ips": ["10.20.0.17"], "isPrimary": True}],
        "disks": [{"deviceName": name, "bytes": 16 * GIB} for name in ("/dev/nvme0n1", "/dev/nvme1n1")],
        "cpus": [{"cores": 2, "modelName": "Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz"}],
        "ramBytes": 8 * GIB,
        "os": {"fullString": "Amazon Linux 2023"},
    }


def apply_overrides(target: Document, seed: Seed) -> None:
    """Apply the seed's overrides to *target*."""
    merge(target, kept(seed.overrides))
