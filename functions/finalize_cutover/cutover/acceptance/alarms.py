"""The rule ``alarms``: CloudWatch evaluates the application's alarms, and none of them is in ALARM."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.finding import Finding, Verdict, blocks, passes, waits
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer

from .rule import AcceptanceRule, passes_if_old_enough

# At most so many alarms are named in a reason; the others are counted.
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """
    A metric, composite or log alarm.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html

    Attributes:
        name: The name, as CloudWatch returns it.

        label: The name as it is shown.

        state: ``StateValue``; None for an alarm that does not exist.

        since: ``StateTransitionedTimestamp``; None if CloudWatch does not return it.

        evaluation_state: ``EvaluationState``, a problem with the evaluation; None without one.
    """

    name: str
    label: str
    state: str | None
    since: datetime | None = None
    evaluation_state: str | None = None


class Alarms(Protocol):
    """CloudWatch's alarms in one account and Region."""

    def named(self, names: Collection[str]) -> Found[Alarm]:
        """Return those of *names* that exist."""

    def with_prefix(self, prefix: str) -> Found[Alarm]:
        """Return every alarm whose name begins with *prefix*."""


class AlarmsRule(AcceptanceRule):
    """
    Require that all alarms are OK for at least the soak time.

    Args:
        alarms: CloudWatch.

        names: Names of the alarms, for every source server of the request.

        prefix: In addition, the alarms whose name begins with it and the ID of the source server or its application;
            None for none.
    """

    name = "alarms"
    hint = "Wait, or fix what the alarm shows; create the alarm if it does not exist."

    def __init__(self, alarms: Alarms, *, names: Collection[str] = (), prefix: str | None = None) -> None:
        self._alarms = alarms
        self._names = tuple(names)
        self._prefix = prefix

    def read(self, servers: Collection[SourceServer]) -> Found[tuple[Alarm, ...]]:
        """Return the alarms by source server ID; an alarm that does not exist has the state None."""
        nothing: Found[Alarm] = Found(items={})
        named = self._alarms.named(self._names) if self._names else nothing
        listed = self._alarms.with_prefix(self._prefix) if self._prefix else nothing
        for error in named.errors.values():
            raise error
        common = tuple(named.items.get(name, Alarm(name=name, label=name, state=None)) for name in self._names)
        return Found(items={server.id: (*common, *self._of(server, listed.items.values())) for server in servers})

    def _of(self, server: SourceServer, listed: Collection[Alarm]) -> tuple[Alarm, ...]:
        prefixes = tuple(f"{self._prefix}{id_}" for id_ in (server.id, server.application_id) if id_)
        return tuple(alarm for alarm in listed if alarm.name.startswith(prefixes))

    def judge(self, fact: tuple[Alarm, ...], evidence: Evidence, policy: ReadinessPolicy, now: datetime) -> Finding:
        if not fact:
            server = evidence.server
            ids = " or ".join(id_ for id_ in (server.id, server.application_id) if id_)
            return blocks(f"CloudWatch has no alarm whose name begins with {self._prefix} and {ids}")
        found = [_finding(alarm, policy, now) for alarm in fact]
        if blocking := [finding.reason for finding in found if finding.verdict == Verdict.BLOCK]:
            return blocks(_joined(blocking))
        if waiting := [finding for finding in found if finding.verdict == Verdict.WAIT]:
            times = [finding.passes_at for finding in waiting if finding.passes_at]
            return waits(_joined([finding.reason for finding in waiting]), passes_at=max(times, default=None))
        return passes(f"all {len(fact)} alarms are OK" if len(fact) > 1 else f"alarm {fact[0].label} is OK")


def _finding(alarm: Alarm, policy: ReadinessPolicy, now: datetime) -> Finding:
    if alarm.state is None:
        return blocks(f"alarm {alarm.label} does not exist")
    words = f"alarm {alarm.label} is {alarm.state}"
    if alarm.state == "INSUFFICIENT_DATA":
        return waits(words)
    if alarm.state != "OK":
        return blocks(words)
    if alarm.evaluation_state:
        return waits(f"{words}, but its evaluation state is {alarm.evaluation_state}")
    return passes_if_old_enough(words, alarm.since, policy, now)


def _joined(reasons: Collection[str]) -> str:
    more = len(reasons) - NAMED
    return ", ".join(list(reasons)[:NAMED]) + (f", and {more} more" if more > 0 else "")
