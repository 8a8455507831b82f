"""
MGN in one account and Region, in moto's layout.

https://docs.aws.amazon.com/mgn/latest/APIReference/Welcome.html
"""

import math
from datetime import timedelta
from functools import partial

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException

from local.clock import CLOCK

from . import effects, groups, history, identifiers, life_cycle, seeding
from .configurations import Configurations
from .documents import Document
from .exceptions import (
    SOURCE_SERVER,
    ConflictException,
    ResourceNotFoundException,
    UninitializedAccountException,
    ValidationException,
)
from .groups import Group, Groups
from .identifiers import check_id, new_id
from .jobs import Job
from .launch import Launch
from .source_servers import SourceServer
from .staging import Staging


class MGNBackend(BaseBackend):
    """
    The source servers, jobs, waves and applications of one account and Region.

    The class is not thread-safe: hold ``CLOCK.lock``.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.initialized = False
        self.managed_accounts: list[str] | None = None  # None: MGN's global view is off
        self.source_servers: dict[str, SourceServer] = {}
        self.jobs: dict[str, Job] = {}
        self.groups = Groups()
        self.configurations = Configurations(self.arn)
        self.staging = Staging(account_id, region_name, self)

    def reset(self) -> None:
        """Delete all state, including scheduled effects."""
        CLOCK.forget(self)
        super().reset()

    def check_initialized(self) -> None:
        """Raise UninitializedAccountException unless MGN is initialized here."""
        if not self.initialized:
            raise UninitializedAccountException

    def server(self, server_id: str) -> SourceServer:
        """Return the source server; raise ResourceNotFoundException if it does not exist."""
        if server_id not in self.source_servers:
            raise ResourceNotFoundException(server_id, SOURCE_SERVER)
        return self.source_servers[server_id]

    def add_source_server(self, seed: seeding.Seed | None = None) -> SourceServer:
        """
        Initialize MGN, add a source server, and replay the seed's history on it.

        Raises:
            ValueError: The ID is malformed, or a source server with that ID exists.

            ConflictException: The seed's history is impossible.
        """
        seed = seed or seeding.Seed()
        self.initialized = True
        server_id = check_id("s", seed.source_server_id) if seed.source_server_id else new_id("s")
        if server_id in self.source_servers:
            raise ValueError(f"Source server {server_id} already exists.")
        server = seeding.new_server(seed, server_id=server_id, arn=self.arn("source-server", server_id))
        self.source_servers[server_id] = server
        self._stage(server, seed)
        try:
            history.replay(self, server, seed)
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
        """Add an application; members not in *document* get default values."""
        self.initialized = True
        return self.groups.add(groups.APPLICATION, document, self.arn)

    def add_wave(self, document: Document) -> Group:
        """Add a wave; members not in *document* get default values."""
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
        Launch cutover instances of all servers in one job, or of none.

        Raises:
            ValidationException: A source server is unknown (the API has no better error for this operation).

            ConflictException: A source server cannot be launched.
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
        """Raise ConflictException while a job launches *server*: MGN's quota is one job per source server."""
        if any(job.is_working_on(server.id) for job in self.jobs.values()):
            raise ConflictException("Cannot StartCutover for a server that participates in a job.", server.id)

    def launch(self, servers: list[SourceServer], tags: dict[str, str], *, job_id: str | None = None) -> Job:
        """Start to launch cutover instances of *servers* in one job: *job_id*, or a new one."""
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
        """Return the job; raise ValidationException if it does not exist (DescribeJobLogItems has no better error)."""
        if job_id not in self.jobs:
            raise ValidationException(f"Unknown job {job_id}.")
        return self.jobs[job_id]

    def arn(self, resource: str, identifier: str) -> str:
        """Return the ARN of a *resource* in this account and Region."""
        return identifiers.arn(self.partition, self.region_name, self.account_id, resource, identifier)


mgn_backends = BackendDict(MGNBackend, "mgn")
