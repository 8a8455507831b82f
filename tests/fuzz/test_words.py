"""Each problematic value in each field: it is refused with a sentence, or handled as expected."""

import pytest

from tests.fuzz.aws import SERVER
from tests.fuzz.from_schema import read as read_schema
from tests.fuzz.function import invoke
from tests.fuzz.judged import judge
from tests.fuzz.recipes import read
from tests.fuzz.words import FRACTIONS, IDS, MAGIC, NUMBERS, SPELLED, STATES, UNSEEN, nested

WORDS = [*SPELLED, *IDS, *MAGIC, *STATES, *UNSEEN]
VALUES = [None, True, False, *NUMBERS, *FRACTIONS, *WORDS, [], {}, nested(5000, "list"), nested(5000, "object")]
# The fields that the function reads.
EVENT_FIELDS = ["detail-type", "source", "account", "region", "resources", "detail"]
REQUEST_FIELDS = ["RequestType", "ResponseURL", "StackId", "RequestId", "LogicalResourceId", "PhysicalResourceId"]


def shapes():
    """Yield each value unchanged, and text also as a list member."""
    for value in VALUES:
        yield value
        if isinstance(value, str):
            yield from ([value], [SERVER, value], {value: value})


@pytest.mark.parametrize("field", read_schema("request")["properties"])
def test_in_a_direct_request(field):
    for value in shapes():
        event = {"sourceServerID": SERVER, "waitMinutes": 0, field: value}

        judge(event, invoke(event))


@pytest.mark.parametrize("name", WORDS, ids=ascii)
def test_as_a_name(name):
    for event in ({"sourceServerID": SERVER, name: 1}, {"action": "sweep", name: 1}, {name: SERVER}):
        judge(event, invoke(event))


# In the other two fields any text is valid, and the function does not read it.
@pytest.mark.parametrize("field", sorted(read_schema("properties")["properties"].keys() - {"Revision", "ServiceToken"}))
def test_in_the_properties_of_a_custom_resource(field):
    for value in shapes():
        event = read("custom_resource_create")
        event["ResourceProperties"] = {"ServiceToken": "arn", "SourceServerID": SERVER, field: value}

        judge(event, invoke(event))


@pytest.mark.parametrize("name", WORDS, ids=ascii)
def test_as_the_name_of_a_property(name):
    event = read("custom_resource_create")
    event["ResourceProperties"][name] = "x"

    judge(event, invoke(event))


@pytest.mark.parametrize("field", REQUEST_FIELDS)
def test_in_a_request_of_cloudformation(field):
    for value in VALUES:
        event = {**read("custom_resource_delete"), field: value}

        judge(event, invoke(event))


@pytest.mark.parametrize("field", ["ServiceTimeout", "ResourceProperties"])
def test_in_a_request_of_cloudformation_that_asks_for_something(field):
    for value in VALUES:
        event = {**read("custom_resource_create"), field: value}

        judge(event, invoke(event))


@pytest.mark.parametrize("field", EVENT_FIELDS)
def test_in_an_event_of_mgn(field):
    for value in shapes():
        event = {**read("cutover_launch_succeeded"), field: value}

        judge(event, invoke(event))
