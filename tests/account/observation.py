"""What can be observed after a finalization: the answers to most of the open questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from finalize_cutover.aws.json_fields import UNREADABLE, time
from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.source_server import CUTOVER, DISCONNECTED
from finalize_cutover.cutover.staging_resource import StagingResource
from tests.account import staging
from tests.account.aws import Aws
from tests.account.comparison import shown
from tests.account.journal import Journal, codes_of
from tests.account.questions import Question
from tests.account.walk import Item, state_of

READ_EVERY = 2  # s, until the reads show the finalization
LONGEST_LAG = 60  # s
LOOK_EVERY = timedelta(minutes=1)  # for the resources that MGN deletes
# Then the audit of the application checks everything; MGN deletes within 90 minutes.
AUDITED_AFTER = timedelta(minutes=91)
# No answer of AWS, a refusal, or an answer of another shape.
LOST = (BotoCoreError, ClientError, CutoverError, *UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was there before the finalization: the replication resources of the source server."""

    replicator_id: str | None
    launched_id: str | None
    resources: tuple[StagingResource, ...]


class Observation:
    """Looks at one source server before and after its finalization."""

    def __init__(self, aws: Aws, clock: Clock, journal: Journal, server_id: str) -> None:
        self._aws = aws
        self._clock = clock
        self._journal = journal
        self._server_id = server_id

    def before(self) -> Before:
        """Return what MGN must delete, and record the tags of it."""
        server = self._describe()
        replicator_id = (server.get("dataReplicationInfo") or {}).get("replicatorId")
        launched_id = (server.get("launchedInstance") or {}).get("ec2InstanceID")
        resources = self._resources(replicator_id, launched_id)
        if resources:
            self._journal.answer(Question.REPLICATION_TAGS, staging.tag_keys(resources))
        return Before(replicator_id=replicator_id, launched_id=launched_id, resources=resources)

    def is_final(self) -> bool:
        """Whether one read shows the finalization; False also if there was no answer."""
        try:
            return shows_finalization(self._describe())
        except LOST as error:
            self._journal.terminal.say(f"The source server could not be read: {error}")
            return False

    def watch_reads(self, finalized_at: datetime) -> tuple[Item, str]:
        """Read until MGN shows the finalization; return the last answer, and in words after how long it came."""
        old = 0
        while not shows_finalization(server := self._describe()):
            old += 1
            if (self._clock.now() - finalized_at).total_seconds() > LONGEST_LAG:
                return server, f"yes, still after {LONGEST_LAG} seconds"
            self._clock.sleep(READ_EVERY)
        seconds = (self._clock.now() - finalized_at).total_seconds()
        if old:
            return server, f"yes, {old} reads, until {seconds:.0f} seconds after the answer"
        return server, "no, the first read was new"

    def send_again(self) -> None:
        """Send FinalizeCutover for the finalized source server, and record the answer."""
        try:
            answer = self._aws.client("mgn", writes=True).finalize_cutover(sourceServerID=self._server_id)
            words = f"{answer['ResponseMetadata']['HTTPStatusCode']}, state {shown(state_of(answer))}"
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            words = f"{status} {shown(error.response['Error']['Code'])}"
        self._journal.answer(Question.SECOND_FINALIZE, words)

    def wait_for_cleanup(self, before: Before, finalized_at: datetime, wait_minutes: int) -> None:
        """Look once a minute until everything is gone and can be audited, for at most *wait_minutes*; record when."""
        gone: dict[str, int] = {}
        ends_at = finalized_at + timedelta(minutes=wait_minutes)
        try:
            while True:
                now = self._clock.now()
                left = self._left(before)
                if left is not None:
                    self._note_gone(before, left, gone, round((now - finalized_at) / timedelta(minutes=1)))
                next_look = finalized_at + AUDITED_AFTER if left == {} else now + LOOK_EVERY
                if now >= min(ends_at, next_look):
                    return
                self._clock.sleep(max(1.0, (min(ends_at, next_look) - now).total_seconds()))
        finally:
            self._record_cleanup(before, gone)

    def _note_gone(self, before: Before, left: Mapping[str, int], gone: dict[str, int], minutes: int) -> None:
        """Add to *gone* the kinds of which nothing is left, with the *minutes* since the finalization."""
        for kind in staging.kinds(before.resources):
            if kind not in left and kind not in gone:
                gone[kind] = minutes
                self._journal.terminal.say(f"{minutes} minutes: no {kind} is left")

    def _record_cleanup(self, before: Before, gone: dict[str, int]) -> None:
        if not before.resources:
            self._journal.cannot_answer(Question.CLEANUP_TIME, "EC2 listed no replication resources of the server")
            return
        told = [f"{kind} after {minutes} minutes" for kind, minutes in gone.items()]
        told += [f"{kind} not observed" for kind in staging.kinds(before.resources) if kind not in gone]
        self._journal.answer(Question.CLEANUP_TIME, ", ".join([*told, *self._agent()]))

    def _agent(self) -> list[str]:
        """Return in words when the agent was last seen; nothing if that is unknown."""
        try:
            server = self._describe()
        except LOST as error:
            self._journal.terminal.say(f"The source server could not be read: {error}")
            return []
        last_seen = time(server.get("lifeCycle") or {}, "lastSeenByServiceDateTime")
        finalized = time(_finalized(server), "apiCallDateTime")
        if not last_seen or not finalized:
            return []
        return [f"agent last seen after {max(0, (last_seen - finalized).total_seconds()) / 60:.0f} minutes"]

    def _left(self, before: Before) -> dict[str, int] | None:
        """Return the number of resources by kind that still exist; None if EC2 did not answer this time."""
        try:
            existing = {each.id for each in staging.managed(self._aws, self._clock)}
        except LOST as error:
            self._journal.terminal.say(f"EC2 could not be read, and is asked again: {error}")
            return None
        return staging.kinds([each for each in before.resources if each.id in existing])

    def _resources(self, replicator_id: str | None, launched_id: str | None) -> tuple[StagingResource, ...]:
        everything = staging.managed(self._aws, self._clock)
        return staging.of_server(everything, self._server_id, replicator_id, launched_id)

    def _describe(self) -> Item:
        wanted: Any = {"sourceServerIDs": [self._server_id]}
        [server] = self._aws.client("mgn").describe_source_servers(filters=wanted)["items"]
        return dict(server)


def lost(error: Exception) -> str:
    """Return why there is no answer, without identifiers."""
    return f"no readable answer: {' '.join(codes_of(error))}"


def has_finalized_time(server: Item) -> bool:
    """Whether MGN shows when the cutover was finalized."""
    return time(_finalized(server), "apiCallDateTime") is not None


def checks_of(server: Item) -> str:
    """Return in words what a finalized source server shows of its launched instance."""
    instance = server.get("launchedInstance") or {}
    told = [f"firstBoot {shown(instance.get('firstBoot'))}"]
    told += [
        f"check {shown(each.get('type'))} {shown(each.get('status'))}" for each in instance.get("lastKnownChecks") or []
    ]
    return ", ".join(told)


def _finalized(server: Item) -> dict[str, Any]:
    return ((server.get("lifeCycle") or {}).get("lastCutover") or {}).get("finalized") or {}


def shows_finalization(server: Item) -> bool:
    """Whether an answer of MGN shows everything that a finalization changes at once."""
    replication = (server.get("dataReplicationInfo") or {}).get("dataReplicationState")
    return state_of(server) == CUTOVER and replication == DISCONNECTED
