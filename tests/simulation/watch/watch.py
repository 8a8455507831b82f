"""
The observer of a history: it is called for every event, and checks the invariants.

The invariants, each checked at the time at which it could be violated:

- FinalizeCutover is never sent for a server that was not ready when it was read, with evidence older than 15 s, twice
  with the same evidence, for a server that was not requested, in a dry run, with too little time left, after the
  response, for a request for which CloudFormation no longer waits, or for a stack that does not go forward
  (``sends.py``);
- with optional rules, it is sent only while the change calendars are known to be open and were asked again, and after
  termination protection was read as on; with AllOrNothing, the first one only after two looks at all (``sends.py``);
- ArchiveApplication and ArchiveWave are never sent without a request, with too little time left, or while one source
  server of the group is not archived (here);
- MarkAsArchived is never sent without a request, for a server that is not finalized, with too little time left, or
  after the response (here);
- at most one finalization of a cutover has an effect (here);
- every CloudFormation request gets exactly one accepted response, which is true at that time (``answers.py``);
- with member accounts, every call is in the account of the source servers that it is about, and none in an account
  that automation does not cover; a sweep's report has each source server in the part of its account, and an account
  fails only because of a fault in it (``accounts.py``);
- with an evidence bucket, FinalizeCutover is sent only after a record of the same look was stored; no record is
  overwritten, unlocked, or has a tag; every finalization that the invocation reports has its result there, or the
  error says that it has none; without a bucket, nothing is stored (``evidence.py``);
- every report is true; every failure is raised, reported or sent as a response, and concerns the right server
  (``reports.py``);
- at the end, every request has a response, and every approved, ready server is finalized (``endings.py``).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulation.aws.accounts import Account
from tests.simulation.aws.evidence_bucket import EvidenceBucket, Stored
from tests.simulation.aws.invocation import Invocation, Sight
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.requests import Request
from tests.simulation.aws.sources import Sources
from tests.simulation.aws.truth import ACCOUNT, Line, Server
from tests.simulation.virtual.machine import Machine
from tests.simulation.watch import accounts, answers, evidence, reports, sends
from tests.simulation.watch.deliveries import was_kept_from_answering
from tests.simulation.watch.sights import truth_about
from tests.simulation.watch.table import broken_rules


@dataclass(frozen=True, slots=True)
class Violation:
    """A violated invariant, with its time."""

    at: float
    invariant: str
    words: str

    def __str__(self) -> str:
        return f"{self.at:.3f} s: {self.invariant}: {self.words}"


class Watch:
    """
    The observer of one history.

    Attributes:
        requests: Those of CloudFormation, by number.

        accounts: The accounts of automation, the function's own first.

        lists_members: Whether the function can know its member accounts.

        bucket: The evidence bucket; None if the deployment has none.

        said: Attributes of each successful request, by its number and its servers.

        violations: The violations; the history stops at the first one.

        counts: Counts of events, to detect a history in which nothing relevant happened.

        lines: The trace, in order; None if it is not recorded.

        sending: Called with a server's ID when FinalizeCutover is sent.

        recording: Called with an invocation that begins to store a record, and its key.

        oldest_evidence: Age of the oldest evidence at a write, in seconds; a settled log has no age.

        settled_logs: ``{job ID: log}`` of the jobs whose log an invocation read so long after their end that it cannot
            change any more.  Automation need not read it again.
    """

    def __init__(
        self, machine: Machine, mgn: Mgn, sources: Sources, requests: list[Request], *, is_traced: bool
    ) -> None:
        self.machine = machine
        self.mgn = mgn
        self.sources = sources
        self.requests = requests
        self.accounts: tuple[Account, ...] = (Account(id=ACCOUNT),)
        self.lists_members = True
        self.bucket: EvidenceBucket | None = None
        self.said: dict[tuple[int, tuple[str, ...]], dict[str, str]] = {}
        self.violations: list[Violation] = []
        self.counts: Counter[str] = Counter()
        self.lines: list[str] | None = [] if is_traced else None
        self.sending: Callable[[str], None] = lambda _server_id: None
        self.recording: Callable[[Invocation, str], None] = lambda _invocation, _key: None
        self.oldest_evidence = 0.0
        self.settled_logs: dict[str, tuple[Line, ...]] = {}
        self._finalizations: Counter[tuple[str, str]] = Counter()

    def note(self, *words: object) -> None:
        """Add a line to the trace, if it is recorded."""
        if self.lines is not None:
            self.lines.append(f"{self.machine.now:10.3f}  {' '.join(map(str, words))}")

    def demand(self, condition: object, invariant: str, *words: object) -> None:
        """Record a violation of *invariant*, unless *condition* holds."""
        if not condition:
            text = " ".join(map(str, words))
            self.note("VIOLATION", invariant, text)
            self.violations.append(Violation(self.machine.now, invariant, text))
            self.machine.is_stopped = True

    def begins(self, invocation: Invocation) -> None:
        self.counts[f"invocations: {invocation.asked.handler}"] += 1
        self.note(invocation, "begins", invocation.event)

    def meets(self, invocation: Invocation, operation: str, fault: str) -> None:
        self.counts[f"faults: {fault}"] += 1
        self.note(invocation, operation, "meets", fault)

    def shown(self, invocation: Invocation, server: Server) -> None:
        self.note(invocation, "is shown", server)

    def looks_again(self, invocation: Invocation, before: Sight) -> None:
        """Count the looks that found a server ready."""
        if not broken_rules(before, invocation.asked, self.machine.now):
            invocation.record.ready_looks[before.server.id] += 1

    def calls(self, invocation: Invocation, service: str, account_id: str) -> None:
        accounts.check_call(self, invocation, service, account_id)

    def writes_in(self, invocation: Invocation, account_id: str, server_id: str) -> None:
        accounts.check_write(self, invocation, account_id, server_id)

    def puts(self, invocation: Invocation, bucket: str, key: str) -> None:
        self.note(invocation, "puts", key)
        evidence.check_put(self, invocation, bucket, key)
        self.recording(invocation, key)

    def stores_record(self, invocation: Invocation, stored: Stored, replaced: Stored | None) -> None:
        self.counts[f"records: {stored.record['kind']}"] += 1
        self.note(invocation, "stores", stored.key)
        evidence.check_stored(self, invocation, stored, replaced)

    def protects(self, invocation: Invocation, server_id: str) -> None:
        self.counts["termination protection turned on"] += 1
        self.note(invocation, "turns on termination protection of", server_id)
        sends.check_protection(self, invocation, server_id)

    def sends(self, invocation: Invocation, server_id: str) -> None:
        self.counts["FinalizeCutover sent"] += 1
        self.note(invocation, "sends FinalizeCutover", server_id)
        sends.check(self, invocation, server_id)
        self.sending(server_id)

    def sent(self, invocation: Invocation, server_id: str, error: Exception | None) -> None:
        self.counts[f"FinalizeCutover: {type(error).__name__}"] += bool(error)
        self.note(invocation, "FinalizeCutover", server_id, "ended with", error)

    def acts(self, invocation: Invocation, server: Server) -> None:
        """Count writes whose evidence was no longer true; MGN supports no conditional writes."""
        self.counts["finalized by the function"] += 1
        broken = broken_rules(truth_about(self, server), invocation.asked, self.machine.now)
        self.counts["finalized by the function, though changed since the look"] += bool(broken)
        self.counts["finalized by the function, though put on hold since the look"] += "hold" in broken

    def archives(self, invocation: Invocation, server_id: str) -> None:
        self.note(invocation, "archives", server_id)
        may = invocation.asked.may_archive and self.mgn.servers[server_id].is_final
        self.demand(may, "archived", server_id, "unasked or not finalized, by", invocation)
        sends.check_any(self, invocation, "archived too late")

    def archives_group(self, invocation: Invocation, group_id: str) -> None:
        self.counts["applications and waves archived"] += 1
        self.note(invocation, "archives", group_id)
        servers = [self.mgn.servers[server_id] for server_id in self.mgn.servers_in(group_id)]
        # One that was deleted since the invocation read it counts as seen.
        known = [server for server in servers if server.exists or server.id in invocation.record.sights]
        is_complete = all(server.is_archived for server in known if server.exists)
        may = invocation.asked.may_archive_groups and known and is_complete
        self.demand(may, "archived group", group_id, "unasked, or with a server that is not archived, by", invocation)
        sends.check_any(self, invocation, "archived group too late")

    def finalized(self, before: Server, after: Server) -> None:
        assert after.cutover is not None
        self.counts["finalized"] += 1
        self.note("finalized", after)
        self._finalizations[after.id, after.cutover.job_id] += 1
        self.demand(self._finalizations[after.id, after.cutover.job_id] == 1, "finalized twice", before, after)

    def stores(self, invocation: Invocation, number: int, body: bytes) -> None:
        self.note(invocation, "answers request", number, body.decode())
        answers.check(self, invocation, self.requests[number], body)

    def ends(self, invocation: Invocation, result: Any, error: BaseException | None) -> None:
        self.counts[f"raised: {type(error).__name__}"] += bool(error)
        self.note(invocation, "ends with", repr(error) if error else result)
        reports.check(self, invocation, result, error)

    def killed(self, invocation: Invocation) -> None:
        self.counts["killed"] += 1
        self.note(invocation, "is killed")
        reports.check_announced(self, invocation)

    def cut_off(self, invocation: Invocation) -> None:
        self.counts["cut off"] += 1
        self.note(invocation, "is cut off by Lambda")
        reports.check_announced(self, invocation)
        if invocation.asked.request:
            is_answered = invocation.record.answers or was_kept_from_answering(invocation)
            self.demand(is_answered, "unanswered", invocation, "came to Lambda's timeout without an answer")
