"""What a person is asked before something is finalized, and what an answer changes."""

import json

import pytest

from finalize_cutover.handlers.direct import read_request
from mgn_finalize import program
from mgn_finalize.request import confirmed

SERVER, OTHER = "s-0123456789abcdef0", "s-0123456789abcdef1"
WAVE = "wave-0123456789abcdef0"
READY = {"sourceServerID": SERVER, "outcome": "WOULD_FINALIZE", "launchedInstanceID": "i-0123456789abcdef0"}
CHECK = {"outcome": "WOULD_FINALIZE", "counts": {"WOULD_FINALIZE": 1}, "changed": 0, "servers": [READY]}
JOINS = f"source servers that are added to {WAVE} later were not shown, and are also finalized when they are ready."
UNTIL = ("--until-ready-hours", "168", "--every-minutes", "60")


@pytest.mark.parametrize(
    ("options", "is_said"),
    [
        (("--wave-id", WAVE), False),
        (("--wave-id", WAVE, *UNTIL), True),
        # A list of source servers stays as it was shown.
        ((SERVER, OTHER, "--name", "wave-1", *UNTIL), False),
    ],
)
def test_the_question_about_a_wave_that_waits_names_the_source_servers_that_join_it(
    aws, typing, capsys, options, is_said
):
    aws.answers = [CHECK]
    typing("no\n")

    assert program.run(["wave", "start", *options]) == 1
    asked = capsys.readouterr().err
    assert "Type 1 to start it: " in asked
    assert (JOINS in asked) is is_said


def test_a_request_file_with_until_ready_is_a_wave_that_waits(aws, typing, capsys, tmp_path):
    aws.answers = [CHECK]
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"waveID": WAVE, "untilReady": {"hours": 1, "everyMinutes": 15}}))
    typing("no\n")

    assert program.run(["wave", "start", "--request", str(file)]) == 1
    assert JOINS in capsys.readouterr().err


@pytest.mark.parametrize(
    ("report", "typed", "said"),
    [
        (READY, "no\n", "Not confirmed; nothing was finalized."),
        ({**READY, "outcome": "BLOCKED"}, "", "No source server is ready, so there is nothing to confirm;"),
    ],
)
def test_json_has_the_check_if_nothing_is_finalized(aws, typing, capsys, report, typed, said):
    aws.answers = [report]
    typing(typed)

    assert program.run(["finalize", SERVER, "--json"]) == 1
    written = capsys.readouterr()
    assert json.loads(written.out) == report
    assert said in written.err
    assert [request["action"] for request in aws.requests] == ["check"]


def test_a_table_is_not_shown_twice_if_nothing_is_finalized(aws, typing, capsys):
    aws.answers = [READY]
    typing("no\n")

    assert program.run(["finalize", SERVER]) == 1
    assert capsys.readouterr().out.count("WOULD_FINALIZE") == 1


@pytest.mark.parametrize(("waived", "left"), [(("approval",), None), (("approval", "soak"), ["soak"])])
def test_a_confirmation_replaces_a_waived_approval(aws, typing, waived, left):
    aws.answers = [READY, {**READY, "outcome": "FINALIZED"}]
    typing(f"{SERVER}\n")

    assert program.run(["finalize", SERVER, *(word for rule in waived for word in ("--waive", rule))]) == 0
    check, finalize = aws.requests
    assert check["waive"] == list(waived)
    assert finalize.get("waive") == left
    assert read_request(finalize).approved_instances == {SERVER: READY["launchedInstanceID"]}


def test_a_malformed_waive_is_left_to_the_function():
    assert confirmed({"waive": "approval"}, {})["waive"] == "approval"
