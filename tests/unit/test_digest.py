"""The digest: facts in, lists and texts out, whatever names and reasons contain, and however many there are."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport
from finalize_cutover.cutover.digest.digest import FREE_HOURS, digest_of, free_hours_left, merged
from finalize_cutover.cutover.digest.facts import AccountFacts, DigestOptions
from finalize_cutover.cutover.digest.message import MOST_BYTES, MOST_IN_CHAT, message, report_on
from finalize_cutover.cutover.digest.report import ListName
from finalize_cutover.cutover.digest.text import LONGEST_SUBJECT
from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.report import ErrorReport, FindingReport, Outcome, Report
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, ready

OPTIONS = DigestOptions(warn_free_hours=336, is_automation_off=False)
WAITS = FindingReport(rule="soak", verdict=Verdict.WAIT, reason="it is too young", hint="Wait.")
BLOCKS = FindingReport(rule="first-boot", verdict=Verdict.BLOCK, reason="it did not boot", hint="Look at it.")
HOLDS = FindingReport(rule="hold", verdict=Verdict.BLOCK, reason="it is on hold", hint="Remove the tag.")
PASSES = FindingReport(rule="lifecycle", verdict=Verdict.PASS, reason="its state is good")


def report(outcome=Outcome.BLOCKED, *readiness, server_id=SERVER, **differences):
    return Report(source_server_id=server_id, outcome=outcome, readiness=readiness, **differences)


def facts(*reports, servers=(), finalized=(), audits=(), problems=()):
    known = {server.id: server for server in servers}
    return AccountFacts(
        now=NOW, servers=known, reports=reports, finalized=finalized, audits=audits, problems=tuple(problems)
    )


def digested(*reports, options=OPTIONS, **read):
    return report_on(digest_of(facts(*reports, **read), options), now=NOW, region="eu-west-1")


def only_list(found):
    """Return the name and the only server of the only list that has one."""
    ((name, servers),) = [(name, each.servers) for name, each in found.lists.items() if each.total]
    (server,) = servers
    return name, server


def replicating(hours, server_id=SERVER):
    return replace(ready(server_id).server, replicated_for=timedelta(hours=hours))


@pytest.mark.parametrize(
    ("about", "name"),
    [
        (report(Outcome.BLOCKED, PASSES, BLOCKS), ListName.BLOCKED),
        (report(Outcome.NOT_READY, WAITS), ListName.WAITING),
        (report(Outcome.SKIPPED, BLOCKS), ListName.UNAPPROVED),
        (report(Outcome.WOULD_FINALIZE, PASSES), ListName.READY),
        (report(Outcome.FINALIZED), ListName.FINALIZED),
        (report(Outcome.FAILED), ListName.NOT_CHECKED),
        (report(Outcome.NOT_FOUND), ListName.NOT_CHECKED),
        (report(Outcome.BLOCKED, BLOCKS, HOLDS), ListName.ON_HOLD),
        (report(Outcome.SKIPPED, BLOCKS, HOLDS), ListName.ON_HOLD),
        (report(Outcome.NOT_READY, WAITS, msgspec.structs.replace(HOLDS, verdict=Verdict.WAIT)), ListName.ON_HOLD),
        (report(Outcome.BLOCKED, BLOCKS, msgspec.structs.replace(HOLDS, verdict=Verdict.PASS)), ListName.BLOCKED),
    ],
)
def test_each_source_server_is_in_one_list(about, name):
    assert only_list(digested(about))[0] == name


def test_the_first_reason_is_a_block_and_the_others_are_counted():
    _, server = only_list(digested(report(Outcome.BLOCKED, WAITS, PASSES, BLOCKS)))

    assert (server.rule, server.hint) == ("first-boot", "Look at it.")
    assert server.reason == "it did not boot (and 1 more check)"


def test_an_error_is_the_reason_with_its_own_hint():
    error = ErrorReport(code="X", message="EC2 was busy.", http_status=503, retryable=True, hint="Try again.")

    _, server = only_list(digested(report(Outcome.FAILED, PASSES, error=error)))

    assert (server.reason, server.hint) == ("EC2 was busy.", "Try again.")


@pytest.mark.parametrize(("is_off", "words"), [(False, "The next sweep"), (True, "Automation is off")])
def test_what_is_ready_waits_for_the_sweep_or_for_somebody(is_off, words):
    options = replace(OPTIONS, is_automation_off=is_off)

    assert words in digested(report(Outcome.WOULD_FINALIZE), options=options).text


@pytest.mark.parametrize(("hours", "left"), [(0, 2160), (0.5, 2160), (1, 2159), (2159.9, 1), (2160, 0), (9999, 0)])
def test_free_hours_are_those_that_the_replication_has_not_used(hours, left):
    assert free_hours_left(replicating(hours), NOW) == left


def test_without_a_duration_the_first_byte_counts_and_without_both_it_is_unknown():
    server = replace(ready().server, first_byte_at=NOW - timedelta(hours=100))

    assert free_hours_left(server, NOW) == FREE_HOURS - 100
    assert free_hours_left(replace(server, first_byte_at=NOW + timedelta(hours=1)), NOW) == FREE_HOURS
    assert free_hours_left(replace(server, first_byte_at=None), NOW) is None
    assert "The free hours of 1 source servers are unknown." in digested(servers=[ready().server]).text


@pytest.mark.parametrize(("warn", "is_listed"), [(336, True), (160, False), (161, True), (0, False)])
def test_a_source_server_with_fewer_free_hours_is_listed(warn, is_listed):
    found = digested(servers=[replicating(2000)], options=replace(OPTIONS, warn_free_hours=warn))

    assert bool(found.lists[ListName.FREE_HOURS_LOW].total) == is_listed


def test_the_fewest_free_hours_come_first_over_all_accounts():
    found = [digest_of(facts(servers=[replicating(hours)]), OPTIONS) for hours in (1900, 2100)]

    assert [each.free_hours_left for each in merged(found).lists[ListName.FREE_HOURS_LOW]] == [60, 260]


def test_accounts_add_up_and_each_source_server_says_which_is_its_own():
    reports = [
        report(Outcome.BLOCKED, BLOCKS, arn=f"arn:aws:mgn:eu-west-1:{account}:source-server/{SERVER}", server_id=id_)
        for account, id_ in (("111122223333", SERVER), ("444455556666", OTHER_SERVER))
    ]
    each = [digest_of(facts(one, servers=[ready().server], problems=["No role."]), OPTIONS) for one in reports]

    found = report_on(merged(each), now=NOW, region=None)

    assert (found.in_cutover, found.lists[ListName.BLOCKED].total, found.staging_cost.staged_gib) == (2, 2, 32)
    assert found.problems.count("No role.") == 2
    assert f"{OTHER_SERVER} in account 444455556666: " in found.text


def test_one_account_is_not_named_on_every_line():
    arn = f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}"

    assert "in account" not in digested(report(Outcome.BLOCKED, BLOCKS, arn=arn)).text


def test_the_cost_of_staging_is_an_estimate_with_its_price():
    found = digested(servers=[replace(ready().server, staged_bytes=(10**12, 1))])

    assert (found.staging_cost.staged_gib, found.staging_cost.monthly_usd) == (932, 74.56)
    assert "932 GiB, about 74.56 USD a month" in found.text
    assert "An estimate: 0.08 USD per GiB-month in us-east-1" in found.text


@pytest.mark.parametrize("outcome", [AuditOutcome.CLEAN, AuditOutcome.TOO_EARLY, AuditOutcome.NOT_FINALIZED])
def test_an_audit_without_a_problem_is_not_listed(outcome):
    audit = AuditReport(source_server_id=SERVER, outcome=outcome)

    assert digested(audits=[audit]).lists[ListName.LEFT_BEHIND].total == 0


def test_an_audit_that_failed_says_why():
    error = ErrorReport(code="X", message="EC2 refused.", http_status=403, retryable=False, hint="")
    audit = AuditReport(source_server_id=SERVER, outcome=AuditOutcome.FAILED, error=error)

    assert only_list(digested(audits=[audit]))[1].reason == "EC2 refused."


def test_an_empty_account_has_a_digest_too():
    found = digested()

    assert found.subject == "MGN cutovers in eu-west-1: nothing waits"
    assert found.in_cutover == 0


MARKUP = ["<!here>", "<!channel>", "@channel", "<at>all</at>", "[a](javascript:alert(1))", "<https://evil|ok>", "`id`"]
MARKUP += [
    "<script>alert(1)</script>",
    "\x1b[31mred",
    "\u202egnp.exe",
    "*all*",
    "~x~",
    "https://evil.example",
    "a\nb\r\n",
]
# What begins a link, a mention, code, a tag or a sequence of a terminal.
ACTIVE = re.compile(r"[<>\[\]`*|~@\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|://")
hostile = st.sampled_from(MARKUP) | st.text(max_size=400)


def hostile_digest(words, count=1):
    finding = msgspec.structs.replace(BLOCKS, reason=words, hint=words)
    reports = [
        report(outcome, finding, server_id=f"s-{number:017}", hostname=words, arn=f"arn:aws:mgn:eu:{words}:x/y")
        for outcome in (Outcome.BLOCKED, Outcome.NOT_READY, Outcome.SKIPPED, Outcome.WOULD_FINALIZE)
        for number in range(count)
    ]
    error = ErrorReport(code="X", message=words, http_status=None, retryable=True, hint=words)
    reports += [report(Outcome.FAILED, error=error, hostname=words) for _ in range(count)]
    server = replace(replicating(2000), hostname=words)
    audits = [AuditReport(source_server_id=SERVER, hostname=words, outcome=AuditOutcome.FAILED, error=error)] * count
    return digest_of(
        facts(*reports, servers=[server], finalized=[server] * count, audits=audits, problems=[words] * count), OPTIONS
    )


@given(hostile)
def test_no_text_from_outside_is_active(words):
    digest = hostile_digest(words)
    found = report_on(digest, now=NOW, region="eu-west-1")
    sent = json.loads(message(digest, found))
    chat = json.loads(sent["https"])["content"]

    lists = json.dumps(msgspec.to_builtins(found.lists), ensure_ascii=False)
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', lists)
    for text in (sent["default"], chat["description"], chat["title"], *strings):
        assert not ACTIVE.search(text), text
    assert sent["default"].count("\n") <= report_on(hostile_digest("x"), now=NOW, region="eu-west-1").text.count("\n")


@given(
    words=hostile | st.sampled_from(["😀" * 400, '"' * 400, "\\" * 400, "é" * 400]), count=st.sampled_from([1, 7, 4000])
)
@settings(max_examples=12, deadline=None)
def test_the_message_is_never_too_large(words, count):
    digest = hostile_digest(words, count)

    found = report_on(digest, now=NOW, region="eu-west-1")

    sent = message(digest, found)
    assert len(sent.encode()) <= MOST_BYTES
    assert len(json.loads(json.loads(sent)["https"])["content"]["description"]) <= MOST_IN_CHAT
    assert found.subject.isascii()
    assert found.subject.isprintable()
    assert 0 < len(found.subject) <= LONGEST_SUBJECT


@pytest.mark.parametrize(("waiting", "blocked"), [(4000, 3), (1000, 0), (101, 100)])
def test_the_longest_lists_are_cut_and_say_so(waiting, blocked):
    reports = [report(Outcome.NOT_READY, WAITS, server_id=f"s-{n:017}") for n in range(waiting)]
    reports += [report(Outcome.BLOCKED, BLOCKS, server_id=f"s-{n + waiting:017}") for n in range(blocked)]

    found = digested(*reports)

    cut, whole = found.lists[ListName.WAITING], found.lists[ListName.BLOCKED]
    assert (cut.total, len(cut.servers), cut.not_listed) == (waiting, 100, waiting - 100)
    assert (whole.total, len(whole.servers), whole.not_listed) == (blocked, blocked, 0)
    assert found.text.count("  - ") == 100 + blocked
    assert f"… and {waiting - 100:,} more, which are not listed here." in found.text


def test_a_chat_gets_the_counts_and_the_first_of_each_list():
    reports = [report(Outcome.BLOCKED, BLOCKS, server_id=f"s-{n:017}") for n in range(500)]
    digest = digest_of(facts(*reports), OPTIONS)

    content = json.loads(json.loads(message(digest, report_on(digest, now=NOW, region=None)))["https"])["content"]

    assert content["textType"] == "client-markdown"
    assert re.search(r"^Blocked +500$", content["description"], re.MULTILINE)
    assert "… and 490 more, which are not listed here." in content["description"]
