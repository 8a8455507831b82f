"""The version is in the log at start, in every report and in every record, once."""

import contextlib
import platform
from datetime import UTC, datetime

import botocore
import pytest

from finalize_cutover.bootstrap import bootstrap
from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, fleet_audit_report
from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.fleet_report import fleet_report
from finalize_cutover.cutover.records.compose import audit_of, result_of
from finalize_cutover.cutover.records.records import RequestedBy
from finalize_cutover.cutover.report import Outcome, Report, document
from finalize_cutover.version import VERSION
from tests.unit.builders import SERVER
from tests.unit.records import log_lines

REPORT = Report(function_version=VERSION, source_server_id=SERVER, outcome=Outcome.FINALIZED)
ABOUT = {"by": RequestedBy(handler="direct"), "account_id": "111122223333", "now": datetime(2026, 11, 30, tzinfo=UTC)}
AUDIT = AuditReport(function_version=VERSION, source_server_id=SERVER, outcome=AuditOutcome.CLEAN)


def invoke(handler, times):
    """Invoke *handler* with a request that it refuses; return the messages and versions that it logged."""
    with log_lines() as lines:
        for _ in range(times):
            with contextlib.suppress(InvalidRequestError):
                handler({"nonsense": True})
    return [(line["message"], line["versions"]) for line in lines]


def test_the_first_line_of_an_execution_environment_says_which_versions_run():
    versions = {"function": VERSION, "botocore": botocore.__version__, "python": platform.python_version()}

    assert invoke(bootstrap(), times=3) == [("Function started", versions)]


def test_another_execution_environment_logs_its_own_start():
    assert [len(invoke(bootstrap(), times=2)) for _ in range(2)] == [1, 1]


@pytest.mark.parametrize("report", [fleet_report([REPORT]), fleet_audit_report([AUDIT])])
def test_a_report_on_several_servers_has_the_version_once(report):
    written = document(report)

    assert written["functionVersion"] == VERSION
    assert "functionVersion" not in written["servers"][0]


@pytest.mark.parametrize("record", [result_of(REPORT, intent=None, **ABOUT), audit_of(AUDIT, **ABOUT)])
def test_a_record_has_the_version_once(record):
    written = document(record)

    assert written["functionVersion"] == VERSION
    assert "functionVersion" not in written["report"]
