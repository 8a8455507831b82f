"""The page about evidence: who asked, what was required, what was found, and what does not match."""

from datetime import UTC, datetime, timedelta

from reporting.files import read
from reporting.page import Occasion, render
from tests.unit.evidence_records import an_audit_record, an_intent, store, store_finalization
from tests.unit.page_text import Page
from tests.unit.wave_results import FINALIZED_AT, PASSED, SERVER, WAIVED, at, server_id

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/web/1"


def page_of(folder):
    return Page(render(*read([folder]), occasion=Occasion(), now=NOW)).text


def test_who_asked_and_what_was_required_are_on_it(tmp_path):
    store_finalization(tmp_path)

    text = page_of(tmp_path)

    assert "According to the evidence requested by Jane Doe through a direct request; approved by John Roe" in text
    assert "Required a soak time of 1440 minutes; the optional rules alarms, backup" in text
    assert "1 rule passed lifecycle: its lifecycle state is CUTTING_OVER" in text


def test_if_requests_differ_each_server_shows_its_own(tmp_path):
    other = {"handler": "cloudformation", "stackID": STACK}
    options = {**an_intent()["options"], "soakMinutes": 0, "optionalRules": [], "allOrNothing": True}
    store_finalization(tmp_path, server_id(1))
    store_finalization(tmp_path, server_id(2), intent={"options": options}, requestedBy=other)

    text = page_of(tmp_path)

    assert "It was requested by Jane Doe through a direct request; approved by John Roe" in text
    assert f"It was requested by a CloudFormation stack ({STACK}) Required: all source servers or none" in text


def test_the_last_audit_is_beside_the_outcome(tmp_path):
    store_finalization(tmp_path)
    earlier, later = (at(FINALIZED_AT + timedelta(hours=hours)) for hours in (1, 2))
    store(tmp_path, an_audit_record(recordedAt=later, outcome="LEFT_BEHIND"), "audit-1")
    store(tmp_path, an_audit_record(recordedAt=earlier), "audit-2")

    text = page_of(tmp_path)

    assert "by this request Audit: LEFT BEHIND" in text
    assert "1 source server whose audit found a problem. web-1 (s-0123456789abcdef0)" in text


def test_an_intent_without_a_result_says_to_check_mgn(tmp_path):
    store(tmp_path, an_intent(readiness=[PASSED, {**WAIVED, "hint": "Wait."}]))

    text = page_of(tmp_path)

    assert "0 of 1 source server is finalized; 1 unknown." in text
    assert "1 intent without a result: check MGN. web-1 (s-0123456789abcdef0)" in text
    assert "An intent was stored at 2026-11-23 10:14:59, but no result: check MGN." in text
    assert "What to do" not in text


def test_evidence_that_does_not_match_is_on_it(tmp_path):
    (tmp_path / store_finalization(tmp_path)).unlink()

    text = page_of(tmp_path)

    assert f"Evidence: its intent 111122223333/{SERVER}/mgnjob-0123456789abcdef0/intent.json is missing" in text
