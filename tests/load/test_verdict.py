"""The verdict on a load test detects lost, duplicate, untrue and forbidden actions, and nothing in a correct run."""

import dataclasses

import pytest

from tests.load.builders import (
    OLD,
    READY,
    REFUSED,
    STORY,
    THROTTLED,
    UNAPPROVED,
    answer,
    event,
    finalize,
    record,
    report,
    request,
)
from tests.load.story import KINDS
from tests.load.verdict import violations

OLD_SNAPSHOT = f"Source server {OLD} cannot be finalized: its log has SNAPSHOT_FAIL (job-log)."
LOST_ACT = "mgn:FinalizeCutover got no readable response: Connection was closed."
TIMED_OUT = {"errorType": "FunctionTimeoutError", "errorMessage": "Task timed out after 120.00 seconds"}
CONFLICT = "mgn:FinalizeCutover failed with ConflictException (409): Cannot FinalizeCutover for a CUTOVER server."
WITHDRAWN = f"Source server {READY}: Nothing was finalized: the stack status is ROLLBACK_IN_PROGRESS."
COMPLETE = f"Source server {READY}: Nothing was finalized: the stack status is CREATE_COMPLETE."
UNKNOWN = "s-99999999999999999"
NOT_LISTED = f"MGN does not list source server {UNKNOWN}."
KEPT = {"FailedInvocations": {READY}, "FailedRequests": {READY}}


def found(**changes):
    return [words.partition(":")[0] for words in violations(STORY, record(**changes))]


def events(*attempts, server_id=READY):
    others = [one for one in record().events if one.server_id != server_id]
    return [event(server_id, *attempts), *others]


def test_nothing_is_found_where_all_went_well():
    assert found() == []


@pytest.mark.parametrize(
    "requests",
    [
        [request(attempts=(None, None), answers=[answer(), answer(seconds=3)])],
        [request(answers=[answer(is_stored=False, is_taken=False), answer(is_taken=False), answer(seconds=3)])],
        [request(answers=[answer("FAILED", THROTTLED, seconds=0.5)])],
        [request(answers=[answer("FAILED", THROTTLED, seconds=9)])],
        [request(answers=[answer("FAILED", LOST_ACT, seconds=1.5)])],
        [request(attempts=(None, None), answers=[answer("FAILED", THROTTLED), answer("FAILED", WITHDRAWN)])],
        [request(attempts=(None, None), answers=[answer(), answer("FAILED", COMPLETE, seconds=3)])],
        [request(OLD, answers=[answer("FAILED", OLD_SNAPSHOT)])],
        [request(), request(request_type="Delete")],
    ],
    ids=[
        "delivered twice",
        "delivery failed",
        "throttled",
        "could not look",
        "lost act",
        "given up",
        "complete",
        "not ready",
        "deleted",
    ],
)
def test_a_request_that_had_its_true_answer_is_in_order(requests):
    assert found(requests=requests) == []


@pytest.mark.parametrize(
    ("requests", "kind"),
    [
        ([], "lost"),
        ([request(answers=[answer(is_stored=False, is_taken=False)], attempts=())], "lost"),
        ([request(answers=[answer(), answer(seconds=3)])], "doubled"),
        ([request(attempts=(None, None), answers=[answer()])], "lost"),
        ([request(attempts=(None, None), answers=[answer(), answer(Data={"Outcome": ""})])], "doubled"),
        ([request(answers=[answer(seconds=0.5)])], "untrue"),
        ([request(OLD)], "untrue"),
        ([request(answers=[answer("FAILED", "It is a defect.")])], "untrue"),
        ([request(answers=[answer("FAILED", OLD_SNAPSHOT)])], "untrue"),
        ([request(answers=[answer("FAILED", WITHDRAWN)])], "untrue"),
        ([request(answers=[answer("FAILED", COMPLETE)])], "untrue"),
        ([request(answers=[answer("FAILED", LOST_ACT, seconds=9)])], "untrue"),
        ([request(answers=[answer("FAILED", CONFLICT, seconds=1)])], "untrue"),
        ([request(), request(request_type="Delete", answers=[answer("FAILED", THROTTLED)])], "untrue"),
        ([request(answers=[answer(StackId="another")])], "malformed"),
        ([request(attempts=(RuntimeError("Runtime exited"), None))], "broken"),
    ],
)
def test_a_request_without_one_true_answer_is_found(requests, kind):
    assert kind in found(requests=requests)


@pytest.mark.parametrize(
    "changes",
    [
        {"events": events(REFUSED, report("FINALIZED"))},
        {"events": events(REFUSED, REFUSED, REFUSED), "kept": KEPT},
        {
            "events": events(report("FINALIZED"), server_id=UNAPPROVED),
            "finalized_at": {READY: record().finalized_at[READY], UNAPPROVED: record().finalized_at[READY]},
        },
    ],
    ids=["again", "kept", "a stack had asked"],
)
def test_an_event_that_was_done_or_kept_is_in_order(changes):
    assert found(**changes) == []


def test_an_event_about_what_mgn_does_not_know_must_fail_for_good_and_be_kept():
    servers = {**STORY.servers, UNKNOWN: KINDS["unknown"]}
    told = dataclasses.replace(STORY, servers=servers, launches=(*STORY.launches, UNKNOWN))
    kept, failed = (
        {"FailedInvocations": {UNKNOWN}, "FailedRequests": {UNKNOWN}},
        {**REFUSED, "errorMessage": NOT_LISTED},
    )

    in_order = violations(told, record(events=[*record().events, event(UNKNOWN, failed, failed, failed)], kept=kept))
    answered = violations(told, record(events=[*record().events, event(UNKNOWN, report("NOT_FOUND"))]))

    assert in_order == []
    assert [words.partition(":")[0] for words in answered] == ["swallowed"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"events": record().events[1:]}, "lost"),
        ({"events": events()}, "broken"),
        ({"events": events(REFUSED, REFUSED), "kept": KEPT}, "lost"),
        ({"events": events(REFUSED, REFUSED, REFUSED), "kept": {**KEPT, "FailedRequests": set()}}, "lost"),
        ({"events": events({"answer": None})}, "swallowed"),
        ({"events": events(report("FAILED"))}, "swallowed"),
        ({"events": events(report("NOT_READY"), server_id=OLD)}, "swallowed"),
        (
            {"events": events({"errorType": "FunctionTimeoutError", "errorMessage": "late"}, report("FINALIZED"))},
            "broken",
        ),
        ({"events": events({**REFUSED, "errorMessage": "'NoneType'"}, report("FINALIZED"))}, "broken"),
    ],
)
def test_an_event_that_was_neither_done_nor_kept_is_found(changes, kind):
    assert kind in found(**changes)


def test_an_event_that_claims_what_mgn_does_not_is_found():
    words = violations(STORY, record(finalized_at={}))

    assert f"untrue: its report says FINALIZED, and MGN does not (event of {READY})" in words


@pytest.mark.parametrize(
    "changes",
    [
        {"calls": [finalize(), finalize(UNAPPROVED)]},
        {"calls": [finalize(), finalize(OLD, status=409)]},
        {"calls": [finalize(), finalize(UNKNOWN, status=404)]},
        {"calls": [finalize(), finalize() | {"operation": "MarkAsArchived", "parameters": {"sourceServerID": OLD}}]},
        {"calls_of_sweep": [finalize(UNAPPROVED)]},
        {"calls_of_sweep": [finalize(OLD)]},
    ],
)
def test_a_write_for_what_must_not_be_touched_is_found_whatever_mgn_made_of_it(changes):
    assert found(**changes) == ["touched"]


def test_a_call_that_was_sent_again_without_effect_is_in_order():
    calls = [finalize(status=500), finalize(status=None), finalize(status=None, lost_status=200), finalize(status=409)]

    assert found(calls=calls) == []


def test_two_effects_on_one_cutover_are_found_even_where_an_answer_was_lost():
    assert found(calls=[finalize(status=None, lost_status=200)], calls_of_sweep=[finalize()]) == ["doubled"]


def test_what_is_approved_and_ready_must_be_finalized_in_the_end():
    assert found(finalized_in_the_end=set()) == ["lost"]


@pytest.mark.parametrize("sweep", [[], [REFUSED], [REFUSED, report("FINALIZED")]])
def test_a_sweep_in_good_weather_must_go_well_at_once(sweep):
    assert found(sweep=sweep) == ["broken"]
