"""botocore with reduced data: fewer operations, and no other difference."""

import json
import shutil
from pathlib import Path

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import get_session

from tools.layer import botocore_data, contents, service_model

FULL = Path(botocore.__file__).parent / "data"
INSTANCE = "i-0123456789abcdef0"
# One request in each of botocore's protocols, and of each service that is called only for optional rules.
REQUESTS = {
    ("cloudformation", "describe_stacks"): {"StackName": "web"},
    ("cloudwatch", "describe_alarms"): {"AlarmNames": ["web"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
    ("ec2", "describe_application_status"): {"InstanceIds": [INSTANCE]},
    ("ec2", "describe_instance_attribute"): {"InstanceId": INSTANCE, "Attribute": "disableApiTermination"},
    ("ec2", "modify_instance_attribute"): {"InstanceId": INSTANCE, "DisableApiTermination": {"Value": True}},
    ("iam", "simulate_principal_policy"): {
        "PolicySourceArn": "arn:aws:iam::111122223333:role/finalize-cutover",
        "ActionNames": ["mgn:FinalizeCutover"],
        "ContextEntries": [{"ContextKeyName": "aws:k", "ContextKeyType": "string", "ContextKeyValues": ["v"]}],
    },
    ("kms", "describe_key"): {"KeyId": "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"},
    ("lambda", "invoke"): {"FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:a:live", "Payload": b"{}"},
    ("mgn", "finalize_cutover"): {"sourceServerID": "s-0123456789abcdef0"},
    ("sns", "publish"): {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:digests", "Message": "{}"},
    ("ssm", "get_calendar_state"): {"CalendarNames": ["freeze"]},
}
OPERATIONS = contents.load(Path(__file__).parents[2] / "layers" / "runtime" / "contents.toml").operations


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return botocore's data, reduced to the operations that the function calls."""
    folder = tmp_path_factory.mktemp("botocore") / "data"
    folder.mkdir()
    for file in FULL.glob("*.json*"):
        shutil.copy(file, folder)
    for service in OPERATIONS:
        shutil.copytree(FULL / service, folder / service)
    botocore_data.cut(folder, OPERATIONS)
    return folder


@pytest.fixture
def session(data):
    """Return a session that uses only *data*."""
    only = get_session()
    only.register_component("data_loader", Loader(extra_search_paths=[str(data)], include_default_search_paths=False))
    return only


def without_documentation(shape):
    """Return everything that botocore reads of a shape, at any depth."""
    text = json.dumps(shape, default=lambda value: value.__dict__)
    return json.loads(text, object_hook=lambda node: {k: v for k, v in node.items() if k != "documentation"})


@pytest.mark.parametrize("service", OPERATIONS)
def test_a_client_knows_the_operations_and_no_other(session, service):
    client = session.create_client(service)

    assert sorted(client.meta.service_model.operation_names) == sorted(OPERATIONS[service])


@pytest.mark.parametrize("service", OPERATIONS)
def test_shapes_are_those_of_the_full_model(session, service):
    full = get_session().get_service_model(service)
    cut = session.get_service_model(service)

    shapes = {name: without_documentation(full.shape_for(name)._shape_model) for name in cut.shape_names}

    assert {name: without_documentation(cut.shape_for(name)._shape_model) for name in cut.shape_names} == shapes


@pytest.mark.parametrize("service", OPERATIONS)
def test_every_error_of_an_operation_can_be_caught(session, service):
    full = get_session().get_service_model(service)
    errors = {shape.name for name in OPERATIONS[service] for shape in full.operation_model(name).error_shapes}

    exceptions = session.create_client(service).exceptions

    assert [name for name in errors if not hasattr(exceptions, name)] == []


@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize("region", ["eu-west-1", "us-gov-west-1", "cn-north-1"])
def test_requests_go_where_they_would_go(session, service, region):
    full = get_session().create_client(service, region_name=region)

    assert session.create_client(service, region_name=region).meta.endpoint_url == full.meta.endpoint_url


class NotSentError(Exception):
    """The request was made, and kept from being sent."""


def made(session, service, operation, request):
    """Return URL, body and format headers of a request, without sending it."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = session.create_client(service, region_name="eu-west-1", **keys)
    requests = []

    def keep(request, **_):
        requests.append(request)
        raise NotSentError

    client.meta.events.register("before-send", keep)
    with pytest.raises(NotSentError):
        getattr(client, operation)(**request)
    (one,) = requests
    formats = {name: one.headers.get(name) for name in ("Content-Type", "Smithy-Protocol", "X-Amz-Target")}
    return one.url, one.body, formats


@pytest.mark.parametrize(("service", "operation"), REQUESTS)
def test_a_request_has_the_bytes_that_the_full_model_gives_it(session, service, operation):
    request = REQUESTS[service, operation]

    assert made(session, service, operation, request) == made(get_session(), service, operation, request)


@pytest.mark.parametrize("service", OPERATIONS)
def test_answers_are_paged_as_before(session, service):
    full = get_session().get_paginator_model(service)._paginator_config
    cut = session.get_paginator_model(service)._paginator_config

    assert cut == {name: pages for name, pages in full.items() if name in OPERATIONS[service]}


def test_an_operation_that_does_not_exist_stops_the_build():
    model = {"metadata": {"serviceId": "mgn"}, "operations": {}, "shapes": {}}

    with pytest.raises(SystemExit, match="FinaliseCutover") as stop:
        service_model.cut(model, ["FinaliseCutover"])

    assert "mgn does not have" in str(stop.value)


def test_a_member_may_be_called_shape_or_documentation():
    members = {"shape": {"shape": "Name"}, "documentation": {"shape": "Name", "documentation": "<p>A name.</p>"}}
    shapes = {"Thing": {"type": "structure", "members": members}, "Name": {"type": "string"}, "Unused": {}}
    model = {"metadata": {}, "operations": {"Get": {"output": {"shape": "Thing"}}}, "shapes": shapes}

    cut = service_model.cut(model, ["Get"])

    assert cut["shapes"] == {
        "Name": {"type": "string"},
        "Thing": {
            "type": "structure",
            "members": {"shape": {"shape": "Name"}, "documentation": {"shape": "Name"}},
        },
    }
