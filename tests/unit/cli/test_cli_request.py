"""The request, from options and a file; the function validates its values."""

import io
import json

import pytest

from finalize_cutover.handlers.direct import DirectRequest, read_request
from mgn_finalize.errors import UnusableRequestError
from mgn_finalize.request import FIELDS, check_of, is_dry, request_of

SERVER, OTHER = "s-0123456789abcdef0", "s-0123456789abcdef1"


def a_file(content, name="request.json"):
    file = io.StringIO(content if isinstance(content, str) else json.dumps(content))
    file.name = name
    return file


def test_an_option_that_is_not_given_is_no_field():
    given = dict.fromkeys(FIELDS) | {"waive": (), "archive": False, "source_server_ids": ()}

    assert request_of("check", given) == {"action": "check"}


def test_one_source_server_gets_the_longer_report():
    assert request_of("check", {"source_server_ids": (SERVER,)})["sourceServerID"] == SERVER
    assert request_of("check", {"source_server_ids": (SERVER, OTHER)})["sourceServerIDs"] == [SERVER, OTHER]


def test_the_function_accepts_every_option():
    given = {
        "source_server_ids": (SERVER, OTHER),
        "account_id": "111122223333",
        "waive": ("soak",),
        "require": ("backup",),
        "alarms": ("errors",),
        "change_calendars": ("freeze",),
        "soak_minutes": 30,
        "wait_minutes": 0,
        "all_or_nothing": True,
        "set_termination_protection": True,
        "requested_by": "Jane Doe",
        "archive": True,
        "archive_application_and_wave": True,
        "dry_run": True,
    }

    request = read_request(request_of("finalize", given))

    assert request.wait_minutes == 0
    assert (request.alarms, request.change_calendars, request.waive) == (("errors",), ("freeze",), ("soak",))
    assert request.dry_run


def test_every_option_is_a_field_of_the_function():
    assert set(FIELDS.values()) <= set(DirectRequest.__struct_encode_fields__)


def test_options_replace_fields_of_the_file():
    given = {"request_file": a_file({"waveID": "wave-0123456789abcdef0", "soakMinutes": 5}), "soak_minutes": 60}

    assert request_of("finalize", given) == {
        "action": "finalize",
        "waveID": "wave-0123456789abcdef0",
        "soakMinutes": 60,
    }


def test_a_file_for_another_command_is_refused():
    with pytest.raises(UnusableRequestError, match=r'action in request\.json is "finalize"; allowed: check, as in'):
        request_of("check", {"request_file": a_file({"action": "finalize"})})


@pytest.mark.parametrize(("content", "words"), [("{", "is not JSON"), ("[]", r"contains \[\]; allowed: a JSON object")])
def test_a_file_that_is_no_request_is_refused(content, words):
    with pytest.raises(UnusableRequestError, match=words):
        request_of("check", {"request_file": a_file(content)})


def test_a_check_before_a_confirmation_asks_for_the_same_evidence_and_writes_nothing():
    options = {
        "source_server_ids": (SERVER,),
        "require": ("backup",),
        "waive": ("soak",),
        "wait_minutes": 5,
        "archive": True,
        "archive_application_and_wave": True,
    }

    request = check_of(request_of("finalize", options))

    assert request == {"action": "check", "sourceServerID": SERVER, "require": ["backup"], "waive": ["soak"]}
    assert read_request(request).action == "check"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"action": "finalize"}, False),
        ({"action": "finalize", "dryRun": True}, True),
        # The function refuses this; until then it is a request that finalizes.
        ({"action": "finalize", "dryRun": "true"}, False),
    ],
)
def test_only_true_makes_a_dry_run(request_, expected):
    assert is_dry(request_) is expected
