"""Text from outside is cleaned where it enters, so that it can neither break a line nor reverse a sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.aws.json_fields import clean, cleaned, readable
from finalize_cutover.aws.translate import cutover_job, source_server
from tests.unit.builders import JOB, SERVER


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Join the domain", "Join the domain"),
        ("Größe ☃ 日本", "Größe ☃ 日本"),
        ("line\r\nline", "line line"),
        ("line\u2028line\u2029line\x85line\vline", "line line line line line"),
        ("\x1b[31mred\x07", "[31mred"),
        ("safe\u202egnp.exe\u202c\u2066\u2069\u200e\u200f\u061c", "safegnp.exe"),
        ("nul\x00\x7f\x9b", "nul"),
        ("", ""),
    ],
)
def test_text_is_shown_as(text, shown):
    assert clean(text) == shown


@given(st.text())
def test_clean_text_stays_on_its_line_and_is_clean(text):
    cleaned = clean(text)

    assert cleaned.splitlines() in ([cleaned], [])
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc"])))
def test_letters_digits_and_signs_are_kept(text):
    assert clean(text) == text


def test_every_text_of_an_item_is_cleaned_names_too():
    item = {"a\u202e": ["x\n", {"b": "y\x07", "c": 5, "d": None, "e": True}]}

    assert cleaned(item) == {"a": ["x ", {"b": "y", "c": 5, "d": None, "e": True}]}


def test_no_name_that_somebody_chose_reaches_a_reason_uncleaned():
    action = {"ssmDocument": {"actionName": "Join\x1b the\u202e domain"}, "executionStatus": "FAILED"}
    launch = {"sourceServerID": SERVER, "postLaunchActionsStatus": {"postLaunchActionsLaunchStatusList": [action]}}

    job = cutover_job(readable({"jobID": JOB, "participatingServers": [launch]}))

    assert job.launches[SERVER].actions[0].name == "Join the domain"


def test_tags_are_compared_as_they_are_because_cleaning_could_forge_an_approval():
    server = source_server(readable({"sourceServerID": SERVER, "tags": {"Finalize\u200bCutover": "appro\u200bved"}}))

    assert server.tags == {"Finalize\u200bCutover": "appro\u200bved"}


@pytest.mark.parametrize("value", [None, 5, ["approved"]])
def test_a_tag_value_that_is_no_string_makes_its_server_unreadable(value):
    with pytest.raises(TypeError, match="a tag value is not a string"):
        source_server({"sourceServerID": SERVER, "tags": {"FinalizeCutover": value}})


def test_the_document_of_the_report_is_clean_too():
    server = source_server(readable({"sourceServerID": SERVER, "tags": {"Owner": "me\u202e\n"}}))

    assert json.dumps(server.document, ensure_ascii=False) == json.dumps(
        {"sourceServerID": SERVER, "tags": {"Owner": "me "}}
    )
