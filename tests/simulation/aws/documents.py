"""
The simulated state in the format of AWS's APIs.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_SourceServer.html
"""

from datetime import timedelta
from typing import Any

from tests.simulation.aws.truth import ACCOUNT, Cutover, Instance, Job, Launch, Server
from tests.simulation.virtual.machine import START

REGION = "eu-west-1"
APPROVAL_TAG = "FinalizeCutover"
DISK = 17_179_869_184  # bytes
# The value of a tag of every source server; no record and no log may contain it.
OWNER = "payroll-of-the-board"


def iso(moment: float) -> str:
    """Return *moment* in MGN's format."""
    return (START + timedelta(seconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_seconds(moment: float) -> str:
    """Return *moment* in the format of the function's reports."""
    return (START + timedelta(seconds=int(moment))).isoformat().replace("+00:00", "Z")


def arn(server_id: str, account: str = ACCOUNT) -> str:
    """Return the ARN of a source server."""
    return f"arn:aws:mgn:{REGION}:{account}:source-server/{server_id}"


def source_server(server: Server) -> dict[str, Any]:
    """Return a ``SourceServer`` without null members, as MGN does."""
    life_cycle: dict[str, Any] = {"state": server.state}
    if server.cutover:
        life_cycle["lastCutover"] = _last_cutover(server.cutover)
    is_gone = server.replication == "DISCONNECTED"
    replication: dict[str, Any] = {
        "dataReplicationState": server.replication,
        "replicatedDisks": [{"deviceName": "/dev/sda", "totalStorageBytes": 0 if is_gone else DISK}],
    }
    if not is_gone:
        replication["lagDuration"] = "P0D"
    document = {
        "sourceServerID": server.id,
        "arn": arn(server.id, server.account),
        "isArchived": server.is_archived,
        "lifeCycle": life_cycle,
        "dataReplicationInfo": replication,
        "tags": _tags(server),
    }
    if server.application_id:
        document["applicationID"] = server.application_id
    if server.launched:
        document["launchedInstance"] = {
            "ec2InstanceID": server.launched.instance_id,
            "jobID": server.launched.job_id,
            "firstBoot": server.launched.first_boot,
            "lastKnownChecks": [{"name": name, "status": status} for name, status in server.launched.checks],
        }
    return document


def _tags(server: Server) -> dict[str, str]:
    return {
        "Owner": OWNER,
        **({} if server.approval is None else {APPROVAL_TAG: server.approval}),
        **dict([server.hold] if server.hold else []),
        **({server.not_before.key: server.not_before.text} if server.not_before else {}),
    }


# Values that MGN shows for a cutover although they are not true.
ODDITIES: dict[str, dict[str, Any]] = {
    "reverted undated": {"reverted": {"apiCallDateTime": "yesterday"}},
    "reverted is empty": {"reverted": {}},
    "finalized before": {"finalized": {"apiCallDateTime": iso(-3600)}},
}


def _last_cutover(cutover: Cutover) -> dict[str, Any]:
    moments = {"reverted": cutover.reverted_at, "finalized": cutover.finalized_at}
    return {
        "initiated": {"apiCallDateTime": iso(cutover.initiated_at), "jobID": cutover.job_id},
        **ODDITIES.get(cutover.oddity, {}),
        **{name: {"apiCallDateTime": iso(moment)} for name, moment in moments.items() if moment is not None},
    }


def job(truth: Job) -> dict[str, Any]:
    """Return a ``Job``."""
    document: dict[str, Any] = {
        "jobID": truth.id,
        "type": truth.type,
        "initiatedBy": truth.initiated_by,
        "status": truth.status,
        "participatingServers": [_participant(id_, launch) for id_, launch in truth.launches.items()],
    }
    if truth.named_twice:
        place = 0 if int(truth.id[-1]) % 2 else len(document["participatingServers"])
        document["participatingServers"].insert(place, {"sourceServerID": truth.named_twice, "launchStatus": "FAILED"})
    if truth.ended_at is not None:
        document["endDateTime"] = iso(truth.ended_at) if truth.is_end_readable else "a while ago"
    return document


def _participant(server_id: str, launch: Launch) -> dict[str, Any]:
    actions = [_action(*action) for action in launch.actions]
    document: dict[str, Any] = {"sourceServerID": server_id, "launchStatus": launch.status}
    if launch.instance_id:
        document["launchedEc2InstanceID"] = launch.instance_id
    if actions:
        document["postLaunchActionsStatus"] = {"postLaunchActionsLaunchStatusList": actions}
    return document


def _action(name: str, status: str, must_succeed: bool | None) -> dict[str, Any]:
    if must_succeed is None:
        return {"executionStatus": status}  # without the document that defines it
    return {"ssmDocument": {"actionName": name, "mustSucceedForCutover": must_succeed}, "executionStatus": status}


def job_log(truth: Job) -> list[dict[str, Any]]:
    """Return the items of DescribeJobLogItems."""
    return [_log_item(*line) for line in truth.log]


def _log_item(event: str, server_id: str | None, raw_error: str | None) -> dict[str, Any]:
    about = {"sourceServerID": server_id, "rawError": raw_error}
    return {"event": event, "eventData": {name: value for name, value in about.items() if value is not None}}


def instance_status(truth: Instance) -> dict[str, Any]:
    """Return an item of DescribeInstanceStatus."""
    runs = truth.state == "running"
    return {
        "InstanceId": truth.id,
        "InstanceState": {"Name": truth.state},
        "SystemStatus": {"Status": truth.system if runs else "not-applicable"},
        "InstanceStatus": {"Status": truth.instance if runs else "not-applicable"},
        "AttachedEbsStatus": {"Status": truth.attached_ebs if runs else "not-applicable"},
        **({"ApplicationStatus": {"Status": truth.application}} if truth.application else {}),
    }


def root_of(stack_id: str) -> str | None:
    """Return the ID of the root stack of a nested stack; None for any other stack."""
    return stack_id.replace(":stack/nested-", ":stack/root-") if ":stack/nested-" in stack_id else None
