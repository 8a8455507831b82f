"""Translate MGN's responses into the types of the core."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from finalize_cutover.aws.json_fields import UNREADABLE, clean, cleaned, duration, identifier, number, text, time
from finalize_cutover.cutover.evidence import CutoverJob, JobEvent, Launch, PostLaunchAction
from finalize_cutover.cutover.groups import Group
from finalize_cutover.cutover.source_server import LastCutover, LaunchedInstance, MgnCheck, SourceServer


def source_server(item: Mapping[str, Any]) -> SourceServer:
    """
    Read a ``SourceServer`` of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_SourceServer.html
    """
    life_cycle = item.get("lifeCycle") or {}
    replication = item.get("dataReplicationInfo") or {}
    hints = (item.get("sourceProperties") or {}).get("identificationHints") or {}
    document = {name: value for name, value in item.items() if name != "ResponseMetadata"}
    return SourceServer(
        id=identifier(item, "sourceServerID"),
        arn=text(item, "arn"),
        state=text(life_cycle, "state"),
        replication_state=text(replication, "dataReplicationState"),
        is_archived=None if (is_archived := item.get("isArchived")) is None else bool(is_archived),
        launched_instance=_launched_instance(item.get("launchedInstance")),
        last_cutover=_last_cutover(life_cycle.get("lastCutover")),
        tags=_tags(item.get("tags") or {}),
        staged_bytes=tuple(disk.get("totalStorageBytes") or 0 for disk in replication.get("replicatedDisks") or []),
        lag_duration=text(replication, "lagDuration"),
        last_seen_at=time(life_cycle, "lastSeenByServiceDateTime"),
        first_byte_at=time(life_cycle, "firstByteDateTime"),
        replicated_for=duration(life_cycle, "elapsedReplicationDuration"),
        replicator_id=text(replication, "replicatorId"),
        replication_type=text(item, "replicationType"),
        application_id=text(item, "applicationID") or None,
        hostname=text(hints, "hostname") or text(hints, "fqdn") or None,
        document=cleaned(msgspec.to_builtins(document)),
    )


def application(item: Mapping[str, Any]) -> Group:
    """
    Read an ``Application`` of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Application.html
    """
    status = item.get("applicationAggregatedStatus") or {}
    return Group(
        id=identifier(item, "applicationID"),
        is_archived=_flag(item, "isArchived"),
        wave_id=text(item, "waveID") or None,
        size=number(status, "totalSourceServers"),
    )


def wave(item: Mapping[str, Any]) -> Group:
    """
    Read a ``Wave`` of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Wave.html
    """
    status = item.get("waveAggregatedStatus") or {}
    return Group(
        id=identifier(item, "waveID"),
        is_archived=_flag(item, "isArchived"),
        size=number(status, "totalApplications"),
    )


def _flag(item: Mapping[str, Any], name: str) -> bool | None:
    """Return a boolean member; None for anything else."""
    value = item.get(name)
    return value if isinstance(value, bool) else None


def _tags(item: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags unchanged: they are compared, never shown, and a cleaned value could equal another one."""
    for value in item.values():
        if not isinstance(value, str):
            raise TypeError("a tag value is not a string")
    return dict(item)


def _launched_instance(item: Mapping[str, Any] | None) -> LaunchedInstance | None:
    if not item:
        return None
    checks = list(map(_check, item.get("lastKnownChecks") or []))
    is_on_fsx = any(check.get("type") == "FSx" for check in item.get("lastKnownChecks") or [])
    if fsx_status := text(item, "lastKnownFsxChecksStatus"):
        checks.append(MgnCheck(name="FSx", status=fsx_status))
    return LaunchedInstance(
        id=text(item, "ec2InstanceID") or None,
        job_id=text(item, "jobID"),
        first_boot=text(item, "firstBoot"),
        checks=tuple(checks),
        is_on_fsx=is_on_fsx or bool(fsx_status),
    )


def _check(item: Mapping[str, Any]) -> MgnCheck:
    return MgnCheck(
        name=clean(str(item.get("name") or item.get("type"))),
        status=clean(str(item.get("status"))),
        error=text(item, "error") or None,
    )


def _last_cutover(item: Mapping[str, Any] | None) -> LastCutover | None:
    if not item:
        return None
    initiated = item.get("initiated") or {}
    return LastCutover(
        job_id=text(initiated, "jobID"),
        initiated_at=time(initiated, "apiCallDateTime"),
        reverted_at=time(item.get("reverted") or {}, "apiCallDateTime"),
        finalized_at=time(item.get("finalized") or {}, "apiCallDateTime"),
        # Seen in a real account: a step that never happened is an empty object, or missing.
        has_reverted=bool(item.get("reverted")),
        has_finalized=bool(item.get("finalized")),
    )


def cutover_job(item: Mapping[str, Any]) -> CutoverJob:
    """
    Read a ``Job`` of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Job.html
    """
    launches: dict[str, Launch] = {}
    unreadable: set[str] = set()
    named = Counter[str]()
    for server in item.get("participatingServers") or []:
        server_id = identifier(server, "sourceServerID")
        named[server_id] += 1
        try:
            launches[server_id] = _launch(server)
        except UNREADABLE:
            unreadable.add(server_id)
    return CutoverJob(
        id=identifier(item, "jobID"),
        type=text(item, "type"),
        initiated_by=text(item, "initiatedBy"),
        status=text(item, "status"),
        ended_at=time(item, "endDateTime"),
        launches=launches,
        named_twice=frozenset(server_id for server_id, times in named.items() if times > 1),
        unreadable=frozenset(unreadable),
    )


def _launch(item: Mapping[str, Any]) -> Launch:
    actions = (item.get("postLaunchActionsStatus") or {}).get("postLaunchActionsLaunchStatusList") or []
    return Launch(
        status=text(item, "launchStatus"),
        instance_id=text(item, "launchedEc2InstanceID"),
        actions=tuple(map(_action, actions)),
    )


def _action(item: Mapping[str, Any]) -> PostLaunchAction:
    ssm_document = item.get("ssmDocument") or {}
    must_succeed = ssm_document.get("mustSucceedForCutover")
    return PostLaunchAction(
        name=clean(str(ssm_document.get("actionName") or ssm_document.get("ssmDocumentName"))),
        status=text(item, "executionStatus"),
        must_succeed=must_succeed if isinstance(must_succeed, bool) else None,
        failure_reason=text(item, "failureReason") or None,
    )


def job_event(item: Mapping[str, Any]) -> JobEvent:
    """
    Read a ``JobLog`` line of the API.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_JobLog.html
    """
    about = item.get("eventData") or {}
    return JobEvent(
        event=clean(str(item.get("event"))),
        server_id=text(about, "sourceServerID") or None,
        has_error=about.get("rawError") not in {None, ""},
        logged_at=time(item, "logDateTime"),
        attempt=(number(about, "attemptCount"), number(about, "maxAttemptsCount")),
    )
