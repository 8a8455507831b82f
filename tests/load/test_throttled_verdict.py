"""The verdict on the load test with throttling detects each violation, and nothing in a correct run."""

import dataclasses

import pytest

from tests.load.throttled.builders import (
    ASKED,
    CHANGED,
    LEFT,
    OUT_OF_TIME,
    REASON,
    REMAINING,
    SWEPT,
    THROTTLED,
    after,
    calls,
    listed,
    look,
    record,
    report,
    request,
    sweep,
    write,
)
from tests.load.throttled.calls import writes
from tests.load.throttled.verdict import oldest_evidence, violations


def found(**changes):
    return [words.partition(":")[0] for words in violations(record(**changes))]


def test_nothing_is_found_where_all_went_well():
    assert found() == []


def test_a_write_after_the_answer_of_a_stack_is_found():
    late = violations(record(requests=[request(answered_at=after(19.9))]))

    assert f"late: FinalizeCutover of {ASKED} came after the answer" in late


def test_an_archiving_after_the_answer_is_found():
    late = violations(record(calls=calls(write(at=46.1, operation="MarkAsArchived"))))

    assert f"late: MarkAsArchived of {ASKED} came after the answer" in late


def test_a_write_after_the_end_of_the_sweep_is_found():
    late = violations(record(sweep=dataclasses.replace(sweep(), ended_at=after(109))))

    assert f"late: FinalizeCutover of {SWEPT} came after the answer" in late


@pytest.mark.parametrize(
    ("server_id", "at", "kinds"),
    [(LEFT, 45.4, []), (LEFT, 45.6, ["late"]), (REMAINING, 165, []), (REMAINING, 165.6, ["late"])],
)
def test_a_write_in_the_last_ten_seconds_before_a_timer_is_found(server_id, at, kinds):
    ended = dataclasses.replace(sweep(), ended_at=after(170))

    in_time = calls(*look(server_id, at=at - 5), write(server_id, at=at, status=429))

    assert found(calls=in_time, sweep=ended) == kinds


@pytest.mark.parametrize(("age", "kinds"), [(15.4, []), (15.6, ["old"])])
def test_the_log_must_be_young_for_a_stack(age, kinds):
    read = look(ASKED, at=34, log=35 - age)

    assert found(calls=calls(*read, write(ASKED, at=35, status=429))) == kinds


def test_a_sweep_may_keep_a_log_that_was_read():
    read = look(SWEPT, at=129, log=60)

    assert found(calls=calls(*read, write(SWEPT, at=130, status=429))) == []


@pytest.mark.parametrize("of", ["at", "job", "status"])
@pytest.mark.parametrize(("age", "kinds"), [(15.4, []), (15.6, ["old"])])
def test_each_kind_of_evidence_must_be_young(of, age, kinds):
    read = look(SWEPT, **{"at": 129, of: 130 - age})

    # Evidence that was read earlier is even older.
    assert found(calls=calls(*read, write(SWEPT, at=130, status=429))) == kinds


@pytest.mark.parametrize(
    "operation", ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]
)
def test_a_write_about_which_something_was_never_read_is_found(operation):
    assert found(calls=[one for one in calls() if one["operation"] != operation]) == ["old", "old", "old"]


@pytest.mark.parametrize(
    "spoilt", [{"status": 429}, {"status": None}, {"fault": "stale"}, {"seconds": 30.0}, {"seconds": None}]
)
def test_a_read_that_was_not_answered_before_the_write_is_no_evidence(spoilt):
    late = [one | spoilt for one in look(SWEPT, at=125)]

    assert found(calls=calls(*late, write(SWEPT, at=130, status=429))) == ["old"]


def test_an_archiving_needs_no_evidence():
    assert found(calls=calls(write(at=40, operation="MarkAsArchived"))) == []


@pytest.mark.parametrize(("at", "kinds"), [(123.4, []), (123.6, ["changed"])])
def test_a_write_long_after_its_server_was_changed_is_found(at, kinds):
    assert found(calls=calls(*look(CHANGED, at=120), write(CHANGED, at=at))) == kinds


@pytest.mark.parametrize(
    "changes",
    [
        {"calls": calls(*look(ASKED, at=21), write(ASKED, at=22))},
        {"calls": calls(*look(ASKED, at=21), write(ASKED, at=22, status=None) | {"lostStatus": 200})},
        {"requests": [request(answers=2)]},
    ],
    ids=["finalized twice", "finalized twice with an answer lost", "answered twice"],
)
def test_what_was_done_twice_is_found(changes):
    assert found(**changes) == ["doubled"]


@pytest.mark.parametrize(
    "answer",
    [
        {"answered_at": None},
        {"reason": REASON.replace("1 of 2", "0 of 2")},
        {"reason": REASON.replace("1 of 2", "2 of 2")},
        {"reason": "It is a defect."},
        {"status": "SUCCESS", "reason": ""},
    ],
)
def test_an_answer_that_does_not_tell_what_was_not_reached_is_found(answer):
    assert "untold" in found(requests=[request(**answer)])


def test_an_answer_of_the_timer_is_in_order():
    assert found(requests=[request(reason=OUT_OF_TIME)]) == []


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        (sweep(remaining=()), ["untold"]),
        (sweep(remaining=(REMAINING, SWEPT)), ["untold"]),
        (sweep(remaining=(REMAINING, REMAINING)), ["untold"]),
        (sweep(report(SWEPT, "FINALIZED")), ["untold"]),
        (sweep(report(SWEPT, "FINALIZED"), remaining=(REMAINING, CHANGED)), []),
        (sweep(report(SWEPT, "FINALIZED"), unapproved={CHANGED}), []),
        (sweep(report(CHANGED, "BLOCKED"), unapproved={SWEPT, CHANGED}), ["untold"]),
        (sweep(report(CHANGED, "BLOCKED")), ["untold"]),
        (sweep(report(SWEPT, "BLOCKED"), report(CHANGED, "BLOCKED")), ["untrue"]),
        (sweep(report(SWEPT, "FINALIZED"), report(CHANGED, "FINALIZED")), ["untrue"]),
    ],
)
def test_the_sweep_tells_of_each_source_server_once_and_truly(told, kinds):
    assert found(sweep=told) == kinds


@pytest.mark.parametrize(
    ("left", "kinds"),
    [
        (report(REMAINING, "FAILED", THROTTLED), []),
        (report(REMAINING, "FAILED", {**THROTTLED, "retryable": False}), ["untold"]),
        (report(REMAINING, "SKIPPED"), ["untold"]),
    ],
)
def test_what_was_ready_and_not_reached_remains_or_failed_for_now(left, kinds):
    assert found(sweep=sweep(report(SWEPT, "FINALIZED"), report(CHANGED, "BLOCKED"), left, remaining=())) == kinds


@pytest.mark.parametrize(
    "changes",
    [
        {"calls": [one for one in calls() if one["status"] != 429]},
        {"calls": [one for one in calls() if one["operation"] != "FinalizeCutover"] + [write(LEFT, at=10, status=429)]},
        {"finalized_at": dict.fromkeys((ASKED, LEFT, SWEPT), after(20)), "requests": [request(status="SUCCESS")]},
        {
            "requests": [
                request(server_ids=(ASKED,), status="SUCCESS"),
                request(server_ids=("s-unwritten",), reason="1 of 1 source servers are not finalized."),
            ]
        },
        {"finalized_at": dict.fromkeys((ASKED, SWEPT, REMAINING), after(110))},
    ],
    ids=[
        "nothing throttled",
        "nothing written by the sweep",
        "everything reached",
        "one stack reached everything and the other wrote nothing",
        "the sweep reached everything that is ready",
    ],
)
def test_a_course_that_shows_nothing_is_found(changes):
    assert "vain" in found(**changes)


def test_the_oldest_evidence_is_that_of_the_oldest_read_before_the_write():
    sent = writes(record(calls=[*look(ASKED, at=1, job=8), *look(ASKED, at=11, log=6), listed(), write(ASKED, at=20)]))

    assert oldest_evidence(sent) == pytest.approx(14)
