"""Unusual evidence about a source server or its cutover job that must block a finalization; for all suites."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.client import LocalAws

SERVER = "s-0123456789abcdef0"
JOB = "mgnjob-0123456789abcdef0"
TAGS = {"FinalizeCutover": "approved"}
Change = Callable[[LocalAws, Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """
    One kind of unusual evidence.

    Attributes:
        change: Creates the evidence in the local AWS, given MGN's document about the source server.

        words: Text about it in the reason.

        soak_minutes: Soak time in the request; a sweep has none.
    """

    name: str
    change: Change
    words: str
    soak_minutes: int = 0

    def add_to(self, aws: LocalAws) -> None:
        """Add the source server ``SERVER``, which is approved, and ready except for this evidence."""
        server = aws.add_source_server("ready", sourceServerID=SERVER, jobID=JOB, tags=TAGS)
        self.change(aws, server)


def add_ready(aws: LocalAws, number: int, **options: Any) -> str:
    """Add an approved, ready source server with its own job; return its ID."""
    server_id = f"s-{number:017x}"
    own = {"jobID": f"mgnjob-{number:017x}", "tags": TAGS}
    aws.add_source_server("ready", sourceServerID=server_id, **{**own, **options})
    return server_id


def _ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def _called_ago(minutes: float) -> dict[str, str]:
    return {"apiCallDateTime": _ago(minutes)}


def _last_cutover(**members: Any) -> Change:
    return lambda aws, _: aws.change_source_server(SERVER, lifeCycle={"lastCutover": members})


def _job(**members: Any) -> Change:
    return lambda aws, _: aws.change_job(JOB, **members)


def _launch(server: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a source server in ``participatingServers``."""
    instance_id = server["launchedInstance"]["ec2InstanceID"]
    return {
        "sourceServerID": server["sourceServerID"],
        "launchStatus": "LAUNCHED",
        "launchedEc2InstanceID": instance_id,
    }


def _failed_action(aws: LocalAws, server: Mapping[str, Any]) -> None:
    actions = {"postLaunchActionsLaunchStatusList": [{"executionStatus": "FAILED"}]}
    aws.change_job(JOB, participatingServers=[{**_launch(server), "postLaunchActionsStatus": actions}])


def _named_twice(aws: LocalAws, server: Mapping[str, Any]) -> None:
    failed = {**_launch(server), "launchStatus": "FAILED"}
    aws.change_job(JOB, participatingServers=[failed, _launch(server)])


REVERTED = "its last cutover was reverted at an unknown time"
NO_END = "it is unknown when its launch ended, and the soak time is 10 minutes"
ODDITIES = [
    Oddity(
        name="reverted-at-an-unreadable-time",
        change=_last_cutover(reverted={"apiCallDateTime": "yesterday"}),
        words=REVERTED,
    ),
    Oddity(name="reverted-at-no-time", change=_last_cutover(reverted={"apiCallDateTime": ""}), words=REVERTED),
    Oddity(
        name="ended-before-it-was-started",
        change=lambda aws, _: aws.change_job(JOB, endDateTime=_ago(600)),
        words=f"its cutover job {JOB} ended before the cutover was started",
    ),
    Oddity(name="no-end-under-a-soak", change=_job(endDateTime=None), words=NO_END, soak_minutes=10),
    Oddity(name="empty-end-under-a-soak", change=_job(endDateTime=""), words=NO_END, soak_minutes=10),
    Oddity(name="unreadable-end-under-a-soak", change=_job(endDateTime="soon"), words=NO_END, soak_minutes=10),
    Oddity(
        name="finalized-before",
        change=lambda aws, _: aws.change_source_server(
            SERVER, lifeCycle={"lastCutover": {"finalized": _called_ago(10)}}
        ),
        words="MGN shows that its last cutover was finalized before",
    ),
    Oddity(
        name="failed-action-without-a-document",
        change=_failed_action,
        words="FAILED, and it is unknown whether it must succeed",
    ),
    Oddity(name="named-twice", change=_named_twice, words=f"its cutover job {JOB} lists it more than once"),
]


def _logged(event: str, **data: Any) -> Change:
    line = {"event": event, "eventData": {"sourceServerID": SERVER, **data}}
    return lambda aws, _: aws.change_job(JOB, log=[line])


ATTEMPT = {"attemptCount": 2, "maxAttemptsCount": 3}
FAILURES_IN_THE_LOG = [
    *(
        Oddity(name=event, change=_logged(event, **ATTEMPT), words=f"{event} (attempt 2 of 3)")
        for event in ("BOOT_FAILED", "FSX_SNAPSHOT_FAIL", "SNAPSHOT_FAILED", "snapshot_fail", "SNAPSHOT_FAIL")
    ),
    Oddity(name="USING_PREVIOUS_SNAPSHOT", change=_logged("USING_PREVIOUS_SNAPSHOT"), words="USING_PREVIOUS_SNAPSHOT"),
    Oddity(
        name="SNAPSHOT_END-with-an-error",
        change=_logged("SNAPSHOT_END", rawError="Snapshot timed out."),
        words="SNAPSHOT_END (with an error)",
    ),
    Oddity(
        name="SNAPSHOT_FAIL-of-a-server-without-an-ID",
        change=_logged("SNAPSHOT_FAIL", sourceServerID="", attemptCount=1),
        words="SNAPSHOT_FAIL (attempt 1)",
    ),
]
PASSING_IN_THE_LOG = [
    Oddity(name="LAUNCH_END", change=_logged("LAUNCH_END"), words="LAUNCH_END, which does not block"),
    Oddity(
        name="CLEANUP_FAIL",
        change=_logged("CLEANUP_FAIL", rawError="The test instance is gone."),
        words="CLEANUP_FAIL, which does not block",
    ),
]
