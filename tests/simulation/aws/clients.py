"""boto3's clients, as far as the function uses them: answers from the truth, by way of the simulated network."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.parsers import ResponseParserError

from tests.simulation.aws import documents
from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import GARBLED, Network, ServiceError
from tests.simulation.aws.truth import Job, Server, Versions

Document = dict[str, Any]
# What a request is about, in order of its keys, and how that is shown, to which question.
Page = Callable[[Document], dict[str, Any]]
Shown = Callable[[Document, list[Any]], list[Document]]


def _as_it_is(_request: Document, found: list[Any]) -> list[Document]:
    return found


class _Paginator:
    """boto3's paginator: every page is a call, and goes on behind what was shown; nothing is lost between pages."""

    def __init__(self, network: Network, operation: str, items: Page, shown: Shown) -> None:
        self._network = network
        self._operation = operation
        self._items = items
        self._shown = shown
        self.size = 1000

    def paginate(self, *, PaginationConfig: Document, **request: Any) -> Iterator[Document]:  # noqa: N803 - boto3's own
        size, last = min(self.size, PaginationConfig["PageSize"]), ""
        while True:
            found = self._network.call(self._operation, lambda: self._items(request))
            if found is GARBLED:
                yield {}
                return
            rest = {key: item for key, item in found.items() if key > last}
            page = dict(list(rest.items())[:size])
            yield {"items": self._shown(request, list(page.values()))}
            if len(page) == len(rest):
                return
            last = max(page)


class MgnClient:
    """MGN's, for one invocation, which is told what it was shown."""

    def __init__(self, invocation: Invocation, mgn: Mgn, network: Network, page_size: int) -> None:
        self._invocation = invocation
        self._mgn = mgn
        self._network = network
        self._page_size = page_size

    def get_paginator(self, method: str) -> _Paginator:
        pages: dict[str, tuple[str, Page, Any]] = {
            "describe_source_servers": ("DescribeSourceServers", self._servers, self._show_servers),
            "describe_jobs": ("DescribeJobs", self._jobs, self._show_jobs),
            "describe_job_log_items": ("DescribeJobLogItems", self._log, self._show_log),
            "list_applications": ("ListApplications", self._applications, _as_it_is),
        }
        paginator = _Paginator(self._network, *pages[method])
        paginator.size = self._page_size
        return paginator

    def finalize_cutover(self, *, sourceServerID: str, accountID: str | None = None) -> Document:  # noqa: ARG002, N803 - boto3's own
        send = self._invocation.begin_send(sourceServerID)
        try:
            server = self._network.call("FinalizeCutover", lambda: self._finalize(sourceServerID), send.faults)
        except Exception as error:
            self._invocation.end_send(send, error)
            raise
        self._invocation.end_send(send, ResponseParserError() if server is GARBLED else None)
        return _shown(server)

    def _finalize(self, server_id: str) -> Server:
        before = self._mgn.servers[server_id]
        after = self._mgn.finalize(server_id)
        if not before.is_final:
            self._invocation.watch.acts(self._invocation, before)
        return after

    def mark_as_archived(self, *, sourceServerID: str, accountID: str | None = None) -> Document:  # noqa: ARG002, N803 - boto3's own
        self._invocation.archives(sourceServerID)
        return _shown(self._network.call("MarkAsArchived", lambda: self._mgn.archive(sourceServerID)))

    def _servers(self, request: Document) -> dict[str, Server]:
        moment, filters = self._network.read_at(), request["filters"]
        found = [server for id_ in self._mgn.servers if (server := self._mgn.servers.at(id_, moment))]
        members = [i for app in filters.get("applicationIDs", ()) for i in self._mgn.applications.get(app, ())]
        return {
            server.id: server
            for server in found
            if server.exists
            and server.id in filters.get("sourceServerIDs", [server.id])
            and (server.id in members or "applicationIDs" not in filters)
            and server.state in filters.get("lifeCycleStates", [server.state])
            and server.is_archived == filters.get("isArchived", server.is_archived)
        }

    def _show_servers(self, request: Document, found: list[Any]) -> list[Document]:
        filters = request["filters"]
        if "applicationIDs" in filters or filters.get("lifeCycleStates") == ["CUTTING_OVER"]:
            self._invocation.lists(found)
        self._invocation.record.is_auditing |= filters.get("lifeCycleStates") == ["CUTOVER"]
        for server in found:
            self._invocation.saw_server(server)
        return [documents.source_server(server) for server in found]

    def _jobs(self, request: Document) -> dict[str, Job]:
        moment = self._network.read_at()
        jobs = [self._mgn.jobs.at(job_id, moment) for job_id in request["filters"]["jobIDs"]]
        return {job.id: job for job in jobs if job and job.is_listed}

    def _show_jobs(self, _request: Document, found: list[Any]) -> list[Document]:
        for job in found:
            self._invocation.saw_job(job)
        return [documents.job(job) for job in found]

    def _log(self, request: Document) -> dict[str, Job]:
        job = self._mgn.jobs.at(request["jobID"], self._network.read_at())
        if job is None:
            raise ServiceError("ResourceNotFoundException", 404, "The job does not exist.")
        return {job.id: job}

    def _show_log(self, _request: Document, found: list[Any]) -> list[Document]:
        self._invocation.saw_log(found[0])
        return documents.job_log(found[0])

    def _applications(self, request: Document) -> dict[str, Document]:
        application_ids = [id_ for wave_id in request["filters"]["waveIDs"] for id_ in self._mgn.waves.get(wave_id, ())]
        return {id_: {"applicationID": id_} for id_ in application_ids}


def _shown(server: Any) -> Document:
    return {} if server is GARBLED else documents.source_server(server)


class Ec2Client:
    """EC2's, for one invocation; there are no replication resources."""

    def __init__(self, invocation: Invocation, mgn: Mgn, network: Network) -> None:
        self._invocation = invocation
        self._mgn = mgn
        self._network = network

    def describe_instance_status(self, *, InstanceIds: list[str], IncludeAllInstances: bool) -> Document:  # noqa: N803 - boto3's own
        assert IncludeAllInstances
        found = self._network.call("DescribeInstanceStatus", lambda: self._instances(InstanceIds))
        for instance in found:
            self._invocation.saw_instance(instance)
        return {"InstanceStatuses": [documents.instance_status(instance) for instance in found]}

    def get_paginator(self, method: str) -> _Paginator:
        return _Paginator(self._network, method, lambda _request: {}, _as_it_is)

    def _instances(self, instance_ids: list[str]) -> list[Any]:
        moment = self._network.read_at()
        known = {
            id_: truth for id_ in instance_ids if (truth := self._mgn.instances.at(id_, moment)) and truth.is_known
        }
        if missing := [id_ for id_ in instance_ids if id_ not in known]:
            raise ServiceError("InvalidInstanceID.NotFound", 400, f"The IDs '{', '.join(missing)}' do not exist")
        return list(known.values())


class CloudFormationClient:
    """CloudFormation's, for one invocation."""

    def __init__(self, invocation: Invocation, statuses: Versions[str], network: Network) -> None:
        self._invocation = invocation
        self._statuses = statuses
        self._network = network

    def describe_stacks(self, *, StackName: str) -> Document:  # noqa: N803 - boto3's own
        status = self._network.call("DescribeStacks", lambda: self._statuses.at(StackName, self._network.read_at()))
        self._invocation.saw_stack(str(status))
        return {"Stacks": [{"StackStatus": status}]}


class EventsClient:
    """EventBridge's, for one invocation: a bus that takes everything."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def put_events(self, *, Entries: list[Document]) -> Document:  # noqa: ARG002, N803 - boto3's own
        answer = self._network.call("PutEvents", lambda: None)
        return {} if answer is GARBLED else {"FailedEntryCount": 0}
