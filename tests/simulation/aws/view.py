"""What an invocation does in one account: everything that it reads there is evidence only for that account."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from tests.simulation.aws.invocation import AUTOMATION, Asked, Invocation, Send, Sight, is_heard
from tests.simulation.aws.truth import Instance, Job, Server

# Automation need not read the log again of a job that ended so long ago, except for delayed reads.
SETTLED_AFTER = 15 * 60  # seconds
# These are read again just before a write.
READ_AGAIN = {"change-calendar", "termination-protection"}


class View:
    """
    What an invocation does in one account.

    Attributes:
        account: The account's ID.

        machine: The machine on which the invocation runs.

        batch: IDs of the servers in the last request for named servers; automation lists the others of their
            applications then.
    """

    def __init__(self, invocation: Invocation, account: str) -> None:
        self.account = account
        self.machine = invocation.machine
        # Whether it audits servers that were finalized earlier: these reads do not lead to a write.
        self._is_auditing = False
        self.is_archiving_groups = False
        self.batch: frozenset[str] = frozenset()
        self._invocation = invocation
        self._record = invocation.record
        self._watch = invocation.watch
        # IDs of the servers in the last list of source servers; what is read for all servers is about these.
        self._looked_at: set[str] = set()

    @property
    def asked(self) -> Asked:
        """What the invocation's event requests."""
        return self._invocation.asked

    def meets(self, operation: str, kind: str, about: frozenset[str] | None = None) -> None:
        """Record a fault; it concerns the source servers *about*, or all of the account."""
        self._invocation.meets(operation, kind, about, self.account)

    def meets_for_all(self, operation: str, kind: str) -> None:
        """Record a fault that concerns all accounts."""
        self._invocation.meets(operation, kind)

    @property
    def _own_sights(self) -> list[Sight]:
        return [sight for sight in self._record.sights.values() if sight.server.account == self.account]

    def begins_to_audit(self) -> None:
        self._is_auditing = self._record.is_auditing = True

    def begins_to_archive_groups(self) -> None:
        """Ignore what it reads from now on: it decides about no source server any more."""
        self.is_archiving_groups = True

    def begins_to_list(self, server_ids: Collection[str], *, is_group: bool) -> None:
        """Forget the group that an earlier, interrupted list contained: its members can have changed."""
        self._looked_at.clear()
        self.batch = frozenset(server_ids)
        if is_group:
            self._record.listed.clear()

    def _check_account(self, server_id: str) -> None:
        self._watch.writes_in(self._invocation, self.account, server_id)

    def of_jobs(self, job_ids: list[str]) -> frozenset[str]:
        """Return the IDs of the servers that it read with one of *job_ids* as their cutover job."""
        sights = self._own_sights
        return frozenset(s.server.id for s in sights if s.server.cutover and s.server.cutover.job_id in job_ids)

    def of_instances(self, instance_ids: list[str]) -> frozenset[str]:
        """Return the IDs of the servers that it read with one of *instance_ids* as their instance."""
        sights = self._own_sights
        return frozenset(
            s.server.id for s in sights if s.server.launched and s.server.launched.instance_id in instance_ids
        )

    def lists(self, servers: list[Server]) -> None:
        """Record the servers of a group or a sweep: an archived server counts only if it is finalized."""
        self._record.listed |= {server.id for server in servers if server.is_final or not server.is_archived}
        self._record.as_listed |= {server.id: server for server in servers}

    def lists_unreadable(self, server: Server) -> None:
        """Record that a list contains *server*, but the rest of its item is unreadable."""
        self._record.listed.add(server.id)

    def saw_server(self, server: Server, at: float) -> None:
        if self._is_auditing or self.is_archiving_groups or not is_heard():
            return
        before = self._record.sights.get(server.id)
        self._record.reads.append((self.machine.now, server.id))
        self._looked_at.add(server.id)
        looks = before.looks if before else 0
        if before:
            self._watch.looks_again(self._invocation, before)
        now = self.machine.now
        self._record.sights[server.id] = Sight(
            server=server, seen_at=now, heard_at=now, true_at={"server": at}, looks=looks
        )
        self._watch.shown(self._invocation, server)

    def saw_job(self, job: Job, at: float) -> None:
        for _, sight in self._sights():
            # Reading another server of the same job does not count as another read of an earlier server.
            if sight.job is None and sight.server.cutover and sight.server.cutover.job_id == job.id:
                log = self._watch.settled_logs.get(job.id) if self.asked.handler in AUTOMATION else None
                self._sees(
                    sight, "job", at, job=job, looks=sight.looks + 1, log=log if sight.log is None else sight.log
                )

    def saw_log(self, job: Job, at: float) -> None:
        for _, sight in self._sights():
            # The job and its log are read at the same time.
            if "log" not in sight.true_at and sight.server.cutover and sight.server.cutover.job_id == job.id:
                self._sees(sight, "log", at, log=job.log)
                if job.status == "COMPLETED" and job.known_end is not None and at >= job.known_end + SETTLED_AFTER:
                    self._watch.settled_logs[job.id] = job.log

    def saw_instance(self, instance: Instance, at: float) -> None:
        if self._is_auditing:
            return
        for _, sight in self._sights():
            if sight.server.launched and sight.server.launched.instance_id == instance.id:
                self._sees(sight, "instance", at, instance=instance)

    def _sights(self) -> list[tuple[str, Sight]]:
        return [(sight.server.id, sight) for sight in self._own_sights] if is_heard() else []

    def _sights_of_look(self) -> list[tuple[str, Sight]]:
        return [(server_id, sight) for server_id, sight in self._sights() if server_id in self._looked_at]

    def _sees(self, sight: Sight, part: str, at: float, **differences: Any) -> None:
        heard_at = sight.heard_at if part in READ_AGAIN else self.machine.now
        # A part with several pages is as old as its first page.
        since = at if part in READ_AGAIN or part not in sight.accepted else sight.true_at[part]
        seen = replace(sight, true_at={**sight.true_at, part: since}, heard_at=heard_at, **differences)
        self._record.sights[sight.server.id] = seen

    def saw_of_server(self, server_id: str, part: str, value: object, at: float) -> None:
        """Record what was read about one server for an optional rule."""
        for _, sight in self._sights():
            if sight.server.id == server_id:
                self._sees(sight, part, at, accepted={**sight.accepted, part: value})

    def saw_of_instances(self, part: str, found: Mapping[str, Any], at: float) -> None:
        """Record what was read about instances for an optional rule."""
        for server_id, sight in self._sights():
            if sight.server.launched and sight.server.launched.instance_id in found:
                self.saw_of_server(server_id, part, found[sight.server.launched.instance_id], at)

    def saw_of_all(self, part: str, found: Mapping[str, Any], at: float) -> None:
        """Record what was read for an optional rule of all servers of a look, in addition to earlier pages."""
        for server_id, sight in self._sights_of_look():
            self.saw_of_server(server_id, part, {**sight.accepted.get(part, {}), **found}, at)

    def saw_snapshot(self, volume_id: str, snapshot: Any, at: float) -> None:
        for server_id, sight in self._sights():
            if volume_id in sight.accepted.get("volumes", ()):
                before = sight.accepted.get("snapshots", {})
                snapshots = {**before, volume_id: (*before.get(volume_id, ()), snapshot)}
                self.saw_of_server(server_id, "snapshots", snapshots, at)

    def saw_calendars(self, found: Mapping[str, Any], at: float, began_at: float) -> None:
        """Record the states of calendars; *found* is empty if it is unknown which one is closed."""
        for server_id, sight in self._sights_of_look():
            before = sight.accepted.get("change-calendar", {}) if found else {}
            self.saw_of_server(server_id, "change-calendar", {**before, **found}, at)
            seen = self._record.sights[server_id]
            self._record.sights[server_id] = replace(seen, calendars_asked_at=began_at)

    def of_volumes(self, volume_ids: Collection[str]) -> frozenset[str]:
        """Return the IDs of the servers that it read with one of *volume_ids*."""
        sights = self._own_sights
        return frozenset(s.server.id for s in sights if set(volume_ids) & set(s.accepted.get("volumes", ())))

    def protects(self, server_id: str) -> Send:
        self._check_account(server_id)
        self._watch.protects(self._invocation, server_id)
        return Send(server_id=server_id, began_at=self.machine.now)

    def begin_send(self, server_id: str) -> Send:
        self._check_account(server_id)
        self._watch.sends(self._invocation, server_id)
        send = Send(server_id=server_id, began_at=self.machine.now)
        self._record.sends.append(send)
        return send

    def end_send(self, send: Send, error: Exception | None) -> None:
        if not is_heard():
            error = error or TimeoutError("no code waits for the response any more")
        send.ended_at, send.error = self.machine.now, error
        is_busy = "throttled" in str(error)
        if not is_busy and (sight := self._record.sights.get(send.server_id)):
            self._record.sights[send.server_id] = replace(sight, is_spent=True)
        self._watch.sent(self._invocation, send.server_id, error)

    def acts(self, server: Server) -> None:
        self._watch.acts(self._invocation, server)

    def archives(self, server_id: str) -> Send:
        self._check_account(server_id)
        self._watch.archives(self._invocation, server_id)
        return Send(server_id=server_id, began_at=self.machine.now)

    def archives_group(self, group_id: str) -> Send:
        self._watch.archives_group(self._invocation, group_id)
        return Send(server_id=group_id, began_at=self.machine.now)
