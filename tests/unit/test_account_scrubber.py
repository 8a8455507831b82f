"""The kit for a real account: nothing that identifies is written."""

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

from schemas.generate import schemas
from tests.account import result_file
from tests.account.identifiers import Seen, kind_of_identifier
from tests.account.questions import BY_SACRIFICE, UNANSWERABLE, Question
from tests.account.report import (
    AccountTestReport,
    Answer,
    CleanUp,
    DryRun,
    Finding,
    FindingKind,
    Step,
    StepName,
    StepOutcome,
    Versions,
    Walk,
)
from tests.account.scrubber import IdentifierFoundError, demand_no_identifier

REPORT = AccountTestReport(
    region="eu-west-1",
    date="2026-11-30",
    versions=Versions(kit="0.1.0", botocore="1.44.5", python="3.13.1", function="0.1.0"),
    is_complete=True,
    steps=(),
    preflight=(),
    walk=Walk(
        findings=(Finding(kind=FindingKind.UNKNOWN_FIELD, operation="DescribeJobs", path="items[]/a", value="object"),)
    ),
    dry_run=DryRun(sweep={}),
    sacrifice=None,
    answers=(Answer(question=Question.REPLICATION_TAGS, observed="volume: Name 1/2, mgn.amazonaws.com-job 2/2"),),
    clean_up=CleanUp(stack="DELETED", deleted={"SQS-Queue": 4, "Logs-LogGroup": 2}),
    unexpected=("The step deploy failed.",),
)
PLANTED = [
    "arn:aws:mgn:eu-west-1::x",
    "111122223333",
    "in111122223333",
    "s-0123456789abcdef0",
    "mgnjob-0123456789abcdef0",
    "wave-0123456789abcdef0",
    "i-0123456789abcdef0",
    "i-01234567",
    "vol-0123456789abcdef0",
    "snap-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "3f2504e0-4f89-11ed-9d0c-0abc12de3f45",
    "AKIAIOSFODNN7EXAMPLE",
    "10.20.0.17",
    "2001:db8::17",
    "fe80::1",
    "0a:58:a9:fe:ac:02",
    "jane@example.com",
    "https://example",
    "web-1.example.com",
    "ip-10-20-0-17.eu-west-1.compute.internal",
]
HOSTNAME = "payroll-db-01"


def builtins(report=REPORT):
    return msgspec.to_builtins(report)


@pytest.fixture
def seen():
    seen = Seen()
    seen.add_all({"hostname": HOSTNAME, "tags": {"Kostenstelle": "Gehaltsabrechnung"}})
    return seen


def test_a_report_without_identifiers_passes(seen):
    demand_no_identifier(builtins(), seen)


@pytest.mark.parametrize("planted", [*PLANTED, HOSTNAME, HOSTNAME.upper(), "Kostenstelle", "Gehaltsabrechnung"])
@pytest.mark.parametrize("template", ["{}", "it was {} before", "x={}", "({})"])
def test_an_identifier_in_any_text_is_refused(seen, planted, template):
    text = template.format(planted)
    report = msgspec.structs.replace(REPORT, unexpected=(text,))

    with pytest.raises(IdentifierFoundError, match="report/unexpected/0") as refusal:
        demand_no_identifier(builtins(report), seen)

    assert planted not in str(refusal.value)


@pytest.mark.parametrize("planted", PLANTED)
def test_an_identifier_in_a_name_is_refused_and_not_repeated(seen, planted):
    document = builtins() | {planted: {"inside": 1}}

    with pytest.raises(IdentifierFoundError) as refusal:
        demand_no_identifier(document, seen)

    assert planted not in str(refusal.value)


def test_an_identifier_deep_inside_is_refused(seen):
    finding = Finding(kind=FindingKind.UNKNOWN_FIELD, operation="DescribeJobs", path=f"items[]/{HOSTNAME}")
    report = msgspec.structs.replace(REPORT, walk=Walk(findings=(finding,)))

    with pytest.raises(IdentifierFoundError, match="report/walk/findings/0/path"):
        demand_no_identifier(builtins(report), seen)


def test_what_is_public_may_be_written_although_aws_returned_it_too():
    seen = Seen()
    seen.add("arn:aws:mgn:ap-southeast-2:111122223333:source-server/s-0123456789abcdef0")
    seen.add_all({"created": "2026-11-30", "AWSApplicationMigrationServiceManaged": "1.44.5", "minutes": "1440"})
    sentence = "volume: AWSApplicationMigrationServiceManaged 2/2 after 1440 minutes"
    report = msgspec.structs.replace(REPORT, region="ap-southeast-2", unexpected=(sentence,))

    for public in (report.region, report.date, str(report.versions)):
        seen.allow(public)

    demand_no_identifier(builtins(report), seen)


def test_words_of_the_report_itself_identify_nobody():
    seen = Seen()
    seen.add("deploy failed DescribeJobs CUTTING_OVER second-finalize")

    demand_no_identifier(builtins(), seen)


def test_no_sentence_about_a_question_looks_like_an_identifier():
    assert [why for why in UNANSWERABLE.values() if kind_of_identifier(why)] == []
    assert not UNANSWERABLE.keys() & set(BY_SACRIFICE)


def test_a_text_that_identifies_is_replaced_and_told_and_the_rest_is_written(seen):
    step = Step(step=StepName.DEPLOY, outcome=StepOutcome.FAILED, seconds=1.0, codes=("DeployFailed", HOSTNAME))
    clean_up = CleanUp(stack="DELETED", stays={"i-0123456789abcdef0": 1})
    report = msgspec.structs.replace(REPORT, steps=(step,), clean_up=clean_up)

    text, replaced = result_file.content(report, seen)

    document = json.loads(text)
    assert document["steps"][0]["codes"] == ["DeployFailed", "not-shown"]
    assert document["cleanUp"]["stays"] == {"not-shown": 1}
    assert replaced == [
        "A text was replaced: report/steps/0/codes/1 contained a value of this account.",
        "A text was replaced: a name in report/cleanUp/stays contained an ID of EC2.",
    ]
    assert document["unexpected"] == [*REPORT.unexpected, *replaced]
    assert document["answers"] == list(builtins(report)["answers"])
    Draft202012Validator(schemas()["account-test.schema.json"]).validate(document)


def test_what_a_replacement_leaves_is_still_refused(seen, monkeypatch):
    monkeypatch.setattr(result_file, "scrubbed", lambda document, _seen: (document, [HOSTNAME]))

    with pytest.raises(IdentifierFoundError, match="report/unexpected/1"):
        result_file.content(msgspec.structs.replace(REPORT, unexpected=["fine"]), seen)
