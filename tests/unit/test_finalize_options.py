"""The dry run, and archiving after the finalization."""

from finalize_cutover.cutover.errors import MgnRefusedError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws


def finalize_one(aws, **policy):
    return finalize([SERVER], options=options(**policy), services=aws.services)[SERVER]


def test_a_dry_run_decides_and_writes_nothing():
    aws = FakeAws(ready())

    result = finalize_one(aws, dry_run=True, archive=True)

    assert (result.report.outcome, result.report.changed) == (Outcome.WOULD_FINALIZE, False)
    assert {finding.verdict for finding in result.report.readiness} == {"PASS"}
    assert aws.writes == []


def test_a_dry_run_of_a_finalized_server_neither_finalizes_nor_archives_it():
    aws = FakeAws(finalized())

    result = finalize_one(aws, dry_run=True, archive=True)

    assert result.report.outcome == Outcome.FINALIZED
    assert aws.writes == []


def test_archiving_follows_finalizing():
    aws = FakeAws(ready())

    result = finalize_one(aws, archive=True)

    assert aws.writes == ["FinalizeCutover", "MarkAsArchived"]
    assert (result.report.outcome, result.report.warnings) == (Outcome.FINALIZED, ())


def test_a_server_finalized_earlier_is_archived_when_that_is_asked_for():
    aws = FakeAws(finalized())

    result = finalize_one(aws, archive=True)

    assert aws.writes == ["MarkAsArchived"]
    assert result.report.changed is False


def test_an_archived_server_is_not_archived_again():
    aws = FakeAws(finalized(is_archived=True))

    result = finalize_one(aws, archive=True)

    assert result.report.outcome == Outcome.FINALIZED
    assert aws.writes == []


def test_a_server_that_is_not_ready_is_not_archived():
    aws = FakeAws(ready(first_boot="STOPPED"))

    finalize_one(aws, archive=True)

    assert aws.writes == []


def test_a_refused_archiving_is_a_warning_because_the_cutover_is_final():
    aws = FakeAws(ready())
    aws.fail("MarkAsArchived", MgnRefusedError("mgn:MarkAsArchived failed with AccessDeniedException (403)."))

    result = finalize_one(aws, archive=True)

    assert (result.report.outcome, result.cause) == (Outcome.FINALIZED, None)
    assert result.report.warnings == (
        "It was not archived: mgn:MarkAsArchived failed with AccessDeniedException (403).",
    )
