"""The JSON Schemas match the types, and accept and refuse the same documents as the function."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from finalize_cutover.cutover.errors import InvalidRequestError, MgnRefusedError
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.cloudformation.properties import read_properties
from finalize_cutover.handlers.eventbridge import digest, sweep
from schemas.generate import schemas, text
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, ready
from tests.unit.digested import mixed_fleet
from tests.unit.direct_requests import BAD_REQUESTS, GOOD_REQUESTS
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation

ROOT = Path(__file__).parents[2]
NAMES = [
    "account-test.schema.json",
    "evidence.schema.json",
    "properties.schema.json",
    "report.schema.json",
    "request.schema.json",
    "validator-request.schema.json",
    "validator-response.schema.json",
]
TOKEN = {"ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover"}
CHECKER = FormatChecker()


@CHECKER.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value))


def validator(name):
    schema = json.loads((ROOT / "schemas" / name).read_text())
    return Draft202012Validator(schema, format_checker=CHECKER)


@pytest.fixture(scope="module")
def request_schema():
    return validator("request.schema.json")


@pytest.fixture(scope="module")
def report_schema():
    return validator("report.schema.json")


@pytest.fixture(scope="module")
def properties_schema():
    return validator("properties.schema.json")


def test_there_is_a_file_for_each_schema_and_no_other():
    assert sorted(schemas()) == sorted(path.name for path in (ROOT / "schemas").glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_that_of_the_types_or_make_schemas_was_forgotten(name):
    assert (ROOT / "schemas" / name).read_text() == text(schemas()[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_keeps_to_json_schema(name):
    Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize("path", sorted((ROOT / "events").glob("direct_*.json")), ids=lambda path: path.name)
def test_every_direct_event_keeps_to_the_schema(request_schema, path):
    request_schema.validate(json.loads(path.read_text()))


@pytest.mark.parametrize("path", sorted((ROOT / "events").glob("custom_resource_*.json")), ids=lambda path: path.name)
def test_the_properties_of_every_cloudformation_event_keep_to_the_schema(properties_schema, path):
    properties_schema.validate(json.loads(path.read_text())["ResourceProperties"])


@pytest.mark.parametrize("request_", GOOD_REQUESTS)
def test_what_the_function_accepts_keeps_to_the_schema(request_schema, request_):
    request_schema.validate(request_)


# A key that is not a string is not JSON; a schema cannot express that.
JSON_REQUESTS = [pytest.param(event, id=name) for name, event, _ in BAD_REQUESTS if name != "number for a key"]


@pytest.mark.parametrize("request_", JSON_REQUESTS)
def test_what_the_function_refuses_breaks_the_schema(request_schema, request_):
    assert not request_schema.is_valid(request_)


VALUES = st.sampled_from(
    [value for request in GOOD_REQUESTS for value in request.values()]
    + [value for _, request, _ in BAD_REQUESTS if isinstance(request, dict) for value in request.values()]
)


@given(st.dictionaries(st.sampled_from(direct.DirectRequest.__struct_encode_fields__), VALUES, max_size=4))
def test_schema_and_function_agree(request_schema, request_):
    try:
        direct.read_request(request_)
        is_accepted = True
    except InvalidRequestError:
        is_accepted = False

    assert request_schema.is_valid(request_) == is_accepted


class NothingStaged:
    """No replication resources."""

    def managed(self):
        return ()


def refused():
    aws = FakeAws(ready())
    aws.fail("FinalizeCutover", MgnRefusedError("denied", code="AccessDeniedException", http_status=403))
    return aws


@pytest.mark.parametrize(
    ("aws", "request_"),
    [
        (FakeAws(ready()), {"sourceServerID": SERVER}),
        (FakeAws(finalized()), {"sourceServerID": SERVER}),
        (FakeAws(ready()), {"sourceServerID": SERVER, "action": "check"}),
        (FakeAws(ready(first_boot="WAITING")), {"sourceServerID": SERVER}),
        (FakeAws(ready(first_boot="STOPPED")), {"sourceServerID": SERVER, "waive": ["soak"]}),
        (FakeAws(), {"sourceServerID": SERVER}),
        (refused(), {"sourceServerID": SERVER}),
        (FakeAws(ready(), finalized(OTHER_SERVER)), {"sourceServerIDs": [SERVER, OTHER_SERVER]}),
        (refused(), {"sourceServerIDs": [SERVER, OTHER_SERVER]}),
        (FakeAws(finalized()), {"sourceServerID": SERVER, "action": "audit"}),
        (FakeAws(), {"sourceServerID": SERVER, "action": "audit"}),
        (FakeAws(finalized()), {"sourceServerIDs": [SERVER, OTHER_SERVER], "action": "audit"}),
        (FakeAws(), {"sourceServerIDs": [SERVER, OTHER_SERVER], "action": "select"}),
        (FakeAws(), {"sourceServerIDs": [SERVER, OTHER_SERVER], "action": "select", "inBatches": True}),
    ],
)
def test_every_report_keeps_to_the_schema(report_schema, aws, request_):
    report = direct.handle(request_, invocation(aws, make_staging=lambda *_: NothingStaged()))

    report_schema.validate(report)


def test_every_answer_that_the_documentation_shows_keeps_to_the_schema(report_schema):
    page = (ROOT / "docs/direct.md").read_text()
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    answers = [block for block in blocks if "schemaVersion" in block]

    assert len(answers) == 4
    assert [answer for answer in answers if not report_schema.is_valid(answer)] == []


def test_the_report_of_a_sweep_keeps_to_the_schema(report_schema):
    report = sweep.handle({"action": "sweep"}, invocation(FakeAws(ready()), make_staging=lambda *_: NothingStaged()))

    report_schema.validate(report)


def test_the_report_of_a_digest_keeps_to_the_schema(report_schema):
    aws, staging = mixed_fleet()

    report = digest.handle({"action": "digest"}, invocation(aws, make_staging=lambda *_: staging))

    report_schema.validate(report)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "DONE"},
        {"changed": "yes"},
        {"finalizedAt": "yesterday"},
        {"schemaVersion": "2.0"},
        {"readiness": [{}]},
    ],
)
def test_what_is_no_report_breaks_the_schema(report_schema, change):
    report = direct.handle({"sourceServerID": SERVER}, invocation(FakeAws(ready())))

    assert not report_schema.is_valid({**report, **change})


@pytest.mark.parametrize("field", ["sourceServerID", "outcome", "changed", "warnings", "error", "finalizedAt"])
def test_a_report_without_one_of_its_fields_breaks_the_schema(report_schema, field):
    report = direct.handle({"sourceServerID": SERVER}, invocation(FakeAws(ready())))
    del report[field]

    assert not report_schema.is_valid(report)


@pytest.mark.parametrize(
    ("properties", "is_accepted"),
    [
        ({"SourceServerID": SERVER}, True),
        ({"SourceServerID": SERVER, "WaitMinutes": "10", "DryRun": "true", "ServiceTimeout": "900"}, True),
        ({"SourceServerID": SERVER, "WaitMinutes": 10, "DryRun": True, "Revision": "2"}, True),
        ({"SourceServerIDs": [SERVER], "Waive": ["soak"]}, True),
        ({"WaveID": "wave-0123456789abcdef0", "SoakMinutes": "30"}, True),
        ({}, False),
        ({"SourceServerID": SERVER, "WaveID": "wave-0123456789abcdef0"}, False),
        ({"SourceServerID": SERVER, "WaitMinutes": "ten"}, False),
        ({"SourceServerID": SERVER, "WaitMinutes": "1.5"}, False),
        ({"SourceServerID": SERVER, "DryRun": "maybe"}, False),
        ({"SourceServerID": SERVER, "dryRun": "true"}, False),
        ({"SourceServerID": SERVER, "Waive": ["lifecycle"]}, False),
        ({"SourceServerID": SERVER, "Waive": "soak"}, False),
    ],
)
def test_schema_and_function_agree_about_properties(properties_schema, properties, is_accepted):
    try:
        read_properties({"ResourceProperties": {**properties, **TOKEN}})
        is_read = True
    except InvalidRequestError:
        is_read = False

    assert (is_read, properties_schema.is_valid({**properties, **TOKEN})) == (is_accepted, is_accepted)
