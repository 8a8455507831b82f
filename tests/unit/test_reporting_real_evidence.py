"""The page about the records that the function itself stored."""

import pytest

from finalize_cutover.cutover.errors import EvidenceNotStoredError, MgnRefusedError
from finalize_cutover.handlers import direct
from reporting.files import read
from reporting.rows import rows_of
from tests.unit.builders import INSTANCE, SERVER, ready
from tests.unit.evidence_buckets import WITH_BUCKET, FakeEvidenceBucket
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, production

NAMED = {"hostname": "web-1", "application_id": "app-0123456789abcdef0"}
REFUSED = MgnRefusedError("No.", code="ValidationException", http_status=400)


@pytest.fixture
def bucket():
    return FakeEvidenceBucket()


@pytest.fixture
def ask(bucket):
    """Return a function that sends a direct request to the function, which stores its evidence."""

    def ask(aws, **request):
        whole = {"sourceServerID": SERVER, "waitMinutes": 0, **request}
        if request.get("action") == "audit":
            del whole["waitMinutes"]
        given = {"settings": WITH_BUCKET, "make_evidence_bucket": lambda *_: bucket}
        return direct.handle(whole, invocation(aws, make_staging=lambda *_: FakeStaging(*production()), **given))

    return ask


@pytest.fixture
def row(bucket, tmp_path):
    """Return a function that copies the bucket, and returns the row of the source server."""

    def row():
        for key, body in bucket.objects.items():
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        (found,) = rows_of(read([tmp_path])[0])
        return found

    return row


def test_a_finalization_is_shown_with_all_its_rules(ask, row):
    people = {"requestedBy": "Jane Doe", "approvedBy": "John Roe", "approvedInstances": {SERVER: INSTANCE}}

    report = ask(FakeAws(ready(**NAMED)), **people)

    found = row()

    assert (found.outcome, found.problems, found.needs_attention) == ("FINALIZED", (), False)
    assert (found.name.hostname, found.name.application_id) == (NAMED["hostname"], NAMED["application_id"])
    assert (found.requested_by.requested_by, found.requested_by.approved_by) == ("Jane Doe", "John Roe")
    assert [finding.rule for finding in found.passed] == [finding["rule"] for finding in report["readiness"]]


def test_after_a_write_that_mgn_refused_the_next_one_counts(ask, row):
    aws = FakeAws(ready())
    aws.fail("FinalizeCutover", REFUSED)
    ask(aws)
    ask(aws)

    found = row()

    assert (found.outcome, found.report.changed, found.problems) == ("FINALIZED", True, ())


def test_a_result_that_could_not_be_stored_leaves_an_intent_until_it_is_asked_for_again(ask, bucket, row):
    aws = FakeAws(ready())
    bucket.fail("result", REFUSED, REFUSED)
    with pytest.raises(EvidenceNotStoredError):
        ask(aws)
    assert row().outcome == "INTENT_ONLY"

    ask(aws)

    assert (row().outcome, row().problems) == ("FINALIZED", ())


def test_an_audit_is_beside_the_finalization(ask, row):
    ask(FakeAws(ready()))

    answer = ask(FakeAws(audited()), action="audit")

    assert row().audit.outcome == answer["outcome"]
