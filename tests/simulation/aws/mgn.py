"""MGN: source servers, jobs, groups and operations; it refuses only what the real MGN is known to refuse."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.aws.network import ServiceError
from tests.simulation.aws.truth import ACCOUNT, Cutover, Instance, Job, Launched, Server, Versions
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine


class Mgn:
    """
    MGN and the instances that it launched.

    It is unknown whether MGN refuses FinalizeCutover while a job runs or after a failed action.  Here it does *not*, so
    that only the function's own checks protect a server.

    Attributes:
        applications: ``{application ID: source server IDs}``.

        waves: ``{wave ID: application IDs}``.

        archived_groups: IDs of the archived applications and waves.

        managed_accounts: IDs of the accounts of the global view, with the function's own; none if it is off.

        finalized: Called with a server before and after its finalization.
    """

    def __init__(self, machine: Machine, weather: Weather) -> None:
        self.servers: Versions[Server] = Versions(machine)
        self.jobs: Versions[Job] = Versions(machine)
        self.instances: Versions[Instance] = Versions(machine)
        self.applications: dict[str, list[str]] = {}
        self.waves: dict[str, list[str]] = {}
        self.archived_groups: set[str] = set()
        self.managed_accounts: tuple[str, ...] = ()
        self.finalized: Callable[[Server, Server], None] = lambda *_: None
        self._machine = machine
        self._weather = weather

    def in_account(self, account_id: str = ACCOUNT) -> list[str]:
        """Return the IDs of the source servers of an account."""
        return [server_id for server_id in self.servers if self.servers[server_id].account == account_id]

    def finalize(self, server_id: str) -> Server:
        """
        Finalize a cutover.

        https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
        """
        before = self._find(server_id)
        if before.is_final and self._weather.finalizes_again:
            return before
        if before.is_archived or before.state != "CUTTING_OVER" or before.cutover is None:
            raise _conflict("FinalizeCutover", before)
        cutover = replace(before.cutover, finalized_at=self._machine.now)
        after = self.servers.change(server_id, state="CUTOVER", replication="DISCONNECTED", cutover=cutover)
        self.finalized(before, after)
        return after

    def archive(self, server_id: str) -> Server:
        """Mark a server as archived."""
        if (server := self._find(server_id)).state not in {"CUTOVER", "DISCONNECTED"}:
            raise _conflict("MarkAsArchived", server)
        return self.servers.change(server_id, is_archived=True)

    def servers_in(self, group_id: str) -> list[str]:
        """Return the IDs of the source servers of an application or a wave."""
        application_ids = self.waves.get(group_id, [group_id])
        return [id_ for application_id in application_ids for id_ in self.applications.get(application_id, ())]

    def archive_group(self, group_id: str) -> None:
        """Archive an application or a wave; whether MGN would refuse it is unknown."""
        self.archived_groups.add(group_id)

    def revert(self, server_id: str) -> None:
        """Revert a cutover, as a person does; the instance stays."""
        server = self._find(server_id)
        if server.state == "CUTTING_OVER" and server.cutover:
            undone = replace(server.cutover, reverted_at=self._machine.now)
            self.servers.change(server_id, state="READY_FOR_CUTOVER", cutover=undone)

    def disconnect(self, server_id: str) -> None:
        """Disconnect a server, as a person does."""
        if self._find(server_id).state != "CUTOVER":
            self.servers.change(server_id, state="DISCONNECTED", replication="DISCONNECTED")

    def call_it_cutover(self, server_id: str) -> None:
        """Change the lifecycle state to CUTOVER without finalizing: the API accepts that value."""
        if self._find(server_id).state == "CUTTING_OVER":
            self.servers.change(server_id, state="CUTOVER")

    def may_be_launched(self, server_id: str) -> bool:
        """Return whether MGN would start a cutover of a server."""
        server = self.servers[server_id]
        return server.exists and server.state == "READY_FOR_CUTOVER" and not server.is_archived

    def begin_cutover(self, server_id: str, job_id: str, *, oddity: str = "") -> None:
        """Start a cutover: the state changes before an instance is launched."""
        cutover = Cutover(job_id=job_id, initiated_at=self._machine.now, oddity=oddity)
        self.servers.change(server_id, state="CUTTING_OVER", replication="CONTINUOUS", cutover=cutover)

    def show_instance(self, server_id: str, launched: Launched | None) -> None:
        """Set the launched instance of a server."""
        self.servers.change(server_id, launched=launched)

    def _find(self, server_id: str) -> Server:
        if server_id not in self.servers or not self.servers[server_id].exists:
            raise ServiceError("ResourceNotFoundException", 404, f"Source server {server_id} does not exist.")
        return self.servers[server_id]


def _conflict(operation: str, server: Server) -> ServiceError:
    return ServiceError("ConflictException", 409, f"Cannot {operation} for a {server.state} server.")
