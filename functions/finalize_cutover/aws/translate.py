"""MGN's answers as the core's values: botocore's member names end here."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from finalize_cutover.cutover.evidence import CutoverJob, JobEvent, Launch, PostLaunchAction
from finalize_cutover.cutover.source_server import LastCutover, LaunchedInstance, SourceServer

EARLIEST, LATEST = 1970, 9998  # years


def readable(item: Any) -> Any:
    """
    Return *item* with a question mark for each half of a character.

    JSON can spell them, and people can name their servers so, but neither a report nor a line of the log can hold them.
    """
    try:
        msgspec.json.encode(item)
    except UnicodeEncodeError:
        return json.loads(json.dumps(item, ensure_ascii=False, default=str).encode(errors="replace"))
    return item


def source_server(item: Mapping[str, Any]) -> SourceServer:
    """
    Read a ``SourceServer`` of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_SourceServer.html
    """
    life_cycle = item.get("lifeCycle") or {}
    replication = item.get("dataReplicationInfo") or {}
    document = {name: value for name, value in item.items() if name != "ResponseMetadata"}
    return SourceServer(
        id=item["sourceServerID"],
        arn=item.get("arn"),
        state=life_cycle.get("state"),
        replication_state=replication.get("dataReplicationState"),
        is_archived=bool(item.get("isArchived")),
        launched_instance=_launched_instance(item.get("launchedInstance")),
        last_cutover=_last_cutover(life_cycle.get("lastCutover")),
        tags=dict(item.get("tags") or {}),
        staged_bytes=tuple(disk.get("totalStorageBytes") or 0 for disk in replication.get("replicatedDisks") or []),
        lag_duration=replication.get("lagDuration"),
        last_seen_at=_time(life_cycle.get("lastSeenByServiceDateTime")),
        replicator_id=replication.get("replicatorId"),
        document=msgspec.to_builtins(document),
    )


def _launched_instance(item: Mapping[str, Any] | None) -> LaunchedInstance | None:
    if not item:
        return None
    checks = [
        (str(check.get("name") or check.get("type")), str(check.get("status")))
        for check in item.get("lastKnownChecks") or []
    ]
    if fsx_status := item.get("lastKnownFsxChecksStatus"):
        checks.append(("FSx", fsx_status))
    return LaunchedInstance(
        id=item.get("ec2InstanceID") or None,
        job_id=item.get("jobID"),
        first_boot=item.get("firstBoot"),
        checks=tuple(checks),
    )


def _last_cutover(item: Mapping[str, Any] | None) -> LastCutover | None:
    if not item:
        return None
    initiated = item.get("initiated") or {}
    return LastCutover(
        job_id=initiated.get("jobID"),
        initiated_at=_time(initiated.get("apiCallDateTime")),
        reverted_at=_time((item.get("reverted") or {}).get("apiCallDateTime")),
        finalized_at=_time((item.get("finalized") or {}).get("apiCallDateTime")),
    )


def cutover_job(item: Mapping[str, Any]) -> CutoverJob:
    """
    Read a ``Job`` of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Job.html
    """
    return CutoverJob(
        id=item["jobID"],
        type=item.get("type"),
        initiated_by=item.get("initiatedBy"),
        status=item.get("status"),
        ended_at=_time(item.get("endDateTime")),
        launches={server["sourceServerID"]: _launch(server) for server in item.get("participatingServers") or []},
    )


def _launch(item: Mapping[str, Any]) -> Launch:
    actions = (item.get("postLaunchActionsStatus") or {}).get("postLaunchActionsLaunchStatusList") or []
    return Launch(
        status=item.get("launchStatus"),
        instance_id=item.get("launchedEc2InstanceID"),
        actions=tuple(map(_action, actions)),
    )


def _action(item: Mapping[str, Any]) -> PostLaunchAction:
    ssm_document = item.get("ssmDocument") or {}
    return PostLaunchAction(
        name=str(ssm_document.get("actionName") or ssm_document.get("ssmDocumentName")),
        status=item.get("executionStatus"),
        must_succeed=bool(ssm_document.get("mustSucceedForCutover")),
    )


def job_event(item: Mapping[str, Any]) -> JobEvent:
    """
    Read a ``JobLog`` line of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_JobLog.html
    """
    return JobEvent(event=str(item.get("event")), server_id=(item.get("eventData") or {}).get("sourceServerID"))


def _time(text: str | None) -> datetime | None:
    """Return MGN's ISO 8601 string as an aware time; None without one, or for one that cannot be read."""
    try:
        time = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    # At the ends of the calendar neither another time zone nor 90 minutes more can be reckoned with.
    if time is None or not EARLIEST <= time.year <= LATEST:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
