"""
Archive the applications and waves whose source servers are all archived.

MGN accepts at most 200 active applications and 200 active waves in an account and Region.  The function looks at every
member first: a group without source servers, or one that was not read completely, stays active.  Whatever goes wrong
here is a warning, because the cutovers are finalized anyway.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError, OutOfTimeError
from finalize_cutover.cutover.groups import Group
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.report import ArchivedGroups
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import ATTEMPT, YOUNG

from .application import members_of
from .group_members import all_applications_of, all_servers_of
from .options import FinalizeOptions
from .pace import Pace

# An application has at most 200 source servers, so these fit into two pages, and are archived while that is recent.
APPLICATIONS_PER_LOOK = 10

APPLICATION, WAVE = "Application", "Wave"
TOO_LATE = "too little time was left; retry the request."


def archive_groups(servers: Iterable[SourceServer], *, options: FinalizeOptions, services: Services) -> ArchivedGroups:
    """
    Archive the applications of those *servers* that are archived, and the waves of these applications.

    An application is archived if every source server of it is; a wave if every application of it is, and every source
    server of these.  A group that is already archived needs nothing.

    Args:
        servers: Finalized source servers of the request, as MGN returned them last.

        options: The options of the request; nothing is sent after ``act_until``, or without the stack's consent.

        services: The ports of the account.

    Returns:
        What was archived now, and a warning for each group that could not be read or archived.  No error is raised.
    """
    own: dict[str, set[str]] = {}
    for server in servers:
        if server.is_archived and server.application_id:
            own.setdefault(server.application_id, set()).add(server.id)
    return _GroupArchive(own, options, services).run()


class _GroupArchive:
    """
    The archiving of one request.

    Args:
        own: ``{application ID: IDs of those source servers in it that MGN showed archived in this request}``.
    """

    def __init__(self, own: dict[str, set[str]], options: FinalizeOptions, services: Services) -> None:
        self._own = own
        # A source server cannot leave the archive, so this outweighs a read that is older.
        self._shown_archived = set[str]().union(*own.values())
        self._options = options
        self._mgn = services.mgn
        self._clock = services.clock
        self._pace = Pace(services.clock)
        self._applications: list[str] = []
        self._waves: list[str] = []
        self._warnings: list[str] = []

    def run(self) -> ArchivedGroups:
        applications = self._found(APPLICATION, sorted(self._own), self._mgn.find_applications)
        active = [each for each in applications if not each.is_archived]
        for batch in in_batches(active, APPLICATIONS_PER_LOOK):
            self._archive_applications(batch)
        done = [each for each in applications if self._is_done(each)]
        for wave in self._found(WAVE, sorted({each.wave_id for each in done if each.wave_id}), self._mgn.find_waves):
            if not wave.is_archived:
                self._archive_wave(wave)
        return ArchivedGroups(
            application_ids=tuple(self._applications), wave_ids=tuple(self._waves), warnings=tuple(self._warnings)
        )

    def _found(self, kind: str, ids: Sequence[str], find: Callable[[Collection[str]], Found[Group]]) -> list[Group]:
        """Return those groups with *ids* that MGN lists, with a warning for each of the others."""
        if not ids:
            return []
        try:
            self._check_time()
            found = find(ids)
        except CutoverError as error:
            self._warn(kind, ids, error)
            return []
        known = []
        for id_ in ids:
            group = found.items.get(id_)
            if group is None:
                self._warn(kind, [id_], found.errors.get(id_, "MGN does not list it."))
            elif group.is_archived is None:
                self._warn(kind, [id_], "MGN does not say whether it is archived.")
            else:
                known.append(group)
        return known

    def _archive_applications(self, applications: Sequence[Group]) -> None:
        """Read the source servers of *applications*, and archive those applications that are complete."""
        ids, read_at = [each.id for each in applications], self._clock.now()
        try:
            self._check_time()
        except CutoverError as error:
            self._warn(APPLICATION, ids, error)
            return
        members = members_of(ids, self._mgn)
        for each in applications:
            try:
                servers = all_servers_of(each, members[each.id], self._own[each.id])
                if self._are_archived(servers):
                    self._send(each.id, self._mgn.archive_application, read_at)
                    self._applications.append(each.id)
            except CutoverError as error:
                self._warn(APPLICATION, [each.id], error)

    def _archive_wave(self, wave: Group) -> None:
        """Read the applications of *wave* and their source servers, and archive it if all of them are archived."""
        read_at = self._clock.now()
        try:
            self._check_time()
            applications = all_applications_of(wave, self._mgn.applications_in([wave.id]))
            if all(map(self._is_done, applications)) and self._are_archived(self._servers_in(applications)):
                self._send(wave.id, self._mgn.archive_wave, read_at)
                self._waves.append(wave.id)
        except CutoverError as error:
            self._warn(WAVE, [wave.id], error)

    def _servers_in(self, applications: Sequence[Group]) -> list[SourceServer]:
        self._check_time()
        members = members_of(sorted(each.id for each in applications), self._mgn)
        return [
            server
            for each in applications
            for server in all_servers_of(each, members[each.id], self._own.get(each.id, ()))
        ]

    def _is_done(self, application: Group) -> bool:
        """Whether *application* is archived; a read can be older than the archiving."""
        return application.is_archived is True or application.id in self._applications

    def _are_archived(self, servers: Collection[SourceServer]) -> bool:
        """Whether all *servers* are archived; at least one server of the request is among them, or they are unread."""
        return all(each.is_archived or each.id in self._shown_archived for each in servers)

    def _send(self, group_id: str, archive: Callable[..., Group], read_at: datetime) -> None:
        """
        Call *archive* for a group whose members were read at *read_at*.

        Raises:
            CutoverError: MGN refused it or did not respond, the stack does not consent, or too little time was left.
        """
        error: CutoverError = OutOfTimeError(TOO_LATE)
        until = min(self._options.act_until, read_at + YOUNG)
        while not self._pace.is_stuck and (permit := self._pace.wait(until=until)) is not None:
            send_until = min(until, self._options.consented_until(), self._clock.now() + ATTEMPT)
            try:
                answer = archive(group_id, before_send=partial(self._check, group_id, send_until))
            except MgnUnavailableError as fault:
                if not fault.is_throttled:
                    raise
                error = fault
                self._pace.note_throttled(permit)
                continue
            self._pace.note_taken()
            if not answer.is_archived:
                raise MgnUnavailableError("MGN accepted it, but does not show it archived.", code="NotArchived")
            return
        raise error

    def _check(self, group_id: str, send_until: datetime) -> None:
        """Check just before a write is sent that it may still be sent."""
        if self._clock.now() >= send_until:
            raise OutOfTimeError(TOO_LATE)
        self._options.window.check(group_id)

    def _check_time(self) -> None:
        if self._clock.now() >= self._options.act_until:
            raise OutOfTimeError(TOO_LATE)

    def _warn(self, kind: str, ids: Sequence[str], reason: object) -> None:
        self._warnings += [f"{kind} {id_} was not archived: {reason}" for id_ in ids]
