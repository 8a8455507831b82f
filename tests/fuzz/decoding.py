"""Runs each decoder on a text: the result must be a value within the documented limits, or the documented error."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from finalize_cutover.cutover.errors import InvalidRequestError, MgnUnavailableError
from finalize_cutover.cutover.readiness.judge import NEVER_WAIVED, RULES
from finalize_cutover.handlers.cloudformation.properties import (
    physical_id,
    read_properties,
    selected_physical_id,
    service_timeout,
)
from finalize_cutover.handlers.cloudformation.response_body import check_ids
from finalize_cutover.handlers.cloudformation.response_url import parse_response_url
from finalize_cutover.handlers.direct import read_request
from finalize_cutover.handlers.eventbridge import launch_result
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import Request
from finalize_cutover.settings import read_settings
from tests.fuzz import mgn_answers, source_answers
from tests.fuzz.expected import HOSTS, REGION, has_ids

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
SERVER_ID = re.compile("s-[0-9a-zA-Z]{17}")
INSTANCE_ID = re.compile("i-(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{17})")
IDS = {"application_id": "app-[0-9a-zA-Z]{17}", "wave_id": "wave-[0-9a-zA-Z]{17}", "account_id": "[0-9]{12}"}


def direct(text: str) -> None:
    """Decode a direct request."""
    decoded = read_request(_json(text))
    _bounded(decoded)
    approved = decoded.approved_instances
    assert approved is None or (len(approved) <= 200 and "approval" not in decoded.waive)
    assert all(map(SERVER_ID.fullmatch, approved or {}))
    assert all(map(INSTANCE_ID.fullmatch, (approved or {}).values()))


def properties(text: str) -> None:
    """Decode the properties of a custom resource, and the parts of the request that depend on them."""
    event = {"ResourceProperties": _json(text)}
    assert 1 <= service_timeout(event) <= 3600
    selected = selected_physical_id(event)
    decoded = read_properties(event)
    _bounded(decoded)
    assert physical_id(decoded) == selected
    assert re.fullmatch("[a-zA-Z0-9-]{14,22}", physical_id(decoded))


def request(text: str) -> None:
    """Check whether a CloudFormation request can receive a response."""
    event = _json(text)
    if isinstance(event, dict):
        assert 1 <= service_timeout(event) <= 3600
        check_ids(event)
        assert has_ids(event)


def response_url(text: str) -> None:
    """Read a response URL."""
    url = parse_response_url(text, region=REGION, extra_hosts=())
    assert url.is_encrypted
    assert url.host in HOSTS
    assert re.fullmatch(r"[/][!-~]*", url.target), url.target
    assert url.signed_at is None or url.signed_at.tzinfo


def launch(text: str) -> None:
    """Decode an event of MGN, up to the first call to AWS."""
    event = _json(text)
    if isinstance(event, dict) and "detail-type" in event:
        asked: list[str] = []
        try:
            answer = launch_result.handle(event, _call(asked))
        except _AskedError:
            assert asked
            assert all(map(SERVER_ID.fullmatch, asked))
        else:
            assert answer is None


# {first letter of the input: decoder}
DECODERS: dict[str, Callable[[str], None]] = {
    "d": direct,
    "p": properties,
    "r": request,
    "u": response_url,
    "l": launch,
    "s": mgn_answers.servers,
    "j": mgn_answers.jobs,
    "g": mgn_answers.job_log,
    "w": mgn_answers.written,
    "v": source_answers.validator,
    "a": source_answers.alarms,
    "c": source_answers.calendar,
    "h": source_answers.application_status,
    "t": source_answers.protection,
    "b": source_answers.volumes,
}
REFUSALS = (InvalidRequestError, MgnUnavailableError)


def decoded(text: str) -> bool:
    """
    Decode *text* with the decoder of its first letter; return whether that succeeded.

    Raises:
        Exception: The decoder neither returned a value nor raised a documented error.
    """
    decoder = DECODERS.get(text[:1])
    if decoder is None:
        return False
    try:
        decoder(text[1:])
    except REFUSALS as refusal:
        sentence = str(refusal)
    else:
        return True
    assert sentence.isprintable()
    assert len(sentence) < 700
    return False


def _json(text: str) -> Any:
    """Return the event that Lambda would pass to the function; invalid JSON never reaches the function."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("No JSON.") from error


def _bounded(request: Request) -> None:
    """Check that *request* is within the documented limits."""
    ids = request.source_server_ids
    selectors = (request.source_server_id, ids, request.application_id, request.wave_id)
    assert len([each for each in selectors if each is not None]) == 1
    assert ids is None or (1 <= len(ids) <= 200 and all(map(SERVER_ID.fullmatch, ids)))
    assert request.source_server_id is None or SERVER_ID.fullmatch(request.source_server_id)
    for name, pattern in IDS.items():
        assert getattr(request, name) is None or re.fullmatch(pattern, getattr(request, name))
    assert request.wait_minutes in {None, *range(14)}
    assert request.soak_minutes in range(43_201)
    assert set(request.waive) <= set(RULES) - NEVER_WAIVED
    assert {type(request.dry_run), type(request.archive)} == {bool}
    assert request.archive or not request.archive_application_and_wave


class _AskedError(Exception):
    """The decoder called AWS."""


class _StopAtAws:
    """Services that record the requested source servers, and stop the decoder at its first call to AWS."""

    def __init__(self, asked: list[str]) -> None:
        self.mgn = self.instances = self.clock = self
        self._asked = asked

    def now(self) -> datetime:
        return NOW

    def describe(self, server_ids: Any, **_limits: Any) -> Any:
        self._asked.extend(server_ids)
        raise _AskedError


def _call(asked: list[str]) -> Invocation:
    services: Any = _StopAtAws(asked)
    return Invocation(
        settings=read_settings({"AWS_REGION": REGION}),
        context=None,
        clock=services,
        deadline=NOW.replace(hour=11),
        ends_at=NOW.replace(hour=11),
        make_services=lambda *_: services,
        make_acceptance=lambda *_: None,
        make_staging=lambda *_: services,
        make_stack=lambda *_: services,
        make_publisher=lambda _until: None,
        make_evidence_bucket=lambda *_: services,
        make_topic=lambda _until: None,
        make_preflight=lambda *_: services,
    )
