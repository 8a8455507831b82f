"""The handler of launch results: what it cannot finalize now, it raises or leaves to the sweep."""

import pytest

from finalize_cutover.cutover.errors import (
    ConflictError,
    MgnRefusedError,
    MgnUnavailableError,
    OutOfTimeError,
    SourceServerNotFoundError,
    UninitializedAccountError,
)
from finalize_cutover.handlers.eventbridge import launch_result as handler
from tests.unit.automated import FakeResultPublisher, approved, launch_result
from tests.unit.builders import APPROVAL, OTHER_SERVER, SERVER, finalized, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation

MISSING = "s-0123456789abcdef9"


def handle(aws, event=None, **differences):
    return handler.handle(event or launch_result(), invocation(aws, **differences))


def test_an_approved_server_that_is_ready_is_finalized():
    aws = FakeAws(approved())

    report = handle(aws)

    assert (report["outcome"], report["changed"], report["sourceServerID"]) == ("FINALIZED", True, SERVER)
    assert aws.finalized == [SERVER]


@pytest.mark.parametrize("tags", [{}, {APPROVAL.key: "Approved"}, {APPROVAL.key: ""}, {"finalizecutover": "approved"}])
def test_a_server_without_the_approval_tag_is_skipped_without_a_write(tags):
    aws = FakeAws(approved(tags=tags))

    report = handle(aws)

    assert report["outcome"] == "SKIPPED"
    assert aws.writes == []


@pytest.mark.parametrize(
    ("outcome", "differences"),
    [
        ("NOT_READY", {"first_boot": "WAITING"}),
        ("NOT_READY", {"ec2_instance": "initializing"}),
        ("BLOCKED", {"ec2_instance": "impaired"}),
        ("BLOCKED", {"state": "READY_FOR_CUTOVER"}),
        ("BLOCKED", {"is_archived": True}),
    ],
)
def test_a_server_that_is_not_ready_is_a_report_and_left_to_the_sweep(outcome, differences):
    aws = FakeAws(approved(**differences))

    report = handle(aws)

    assert report["outcome"] == outcome
    assert (aws.writes, aws.clock.sleeps) == ([], [])


def test_the_same_event_again_changes_nothing():
    aws = FakeAws(approved())

    first, second = handle(aws), handle(aws)

    assert (first["outcome"], second["outcome"]) == ("FINALIZED", "FINALIZED")
    assert (first["changed"], second["changed"]) == (True, False)
    assert aws.finalized == [SERVER]


def test_a_late_event_about_a_finalized_server_changes_nothing():
    aws = FakeAws(finalized())

    assert handle(aws)["outcome"] == "FINALIZED"
    assert aws.writes == []


def test_an_event_about_several_servers_is_answered_for_all():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER, first_boot="WAITING"))

    report = handle(aws, launch_result(SERVER, OTHER_SERVER))

    assert (report["outcome"], report["counts"]) == ("PARTIAL", {"FINALIZED": 1, "NOT_READY": 1})
    assert aws.finalized == [SERVER]


def test_a_server_that_an_event_names_twice_is_one():
    aws = FakeAws(approved())

    report = handle(aws, launch_result(SERVER, SERVER))

    assert report["sourceServerID"] == SERVER
    assert aws.finalized == [SERVER]


def test_the_answer_does_not_hold_mgns_own_document_because_that_holds_tags():
    assert "sourceServer" not in handle(FakeAws(approved()))


@pytest.mark.parametrize(
    "error",
    [
        MgnUnavailableError("busy"),
        ConflictError("busy"),
        MgnRefusedError("denied"),
        UninitializedAccountError("never set up"),
    ],
)
@pytest.mark.parametrize("operation", ["DescribeSourceServers", "FinalizeCutover"])
def test_what_fails_is_raised_so_that_lambda_retries_and_the_queue_keeps_it(error, operation):
    aws = FakeAws(approved())
    aws.fail(operation, *[error] * 3)

    with pytest.raises(type(error)) as caught:
        handle(aws)

    assert caught.value is error


def test_a_server_that_mgn_does_not_know_is_raised():
    with pytest.raises(SourceServerNotFoundError, match=MISSING):
        handle(FakeAws(approved()), launch_result(MISSING))


def test_a_write_that_there_is_no_time_for_is_raised_and_not_begun():
    aws = FakeAws(approved())

    with pytest.raises(OutOfTimeError):
        handle(aws, seconds_left=2)

    assert aws.writes == []


def test_one_servers_failure_keeps_no_other_from_being_finalized():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER))

    with pytest.raises(SourceServerNotFoundError):
        handle(aws, launch_result(MISSING, SERVER, OTHER_SERVER))

    assert sorted(aws.finalized) == [SERVER, OTHER_SERVER]


def test_what_was_done_is_told_even_if_something_else_is_raised():
    bus = FakeResultPublisher()

    with pytest.raises(SourceServerNotFoundError):
        handle(FakeAws(approved()), launch_result(MISSING, SERVER), make_publisher=lambda _until: bus)

    assert [(report.source_server_id, report.outcome) for report in bus.told] == [(SERVER, "FINALIZED")]


def test_lambdas_retry_finishes_what_the_first_attempt_could_not():
    aws = FakeAws(approved())
    aws.fail("FinalizeCutover", *[MgnUnavailableError("busy")] * 3)

    with pytest.raises(MgnUnavailableError):
        handle(aws)
    report = handle(aws)

    assert (report["outcome"], aws.finalized) == ("FINALIZED", [SERVER])


def test_nothing_but_the_tag_is_asked_of_a_person():
    aws = FakeAws(ready(tags={"FinalizeCutover": "approved", "Name": "web-1"}))

    assert handle(aws)["outcome"] == "FINALIZED"
