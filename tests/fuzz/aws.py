"""A fake AWS in this process for boto3's own clients: it has one source server, and records every call."""

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from botocore import handlers
from botocore.awsrequest import AWSResponse

# boto3's endpoint; no connection is ever made.
ENDPOINT = "http://aws.invalid"

SERVER = "s-0123456789abcdef0"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
JOB = "mgnjob-0123456789abcdef0"
INSTANCE = "i-0123456789abcdef0"
TAG_VALUE = "payroll-of-the-board"  # value of a tag; must never be logged
# Long enough ago that every soak time has passed, and no audit is due.
LAUNCHED_AT = "2020-11-23T09:15:00.000Z"
STATUS = (
    "<instanceStatusSet><item><instanceId>{id}</instanceId><instanceState><code>16</code><name>running</name>"
    "</instanceState><systemStatus><status>ok</status></systemStatus><instanceStatus><status>ok</status>"
    "</instanceStatus></item></instanceStatusSet>"
)
# What the optional checks read: the application is accepted.
ACCEPTED = {
    "DescribeApplicationStatus": (
        f"<applicationStatusesResponseType><instanceSet><item><instanceId>{INSTANCE}</instanceId><applicationStatus>"
        f"<status>ok</status><statusSince>{LAUNCHED_AT}</statusSince></applicationStatus></item></instanceSet>"
        "</applicationStatusesResponseType>"
    ),
    "DescribeInstanceAttribute": "<disableApiTermination><value>true</value></disableApiTermination>",
    "DescribeVolumes": (
        f"<volumeSet><item><volumeId>vol-1</volumeId><attachmentSet><item><instanceId>{INSTANCE}</instanceId></item>"
        "</attachmentSet></item></volumeSet>"
    ),
    "DescribeSnapshots": (
        "<snapshotSet><item><snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId><status>completed</status>"
        "<startTime>2021-01-01T00:00:00.000Z</startTime></item></snapshotSet>"
    ),
}
STACK = (
    "<DescribeStacksResult><Stacks><member><StackName>web</StackName><CreationTime>2026-11-23T10:00:00Z</CreationTime>"
    "<StackStatus>{status}</StackStatus></member></Stacks></DescribeStacksResult>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One call: its name, such as ``mgn:FinalizeCutover``, and its parameters."""

    operation: str
    request: dict[str, Any]


# Operations that archive a group, and the member of their request with its ID.
ARCHIVES = {"ArchiveApplication": ["applicationID"], "ArchiveWave": ["waveID"]}


@dataclass(slots=True)
class Aws:
    """
    MGN, EC2 and CloudFormation for one invocation: SERVER is ready, approved, and the only source server.

    Attributes:
        calls: All calls, in order.

        archived: IDs of the archived applications and waves.
    """

    calls: list[ApiCall] = field(default_factory=list)
    is_finalized: bool = False
    is_archived: bool = False
    archived: set[str] = field(default_factory=set)

    def answer(self, service: str, operation: str, body: bytes | str) -> bytes:
        """Record the call, and respond as AWS does."""
        is_json = service in {"mgn", "cloudwatch", "ssm"}
        request = json.loads(body or "{}") if is_json else {k: v[0] for k, v in parse_qs(str(body)).items()}
        self.calls.append(ApiCall(operation=f"{service}:{operation}", request=request))
        if is_json:
            found = self._mgn(operation, request) if service == "mgn" else _accepted(operation, request)
            return json.dumps(found).encode()
        text = {
            **ACCEPTED,
            "DescribeInstanceStatus": STATUS.format(id=INSTANCE),
            "DescribeStacks": STACK.format(status="CREATE_IN_PROGRESS"),
        }
        return f"<{operation}Response>{text.get(operation, '')}</{operation}Response>".encode()

    def _mgn(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.is_finalized |= operation == "FinalizeCutover"
        self.is_archived |= operation == "MarkAsArchived"
        self.archived |= {request[name] for name in ARCHIVES.get(operation, ())}
        if operation in ARCHIVES:
            return self._application() if operation == "ArchiveApplication" else self._wave()
        if operation in {"FinalizeCutover", "MarkAsArchived"}:
            return self._server()
        return {"items": self._listed(operation, request)}

    def _listed(self, operation: str, request: dict[str, Any]) -> list[dict[str, Any]]:
        if operation == "DescribeSourceServers":
            return [self._server()] if self._is_meant(request["filters"]) else []
        if operation == "ListApplications":
            filters = request["filters"]
            is_meant = filters.get("waveIDs", [WAVE]) == [WAVE] and APPLICATION in filters.get(
                "applicationIDs", [APPLICATION]
            )
            return [self._application()] if is_meant else []
        if operation == "ListWaves":
            return [self._wave()]
        return {"DescribeJobs": [_job()], "DescribeJobLogItems": [{"event": "JOB_START"}]}[operation]

    def _application(self) -> dict[str, Any]:
        return {"applicationID": APPLICATION, "waveID": WAVE, "isArchived": APPLICATION in self.archived}

    def _wave(self) -> dict[str, Any]:
        return {"waveID": WAVE, "isArchived": WAVE in self.archived}

    def _is_meant(self, filters: dict[str, Any]) -> bool:
        state = "CUTOVER" if self.is_finalized else "CUTTING_OVER"
        return (
            SERVER in filters.get("sourceServerIDs", [SERVER])
            and APPLICATION in filters.get("applicationIDs", [APPLICATION])
            and state in filters.get("lifeCycleStates", [state])
        )

    def _server(self) -> dict[str, Any]:
        initiated = {"initiated": {"apiCallDateTime": LAUNCHED_AT, "jobID": JOB}}
        finalized = {"finalized": {"apiCallDateTime": LAUNCHED_AT}} if self.is_finalized else {}
        return {
            "sourceServerID": SERVER,
            "arn": f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}",
            "isArchived": self.is_archived,
            "applicationID": APPLICATION,
            "tags": {"FinalizeCutover": "approved", "Owner": TAG_VALUE},
            "lifeCycle": {
                "state": "CUTOVER" if self.is_finalized else "CUTTING_OVER",
                "lastCutover": initiated | finalized,
            },
            "dataReplicationInfo": {
                "dataReplicationState": "DISCONNECTED" if self.is_finalized else "CONTINUOUS",
                "replicatedDisks": [{"deviceName": "/dev/sda", "totalStorageBytes": 0 if self.is_finalized else 1}],
            },
            "launchedInstance": {"ec2InstanceID": INSTANCE, "jobID": JOB, "firstBoot": "SUCCEEDED"},
        }


def _accepted(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    if operation == "GetCalendarState":
        return {"State": "OPEN"}
    since = 1_600_000_000  # seconds since 1970
    alarms = [{"AlarmName": n, "StateValue": "OK", "StateTransitionedTimestamp": since} for n in request["AlarmNames"]]
    return {"MetricAlarms": alarms}


def _job() -> dict[str, Any]:
    return {
        "jobID": JOB,
        "type": "LAUNCH",
        "initiatedBy": "START_CUTOVER",
        "status": "COMPLETED",
        "endDateTime": LAUNCHED_AT,
        "participatingServers": [
            {"sourceServerID": SERVER, "launchStatus": "LAUNCHED", "launchedEc2InstanceID": INSTANCE}
        ],
    }


class _Line:
    """Receives boto3's requests, and passes them to the current fake AWS."""

    def __init__(self) -> None:
        self.aws: Aws | None = None

    def __call__(self, request: Any, event_name: str, **_: object) -> AWSResponse | None:
        if not request.url.startswith(ENDPOINT):
            return None  # a client that is not part of the test
        assert self.aws is not None, f"{event_name} outside of an invocation"
        _, service, operation = event_name.split(".")
        body = self.aws.answer(service, operation, request.body or "")
        return AWSResponse(request.url, 200, {}, _Raw(body))


class _Raw(io.BytesIO):
    """The part of urllib3's response that botocore reads."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


_LINE = _Line()


@contextlib.contextmanager
def connected() -> Iterator[None]:
    """Connect boto3 clients for ENDPOINT that are created in the block to the current fake AWS."""
    entry = ("before-send", _LINE)
    handlers.BUILTIN_HANDLERS.append(entry)
    try:
        yield
    finally:
        handlers.BUILTIN_HANDLERS.remove(entry)


@contextlib.contextmanager
def there_is(aws: Aws) -> Iterator[None]:
    """Make *aws* the current fake AWS during the block."""
    _LINE.aws = aws
    try:
        yield
    finally:
        _LINE.aws = None
