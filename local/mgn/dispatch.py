"""Dispatches requests from moto to MGN's operations: parses, authorizes and validates them, one at a time."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from local.clock import CLOCK

from . import tagging
from .answers import Answer
from .authorization import RESOURCE_TAG, Authorization
from .documents import Document
from .exceptions import ResourceNotFoundException, ValidationException
from .models import MGNBackend, mgn_backends
from .requests import ParsedRequest

Subclass = TypeVar("Subclass", bound="Dispatcher")


def operation(method: Callable[[Subclass], Document | None]) -> Callable[[Subclass], ActionResult]:
    """Make *method* handle only requests that conform to the API model, for initialized accounts."""

    @wraps(method)
    def answer(self: Subclass) -> ActionResult:
        self.request.check()
        if self.request.needs_initialized_account:
            self.backend.check_initialized()
        document = method(self)
        return EmptyResult() if document is None else Answer(document)

    return answer


class Dispatcher(BaseResponse):
    """One request to MGN; a subclass defines the operations."""

    request: ParsedRequest
    # The body can be invalid, and moto would decode it before it is validated.
    use_raw_body = True

    def __init__(self) -> None:
        super().__init__(service_name="mgn")
        self.automated_parameter_parsing = True
        self.params: dict[str, Any] = {}

    @property
    def backend(self) -> MGNBackend:
        """The backend of the request's account: ``accountID``, or the caller's own."""
        account = self.params.get("accountID") or self.current_account
        return mgn_backends[account][self.region]

    def parse_parameters(self, request: Any) -> None:
        # moto's parser assumes a valid request; this one keeps all members, to validate them against the model.
        self.request = ParsedRequest.of(request, self._get_action(), self.uri_match)
        self.params = self.request.parameters

    def call_action(self) -> TYPE_RESPONSE:
        with CLOCK.lock:
            CLOCK.settle()
            try:
                return super().call_action()
            except NotImplementedError:
                # moto would respond with an HTML page and status 500, and botocore would retry.
                message = f"The local MGN does not implement {self._get_action()}."
                return self.serialized(ActionResult(ValidationException(message, "unknownOperation")))

    def _authenticate_and_authorize_normal_action(self, resource: str = "*") -> None:
        context = {f"{RESOURCE_TAG}{key}": value for key, value in self._resource_tags().items()}
        authorization = partial(Authorization, context=context)
        self._authenticate_and_authorize_action(authorization, resource)  # type: ignore[arg-type] # it is only called

    def _determine_resource(self) -> str:
        """Return the ARN of the resource for IAM; ``*`` for an operation without a resource."""
        identifier = self.params.get("sourceServerID") or next(iter(self.params.get("sourceServerIDs") or []), None)
        if identifier:
            return self.backend.arn("source-server", str(identifier))
        if self._get_action() == "DescribeJobLogItems":
            return self.backend.arn("job", str(self.params.get("jobID")))
        if self._get_action() == "ArchiveApplication":
            return self.backend.arn("application", str(self.params.get("applicationID")))
        if self._get_action() == "ArchiveWave":
            return self.backend.arn("wave", str(self.params.get("waveID")))
        return str(self.params.get("resourceArn", "*"))

    def _resource_tags(self) -> dict[str, str]:
        try:
            return tagging.tags_of(self.backend, self._determine_resource())
        except ResourceNotFoundException:
            return {}
