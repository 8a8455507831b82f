"""The page shows all results as escaped text, and needs no external resources."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.files import ResultFile
from reporting.page import Occasion, render
from reporting.results import Results
from tests.unit.evidence_records import a_result, an_audit_record, an_intent
from tests.unit.page_text import Page
from tests.unit.wave_results import (
    BLOCKED,
    ERROR,
    SERVER,
    WAIVED,
    a_fleet,
    a_fleet_audit,
    a_leftover,
    a_report,
    a_wave_of_60,
    an_audit,
    its_audit,
    server_id,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
READ = (ResultFile(name="wave.json", size=1234, sha256="0" * 64),)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;</style></title>"


def html(*values, **occasion):
    results = Results()
    for value in values:
        results.add(value, origin="wave.json")
    return render(results, READ, occasion=Occasion(**occasion), now=NOW)


def page(*values, **occasion):
    return Page(html(*values, **occasion))


def lost(*server_ids):
    return {"Status": "FAILED", "Input": json.dumps({"Items": server_ids}), "Error": "MgnUnavailableError", "Cause": ""}


def test_every_server_is_on_it_with_what_became_of_it():
    text = page(a_wave_of_60()).text

    assert all(server_id(number) in text for number in range(60))
    assert "50 of 60 source servers are finalized; 10 not yet." in text


def test_what_it_is_called_claims_nothing_that_a_dry_run_did_not_do():
    text = html(a_report(outcome="WOULD_FINALIZE"), change="CHG0012345")

    names = re.findall(r'<title>(.*)</title>|<p class="kind">(.*)</p>', text)

    assert ["CHG0012345" in "".join(name) for name in names] == [True, True]
    assert not any("finalized" in "".join(name) for name in names)


@pytest.mark.parametrize(
    "words",
    [
        "2026-11-23 10:15:00 agent 10:25, resources 11:45",
        "WAIVED soak: its cutover was launched 60 minutes ago, not 1440",
        "BLOCK post-launch-actions: its post-launch action Join the domain FAILED and must succeed",
        "Warning: After finalizing, MGN still shows a replication lag of PT5M.",
        "Error ConflictException (HTTP 409): Source server s-0123456789abcdef0: MGN is busy with it.",
        "ERROR ConflictException Wait for what runs in MGN, then ask again. You can send the same request again. 1",
        "Fix the cause in the action's run in Systems Manager, and run the action again. 2 web-50 (s-00",
        "Application app-00000000000000005 2 source servers: 2 BLOCKED",
        "No application 8 source servers: 1 FAILED, 1 NOT FOUND, 3 NOT READY, 3 NOT REACHED",
        "Too little time was left to check it.",
        "It was finalized before this request; no check was needed.",
        "volume vol-0123456789abcdef0 web-07 s-00000000000000007 2026-11-09 08:00:00 14 d 4 h 16 GiB 1.28 USD",
        "1.28 USD 0.08 USD per GiB-month, us-east-1",
        "no list price",
        "1 rule waived by the request on 1 source server.",
        "2 leftovers that MGN should have deleted, for an estimated 1.28 USD per month.",
        "Requested by Jane Doe",
        "111122223333, eu-west-1",
        "wave.json 1,234 " + "0" * 64,
    ],
)
def test_all_that_was_said_is_on_it(words):
    assert words in page(a_wave_of_60(), its_audit(), requested_by="Jane Doe").text


def test_a_rule_that_passed_is_listed_with_its_reason():
    assert "1 rule passed lifecycle: its lifecycle state is CUTTING_OVER" in page(a_report()).text


def test_of_rules_whose_number_alone_is_known_the_number_is_shown():
    assert "All rules passed (12)." in page(a_fleet(a_report(readiness=[], rulesPassed=12))).text
    assert "Other rules passed (12)." in page(a_fleet(a_report(readiness=[WAIVED], rulesPassed=12))).text


@pytest.mark.parametrize(
    ("values", "headline"),
    [
        ([a_report()], "The source server is finalized."),
        ([a_fleet(a_report(), a_report(server_id(1)))], "All 2 source servers are finalized."),
        ([a_report(outcome="BLOCKED", readiness=[BLOCKED])], "0 of 1 source server is finalized; 1 not yet."),
        ([a_report(outcome="WOULD_FINALIZE")], "Dry run: 1 of 1 source server would be finalized; nothing was done."),
        ([a_report(outcome="WOULD_FINALIZE"), lost(SERVER)], "0 of 1 source server is finalized; 1 unknown."),
        (
            [a_fleet(*(a_report(server_id(n), "WOULD_FINALIZE") for n in range(3))), a_report(), lost(server_id(0))],
            "1 of 4 source servers are finalized; 2 not yet, 1 unknown.",
        ),
        ([an_audit()], "1 source server audited; none with a problem."),
        ([a_fleet()], "The results contain no source server."),
    ],
)
def test_the_headline_answers_whether_the_wave_is_final(values, headline):
    assert headline in page(*values).text


def test_of_a_server_without_a_result_nothing_is_claimed():
    text = page(a_report(outcome="WOULD_FINALIZE"), lost(SERVER)).text

    assert "1 source server without a result: check in MGN whether they are finalized." in text
    assert "FAILED, MgnUnavailableError" in text
    assert not re.search("not finalized|would be|nothing was done", text)


def test_who_approved_is_on_it():
    machine = {"results": "s3://…", "unanswered": 0, "approval": {"approvedBy": HOSTILE}}

    assert f"Approved by {HOSTILE}" in page(a_report(), machine).text


def test_a_wave_without_anything_odd_says_so():
    assert "Nothing needs attention." in page(a_report()).text


def test_a_batch_without_a_result_is_not_forgotten_even_if_it_names_no_server():
    text = page(a_report(), {"Status": "FAILED", "Input": None, "Error": "States.Timeout"}).text

    assert "1 batch without a result; the files do not name the source servers: check in MGN." in text


@pytest.mark.parametrize(
    "values",
    [
        [a_report(server=HOSTILE)],
        [a_report(arn=f"arn:aws:mgn:{HOSTILE}:1:x", lifeCycleState=HOSTILE, launchedInstanceID=HOSTILE)],
        [a_report(hostname=HOSTILE, applicationID=HOSTILE, readiness=[{**BLOCKED, "rule": HOSTILE, "hint": HOSTILE}])],
        [a_report(warnings=[HOSTILE], readiness=[{**WAIVED, "rule": HOSTILE, "reason": HOSTILE}])],
        [a_report(outcome="FAILED", error={**ERROR, "code": HOSTILE, "message": HOSTILE, "hint": HOSTILE})],
        [a_fleet(remaining=[HOSTILE])],
        [{"Status": HOSTILE, "Input": f'["{SERVER}"]', "Error": HOSTILE, "Cause": HOSTILE}],
        [an_intent(HOSTILE, subject={"hostname": HOSTILE}, requestedBy={"handler": "sweep", "approvedBy": HOSTILE})],
        [a_result(HOSTILE, intent=(HOSTILE, "0" * 64)), an_audit_record(HOSTILE, "FAILED")],
        [an_audit(outcome="LEFT_BEHIND", leftovers=[a_leftover(HOSTILE, type=HOSTILE)])],
        [a_fleet_audit(an_audit(checks=[{"check": HOSTILE, "verdict": "FAIL", "reason": HOSTILE}]))],
    ],
)
def test_whatever_is_said_stays_text(values):
    found = page(*values, change=HOSTILE, requested_by=HOSTILE)

    assert HOSTILE in found.text
    assert {name for name, _ in found.elements} & {"script", "img"} == set()
    assert [name for _, attributes in found.elements for name in attributes if name.startswith("on")] == []


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")))
def test_any_words_leave_the_page_as_it_is_built(words):
    found, plain = (page(a_report(warnings=[said], arn=None)) for said in (words, "words"))

    assert found.elements == plain.elements
    assert " ".join(words.split()) in found.text


def test_every_link_leads_to_a_place_on_the_page():
    found = page(a_wave_of_60(), its_audit())

    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {attributes["href"][1:] for attributes in found.named("a")} <= set(ids)


def test_headings_are_in_order():
    found = page(a_wave_of_60(), its_audit())

    levels = [int(name[1]) for name, _ in found.elements if re.fullmatch("h[1-6]", name)]
    assert levels[:2] == [1, 2]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert levels.count(1) == 1


@pytest.mark.parametrize("number", [11, 12])
def test_ten_servers_are_named_where_more_need_attention(number):
    text = page(a_fleet(*(a_report(server_id(n), "BLOCKED", readiness=[BLOCKED]) for n in range(number)))).text

    assert f"{server_id(9)} and {number - 10} more" in text


def test_mgns_tags_are_never_on_it():
    answer = {"tags": {"owner": "secret-of-the-owner"}}

    written = html(a_report(hostname="web-1", sourceServer=answer))

    assert "web-1" in written
    assert "secret-of-the-owner" not in written


def test_it_runs_and_loads_nothing():
    found = page(a_wave_of_60(), its_audit(), change="CHG1")

    links = [value for _, attributes in found.elements for name, value in attributes.items() if name in {"src", "href"}]
    assert {link.rstrip("0123456789") for link in links} == {"data:,", "#passed", "#r"}
    assert {name for name, _ in found.elements} & {"script", "iframe", "object", "embed", "form"} == set()
    assert [attributes for _, attributes in found.elements if "style" in attributes] == []


def test_the_browser_is_told_to_run_and_load_nothing_but_our_style():
    written = html(a_report())

    style = re.search(r"<style>(.*)</style>", written, re.DOTALL).group(1)
    policy = Page(written).named("meta")[1]["content"]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert re.findall(r"url\(|@import", style) == []


def test_tables_and_plots_can_be_read_without_seeing_them():
    found = page(a_wave_of_60(), its_audit())

    assert all(attributes.get("scope") in {"row", "col"} for attributes in found.named("th"))
    assert len(found.named("caption")) == len(found.named("table"))
    plots = [attributes for attributes in found.named("svg") if attributes.get("role") == "img"]
    ids = {attributes["id"] for _, attributes in found.elements if "id" in attributes}
    assert len(plots) == 2
    assert all(set(attributes["aria-labelledby"].split()) <= ids for attributes in plots)
