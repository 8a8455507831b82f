"""How reports look, in a pipe and on a terminal."""

import json
import re
from pathlib import Path

import pytest

from mgn_finalize.views import audits, deployments, servers, waves
from mgn_finalize.words import counted, number_of, printable
from tests.unit.cli.shown import on_a_terminal, piped

SERVER, OTHER = "s-0123456789abcdef0", "s-0123456789abcdef1"
WAITS = {"rule": "soak", "verdict": "WAIT", "reason": "it was launched 5 minutes ago", "hint": "Wait."}
PASSED = {"rule": "first-boot", "verdict": "PASS", "reason": "its first boot SUCCEEDED"}


def a_report(outcome="WOULD_FINALIZE", server_id=SERVER, **fields):
    return {"sourceServerID": server_id, "hostname": "web-1", "outcome": outcome, "readiness": [], **fields}


def several(*reports, **fields):
    counts = {report["outcome"]: 1 for report in reports}
    return {"outcome": "PARTIAL", "counts": counts, "changed": 1, "servers": list(reports), **fields}


def test_one_source_server_is_shown_with_every_check():
    shown = piped(servers.view(a_report("NOT_READY", readiness=[PASSED, WAITS])))

    assert re.search(rf"{SERVER} +web-1 +NOT_READY +soak WAIT: it was launched 5 minutes ago\. Wait\.", shown)
    assert re.search(r"first-boot +PASS +its first boot SUCCEEDED", shown)


def test_several_are_counted_and_the_most_severe_comes_first():
    blocked = a_report("BLOCKED", OTHER, hostname=None)

    shown = piped(servers.view(several(a_report("FINALIZED", changed=True, finalizedAt="2026-11-30"), blocked)))

    lines = shown.splitlines()
    assert lines[0] == "PARTIAL: 1 FINALIZED, 1 BLOCKED; 1 changed by this request."
    assert shown.index(OTHER) < shown.index(SERVER)
    assert re.search(rf"{OTHER} +- ", shown)
    assert "finalized now (2026-11-30)" in shown


def test_an_error_is_shown_with_what_to_do():
    error = {"code": "AccessDeniedException", "message": "no permission.", "hint": "Ask for it."}

    assert "AccessDeniedException: no permission. Ask for it." in piped(servers.view(a_report("FAILED", error=error)))


@pytest.mark.parametrize(
    ("view", "good", "bad"), [(servers.view, "WOULD_FINALIZE", "NO_RESULT"), (audits.view, "CLEAN", "NOT_FINALIZED")]
)
def test_only_what_is_good_passes_every_check(view, good, bad):
    assert "every check passes" in piped(view(a_report(good)))
    assert "every check passes" not in piped(view(a_report(bad)))


def test_what_was_not_reached_or_archived_is_said():
    groups = {"applicationIDs": ["app-1"], "waveIDs": [], "warnings": ["Wave w was not archived."]}

    shown = piped(servers.view(several(a_report(), remaining=[OTHER], archivedGroups=groups)))

    assert "1 source server not reached in time: run the same command again." in shown
    assert "Archived: app-1.\nWarning: Wave w was not archived.\n" in shown


def test_a_long_list_says_what_it_leaves_out():
    reports = [a_report(server_id=f"s-{number:017}") for number in range(5)]

    assert "2 more source servers not listed; --json lists all." in piped(servers.listed(reports, most=3))
    assert "not listed" not in piped(servers.listed(reports, most=None))


@pytest.mark.parametrize("sign", ["\x1b[2J", "\u202e", "\x07", "\x9b"])
def test_a_terminal_obeys_nothing_in_a_report(sign):
    shown = on_a_terminal(servers.view(a_report(hostname=f"web{sign}", readiness=[{**WAITS, "reason": sign}])), 200)

    assert sign not in re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\N{REPLACEMENT CHARACTER}[2J", "")
    assert "\N{REPLACEMENT CHARACTER}" in shown


def test_text_in_brackets_is_no_markup():
    assert "[bold]web[/bold]" in piped(servers.view(a_report(hostname="[bold]web[/bold]")))


def test_outcomes_are_colored_on_a_terminal_only():
    report = several(a_report("FINALIZED"), a_report("BLOCKED", OTHER))

    assert "\x1b[1;31mBLOCKED" in on_a_terminal(servers.view(report))
    assert "\x1b" not in piped(servers.view(report))


def test_an_id_is_never_broken_on_a_narrow_terminal():
    shown = on_a_terminal(servers.view(several(a_report(readiness=[{**WAITS, "reason": "long " * 30}]))), width=60)

    assert SERVER in shown


def test_a_pipe_gets_no_blanks_at_the_ends_of_lines():
    assert [line for line in piped(servers.view(several(a_report()))).splitlines() if line.endswith(" ")] == []


def test_leftovers_of_an_audit_are_listed_with_an_estimate():
    left = {"id": "vol-1", "type": "volume", "sizeGiB": 16, "ageHours": 3, "cost": {"monthlyUsd": 1.28}}
    check = {"check": "replicated-storage", "verdict": "FAIL", "reason": "1 volume is left"}
    report = {"sourceServerID": SERVER, "hostname": "web-1", "outcome": "LEFT_BEHIND", "checks": [check]}

    shown = piped(audits.view({**report, "leftovers": [left, {**left, "id": "vol-2", "cost": None}]}))

    assert "replicated-storage FAIL: 1 volume is left" in shown
    assert re.search(rf"vol-1 +volume +{SERVER} +16 +3 +about 1\.28", shown)
    assert re.search(r"vol-2 .* unknown", shown)


def test_a_preflight_shows_each_check_and_what_to_do():
    page = (Path(__file__).parents[3] / "docs" / "preflight.md").read_text()
    [report] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if '"checks"' in block]

    shown = piped(deployments.preflight(report))

    assert re.search(r"parameters +PASS +The parameters are valid\.", shown)
    assert re.search(r"log-level +WARN +The log level is WARN.*\n +-> Set LogLevel to INFO\.", shown)
    assert f"WARN: 1 PASS, 1 WARN, 0 FAIL. Versions: function {report['versions']['function']}," in shown


@pytest.mark.parametrize(
    ("message_id", "words"), [("m-1", "It was published as message m-1."), (None, "It was not published")]
)
def test_a_digest_is_the_functions_own_text(message_id, words):
    shown = piped(deployments.digest({"subject": "2 wait", "text": "Blocked:\n- web-1\n", "messageID": message_id}))

    assert shown.startswith("2 wait\n\nBlocked:\n- web-1\n\n")
    assert words in shown


def test_a_wave_is_summarized():
    rounds = {"number": 3, "ended": "DEADLINE", "deadline": "2026-12-07T10:00:00.000Z"}
    output = {
        "outcome": "PARTIAL",
        "counts": {"FINALIZED": 2},
        "total": 3,
        "changed": 2,
        "unanswered": 1,
        "approval": {"approvedBy": "Jane Doe"},
        "rounds": rounds,
        "results": "s3://bucket/wave-1/manifest.json",
    }

    shown = piped(waves.view("wave-1", output))

    assert shown.startswith("PARTIAL: 2 FINALIZED of 3 source servers; 2 changed by wave-1.\n")
    assert "\nunanswered: 1\n" in shown
    assert "\napproved by: Jane Doe\n" in shown
    assert "\nended: DEADLINE\n" in shown


def test_numbers_are_words_for_people():
    assert (number_of(1, "source server"), number_of(1200, "source server")) == (
        "1 source server",
        "1,200 source servers",
    )
    assert (counted({"A": 1000}), counted({})) == ("1,000 A", "none")
    assert printable("a\nb\tc") == "a\nb\N{REPLACEMENT CHARACTER}c"
