"""The report page for the results that the state machine and the real function wrote to S3."""

import json

import pytest

from reporting.files import read
from reporting.rows import rows_of
from tests.integration.wave_machine import WaveMachine, never_answer_about, server_ids

READY, BLOCKED, WAITING = IDS = server_ids(3)

pytestmark = pytest.mark.usefixtures("hurried_machines")


@pytest.fixture
def machine(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    machine = WaveMachine(aws, ToleratedFailurePercentage="100")
    machine.seed({READY: "ready", BLOCKED: "impaired", WAITING: "booting"})
    return machine


def rows_after_a_run(machine, folder):
    summary = machine.run({"sourceServerIDs": IDS, "waitMinutes": 0})
    machine.save(folder)
    (folder / "summary.json").write_text(json.dumps(summary))
    return {row.server_id: row for row in rows_of(read([folder])[0])}


def test_every_server_is_on_it_with_what_became_of_it_and_when_it_was_launched(machine, tmp_path):
    rows = rows_after_a_run(machine, tmp_path)

    outcomes = {server_id: row.outcome for server_id, row in rows.items()}
    assert outcomes == {READY: "FINALIZED", BLOCKED: "BLOCKED", WAITING: "NOT_READY"}
    assert all(row.report.launched_at for row in rows.values())


def test_servers_of_a_batch_that_was_never_answered_are_on_it_without_a_result(machine, tmp_path):
    never_answer_about(READY)

    rows = rows_after_a_run(machine, tmp_path)

    assert {(row.outcome, row.lost.error) for row in rows.values()} == {("NO_RESULT", "MgnUnavailableError")}
    assert sorted(rows) == IDS
