"""The entry point selects the handler by the event's structure, without calls to AWS."""

import pytest

from finalize_cutover import app
from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers import dispatch
from tests.unit.builders import SERVER


@pytest.mark.parametrize(
    ("handler", "event"),
    [
        (dispatch.cloudformation, {"RequestType": "Create", "ResponseURL": "https://…"}),
        (
            dispatch.cloudformation,
            {"RequestType": "Delete", "ResponseURL": None, "action": "sweep", "source": "aws.mgn"},
        ),
        (dispatch.launch_result, {"source": "aws.mgn", "detail-type": "MGN Source Server Launch Result"}),
        (dispatch.launch_result, {"source": "aws.mgn", "detail-type": "Something else", "action": "finalize"}),
        (dispatch.sweep, {"action": "sweep"}),
        (dispatch.digest, {"action": "digest"}),
        (dispatch.digest, {"action": "digest", "sourceServerID": SERVER}),
        (dispatch.direct, {"action": "finalize", "sourceServerID": SERVER}),
        (dispatch.direct, {"action": "check", "sourceServerID": SERVER}),
        (dispatch.direct, {"action": "audit", "sourceServerID": SERVER}),
        (dispatch.direct, {"sourceServerID": SERVER}),
        (dispatch.direct, {"sourceServerIDs": [SERVER]}),
        (dispatch.direct, {"applicationID": "app-0123456789abcdef0"}),
        (dispatch.direct, {"waveID": "wave-0123456789abcdef0"}),
        (dispatch.direct, {"action": "finalize"}),
        (dispatch.direct, {"action": "no such action"}),
        (dispatch.direct, {"action": "finalize", "RequestType": "Create"}),
        (dispatch.direct, {"action": "finalize", "source": "aws.mgn"}),
        (dispatch.direct, {"sourceServerID": None}),
    ],
)
def test_the_shape_decides_the_handler(handler, event):
    assert dispatch.handler_for(event) == handler


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"RequestType": "Create"},
        {"ResponseURL": "https://…"},
        {"source": "aws.mgn"},
        {"source": "aws.ec2", "detail-type": "MGN Source Server Launch Result"},
        {"Records": []},
        {"waitMinutes": 5},
        None,
        [],
        [{"sourceServerID": SERVER}],
        SERVER,
        5,
        True,
    ],
)
def test_any_other_shape_is_refused_with_those_that_are_known(event):
    with pytest.raises(InvalidRequestError) as caught:
        app.lambda_handler(event)

    sentence = str(caught.value)
    assert [
        shape for shape in ("ResponseURL", "aws.mgn", "sweep", "digest", "sourceServerID") if shape not in sentence
    ] == []
    assert sentence.count("allowed: ") == 1


@pytest.mark.parametrize("field", ["sourceServerId", "SourceServerID", "sourceserverid"])
def test_a_misspelled_selector_gets_its_right_spelling_instead_of_the_shapes(field):
    with pytest.raises(InvalidRequestError, match=rf'"{field}" is not a field .* \(did you mean sourceServerID\?\)'):
        app.lambda_handler({field: SERVER})


class NoContext:
    """A context without any attributes."""


@pytest.mark.parametrize("context", [None, NoContext(), {}])
def test_a_malformed_request_is_refused_whatever_the_context(context):
    with pytest.raises(InvalidRequestError, match="sourceServerID is 5; allowed: s- and 17 letters or digits"):
        app.lambda_handler({"sourceServerID": 5}, context)
