"""The parts of boto3 clients that the function uses: responses from the simulated state, over the simulated network."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.simulation.aws import documents, odd
from tests.simulation.aws.invocation import AUTOMATION, Invocation
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import Network, ServiceError
from tests.simulation.aws.truth import Job, Server, Versions
from tests.simulation.aws.view import View

Document = dict[str, Any]
# The requested items by key, a function that formats an item, and the time of the state that a read returns.
Page = Callable[[Document], dict[str, Any]]
Shown = Callable[[Document, list[Any], float], list[Document]]
# Source servers of a request; None for all.
About = Callable[[Document], frozenset[str] | None]


def _as_it_is(_request: Document, found: list[Any], _at: float) -> list[Document]:
    return found


def _everybody(_request: Document) -> None:
    return None


class _Paginator:
    """boto3's paginator: each page is a call and continues after the last item, so no item is lost between pages."""

    def __init__(self, network: Network, operation: str, items: Page, shown: Shown, about: About = _everybody) -> None:
        self._network = network
        self._operation = operation
        self._items = items
        self._shown = shown
        self._about = about
        self.size = 1000
        self.begin: Callable[[Document], None] = lambda _request: None

    def paginate(self, *, PaginationConfig: Document, **request: Any) -> Iterator[Document]:  # noqa: N803 - boto3's own
        self.begin(request)
        size, last = min(self.size, PaginationConfig["PageSize"]), ""
        while True:
            at, found = self._network.read(self._operation, lambda: self._items(request), self._about(request))
            rest = {key: item for key, item in found.items() if key > last}
            page = dict(list(rest.items())[:size])
            yield {"items": self._shown(request, list(page.values()), at)}
            if len(page) == len(rest):
                return
            last = max(page)


class MgnClient:
    """A client of MGN of one account for one invocation; it records what it returned."""

    def __init__(self, view: View, mgn: Mgn, network: Network, page_size: int) -> None:
        self._view = view
        self._mgn = mgn
        self._network = network
        self._page_size = page_size

    def get_paginator(self, method: str) -> _Paginator:
        pages: dict[str, tuple[str, Page, Any, Any]] = {
            "describe_source_servers": ("DescribeSourceServers", self._servers, self._show_servers, _of_servers),
            "describe_jobs": ("DescribeJobs", self._jobs, self._show_jobs, self._of_jobs),
            "describe_job_log_items": ("DescribeJobLogItems", self._log, self._show_log, self._of_log),
            "list_applications": ("ListApplications", self._applications, _as_it_is, _everybody),
            "list_waves": ("ListWaves", self._waves, _as_it_is, _everybody),
            "list_managed_accounts": ("ListManagedAccounts", self._accounts, _as_it_is, _everybody),
        }
        paginator = _Paginator(self._network, *pages[method])
        paginator.size = self._page_size
        if method == "describe_source_servers":
            paginator.begin = self._begin_to_list
        return paginator

    def _begin_to_list(self, request: Document) -> None:
        filters = request.get("filters", {})
        if not self._lists_others(filters):
            self._view.begins_to_list(filters.get("sourceServerIDs", ()), is_group="applicationIDs" in filters)

    def _lists_others(self, filters: Document) -> bool:
        """Return whether it lists whole applications of which it was asked about some servers only, or about none."""
        is_look = self._view.asked.handler in AUTOMATION or self._view.is_archiving_groups
        return "applicationIDs" in filters and is_look

    def finalize_cutover(self, *, sourceServerID: str, accountID: str | None = None) -> Document:  # noqa: ARG002, N803 - boto3's own
        send = self._network.prepare_write("FinalizeCutover", sourceServerID, self._view.begin_send)
        try:
            server = self._network.write("FinalizeCutover", lambda: self._finalize(sourceServerID), send)
        except Exception as error:
            self._view.end_send(send, error)
            raise
        send.has_no_effect = not server.is_final
        self._view.end_send(send, None)
        return documents.source_server(server)

    def _finalize(self, server_id: str) -> Server:
        before = self._find(server_id)
        if self._network.is_busy():
            self._view.meets("FinalizeCutover", "busy", frozenset({server_id}))
            raise ServiceError("ConflictException", 409, "The source server is being changed.")
        if before.state == "CUTTING_OVER" and not before.is_archived and before.exists and self._network.ignores():
            self._view.meets("FinalizeCutover", "without effect", frozenset({server_id}))
            self._network.sometimes_later(lambda: self._mgn.finalize(server_id))
            return before
        after = self._mgn.finalize(server_id)
        if not before.is_final:
            self._view.acts(before)
        return after

    def mark_as_archived(self, *, sourceServerID: str, accountID: str | None = None) -> Document:  # noqa: ARG002, N803 - boto3's own
        send = self._network.prepare_write("MarkAsArchived", sourceServerID, self._view.archives)
        archived = self._network.write("MarkAsArchived", lambda: self._mgn.archive(self._find(sourceServerID).id), send)
        return documents.source_server(archived)

    def archive_application(self, *, applicationID: str, accountID: str | None = None) -> Document:  # noqa: ARG002, N803 - boto3's own
        return {"applicationID": applicationID, "isArchived": self._archive_group("ArchiveApplication", applicationID)}

    def archive_wave(self, *, waveID: str, accountID: str | None = None) -> Document:  # noqa: ARG002, N803 - boto3's own
        return {"waveID": waveID, "isArchived": self._archive_group("ArchiveWave", waveID)}

    def _archive_group(self, operation: str, group_id: str) -> bool:
        send = self._network.prepare_write(operation, group_id, self._view.archives_group)
        self._network.write(operation, lambda: self._mgn.archive_group(group_id), send)
        return True

    def _find(self, server_id: str) -> Server:
        """Return a source server; MGN knows only those of the client's account."""
        if (server := self._mgn.servers[server_id]).account != self._view.account:
            raise ServiceError("ResourceNotFoundException", 404, f"Source server {server_id} does not exist.")
        return server

    def _servers(self, request: Document) -> dict[str, Server]:
        moment, filters = self._network.read_at(), request["filters"]
        found = [server for id_ in self._mgn.servers if (server := self._mgn.servers.at(id_, moment))]
        members = [i for app in filters.get("applicationIDs", ()) for i in self._mgn.applications.get(app, ())]
        return {
            server.id: server
            for server in found
            if server.exists
            and server.account == self._view.account
            and server.id in filters.get("sourceServerIDs", [server.id])
            and (server.id in members or "applicationIDs" not in filters)
            and server.state in filters.get("lifeCycleStates", [server.state])
            and server.is_archived == filters.get("isArchived", server.is_archived)
        }

    def _show_servers(self, request: Document, found: list[Any], at: float) -> list[Document]:
        filters = request["filters"]
        if filters.get("lifeCycleStates") == ["CUTOVER"]:
            self._view.begins_to_audit()
        is_sweep = filters.get("lifeCycleStates") == ["CUTTING_OVER"]
        lists_others = self._lists_others(filters)
        is_list = is_sweep or ("applicationIDs" in filters and not lists_others)
        items = []
        for server in found:
            item = documents.source_server(server)
            if self._network.is_odd():
                is_named = odd.spoil_server(item, self._network.chance)
                about = frozenset({server.id}) if is_named or is_sweep else _of_servers(request)
                self._view.meets("DescribeSourceServers", "unreadable item", about)
                self._view.lists_unreadable(server) if is_list and is_named else None
            else:
                self._view.lists([server]) if is_list else None
                is_known = lists_others and server.id in self._view.batch
                self._view.saw_server(server, at) if not is_known else None
            items.append(item)
        return items

    def _jobs(self, request: Document) -> dict[str, Job]:
        moment = self._network.read_at()
        jobs = [self._mgn.jobs.at(job_id, moment) for job_id in request["filters"]["jobIDs"]]
        return {job.id: job for job in jobs if job and job.is_listed and job.account == self._view.account}

    def _show_jobs(self, request: Document, found: list[Any], at: float) -> list[Document]:
        items = []
        for job in found:
            item = documents.job(job)
            if self._network.is_odd():
                is_named, of_one = odd.spoil_job(item, self._network.chance)
                about = self._view.of_jobs([job.id]) if is_named else self._of_jobs(request)
                about = frozenset({of_one}) if of_one else about
                self._view.meets("DescribeJobs", "unreadable item", about)
            self._view.saw_job(job, at)
            items.append(item)
        return items

    def _of_jobs(self, request: Document) -> frozenset[str]:
        return self._view.of_jobs(request["filters"]["jobIDs"])

    def _log(self, request: Document) -> dict[str, Job]:
        job = self._mgn.jobs.at(request["jobID"], self._network.read_at())
        if job is None or job.account != self._view.account:
            raise ServiceError("ResourceNotFoundException", 404, "The job does not exist.")
        if job.log_error:
            self._view.meets("DescribeJobLogItems", "unreadable log", self._of_log(request))
            raise ServiceError(*job.log_error, "The log of the job cannot be read.")
        return {job.id: job}

    def _show_log(self, request: Document, found: list[Any], at: float) -> list[Document]:
        items = documents.job_log(found[0])
        if items and self._network.is_odd():
            odd.spoil_log(items, self._network.chance)
            self._view.meets("DescribeJobLogItems", "unreadable item", self._of_log(request))
        self._view.saw_log(found[0], at)
        return items

    def _of_log(self, request: Document) -> frozenset[str]:
        return self._view.of_jobs([request["jobID"]])

    def _applications(self, request: Document) -> dict[str, Document]:
        filters = request["filters"]
        if "applicationIDs" in filters:
            self._view.begins_to_archive_groups()
        wave_of = {id_: wave_id for wave_id, inside in self._mgn.waves.items() for id_ in inside}
        return {
            id_: {"applicationID": id_, "waveID": wave_of.get(id_, ""), "isArchived": id_ in self._mgn.archived_groups}
            for id_ in self._mgn.applications
            if id_ in filters.get("applicationIDs", [id_])
            and wave_of.get(id_) in filters.get("waveIDs", [wave_of.get(id_)])
        }

    def _waves(self, request: Document) -> dict[str, Document]:
        wave_ids = request["filters"]["waveIDs"]
        archived = self._mgn.archived_groups
        return {id_: {"waveID": id_, "isArchived": id_ in archived} for id_ in self._mgn.waves if id_ in wave_ids}

    def _accounts(self, _request: Document) -> dict[str, Document]:
        if not self._mgn.managed_accounts:
            self._view.meets_for_all("ListManagedAccounts", "no global view")
            raise ServiceError("ValidationException", 400, "The global view is off.")
        return {id_: {"accountId": id_} for id_ in sorted(self._mgn.managed_accounts)}


def _of_servers(request: Document) -> frozenset[str] | None:
    asked = request["filters"].get("sourceServerIDs")
    return None if asked is None else frozenset(asked)


class Ec2Client:
    """A client of EC2 of one account for one invocation; there are no replication resources."""

    def __init__(self, view: View, mgn: Mgn, network: Network) -> None:
        self._view = view
        self._mgn = mgn
        self._network = network

    def describe_instance_status(self, *, InstanceIds: list[str], IncludeAllInstances: bool) -> Document:  # noqa: N803 - boto3's own
        assert IncludeAllInstances
        about = self._view.of_instances(InstanceIds)
        at, found = self._network.read("DescribeInstanceStatus", lambda: self._instances(InstanceIds), about)
        items = []
        for instance in found:
            item = documents.instance_status(instance)
            if self._network.is_odd():
                odd.spoil_instance(item, self._network.chance)
                self._view.meets("DescribeInstanceStatus", "unreadable item", self._view.of_instances([instance.id]))
            self._view.saw_instance(instance, at)
            items.append(item)
        return {"InstanceStatuses": items}

    def get_paginator(self, method: str) -> _Paginator:
        return _Paginator(self._network, method, lambda _request: {}, _as_it_is)

    def _instances(self, instance_ids: list[str]) -> list[Any]:
        moment = self._network.read_at()
        found = [instance for id_ in instance_ids if (instance := self._mgn.instances.at(id_, moment))]
        known = {
            instance.id: instance for instance in found if instance.is_known and instance.account == self._view.account
        }
        if missing := [id_ for id_ in instance_ids if id_ not in known]:
            raise ServiceError("InvalidInstanceID.NotFound", 400, f"The IDs '{', '.join(missing)}' do not exist")
        return list(known.values())


class CloudFormationClient:
    """A client of CloudFormation for one invocation."""

    def __init__(self, invocation: Invocation, statuses: Versions[str], network: Network) -> None:
        self._invocation = invocation
        self._statuses = statuses
        self._network = network

    def describe_stacks(self, *, StackName: str) -> Document:  # noqa: N803 - boto3's own
        _, status = self._network.read(
            "DescribeStacks", lambda: self._statuses.at(StackName, self._network.read_at()), None
        )
        status = self._network.odd_status() or str(status)
        answer = odd.stacks(status, self._network.chance)
        if (root_id := documents.root_of(StackName)) and answer["Stacks"]:
            answer["Stacks"][0] |= {"ParentId": root_id, "RootId": root_id}
        self._invocation.saw_stack(StackName, "" if status in odd.NO_STATUS else status)
        return answer


class EventsClient:
    """A client of EventBridge for one invocation; the bus accepts all events."""

    def __init__(self, invocation: Invocation, network: Network) -> None:
        self._invocation = invocation
        self._network = network

    def put_events(self, *, Entries: list[Document]) -> Document:  # noqa: N803 - boto3's own
        record, server_ids = (
            self._invocation.record,
            {json.loads(entry["Detail"])["sourceServerID"] for entry in Entries},
        )
        record.announced |= server_ids
        record.announced_at.append(self._invocation.machine.now)
        self._network.read("PutEvents", lambda: record.published.update(server_ids), frozenset())
        return {"FailedEntryCount": 0}
