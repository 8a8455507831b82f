"""Builders for the normal case, a source server that is ready.  A test names only the differences."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.cutover.evidence import (
    CutoverJob,
    Evidence,
    InstanceStatus,
    JobEvent,
    Launch,
    PostLaunchAction,
)
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.readiness.policy import ApprovalTag, ReadinessPolicy
from finalize_cutover.cutover.source_server import LastCutover, LaunchedInstance, MgnCheck, SourceServer
from finalize_cutover.cutover.time_budget import LONGEST_WRITE

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
JOB = "mgnjob-0123456789abcdef0"
OTHER_JOB = "mgnjob-0123456789abcdef9"
INSTANCE = "i-0123456789abcdef0"
OTHER_INSTANCE = "i-0123456789abcdef9"
NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
INITIATED_AT = NOW - timedelta(minutes=60)
LAUNCHED_AT = NOW - timedelta(minutes=45)
APPROVAL = ApprovalTag(key="FinalizeCutover", value="approved")

# Everything that a rule reads; the name contains the source of the value.
READY: dict[str, Any] = {
    "state": "CUTTING_OVER",
    "replication_state": "CONTINUOUS",
    "is_archived": False,
    "tags": {},
    "hostname": None,
    "application_id": None,
    "staged_bytes": (17_179_869_184,),
    "lag_duration": "P0D",
    "instance_id": INSTANCE,
    "instance_job": JOB,
    "first_boot": "SUCCEEDED",
    "checks": (),
    "cutover_job": JOB,
    "initiated_at": INITIATED_AT,
    "reverted_at": None,
    "finalized_at": None,
    "has_reverted": False,
    "has_finalized": False,
    "job_type": "LAUNCH",
    "job_initiated_by": "START_CUTOVER",
    "job_status": "COMPLETED",
    "job_ended_at": LAUNCHED_AT,
    "is_named_twice": False,
    "launch_status": "LAUNCHED",
    "launch_instance": INSTANCE,
    "actions": (),
    "log": (JobEvent(event="JOB_START"), JobEvent(event="JOB_END")),
    "ec2_state": "running",
    "ec2_system": "ok",
    "ec2_instance": "ok",
    "ec2_attached_ebs": "ok",
    "ec2_application": None,
    "ec2_events": (),
    "is_instance_read": True,
}


def ready(server_id: str = SERVER, *, without: Collection[str] = (), **differences: Any) -> Evidence:
    """
    Return the evidence of a ready source server, changed by *differences*.

    Args:
        without: Parts to omit: ``last_cutover``, ``launched_instance``, ``job``, ``launch``, ``instance``.

        differences: Values for names in ``READY``.
    """
    assert differences.keys() <= READY.keys()
    facts = READY | differences
    # As read from AWS: without a cutover there is no job to read, and without a job there is no log.
    has_job = facts["cutover_job"] is not None and not {"job", "last_cutover"} & set(without)
    return Evidence(
        server=_server(server_id, facts, without),
        read_at=NOW,
        job=_job(server_id, facts, without) if has_job else None,
        log=tuple(facts["log"]) if has_job else (),
        instance=None if "instance" in without else _health(facts),
        is_instance_read=facts["is_instance_read"],
    )


def _checks(facts: dict[str, Any]) -> tuple[MgnCheck, ...]:
    """Return MGN's checks from tuples of name, status and sometimes the error."""
    return tuple(MgnCheck(**dict(zip(("name", "status", "error"), each, strict=False))) for each in facts["checks"])


def _server(server_id: str, facts: dict[str, Any], without: Collection[str]) -> SourceServer:
    arn = f"arn:aws:mgn:eu-west-1:111122223333:source-server/{server_id}"
    launched_instance = LaunchedInstance(
        id=facts["instance_id"], job_id=facts["instance_job"], first_boot=facts["first_boot"], checks=_checks(facts)
    )
    last_cutover = LastCutover(
        job_id=facts["cutover_job"],
        **{name: facts[name] for name in ("initiated_at", "reverted_at", "finalized_at")},
        has_reverted=facts["has_reverted"] or facts["reverted_at"] is not None,
        has_finalized=facts["has_finalized"] or facts["finalized_at"] is not None,
    )
    own = ("state", "replication_state", "is_archived", "tags", "hostname", "application_id", "staged_bytes")
    return SourceServer(
        id=server_id,
        arn=arn,
        launched_instance=None if "launched_instance" in without else launched_instance,
        last_cutover=None if "last_cutover" in without else last_cutover,
        document={"sourceServerID": server_id, "arn": arn, "tags": facts["tags"]},
        lag_duration=facts["lag_duration"],
        **{name: facts[name] for name in own},
    )


def _job(server_id: str, facts: dict[str, Any], without: Collection[str]) -> CutoverJob:
    launch = Launch(status=facts["launch_status"], instance_id=facts["launch_instance"], actions=facts["actions"])
    return CutoverJob(
        id=facts["cutover_job"],
        type=facts["job_type"],
        initiated_by=facts["job_initiated_by"],
        status=facts["job_status"],
        ended_at=facts["job_ended_at"],
        launches={} if "launch" in without else {server_id: launch},
        named_twice=frozenset([server_id] if facts["is_named_twice"] else []),
    )


def _health(facts: dict[str, Any]) -> InstanceStatus:
    return InstanceStatus(
        state=facts["ec2_state"],
        system=facts["ec2_system"],
        instance=facts["ec2_instance"],
        attached_ebs=facts["ec2_attached_ebs"],
        application=facts["ec2_application"],
        scheduled_events=facts["ec2_events"],
    )


def finalized_server(server: SourceServer, at: datetime) -> SourceServer:
    """Return *server* as MGN shows it after its finalization *at* the given time."""
    last_cutover = replace(server.last_cutover or LastCutover(), finalized_at=at, has_finalized=True)
    changes = {"state": "CUTOVER", "replication_state": "DISCONNECTED", "lag_duration": None}
    return replace(server, last_cutover=last_cutover, staged_bytes=(0,) * len(server.staged_bytes), **changes)


def finalized(server_id: str = SERVER, **differences: Any) -> Evidence:
    """Return the evidence of a source server that was finalized a minute ago."""
    evidence = ready(server_id, **differences)
    return replace(evidence, server=finalized_server(evidence.server, NOW - timedelta(minutes=1)))


def logged(event: str, server_id: str | None = SERVER, **differences: Any) -> JobEvent:
    """Return an item of a job's log; *server_id* is None if it concerns every server."""
    return JobEvent(event=event, server_id=server_id, **differences)


def action(status: str | None, *, name: str = "Join the domain", must_succeed: bool | None = True) -> PostLaunchAction:
    """Return a post-launch action."""
    return PostLaunchAction(name=name, status=status, must_succeed=must_succeed)


def options(*, wait: float = 0, act: float = 600, waived: Collection[str] = (), **differences: Any) -> FinalizeOptions:
    """
    Return the options of a typical request.

    Args:
        wait: Seconds from NOW in which verdicts can change.

        act: Seconds from NOW in which a write can begin.

        waived: Names of rules.

        differences: Other fields of the options and of their policy.
    """
    names = {"soak_minutes", "approval", "approved_instances"} & differences.keys()
    policy = {name: differences.pop(name) for name in names}
    usual = {
        "policy": ReadinessPolicy(waived=frozenset(waived), **policy),
        "wait_until": NOW + timedelta(seconds=wait),
        "act_until": NOW + timedelta(seconds=act),
        "deadline": NOW + timedelta(seconds=act) + LONGEST_WRITE,
    }
    return FinalizeOptions(**{**usual, **differences})
