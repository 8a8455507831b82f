"""
MGN for one account and Region, in moto's layout.

https://docs.aws.amazon.com/mgn/latest/APIReference/Welcome.html
"""

import math
from datetime import timedelta
from functools import partial

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException

from local.clock import CLOCK

from . import effects, groups, history, identifiers, life_cycle, seeding
from .documents import Document
from .exceptions import (
    SOURCE_SERVER,
    ConflictException,
    ResourceNotFoundException,
    UninitializedAccountException,
    ValidationException,
)
from .groups import Group, Groups
from .identifiers import new_id
from .jobs import Job
from .launch import Launch
from .source_servers import SourceServer
from .staging import Staging


class MGNBackend(BaseBackend):
    """
    The source servers, jobs, waves and applications of one account and Region.

    Nothing here is guarded: hold ``CLOCK.lock``.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.initialized = False
        self.source_servers: dict[str, SourceServer] = {}
        self.jobs: dict[str, Job] = {}
        self.groups = Groups()
        self.staging = Staging(account_id, region_name, self)

    def reset(self) -> None:
        """Forget everything, what was to happen included."""
        CLOCK.forget(self)
        super().reset()

    def check_initialized(self) -> None:
        """Raise UninitializedAccountException unless MGN was set up here."""
        if not self.initialized:
            raise UninitializedAccountException

    def server(self, server_id: str) -> SourceServer:
        """Return the source server; raise ResourceNotFoundException if there is none."""
        if server_id not in self.source_servers:
            raise ResourceNotFoundException(server_id, SOURCE_SERVER)
        return self.source_servers[server_id]

    def add_source_server(self, seed: seeding.Seed | None = None) -> SourceServer:
        """
        Add a source server, and let happen to it what the seed says; MGN counts as set up from then on.

        Raises:
            ValueError: There is a source server with that ID.

            ConflictException: What the seed says cannot have happened.
        """
        seed = seed or seeding.Seed()
        self.initialized = True
        server_id = seed.source_server_id or new_id("s")
        if server_id in self.source_servers:
            raise ValueError(f"There is a source server {server_id} already.")
        server = seeding.new_server(seed, server_id=server_id, arn=self.arn("source-server", server_id))
        self.source_servers[server_id] = server
        self._stage(server, seed)
        try:
            history.tell(self, server, seed)
        except ServiceException:
            del self.source_servers[server_id]
            raise
        seeding.apply_overrides(server.document, seed)
        return server

    def _stage(self, server: SourceServer, seed: seeding.Seed) -> None:
        partner = seed.shares_replication_server_with
        if seed.staging or seed.leftovers or partner:
            self.staging.stage(server, shared_with=self.source_servers[partner] if partner else None)

    def add_application(self, document: Document) -> Group:
        """Add an application; *document* may leave out what can be made up."""
        self.initialized = True
        return self.groups.add(groups.APPLICATION, document, self.arn)

    def add_wave(self, document: Document) -> Group:
        """Add a wave; *document* may leave out what can be made up."""
        self.initialized = True
        return self.groups.add(groups.WAVE, document, self.arn)

    def finalize_cutover(self, server_id: str) -> SourceServer:
        server = self.server(server_id)
        life_cycle.check_finalizable(server)
        if (seconds := effects.seconds_to_effect()) is None:
            self._finalize(server)
        elif not math.isinf(seconds):
            CLOCK.put_off(CLOCK.now() + timedelta(seconds=seconds), partial(self._finalize, server), owner=self)
        return server

    def _finalize(self, server: SourceServer) -> None:
        life_cycle.finalize(server)
        self.staging.clear(server)

    def disconnect_from_service(self, server_id: str) -> SourceServer:
        server = self.server(server_id)
        life_cycle.disconnect(server)
        self.staging.clear(server)
        return server

    def start_cutover(self, server_ids: list[str], tags: dict[str, str]) -> Job:
        """
        Launch cutover instances, in one job; all or none.

        Raises:
            ValidationException: One of the servers is unknown (the API has no better error for this call).

            ConflictException: One of them cannot be launched.
        """
        unknown = [server_id for server_id in server_ids if server_id not in self.source_servers]
        if unknown:
            raise ValidationException(f"Unknown source servers: {', '.join(unknown)}.")
        servers = [self.source_servers[server_id] for server_id in dict.fromkeys(server_ids)]
        for server in servers:
            life_cycle.check_launchable(server, "StartCutover")
            self._check_idle(server)
        return self.launch(servers, tags)

    def _check_idle(self, server: SourceServer) -> None:
        """Raise ConflictException while a job works on *server*: MGN's quota is one job per source server."""
        if any(job.is_working_on(server.id) for job in self.jobs.values()):
            raise ConflictException("Cannot StartCutover for a server that participates in a job.", server.id)

    def launch(self, servers: list[SourceServer], tags: dict[str, str], *, job_id: str | None = None) -> Job:
        """Begin to launch cutover instances of *servers* in one job: a new one, or the one that is named."""
        job_id = job_id or new_id("mgnjob")
        new = Job(
            id=job_id, arn=self.arn("job", job_id), initiated_by="START_CUTOVER", created=CLOCK.now(), tags=dict(tags)
        )
        job = self.jobs.setdefault(job_id, new)
        for server in servers:
            life_cycle.initiate(server, job_id)
            job.join(server.id)
            Launch(job=job, server=server, account=self.account_id, region=self.region_name, owner=self).begin()
        return job

    def job(self, job_id: str) -> Job:
        """Return the job; raise ValidationException if there is none (the API has no better error for its log)."""
        if job_id not in self.jobs:
            raise ValidationException(f"Unknown job {job_id}.")
        return self.jobs[job_id]

    def arn(self, resource: str, identifier: str) -> str:
        """Return the ARN of a *resource* here."""
        return identifiers.arn(self.partition, self.region_name, self.account_id, resource, identifier)


mgn_backends = BackendDict(MGNBackend, "mgn")
