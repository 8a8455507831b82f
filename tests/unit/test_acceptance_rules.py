"""The optional rules: what is missing, unknown or too old never passes, and what must happen around the write."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from finalize_cutover.cutover.acceptance.alarms import Alarm, AlarmsRule
from finalize_cutover.cutover.acceptance.application_status import ApplicationStatus, ApplicationStatusRule
from finalize_cutover.cutover.acceptance.backup import BackupRule, Snapshot, Volume
from finalize_cutover.cutover.acceptance.change_calendar import CalendarState, ChangeCalendarRule
from finalize_cutover.cutover.acceptance.termination_protection import TerminationProtectionRule
from finalize_cutover.cutover.acceptance.validator import ValidatorAnswer, ValidatorRule
from finalize_cutover.cutover.errors import InvalidRequestError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.judge import judge
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.handlers import direct
from finalize_cutover.settings import read_settings
from tests.unit.builders import INSTANCE, LAUNCHED_AT, NOW, OTHER_SERVER, SERVER, options, ready
from tests.unit.fakes import FakeAws, FakeClock, FakeStack, guard_of
from tests.unit.invocations import invocation

AN_HOUR = ReadinessPolicy(soak_minutes=60)
NO_SOAK = ReadinessPolicy()
LONG_AGO = NOW - timedelta(minutes=90)
JUST_NOW = NOW - timedelta(minutes=1)
AFTER_LAUNCH = LAUNCHED_AT + timedelta(minutes=1)


class Source:
    """
    A source of acceptance evidence about instances, alarms, calendars or servers.

    Attributes:
        items: What it returns, by ID or name.

        errors: What it returns instead.

        asked: The IDs or names of each call.

        after_read: Called once, after the first call.
    """

    def __init__(self, items, *, errors=()):
        self.items, self.errors, self.asked = dict(items), list(errors), []
        self.after_read = lambda: None

    def read(self, ids, *_):
        self.asked.append(set(ids))
        if self.errors:
            raise self.errors.pop(0)
        found = Found(items={id_: self.items[id_] for id_ in ids if id_ in self.items})
        after_read, self.after_read = self.after_read, lambda: None
        after_read()
        return found

    named = states = application_statuses = volumes = protected = read

    def with_prefix(self, prefix):
        self.asked.append({prefix})
        return Found(items={name: item for name, item in self.items.items() if name.startswith(prefix)})

    def validate(self, servers):
        return self.read([server.source_server_id for server in servers])

    def protect(self, instance_id, *, before_send):
        before_send()
        self.items[instance_id] = True


def found(rule, fact, policy=NO_SOAK, evidence=None):
    finding = rule.judge(fact, evidence or ready(), policy, NOW)
    return finding.verdict, finding.reason


@pytest.mark.parametrize(
    ("fact", "policy", "verdict"),
    [
        (None, NO_SOAK, "BLOCK"),
        (ApplicationStatus(status=None, since=LONG_AGO), NO_SOAK, "BLOCK"),
        (ApplicationStatus(status="ok", since=None), NO_SOAK, "PASS"),
        (ApplicationStatus(status="ok", since=None), AN_HOUR, "BLOCK"),
        (ApplicationStatus(status="ok", since=JUST_NOW), AN_HOUR, "WAIT"),
        (ApplicationStatus(status="ok", since=NOW + timedelta(hours=1)), AN_HOUR, "WAIT"),
        (ApplicationStatus(status="ok", since=NOW - timedelta(minutes=60)), AN_HOUR, "PASS"),
    ],
)
def test_application_status(fact, policy, verdict):
    assert found(ApplicationStatusRule(Source({})), fact, policy)[0] == verdict


ALARM = Alarm(name="web", label="web", state="OK", since=LONG_AGO)


@pytest.mark.parametrize(
    ("alarms", "policy", "verdict"),
    [
        ([], NO_SOAK, "BLOCK"),
        ([ALARM], AN_HOUR, "PASS"),
        ([replace(ALARM, since=None)], NO_SOAK, "PASS"),
        ([replace(ALARM, since=None)], AN_HOUR, "BLOCK"),
        ([replace(ALARM, since=JUST_NOW)], AN_HOUR, "WAIT"),
        ([replace(ALARM, state="unknown")], NO_SOAK, "BLOCK"),
        ([replace(ALARM, evaluation_state="EVALUATION_ERROR")], NO_SOAK, "WAIT"),
        ([replace(ALARM, state="ALARM", evaluation_state="PARTIAL_DATA")], NO_SOAK, "BLOCK"),
        ([ALARM, replace(ALARM, state="INSUFFICIENT_DATA")], NO_SOAK, "WAIT"),
        ([replace(ALARM, state="INSUFFICIENT_DATA"), replace(ALARM, state="ALARM")], NO_SOAK, "BLOCK"),
    ],
)
def test_alarms(alarms, policy, verdict):
    assert found(AlarmsRule(Source({}), names=["web"]), tuple(alarms), policy)[0] == verdict


def test_of_many_alarms_five_are_named():
    alarms = tuple(replace(ALARM, label=f"web-{number}", state="ALARM") for number in range(8))

    assert found(AlarmsRule(Source({}), names=["web"]), alarms)[1].endswith("alarm web-4 is ALARM, and 3 more")


def test_alarms_that_can_pass_later_pass_when_the_last_one_can():
    alarms = (replace(ALARM, since=JUST_NOW), replace(ALARM, since=NOW))

    assert AlarmsRule(Source({}), names=["a"]).judge(alarms, ready(), AN_HOUR, NOW).passes_at == NOW + timedelta(
        hours=1
    )


VOLUME = "vol-0123456789abcdef0"
SNAPSHOT = Snapshot(id="snap-1", state="completed", started_at=AFTER_LAUNCH)


def volumes(*snapshots):
    return (Volume(id=VOLUME, snapshots=snapshots),)


@pytest.mark.parametrize(
    ("fact", "evidence", "verdict"),
    [
        (volumes(SNAPSHOT), ready(), "PASS"),
        (None, ready(), "BLOCK"),
        ((), ready(), "BLOCK"),
        (volumes(), ready(), "WAIT"),
        (volumes(replace(SNAPSHOT, started_at=LAUNCHED_AT)), ready(), "WAIT"),
        (volumes(replace(SNAPSHOT, started_at=None)), ready(), "WAIT"),
        (volumes(replace(SNAPSHOT, is_of_mgn=True)), ready(), "WAIT"),
        (volumes(replace(SNAPSHOT, state="pending")), ready(), "WAIT"),
        (volumes(replace(SNAPSHOT, state="error"), replace(SNAPSHOT, state="pending")), ready(), "WAIT"),
        (volumes(replace(SNAPSHOT, state="error"), SNAPSHOT), ready(), "PASS"),
        (volumes(replace(SNAPSHOT, state="error")), ready(), "BLOCK"),
        (volumes(replace(SNAPSHOT, state=None)), ready(), "BLOCK"),
        (volumes(replace(SNAPSHOT, state="recoverable")), ready(), "BLOCK"),
        ((*volumes(SNAPSHOT), Volume(id="vol-2")), ready(), "WAIT"),
        (volumes(SNAPSHOT), ready(job_ended_at=None), "BLOCK"),
        (volumes(SNAPSHOT), ready(job_ended_at=None, job_status="STARTED"), "WAIT"),
        (volumes(SNAPSHOT), ready(without=["job"]), "BLOCK"),
    ],
)
def test_backup(fact, evidence, verdict):
    assert found(BackupRule(Source({})), fact, evidence=evidence)[0] == verdict


def test_a_server_on_fsx_is_not_covered_by_snapshots():
    evidence = ready()
    on_fsx = replace(evidence.server.launched_instance, is_on_fsx=True)
    evidence = replace(evidence, server=replace(evidence.server, launched_instance=on_fsx))

    assert found(BackupRule(Source({})), volumes(SNAPSHOT), evidence=evidence) == (
        "BLOCK",
        "its storage is on FSx, which this rule does not cover",
    )


def test_a_pass_names_what_is_not_covered():
    assert found(BackupRule(Source({})), volumes(SNAPSHOT))[1].endswith("instance store volumes are not covered")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(None, "BLOCK"), (ValidatorAnswer(verdict="pass"), "BLOCK"), (ValidatorAnswer(verdict=""), "BLOCK")],
)
def test_validator(answer, verdict):
    assert found(ValidatorRule(Source({})), answer)[0] == verdict


@pytest.mark.parametrize(("fact", "verdict"), [(None, "BLOCK"), (False, "BLOCK"), (True, "PASS")])
def test_termination_protection(fact, verdict):
    assert found(TerminationProtectionRule(Source({}), sets=False, clock=FakeClock()), fact)[0] == verdict


CALENDARS = ["freeze", "weekend"]
OPEN, CLOSED = CalendarState(state="OPEN"), CalendarState(state="CLOSED")


def calendar_rule(states, *, clock=None, errors=()):
    return ChangeCalendarRule(Source(states, errors=errors), names=CALENDARS, clock=clock or FakeClock())


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ({"freeze": OPEN, "weekend": OPEN}, "PASS"),
        ({"freeze": OPEN, "weekend": CLOSED}, "WAIT"),
        ({"freeze": CLOSED}, "BLOCK"),
        ({"freeze": OPEN, "weekend": CalendarState(state=None)}, "BLOCK"),
        ({"freeze": OPEN, "weekend": CalendarState(state="AJAR")}, "BLOCK"),
        ({"freeze": OPEN, "weekend": CalendarState(state="OPEN", changes_at=NOW)}, "WAIT"),
        ({"freeze": OPEN, "weekend": CalendarState(state="OPEN", changes_at=NOW + timedelta(minutes=1))}, "PASS"),
    ],
)
def test_change_calendar(states, verdict):
    rule = calendar_rule(states)

    assert found(rule, rule.read([ready().server]).items[SERVER])[0] == verdict


def test_a_closed_calendar_says_when_it_opens_and_can_pass_then():
    opens_at = NOW + timedelta(hours=2)
    rule = calendar_rule({"freeze": OPEN, "weekend": CalendarState(state="CLOSED", changes_at=opens_at)})

    finding = rule.judge(rule.read([ready().server]).items[SERVER], ready(), NO_SOAK, NOW)

    assert finding.reason == "change calendar weekend is CLOSED until 2026-11-23T12:15:00Z"
    assert finding.passes_at == opens_at


def test_what_was_not_read_never_passes():
    findings = judge(ready(), policy=NO_SOAK, now=NOW, optional=[BackupRule(Source({}))])

    assert next((f.verdict, f.reason, bool(f.hint)) for f in findings if f.rule == "backup") == (
        "BLOCK",
        "what it rests on could not be read",
        True,
    )


def test_the_optional_rules_come_before_soak_and_approval():
    findings = judge(ready(), policy=NO_SOAK, now=NOW, optional=[BackupRule(Source({}))])

    assert [finding.rule for finding in findings][-3:] == ["backup", "soak", "approval"]


def run(aws, *rules, server_ids=(SERVER,), **differences):
    results = finalize(list(server_ids), options=options(acceptance=rules, **differences), services=aws.services)
    return [result.report for result in results.values()]


def test_an_error_of_an_optional_read_is_the_error_of_the_server():
    aws = FakeAws(ready())

    (report,) = run(aws, BackupRule(Source({}, errors=[MgnRefusedError("denied")])))

    assert (report.outcome, report.error.message, aws.writes) == (Outcome.FAILED, "denied", [])


def test_a_fault_of_an_optional_read_that_time_cures_is_waited_for():
    aws = FakeAws(ready())
    source = Source({INSTANCE: volumes(SNAPSHOT)}, errors=[MgnUnavailableError("busy")])

    (report,) = run(aws, BackupRule(source), wait=60)

    assert (report.outcome, len(source.asked)) == (Outcome.FINALIZED, 2)


def test_an_error_of_a_waived_rule_is_recorded_and_does_not_matter():
    aws = FakeAws(ready())

    (report,) = run(aws, BackupRule(Source({}, errors=[MgnRefusedError("denied")])), waived=["backup"])

    assert report.outcome == Outcome.FINALIZED
    assert next(f.verdict for f in report.readiness if f.rule == "backup") == "WAIVED"


def test_the_calendar_is_not_asked_again_right_after_the_look():
    aws = FakeAws(ready())
    rule = calendar_rule(dict.fromkeys(CALENDARS, OPEN), clock=aws.clock)

    run(aws, rule)

    assert (aws.finalized, len(rule._calendars.asked)) == ([SERVER], 1)


def slow_calendar_rule(aws, meanwhile):
    """Return a rule whose calendars were asked three seconds before the write; *meanwhile* changes them."""
    rule = calendar_rule(dict.fromkeys(CALENDARS, OPEN), clock=aws.clock)

    def after_read():
        aws.clock.move(3)
        meanwhile(rule._calendars)

    rule._calendars.after_read = after_read
    return rule


def test_a_calendar_that_closes_between_the_look_and_the_write_stops_it():
    aws = FakeAws(ready())

    (report,) = run(aws, slow_calendar_rule(aws, lambda calendars: calendars.items.update(weekend=CLOSED)))

    assert (report.outcome, aws.writes) == (Outcome.NOT_READY, [])
    assert next(f.verdict for f in report.readiness if f.rule == "change-calendar") == "WAIT"


def test_a_calendar_that_cannot_be_asked_again_stops_the_write():
    aws = FakeAws(ready())
    busy = MgnUnavailableError("busy", code="Busy")

    (report,) = run(aws, slow_calendar_rule(aws, lambda calendars: calendars.errors.append(busy)))

    assert (report.outcome, aws.writes) == (Outcome.NOT_READY, [])
    reason = next(f.reason for f in report.readiness if f.rule == "change-calendar")
    assert reason == "the change calendars could not be asked again (Busy)"


def test_a_waived_calendar_is_not_asked_again():
    aws = FakeAws(ready())
    rule = slow_calendar_rule(aws, lambda calendars: calendars.items.update(weekend=CLOSED))

    run(aws, rule, waived=["change-calendar"])

    assert (aws.finalized, len(rule._calendars.asked)) == ([SERVER], 1)


def test_no_write_is_sent_after_the_announced_closing_time():
    aws = FakeAws(ready())
    closing = CalendarState(state="OPEN", changes_at=NOW + timedelta(seconds=1))
    aws.before_sending = lambda: aws.clock.move(2)
    rule = calendar_rule({"freeze": OPEN, "weekend": closing}, clock=aws.clock)

    (report,) = run(aws, rule)

    assert (report.outcome, aws.finalized) == (Outcome.NOT_READY, [])


def test_protection_that_is_not_read_back_stops_the_write():
    aws = FakeAws(ready())
    source = Source({INSTANCE: False})
    source.protect = lambda _instance_id, **_: None

    (report,) = run(aws, TerminationProtectionRule(source, sets=True, clock=aws.clock))

    assert (report.outcome, report.error.code, aws.writes) == (Outcome.FAILED, "NotProtected", [])


def test_protection_is_set_only_if_the_stack_goes_forward():
    aws = FakeAws(ready())
    source = Source({INSTANCE: False})
    guard = guard_of(aws, FakeStack("UPDATE_ROLLBACK_IN_PROGRESS"))

    run(aws, TerminationProtectionRule(source, sets=True, clock=aws.clock), guard=guard)

    assert source.items == {INSTANCE: False}


def test_protection_is_not_set_after_the_response():
    aws = FakeAws(ready())
    source = Source({INSTANCE: False})
    window = WriteWindow()
    window.close()

    (report,) = run(aws, TerminationProtectionRule(source, sets=True, clock=aws.clock), window=window)

    assert (report.outcome, source.items) == (Outcome.FAILED, {INSTANCE: False})


def many(count, *, waiting=()):
    """Return the IDs and the evidence of ready servers with an instance each; those with an index in *waiting* wait."""
    servers = [f"s-{number:017}" for number in range(count)]
    boots = ["WAITING" if number in waiting else "SUCCEEDED" for number in range(count)]
    evidence = [
        ready(server_id, instance_id=f"i-{server_id[2:]}", launch_instance=f"i-{server_id[2:]}", first_boot=boot)
        for server_id, boot in zip(servers, boots, strict=True)
    ]
    return servers, evidence


def test_of_many_servers_only_those_that_pass_everything_else_are_asked_one_by_one():
    servers, evidence = many(20, waiting=[3])
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: True for each in evidence})

    run(aws, TerminationProtectionRule(source, sets=False, clock=aws.clock), server_ids=servers)

    asked = [instance_id for ids in source.asked for instance_id in ids]
    assert (len(aws.finalized), len(asked), evidence[3].server.instance_id in asked) == (19, 19, False)


@pytest.mark.parametrize("differences", [{"dry_run": True}, {"all_or_nothing": True}])
def test_a_dry_run_and_a_group_ask_for_them_in_their_look(differences):
    servers, evidence = many(20)
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: True for each in evidence[1:]})

    reports = run(
        aws, TerminationProtectionRule(source, sets=False, clock=aws.clock), server_ids=servers, **differences
    )

    assert [len(ids) for ids in source.asked] == [20]
    assert (reports[0].outcome, aws.finalized) == (Outcome.BLOCKED, [])


def test_what_is_read_just_before_the_write_can_prevent_it():
    servers, evidence = many(20)
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: each is not evidence[5] for each in evidence})

    reports = run(aws, TerminationProtectionRule(source, sets=False, clock=aws.clock), server_ids=servers)

    assert [report.outcome for report in reports].count(Outcome.FINALIZED) == 19
    assert reports[5].outcome == Outcome.BLOCKED


def test_what_cannot_be_read_just_before_the_write_prevents_it():
    servers, evidence = many(20)
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: True for each in evidence}, errors=[MgnRefusedError("denied")])

    reports = run(aws, TerminationProtectionRule(source, sets=False, clock=aws.clock), server_ids=servers)

    outcomes = [report.outcome for report in reports]
    assert (outcomes.count(Outcome.FINALIZED), outcomes.count(Outcome.FAILED)) == (19, 1)


def test_a_group_of_which_one_instance_cannot_be_protected_is_not_finalized():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, instance_id="i-spot", launch_instance="i-spot"))
    source = Source({INSTANCE: False, "i-spot": False})

    def protect(instance_id, *, before_send):
        before_send()
        if instance_id == "i-spot":
            raise MgnRefusedError("no Spot Instances")
        source.items[instance_id] = True

    source.protect = protect

    reports = run(
        aws,
        TerminationProtectionRule(source, sets=True, clock=aws.clock),
        server_ids=[SERVER, OTHER_SERVER],
        all_or_nothing=True,
    )

    assert [report.outcome for report in reports] == [Outcome.BLOCKED, Outcome.FAILED]
    assert aws.writes == []


@pytest.mark.parametrize("differences", [{"dry_run": True}, {"all_or_nothing": True}])
def test_what_was_not_read_because_a_server_only_waits_does_not_block_it(differences):
    servers, evidence = many(12, waiting=[5])
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: True for each in evidence})

    reports = run(
        aws, TerminationProtectionRule(source, sets=False, clock=aws.clock), server_ids=servers, **differences
    )

    assert reports[5].outcome == Outcome.NOT_READY
    assert "termination-protection" not in {finding.rule for finding in reports[5].readiness}


def test_a_group_of_many_waits_for_the_one_that_waits():
    servers, evidence = many(12, waiting=[5])
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: True for each in evidence})
    aws.clock.after(20, lambda: aws.set(many(12)[1][5]))

    reports = run(
        aws,
        TerminationProtectionRule(source, sets=False, clock=aws.clock),
        server_ids=servers,
        all_or_nothing=True,
        wait=120,
    )

    assert {report.outcome for report in reports} == {Outcome.FINALIZED}


def test_after_the_turn_on_the_finding_says_so():
    aws = FakeAws(ready())

    (report,) = run(aws, TerminationProtectionRule(Source({INSTANCE: False}), sets=True, clock=aws.clock))

    reason = next(f.reason for f in report.readiness if f.rule == "termination-protection")
    assert (report.outcome, reason) == (
        Outcome.FINALIZED,
        f"termination protection of its instance {INSTANCE} was turned on",
    )


def test_protection_is_not_set_on_evidence_that_is_too_old_for_the_write():
    aws = FakeAws(ready())
    aws.take("DescribeInstanceStatus", 20)
    source = Source({INSTANCE: False})

    run(aws, TerminationProtectionRule(source, sets=True, clock=aws.clock))

    assert source.items == {INSTANCE: False}


def test_late_reads_stop_when_no_write_can_follow():
    servers, evidence = many(50)
    aws = FakeAws(*evidence)
    source = Source({each.server.instance_id: True for each in evidence})
    read = source.protected

    def slow(ids, *rest):
        aws.clock.move(1)
        return read(ids, *rest)

    source.protected = slow

    run(aws, TerminationProtectionRule(source, sets=False, clock=aws.clock), server_ids=servers, act=20)

    assert aws.clock.now() - NOW < timedelta(seconds=35)


def test_the_newest_known_closing_time_counts():
    aws = FakeAws(ready())
    closing = CalendarState(state="OPEN", changes_at=NOW + timedelta(seconds=8))
    rule = slow_calendar_rule(aws, lambda calendars: calendars.items.update(weekend=closing))
    aws.before_sending = lambda: aws.clock.move(6)

    (report,) = run(aws, rule)

    assert (report.outcome, aws.finalized) == (Outcome.NOT_READY, [])


def test_an_older_pending_snapshot_is_the_one_that_is_named():
    failed = replace(SNAPSHOT, id="snap-2", state="error", started_at=NOW)

    assert found(BackupRule(Source({})), volumes(replace(SNAPSHOT, state="pending"), failed)) == (
        "WAIT",
        f"snapshot snap-1 of volume {VOLUME} is pending",
    )


def test_that_mgns_snapshots_do_not_count_is_said():
    reason = found(BackupRule(Source({})), volumes(replace(SNAPSHOT, is_of_mgn=True)))[1]

    assert reason.endswith("after the launch (snapshots with MGN's tag do not count)")


ELSEWHERE = "444455556666"
IN_LAMBDA = SimpleNamespace(invoked_function_arn="arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover")


def asked_of(account_id, **environment):
    """Send a request with alarms about a source server of an account."""
    aws = FakeAws(ready())
    ports = SimpleNamespace(alarms=lambda: Source({"web": ALARM}))
    settings = read_settings({"AWS_REGION": "eu-west-1", **environment})
    request = {"sourceServerID": SERVER, "accountID": account_id, "alarms": ["web"]}
    run_in_lambda = invocation(aws, context=IN_LAMBDA, settings=settings, make_acceptance=lambda *_: ports)
    return direct.handle(request, run_in_lambda)["outcome"]


def test_a_rule_that_reads_another_account_needs_a_member_role():
    allowed = (
        'accountID is "444455556666" and the rule alarms is switched on; allowed: with the parameter MemberRoleName'
    )

    with pytest.raises(InvalidRequestError, match=allowed):
        asked_of(ELSEWHERE)


@pytest.mark.parametrize(
    ("account_id", "environment"), [("111122223333", {}), (ELSEWHERE, {"MEMBER_ROLE_NAME": "FinalizeCutoverMember"})]
)
def test_the_own_account_and_one_with_a_member_role_can_be_read(account_id, environment):
    assert asked_of(account_id, **environment) == Outcome.FINALIZED
