"""The kit for a real account: how MGN's answers are compared with botocore's model and with what is needed."""

import contextlib
import json

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.parsers import ResponseParserError

from tests.account.expected import problems
from tests.account.identifiers import Seen
from tests.account.recording import Recorder
from tests.account.walk import item_shape

SERVER = {
    "sourceServerID": "s-0123456789abcdef0",
    "arn": "arn:aws:mgn:eu-west-1:111122223333:source-server/s-0123456789abcdef0",
    "isArchived": False,
    "replicationType": "AGENT_BASED",
    "tags": {"owner": "jane@example.com"},
    "lifeCycle": {
        "state": "CUTTING_OVER",
        "lastSeenByServiceDateTime": "2026-11-23T10:14:30Z",
        "lastCutover": {"initiated": {"jobID": "mgnjob-0123456789abcdef0", "apiCallDateTime": "2026-11-23T10:14:30Z"}},
    },
    "dataReplicationInfo": {"dataReplicationState": "CONTINUOUS", "lagDuration": "P0D"},
}


class RawAnswer:
    """The body of an HTTP answer."""

    def __init__(self, body):
        self._body = body

    def stream(self, **_):
        yield self._body


def recorded(document, *, status=200, headers=(), call="describe_source_servers", **request):
    """Return a recorder after one call that MGN answers with *document*."""
    seen = Seen()
    recorder = Recorder(seen=seen)
    client = boto3.client("mgn")
    recorder.install(client)
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = AWSResponse("https://mgn", status, dict(headers), RawAnswer(body))
    client.meta.events.register("before-send", lambda **_: answer)
    # botocore's parsers expect the types of the model.
    with contextlib.suppress(client.exceptions.ClientError, AttributeError, ResponseParserError):
        getattr(client, call)(**request)
    return recorder


def changed(**changes):
    return {"items": [SERVER | changes]}


def found(document, **options):
    findings = recorded(document, **options).findings()
    return [(finding.kind.value, finding.path, finding.value) for finding in findings]


def needed(item, operation="DescribeSourceServers"):
    shape = item_shape(boto3.client("mgn").meta.service_model.operation_model(operation))
    return [(kind.value, path, value) for kind, path, value in problems(operation, item, shape)]


def test_an_answer_as_in_the_model_has_no_finding():
    assert found({"items": [SERVER]}) == []
    assert needed(SERVER) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"cutoverGate": {"open": True}}, ("UNKNOWN_FIELD", "items[]/cutoverGate", "object")),
        ({"lifeCycle": {"phase": "new"}}, ("UNKNOWN_FIELD", "items[]/lifeCycle/phase", "string")),
        ({"lifeCycle": {"state": "RETIRED"}}, ("UNKNOWN_ENUM_VALUE", "items[]/lifeCycle/state", "RETIRED")),
        ({"isArchived": "false"}, ("OTHER_TYPE", "items[]/isArchived", "string instead of boolean")),
        ({"isArchived": 0}, ("OTHER_TYPE", "items[]/isArchived", "number instead of boolean")),
        ({"lifeCycle": []}, ("OTHER_TYPE", "items[]/lifeCycle", "array instead of structure")),
        (
            {"sourceProperties": {"cpus": [{"cores": True}]}},
            ("OTHER_TYPE", "items[]/sourceProperties/cpus[]/cores", "boolean instead of long"),
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_difference_is_found_by_its_path(changes, finding):
    assert found(changed(**changes)) == [finding]


@pytest.mark.parametrize(
    ("changes", "path", "value"),
    [
        ({"s-0123456789abcdef0": 1}, "items[]/not-shown", "number"),
        ({"web.example.com": 1}, "items[]/not-shown", "number"),
        ({"replicationType": "i-0123456789abcdef0"}, "items[]/replicationType", "not-shown"),
        ({"replicationType": "two words"}, "items[]/replicationType", "not-shown"),
    ],
)
def test_a_name_or_a_value_that_identifies_is_not_shown(changes, path, value):
    [(_, *shown)] = found(changed(**changes))

    assert shown == [path, value]


def test_keys_of_tags_are_no_fields():
    assert found(changed(tags={"anything": "at all"})) == []


def test_a_finding_is_counted_and_listed_once():
    [finding] = recorded({"items": [SERVER | {"extra": 1}, SERVER | {"extra": 2}]}).findings()

    assert (finding.path, finding.count, finding.operation) == ("items[]/extra", 2, "DescribeSourceServers")


def test_an_answer_that_is_no_object_is_another_type():
    assert found([SERVER]) == [("OTHER_TYPE", "", "array instead of structure")]


def test_an_error_is_recorded_with_its_code_and_a_throttled_call_is_counted():
    headers = {"x-amzn-ErrorType": "ThrottlingException:https://"}

    recorder = recorded({"message": "slow"}, status=400, headers=headers, call="list_managed_accounts")

    [operation] = recorder.operations()
    assert (operation.operation, operation.error, operation.http_status) == (
        "ListManagedAccounts",
        "ThrottlingException",
        400,
    )
    assert set(recorder.throttled) == {"400 ThrottlingException"}


def test_values_are_remembered_to_be_kept_out_of_the_report_but_not_enum_values_and_fields():
    recorder = recorded({"items": [SERVER | {"sourceProperties": {"identificationHints": {"hostname": "payroll"}}}]})

    assert recorder.seen.word_in("about payroll here") == "payroll"
    assert recorder.seen.word_in("owner") == "owner"
    assert recorder.seen.word_in("state CUTTING_OVER of lifeCycle") is None


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("sourceServerID", {k: v for k, v in SERVER.items() if k != "sourceServerID"}),
        ("isArchived", SERVER | {"isArchived": None}),
        ("lifeCycle/state", SERVER | {"lifeCycle": {"lastSeenByServiceDateTime": "2026-11-23T10:14:30Z"}}),
        ("launchedInstance/firstBoot", SERVER | {"launchedInstance": {"ec2InstanceID": "i", "jobID": "j"}}),
    ],
)
def test_a_field_that_is_needed_is_missed(path, item):
    assert ("MISSING_FIELD", f"items[]/{path}", None) in needed(item)


def test_a_field_inside_a_list_is_missed():
    job = {"jobID": "j", "type": "LAUNCH", "initiatedBy": "START_CUTOVER", "status": "STARTED"}

    assert needed(job, "DescribeJobs") == []
    assert needed(job | {"participatingServers": [{"sourceServerID": "s"}]}, "DescribeJobs") == [
        ("MISSING_FIELD", "items[]/participatingServers[]/launchStatus", None)
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"replicationType": 7}, ("UNREADABLE_VALUE", "items[]", "TypeError")),
        (
            {"lifeCycle": {"firstByteDateTime": "soon"}},
            ("UNREADABLE_VALUE", "items[]/lifeCycle/firstByteDateTime", "time"),
        ),
        (
            {"dataReplicationInfo": {"dataReplicationState": "CONTINUOUS", "lagDuration": "long"}},
            ("UNREADABLE_VALUE", "items[]/dataReplicationInfo/lagDuration", "time"),
        ),
    ],
)
def test_a_value_that_the_decoders_cannot_read_is_found(changes, expected):
    assert expected in needed(SERVER | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": {"OutageDuration": "4 hours", "goLiveDateTime": "Friday"}},
        {"unknown": {"OutageDuration": "4 hours"}},
        {"unknown": [{"OutageDuration": "4 hours"}]},
    ],
    ids=["tags", "a field that the model lacks", "a list that the model lacks"],
)
def test_the_names_of_tags_are_no_times_of_mgn(changes):
    assert needed(SERVER | changes) == []
