"""Decodes MGN's responses: the result must be values that every rule and report accepts, or an error."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.parsers
import botocore.session
import msgspec

from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.readiness.judge import judge
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.report import Outcome, document, report_on
from finalize_cutover.cutover.source_server import SourceServer
from tests.fuzz.aws import JOB, SERVER
from tests.unit.stubs import at_once, mgn_of

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
_MGN = botocore.session.get_session().get_service_model("mgn")
_PARSER = botocore.parsers.create_parser(_MGN.metadata["protocol"])


def servers(text: str) -> None:
    """Decode MGN's response about source servers; apply the rules to each, and report it."""
    for server in _mgn("DescribeSourceServers", text).in_state("CUTTING_OVER").items.values():
        _judged(server)


def jobs(text: str) -> None:
    """Decode MGN's response about jobs."""
    for job in _mgn("DescribeJobs", text).describe_jobs(_Any([JOB])).items.values():
        assert {type(job.id), *map(type, job.launches)} == {str}
        msgspec.json.encode(job)


def job_log(text: str) -> None:
    """Decode MGN's response about a job's log."""
    msgspec.json.encode(_mgn("DescribeJobLogItems", text).job_log(JOB))


def written(text: str) -> None:
    """Decode MGN's response to a write."""
    server = _mgn("FinalizeCutover", text).finalize(SERVER, before_send=at_once)
    assert server.id == SERVER
    _judged(server)


def _judged(server: SourceServer) -> None:
    """Apply the rules to *server* and report it; no value in it may raise an exception."""
    judge(Evidence(server=server, read_at=NOW), policy=ReadinessPolicy(), now=NOW)
    document(report_on(server, Outcome.FINALIZED))


def _mgn(operation: str, text: str) -> AwsMgn:
    """Return an MGN adapter that gets *text* as the response to *operation*, and supports no other."""
    return mgn_of(_Client(operation, text))


class _Client:
    """The needed part of boto3's client, with botocore's own parser for responses."""

    def __init__(self, operation: str, text: str) -> None:
        self._shape = _MGN.operation_model(operation).output_shape
        self._text = text

    def finalize_cutover(self, **_: Any) -> Any:
        return _PARSER.parse({"status_code": 200, "headers": {}, "body": self._text.encode()}, self._shape)

    def get_paginator(self, _method: str) -> "_Client":
        return self

    def paginate(self, **_: Any) -> Iterator[Any]:
        yield self.finalize_cutover()


class _Any(list[str]):
    """A set of IDs that contains everything."""

    def __contains__(self, _: object) -> bool:
        return True
