"""
MGN's operations, as moto dispatches them: check the request, ask the backend, answer in MGN's shape.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_Operations.html
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from local.clock import CLOCK

from . import filters, life_cycle, tagging
from .documents import Document
from .models import MGNBackend, mgn_backends
from .paging import page
from .requests import ParsedRequest
from .source_servers import SourceServer


def operation(method: Callable[["MGNResponse"], Document | None]) -> Callable[["MGNResponse"], ActionResult]:
    """Let *method* see only requests that keep to the API model, for accounts that are set up."""

    @wraps(method)
    def answer(self: "MGNResponse") -> ActionResult:
        self.request.check()
        if self.request.needs_initialized_account:
            self.backend.check_initialized()
        document = method(self)
        return EmptyResult() if document is None else ActionResult(document)

    return answer


class MGNResponse(BaseResponse):
    """One request to MGN."""

    request: ParsedRequest

    def __init__(self) -> None:
        super().__init__(service_name="mgn")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> MGNBackend:
        """The backend of the account that is asked about: ``accountID``, or the caller's own."""
        account = self.params.get("accountID") or self.current_account
        return mgn_backends[account][self.region]

    def parse_parameters(self, request: Any) -> None:
        # moto's parser trusts the request; ours keeps what it finds, so that it can be checked against the model.
        self.request = ParsedRequest.of(request, self._get_action(), self.uri_match)
        self.params = self.request.parameters

    def call_action(self) -> TYPE_RESPONSE:
        with CLOCK.lock:
            CLOCK.settle()
            return super().call_action()

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
    def list_applications(self) -> Document:
        found = {item["applicationID"]: item for item in self.backend.shown_applications()}
        items, token = self._page(found, filters.groups(self._filters()))
        return {"items": items, "nextToken": token}

    @operation
    def list_waves(self) -> Document:
        found = {item["waveID"]: item for item in self.backend.shown_waves()}
        items, token = self._page(found, filters.groups(self._filters()))
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

    def _server(self) -> SourceServer:
        return self.backend.server(self.params["sourceServerID"])

    def _filters(self) -> Mapping[str, Any]:
        chosen: Mapping[str, Any] = self.params.get("filters") or {}
        return chosen

    def _page(self, records: Mapping[str, Any], matches: Callable[[Any], bool]) -> tuple[list[Any], str | None]:
        return page(records, matches, token=self.params.get("nextToken"), size=self.params.get("maxResults"))
