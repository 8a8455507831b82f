"""A response has at most 4096 bytes: the end of the reason is cut first, then attributes; the response says so."""

import json

import pytest

from finalize_cutover.handlers.cloudformation.response_body import MAX_BYTES, answer, encode
from tests.contract.provider import SERVER, WEB

CHARACTERS = ["x", "ä", "☃", "𝄞", "\x01", '"', "\\"]
EVENT = {"StackId": "arn:aws:cloudformation:…", "RequestId": "5f8c…", "LogicalResourceId": "WebServerCutover"}


def encoded(*, status="FAILED", reason="", physical_id=SERVER, attributes=None):
    body = encode(answer(EVENT, status=status, reason=reason, physical_id=physical_id, attributes=attributes or {}))
    assert len(body) <= MAX_BYTES
    return json.loads(body)


def bytes_in_json(character):
    return len(json.dumps(character, ensure_ascii=False).encode()) - 2


@pytest.mark.parametrize("character", CHARACTERS)
def test_the_head_of_a_long_reason_is_kept_and_the_cut_is_said(character):
    reason = encoded(reason=f"Source server {SERVER} cannot be finalized: {character * 5000}.")["Reason"]

    assert reason.startswith(f"Source server {SERVER} cannot be finalized: {character}")
    assert reason.endswith(f"{character} … (cut)")
    assert len(reason) * bytes_in_json(character) > MAX_BYTES - 500


@pytest.mark.parametrize("character", CHARACTERS)
def test_a_reason_that_just_fits_is_whole_and_one_that_just_does_not_is_cut(character):
    free = MAX_BYTES - len(encode(answer(EVENT, status="FAILED", reason="", physical_id=SERVER, attributes={})))
    fits = character * (free // bytes_in_json(character))

    assert encoded(reason=fits)["Reason"] == fits
    assert encoded(reason=fits + character)["Reason"].endswith("(cut)")


@pytest.mark.parametrize("character", CHARACTERS)
def test_attributes_that_do_not_fit_are_left_out_and_that_is_said(character):
    body = encoded(status="SUCCESS", attributes={"Outcome": "FINALIZED", "Long": character * 5000})

    assert (body["Status"], body["Data"]) == ("SUCCESS", {})
    assert "The attributes were left out" in body["Reason"]


def test_attributes_that_fit_are_kept_before_the_end_of_a_reason():
    body = encoded(status="SUCCESS", reason="x" * 5000, attributes={"Outcome": "FINALIZED" * 100})

    assert body["Data"] == {"Outcome": "FINALIZED" * 100}
    assert len(body["Reason"]) > 512


@pytest.mark.parametrize("character", CHARACTERS)
def test_the_longest_id_is_never_cut(character):
    physical_id = character * (1024 // bytes_in_json(character))

    body = encoded(reason="ä" * 5000, physical_id=physical_id)

    assert body["PhysicalResourceId"] == physical_id


def test_half_a_character_is_no_reason_to_say_nothing():
    assert encoded(reason="half \ud83d a character")["Reason"] == "half ? a character"


@pytest.mark.parametrize("character", ["ä", "☃", '"'])
def test_what_people_call_their_things_does_not_break_an_answer(provider, aws, character):
    failed = {"executionStatus": "FAILED", "mustSucceedForCutover": True}
    actions = [{"actionName": f"{number} {character * 500}", **failed} for number in range(20)]
    aws.add_source_server("failed-action", sourceServerID=SERVER, actions=actions)

    exchange = provider.send("Create", WEB)
    told = exchange.only_answer()

    assert told.reason.startswith(f"Source server {SERVER} (web-1) cannot be finalized: ")
    assert told.reason.endswith(" … (cut)")
    assert MAX_BYTES - 20 < len(exchange.puts[0].body) <= MAX_BYTES


def test_of_many_servers_the_first_three_are_named_and_the_rest_are_counted(provider, aws):
    servers = [f"s-{number:017}" for number in range(200)]
    for server_id in servers[:4]:
        aws.add_source_server("impaired", sourceServerID=server_id)

    answered = provider.ask("Create", {"SourceServerIDs": servers, "WaitMinutes": 0})

    assert answered.reason.startswith(
        f"200 of 200 source servers are not finalized. Source server {servers[0]} (web-1) cannot"
    )
    assert [server_id in answered.reason for server_id in servers[:4]] == [True, True, True, False]
    assert answered.reason.endswith(" And 197 more.")
