"""Results are shown with the intents that they name, and only if these have the stated SHA-256."""

import json
from datetime import timedelta

import pytest

from reporting.errors import UnreadableResultsError
from reporting.files import read
from reporting.names import Name
from reporting.rows import rows_of
from tests.unit.evidence_records import (
    APPLICATION,
    JOB,
    a_result,
    an_audit_record,
    an_intent,
    key_of,
    store,
    store_finalization,
)
from tests.unit.wave_results import BLOCKED, FINALIZED_AT, PASSED, SERVER, WAIVED, a_report, at, server_id

LATER = at(FINALIZED_AT + timedelta(hours=1))
OTHER = server_id(1)
FOUND_FINALIZED = {"changed": False, "readiness": []}


def row_of(folder, server=SERVER):
    return next(row for row in rows_of(read([folder])[0]) if row.server_id == server)


def test_a_finalization_is_shown_with_its_intent_its_people_and_its_audit(tmp_path):
    store_finalization(tmp_path)
    store(tmp_path, an_audit_record(outcome="LEFT_BEHIND"), "audit-20261123T121500Z")

    row = row_of(tmp_path)

    assert (row.outcome, row.problems, row.intent.options.optional_rules) == ("FINALIZED", (), ("alarms", "backup"))
    assert (row.requested_by.requested_by, row.requested_by.approved_by) == ("Jane Doe", "John Roe")
    assert row.name == Name(hostname="web-1", application_id=APPLICATION)
    assert row.audit.outcome == "LEFT_BEHIND"


def test_an_intent_without_a_result_needs_attention(tmp_path):
    store(tmp_path, an_intent(readiness=[PASSED, WAIVED], warnings=["odd"]))

    row = row_of(tmp_path)

    assert (row.outcome, row.report, row.needs_attention) == ("INTENT_ONLY", None, True)
    assert ([found.rule for found in row.waived], row.warnings) == (["soak"], ("odd",))
    assert (row.launched_instance_id, row.cutover_job_id) == (f"i-{SERVER[2:]}", JOB)


def test_a_later_result_settles_an_intent_without_one(tmp_path):
    store(tmp_path, an_intent())
    stored = store(tmp_path, an_intent(recordedAt=at(FINALIZED_AT)), f"intent-{'0' * 64}")
    store(tmp_path, a_result(intent=stored))

    row = row_of(tmp_path)

    assert (row.outcome, row.problems) == ("FINALIZED", ())


def test_a_result_that_found_the_server_finalized_settles_an_intent_without_one(tmp_path):
    store(tmp_path, an_intent())
    store(tmp_path, a_result(intent=None, report=FOUND_FINALIZED))

    row = row_of(tmp_path)

    assert (row.outcome, row.problems) == ("FINALIZED", ())


def test_an_intent_after_the_last_result_needs_attention(tmp_path):
    stored = store(tmp_path, an_intent())
    store(tmp_path, a_result(intent=stored, report={"outcome": "BLOCKED", "readiness": [BLOCKED]}))
    store(tmp_path, an_intent(recordedAt=LATER), f"intent-{'0' * 64}")

    assert row_of(tmp_path).outcome == "INTENT_ONLY"


def test_an_intent_after_a_finalization_is_a_problem_of_a_finalized_server(tmp_path):
    store_finalization(tmp_path)
    store(tmp_path, an_intent(recordedAt=LATER), f"intent-{'0' * 64}")

    row = row_of(tmp_path)

    assert (row.outcome, row.problems) == ("FINALIZED", ("its last intent has no result: check MGN",))


def test_the_newest_result_counts_by_its_time_not_by_its_name(tmp_path):
    stored = store(tmp_path, an_intent())
    store(tmp_path, a_result(intent=stored, recordedAt=LATER, report={"outcome": "BLOCKED"}), "result")
    store(tmp_path, a_result(intent=stored, report={"outcome": "NOT_READY"}), f"result-{'f' * 64}")

    assert row_of(tmp_path).outcome == "BLOCKED"


def test_a_result_that_found_the_server_finalized_does_not_replace_the_one_that_finalized_it(tmp_path):
    store_finalization(tmp_path)
    store(tmp_path, a_result(intent=None, recordedAt=LATER, report=FOUND_FINALIZED), f"result-{'f' * 64}")

    row = row_of(tmp_path)

    assert (row.report.changed, row.rules_passed) == (True, 1)


def test_an_intent_with_other_bytes_is_a_problem(tmp_path):
    path = tmp_path / store_finalization(tmp_path)
    path.write_text(path.read_text().replace("Jane Doe", "Nobody"))

    row = row_of(tmp_path)

    assert row.problems[0].startswith(f"the SHA-256 of its intent 111122223333/{SERVER}/{JOB}/intent.json is ")
    assert (row.intent, row.needs_attention, row.outcome) == (None, True, "FINALIZED")


def test_of_several_copies_of_an_intent_the_matching_one_counts(tmp_path):
    changed = tmp_path / "a" / store_finalization(tmp_path / "a")
    changed.write_text(changed.read_text() + " ")
    store_finalization(tmp_path / "b")

    assert row_of(tmp_path).problems == ()


def test_a_missing_intent_is_a_problem(tmp_path):
    (tmp_path / store_finalization(tmp_path)).unlink()

    assert row_of(tmp_path).problems == (f"its intent 111122223333/{SERVER}/{JOB}/intent.json is missing",)


def test_the_intent_of_another_server_is_a_problem(tmp_path):
    key, sha256 = store(tmp_path, an_intent(OTHER))
    store(tmp_path, a_result(intent=(key, sha256)))

    assert row_of(tmp_path).problems == (f"its intent {key} is about {OTHER} in account 111122223333",)


def test_a_write_without_an_intent_is_a_problem(tmp_path):
    store(tmp_path, a_result(intent=None))

    assert row_of(tmp_path).problems == ("its result reports a write without an intent",)


def test_a_problem_of_an_earlier_result_is_kept(tmp_path):
    store(tmp_path, a_result(intent=("a/b/c/intent.json", "0" * 64), report={"outcome": "FAILED"}))
    stored = store(tmp_path, an_intent(recordedAt=LATER), f"intent-{'0' * 64}")
    store(tmp_path, a_result(intent=stored, recordedAt=LATER), f"result-{'0' * 64}")

    row = row_of(tmp_path)

    assert (row.outcome, row.problems) == ("FINALIZED", ("its intent a/b/c/intent.json is missing",))


@pytest.mark.parametrize("part", [".", "111122223333", f"111122223333/{SERVER}", f"111122223333/{SERVER}/{JOB}"])
def test_a_part_of_the_bucket_is_enough(tmp_path, part):
    store_finalization(tmp_path)

    row = row_of(tmp_path / part)

    assert (row.intent is None, row.problems) == (False, ())


def test_a_bucket_in_a_folder_is_found(tmp_path):
    store_finalization(tmp_path / "copies" / "bucket")

    assert row_of(tmp_path).problems == ()


def test_evidence_and_results_can_be_read_together(tmp_path):
    store_finalization(tmp_path / "evidence", report={"readiness": [PASSED, WAIVED]})
    (tmp_path / "wave.json").write_text(json.dumps(a_report(readiness=[], rulesPassed=12)))

    row = row_of(tmp_path)

    assert ([found.rule for found in row.waived], row.intent is None) == (["soak"], False)


def test_the_findings_of_the_intent_are_shown_if_the_result_has_none(tmp_path):
    error = {"code": "X", "message": "No.", "httpStatus": 500, "retryable": False, "hint": "Look."}
    report = {"outcome": "FAILED", "readiness": [], "error": error}
    store_finalization(tmp_path, intent={"readiness": [PASSED, WAIVED]}, report=report)

    assert [found.rule for found in row_of(tmp_path).findings] == ["lifecycle", "soak"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({**an_intent(), "kind": "plan"}, "kind is 'plan'; allowed: intent, result, audit."),
        ({**an_intent(), "kind": []}, "kind is []; allowed: intent, result, audit."),
        ({**an_intent(), "recordedAt": "yesterday"}, "Invalid RFC3339 encoded datetime - at `$.recordedAt`."),
        ({**an_intent(), "schemaVersion": "2.0"}, "Invalid enum value '2.0' - at `$.schemaVersion`."),
        ({**an_intent(), "warnings": 3}, "Expected `array`, got `int` - at `$.warnings`."),
        (
            a_result(intent=("key", "0" * 63)),
            "Expected `str` matching regex '^[0-9a-f]{64}$' - at `$.intent.sha256`.",
        ),
        (
            {**a_result(intent=None), "report": a_report(OTHER)},
            f"its subject is '{SERVER}', but its report is on '{OTHER}'.",
        ),
    ],
)
def test_a_record_that_is_not_one_is_said_in_one_sentence(tmp_path, record, words):
    name = key_of(record, "intent")
    store(tmp_path, record, "intent")

    with pytest.raises(UnreadableResultsError) as error:
        read([tmp_path])

    assert str(error.value) == f"{name} contains a result in an unknown format: {words}"


def test_every_unreadable_file_has_its_own_line(tmp_path):
    store_finalization(tmp_path)
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text("[" * 100_000)
    (tmp_path / "c.json").write_text('{"Payload":' * 900 + "1" + "}" * 900)

    with pytest.raises(UnreadableResultsError) as error:
        read([tmp_path])

    first, *others = str(error.value).splitlines()
    assert first == "a.json is not JSON: Input data was truncated."
    assert [line.split()[0] for line in others] == ["b.json", "c.json"]
