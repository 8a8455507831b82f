"""Every input is a valid request or is refused with a sentence."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.records.records import RequestedBy
from finalize_cutover.handlers.cloudformation.properties import read_properties
from finalize_cutover.handlers.direct import DirectRequest
from finalize_cutover.handlers.options import options_for
from finalize_cutover.handlers.request import decode, selection_of
from tests.unit.builders import APPROVAL, OTHER_SERVER, SERVER
from tests.unit.fakes import FakeAws, FakeStack, guard_of
from tests.unit.invocations import invocation

# Everything that json.loads returns, including lone surrogates and NaN.
TEXT = st.text() | st.text(st.characters(categories=["Cs", "Ll"]))
VISIBLE = st.characters(codec="utf-8").filter(str.isprintable)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXT, values, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(DirectRequest.__struct_encode_fields__)
RIGHT = {"sourceServerID": SERVER}
ASKED = RequestedBy(handler="direct")


def read(document):
    return decode(document, DirectRequest, strict=True)


def answer(document):
    try:
        read(document)
    except InvalidRequestError as error:
        return str(error)
    return "accepted"


@given(JSON)
def test_anything_at_all_is_a_request_or_refused_in_words(document):
    assert re.search("accepted|allowed: ", answer(document))


@given(st.dictionaries(FIELDS, JSON, max_size=3))
def test_any_values_in_known_fields_are_a_request_or_refused_in_words(document):
    sentence = answer({**RIGHT, **document})

    assert re.search("accepted|allowed: ", sentence)
    assert len(sentence) < 600
    assert sentence.encode()


@given(st.text(VISIBLE, min_size=1).filter(lambda name: name not in DirectRequest.__struct_encode_fields__), JSON)
def test_an_unknown_field_is_named(name, value):
    with pytest.raises(InvalidRequestError) as caught:
        read({**RIGHT, name: value})

    assert json.dumps(name[:5], ensure_ascii=False)[1:-1][:5] in str(caught.value)
    assert "is not a field of the request" in str(caught.value)


def test_what_is_not_said_has_a_default():
    request = read(RIGHT)

    assert (request.action, request.wait_minutes, request.soak_minutes, request.waive) == ("finalize", None, 0, ())
    assert (request.dry_run, request.archive, request.account_id) == (False, False, None)


@pytest.mark.parametrize(
    ("document", "server_ids"),
    [
        ({"sourceServerID": SERVER}, (SERVER,)),
        ({"sourceServerIDs": [SERVER, OTHER_SERVER, SERVER]}, (SERVER, OTHER_SERVER)),
        ({"waveID": "wave-0123456789abcdef0"}, ()),
    ],
)
def test_a_selection_has_each_server_once_in_the_order_of_the_request(document, server_ids):
    assert selection_of(read(document)).server_ids == server_ids


def test_options_have_what_the_request_asks_for():
    request = read({**RIGHT, "soakMinutes": 30, "waive": ["soak"], "dryRun": True, "archive": True})

    options = options_for(request, invocation(FakeAws()), requested_by=ASKED)

    assert (options.policy.soak_minutes, options.policy.waived, options.policy.approval) == (30, {"soak"}, None)
    assert (options.dry_run, options.archive, options.guard) == (True, True, None)


def test_options_have_what_the_handler_adds():
    aws, window = FakeAws(), WriteWindow()
    guard = guard_of(aws, FakeStack())

    options = options_for(
        read(RIGHT),
        invocation(aws),
        requested_by=ASKED,
        approval=APPROVAL,
        approved_instances={},
        guard=guard,
        window=window,
    )

    assert (options.policy.approval, options.policy.approved_instances) == (APPROVAL, {})
    assert (options.guard, options.window) == (guard, window)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("sourceServerId", "sourceServerID"),
        ("waitMinute", "waitMinutes"),
        ("WAIVE", "waive"),
        ("dry_run", "dryRun"),
        ("tags", None),
        ("x" * 10_000, None),
    ],
)
def test_an_unknown_field_is_answered_with_the_one_that_is_probably_meant(name, meant):
    with pytest.raises(InvalidRequestError) as caught:
        decode({"sourceServerID": SERVER, name: 1}, DirectRequest, strict=True)

    guess = f"is not a field of the request (did you mean {meant}?); allowed: one of action, "
    assert (guess if meant else "is not a field of the request; allowed: one of action, ") in str(caught.value)


def test_cloudformations_users_read_of_properties():
    with pytest.raises(InvalidRequestError) as caught:
        read_properties({"ResourceProperties": {"SourceServerID": SERVER, "DryRunn": "true"}})

    assert str(caught.value).startswith(
        '"DryRunn" is not a property of Custom::FinalizedCutover (did you mean DryRun?); allowed: one of SourceServerID'
    )


@pytest.mark.parametrize("timeout", ["0", "3601", 0, -1, 3601, "soon", "", "1.5", True, ["60"]])
def test_a_service_timeout_that_cloudformation_does_not_know_is_refused_wherever_it_stands(timeout):
    properties = {"SourceServerID": SERVER}

    for event in (
        {"ServiceTimeout": timeout, "ResourceProperties": properties},
        {"ResourceProperties": {**properties, "ServiceTimeout": timeout}},
    ):
        with pytest.raises(InvalidRequestError, match=r"ServiceTimeout is .*; allowed: a whole number from 1 to 3600"):
            read_properties(event)
