"""Which CloudFormation requests can be answered: the response must have enough space for their IDs and a reason."""

import json

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.cloudformation.response_body import (
    MAX_BYTES,
    MIN_REASON,
    REPEATED,
    answer,
    check_ids,
    encode,
)
from tests.unit.builders import SERVER

EVENT = {
    "StackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/web/3f2504e0-4f89-11ed-9d0c-0abc12de3f45",
    "RequestId": "b1f1e7a4-6a3c-4f0e-9a58-0d4f1c2b3a4d",
    "LogicalResourceId": "WebServerCutover",
    "PhysicalResourceId": SERVER,
}
# Number of bytes of each in JSON.
CHARACTERS = {"x": 1, '"': 2, "ä": 2, "☃": 3, "𝄞": 4, "\x01": 6}


@pytest.mark.parametrize("name", REPEATED)
@pytest.mark.parametrize("bad", ["x" * 100_000, "half \ud83d a character", 5, ["x"], {"x": 1}, True])
def test_an_id_that_could_not_be_repeated_is_refused(name, bad):
    with pytest.raises(InvalidRequestError, match=f"^{name} is .*cannot be answered; allowed: text of ") as caught:
        check_ids({**EVENT, name: bad})

    assert len(str(caught.value)) < 256


@pytest.mark.parametrize("name", sorted(REPEATED.keys() - {"PhysicalResourceId"}))
@pytest.mark.parametrize("nothing", [None, "", [], 0])
def test_an_id_that_is_missing_is_refused(name, nothing):
    with pytest.raises(InvalidRequestError, match=f"^{name} is "):
        check_ids({**EVENT, name: nothing})


@pytest.mark.parametrize("nothing", [None, "", [], 0])
def test_a_create_needs_no_physical_id(nothing):
    check_ids({**EVENT, "PhysicalResourceId": nothing})


@pytest.mark.parametrize(("character", "size"), CHARACTERS.items())
@pytest.mark.parametrize(("name", "longest"), REPEATED.items())
def test_the_limit_is_one_of_bytes_as_the_answer_writes_them(name, longest, character, size):
    fits = character * (longest // size)
    check_ids({**EVENT, name: fits})

    with pytest.raises(InvalidRequestError):
        check_ids({**EVENT, name: fits + character})


@pytest.mark.parametrize("character", CHARACTERS)
def test_beside_the_longest_ids_there_is_room_for_a_reason(character):
    longest = {name: character * (size // CHARACTERS[character]) for name, size in REPEATED.items()}

    body = encode(
        answer(longest, status="FAILED", reason="x" * 5000, physical_id=longest["PhysicalResourceId"], attributes={})
    )

    assert len(body) <= MAX_BYTES
    assert len(json.loads(body)["Reason"]) > MIN_REASON
