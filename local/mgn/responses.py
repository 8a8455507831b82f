"""
MGN's operations: each calls the backend, and returns a response in MGN's format.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_Operations.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from . import configurations, filters, life_cycle, tagging
from .dispatch import Dispatcher, operation
from .documents import Document
from .exceptions import ResourceNotFoundException, ValidationException
from .paging import page
from .source_servers import SourceServer


class MGNResponse(Dispatcher):
    """One request to MGN, and the operations."""

    @operation
    def initialize_service(self) -> None:
        self.backend.initialized = True

    @operation
    def describe_source_servers(self) -> Document:
        matches = filters.source_servers(self._filters())
        servers, token = self._page(self.backend.source_servers, matches)
        return {"items": [server.shown() for server in servers], "nextToken": token}

    @operation
    def finalize_cutover(self) -> Document:
        return self.backend.finalize_cutover(self._server().id).shown()

    @operation
    def start_cutover(self) -> Document:
        return {"job": self.backend.start_cutover(self.params["sourceServerIDs"], self.params.get("tags", {})).shown()}

    @operation
    def change_server_life_cycle_state(self) -> Document:
        server = self._server()
        life_cycle.change_state(server, self.params["lifeCycle"]["state"])
        return server.shown()

    @operation
    def disconnect_from_service(self) -> Document:
        return self.backend.disconnect_from_service(self._server().id).shown()

    @operation
    def mark_as_archived(self) -> Document:
        server = self._server()
        life_cycle.archive(server)
        return server.shown()

    @operation
    def describe_jobs(self) -> Document:
        newest_first = dict(sorted(self.backend.jobs.items(), key=lambda item: item[1].created, reverse=True))
        jobs, token = self._page(newest_first, filters.jobs(self._filters()))
        return {"items": [job.shown() for job in jobs], "nextToken": token}

    @operation
    def describe_job_log_items(self) -> Document:
        log = self.backend.job(self.params["jobID"]).shown_log()
        items, token = self._page({str(index): item for index, item in enumerate(log)}, lambda _: True)
        return {"items": items, "nextToken": token}

    @operation
    def get_replication_configuration(self) -> Document:
        return configurations.replication_of(self._server())

    @operation
    def get_launch_configuration(self) -> Document:
        return configurations.launch_of(self._server())

    @operation
    def describe_replication_configuration_templates(self) -> Document:
        chosen = self.params.get("replicationConfigurationTemplateIDs")
        return self._listed(self.backend.configurations.replication_templates, chosen)

    @operation
    def describe_launch_configuration_templates(self) -> Document:
        chosen = self.params.get("launchConfigurationTemplateIDs")
        return self._listed(self.backend.configurations.launch_templates, chosen)

    @operation
    def list_source_server_actions(self) -> Document:
        self._server()
        return {"items": []}  # nobody can create one here

    @operation
    def list_template_actions(self) -> Document:
        template_id = self.params["launchConfigurationTemplateID"]
        if template_id not in self.backend.configurations.launch_templates:
            raise ResourceNotFoundException(template_id, "LaunchConfigurationTemplate")
        return {"items": []}

    @operation
    def describe_vcenter_clients(self) -> Document:
        return {"items": []}

    @operation
    def list_connectors(self) -> Document:
        return {"items": []}

    @operation
    def list_applications(self) -> Document:
        found = {
            item["applicationID"]: item
            for item in self.backend.groups.shown_applications(self.backend.source_servers.values())
        }
        items, token = self._page(found, filters.groups(self._filters()))
        return {"items": items, "nextToken": token}

    @operation
    def list_waves(self) -> Document:
        found = {item["waveID"]: item for item in self.backend.groups.shown_waves(self.backend.source_servers.values())}
        items, token = self._page(found, filters.groups(self._filters()))
        return {"items": items, "nextToken": token}

    @operation
    def archive_application(self) -> Document:
        return self.backend.groups.archive_application(
            self.params["applicationID"], self.backend.source_servers.values()
        )

    @operation
    def archive_wave(self) -> Document:
        return self.backend.groups.archive_wave(self.params["waveID"], self.backend.source_servers.values())

    @operation
    def list_managed_accounts(self) -> Document:
        accounts = self.backend.managed_accounts
        if accounts is None:
            # AWS does not document the error.
            raise ValidationException("The account does not have a global view.", "other")
        items, token = self._page({id_: {"accountId": id_} for id_ in accounts}, lambda _: True)
        return {"items": items, "nextToken": token}

    @operation
    def tag_resource(self) -> Document:
        tagging.tags_of(self.backend, self.params["resourceArn"]).update(self.params["tags"])
        return {}

    @operation
    def untag_resource(self) -> Document:
        tags = tagging.tags_of(self.backend, self.params["resourceArn"])
        for key in self.params["tagKeys"]:
            tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self) -> Document:
        return {"tags": tagging.tags_of(self.backend, self.params["resourceArn"])}

    def _listed(self, records: Mapping[str, Document], chosen: list[str] | None) -> Document:
        """Return a page of *records*: those with the *chosen* IDs, or all."""
        wanted = {id_: record for id_, record in records.items() if not chosen or id_ in chosen}
        items, token = self._page(wanted, lambda _: True)
        return {"items": items, "nextToken": token}

    def _server(self) -> SourceServer:
        return self.backend.server(self.params["sourceServerID"])

    def _filters(self) -> Mapping[str, Any]:
        chosen: Mapping[str, Any] = self.params.get("filters") or {}
        return chosen

    def _page(self, records: Mapping[str, Any], matches: Callable[[Any], bool]) -> tuple[list[Any], str | None]:
        return page(records, matches, token=self.params.get("nextToken"), size=self.params.get("maxResults"))
