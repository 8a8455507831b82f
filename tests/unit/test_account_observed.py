"""The kit for a real account: what it deduces from MGN's answers, and what only a typed ID allows."""

import contextlib
import io
from datetime import UTC, datetime

import pytest

from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.staging_resource import StagingResource
from tests.account import cleaning, sacrifice, staging
from tests.account.deductions import deduced
from tests.account.errors import RefusedError
from tests.account.identifiers import Seen
from tests.account.journal import Journal
from tests.account.questions import Question
from tests.account.recording import Recorder
from tests.account.report import StepName, StepOutcome
from tests.account.stack import FoundStack
from tests.account.terminal import Terminal
from tests.account.walk import Found

SERVER = "s-0123456789abcdef0"
JOB = "mgnjob-0123456789abcdef0"
OWN, OTHER = "111122223333", "444455556666"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


class StoppedClock:
    def now(self):
        return NOW

    def sleep(self, seconds):
        raise AssertionError(seconds)


def server(state="CUTTING_OVER", **changes):
    cutover = {"initiated": {"jobID": JOB}, **changes.pop("cutover", {})}
    return {"sourceServerID": SERVER, "lifeCycle": {"state": state, "lastCutover": cutover}, **changes}


def job(launch="LAUNCHED", **changes):
    participating = [{"sourceServerID": SERVER, "launchStatus": launch}]
    times = {"creationDateTime": "2026-11-23T10:00:00Z", "endDateTime": "2026-11-23T10:10:00Z"}
    return {"jobID": JOB, "status": "COMPLETED", "participatingServers": participating, **times, **changes}


def told(question, found, recorder=None):
    """Return what is told about one question: the observation, or why there is none."""
    answers = dict(deduced(found, recorder or Recorder(seen=Seen()), OWN, NOW))
    observed, why = answers[question]
    return observed or why


@pytest.mark.parametrize(
    ("question", "found", "words"),
    [
        (
            Question.LOG_AFTER_COMPLETION,
            Found(jobs={JOB: job()}, logs={JOB: [{"logDateTime": "2026-11-23T10:10:42Z"}, {"logDateTime": None}]}),
            "1 lines after the end in 1 logs; the latest 42 seconds after it",
        ),
        (Question.LOG_AFTER_COMPLETION, Found(jobs={JOB: job()}, logs={JOB: []}), "0 lines after the end in 1 logs"),
        (
            Question.LOG_AFTER_COMPLETION,
            Found(jobs={JOB: job(status="STARTED")}, logs={JOB: []}),
            "no job of a cutover is completed",
        ),
        (
            Question.STATE_AFTER_FAILED_LAUNCH,
            Found(servers=[server("READY_FOR_CUTOVER")], jobs={JOB: job("FAILED")}),
            "1 READY_FOR_CUTOVER",
        ),
        (
            Question.STATE_AFTER_FAILED_LAUNCH,
            Found(servers=[server()], jobs={JOB: job()}),
            "no last cutover of a source server failed",
        ),
        (Question.ACCOUNT_ID, Found(lists_own=True), "the ID of the own account is accepted"),
        (Question.MANAGED_ACCOUNTS, Found(accounts=[OTHER, OWN]), "2 items, with the own account"),
        (Question.MANAGED_ACCOUNTS, Found(accounts=[OTHER]), "1 items, without the own account"),
        (
            Question.CHECKS_OVER_TIME,
            Found(
                servers=[
                    server(launchedInstance={"firstBoot": "SUCCEEDED"}),
                    server("CUTOVER", launchedInstance={"lastKnownChecks": [{"type": "EC2", "status": "PASSED"}]}),
                ]
            ),
            "1 CUTOVER check EC2 PASSED, 1 CUTOVER firstBoot None, 1 CUTTING_OVER firstBoot SUCCEEDED",
        ),
        (
            Question.FINALIZED_BY_OTHER_WAY,
            Found(servers=[server("CUTOVER", dataReplicationInfo={"dataReplicationState": "DISCONNECTED"})]),
            "1 DISCONNECTED without finalized",
        ),
        (
            Question.REUSED_ID,
            Found(servers=[server("TESTING", cutover={"finalized": {"apiCallDateTime": "2026-11-23T10:00:00Z"}})]),
            "1 of 1 finalized source servers are in another state again",
        ),
        (Question.AGENTLESS, Found(servers=[server(replicationType="SNAPSHOT_SHIPPING")]), "1 CUTTING_OVER"),
        (
            Question.DISAGREEING_READS,
            Found(servers=[server()], jobs={JOB: job()}, logs={JOB: []}),
            "0 of 1 jobs not listed, 1 logs empty",
        ),
        (
            Question.DISAGREEING_READS,
            Found(servers=[server()], jobs={JOB: job(creationDateTime="2026-01-01T10:00:00Z")}, logs={JOB: []}),
            "0 of 1 jobs not listed, 0 logs empty",
        ),
        (Question.DISAGREEING_READS, Found(servers=[server()]), "1 of 1 jobs not listed, 0 logs empty"),
    ],
)
def test_what_reads_show_is_told_without_identifiers(question, found, words):
    assert told(question, found) == words


def test_refusals_and_throttling_are_told_by_their_codes():
    recorder = Recorder(seen=Seen())
    recorder.errors["ListManagedAccounts"] = (400, "ValidationException")
    recorder.throttled["429 ThrottlingException"] += 3

    assert told(Question.MANAGED_ACCOUNTS, Found(), recorder) == "refused: 400 ValidationException"
    assert told(Question.REQUEST_RATES, Found(), recorder) == "3 429 ThrottlingException"


def resource(kind, id_, tags=(), **more):
    return StagingResource(kind=kind, id=id_, class_name="gp3", created_at=NOW, tags=dict(tags), **more)


def test_tag_keys_of_aws_are_named_and_those_of_the_user_only_counted():
    own = {"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com", "Name": "x", "aws:backup:source": "y"}
    volumes = [resource("volume", "vol-1", own | {"CostCenter": "ACME"}), resource("volume", "vol-2", own)]

    words = staging.tag_keys(volumes)

    assert words == "volume: AWSApplicationMigrationServiceManaged 2/2, Name 2/2, aws:backup:source 2/2, 1 other keys"


def test_the_launched_instance_and_what_a_job_launched_are_no_replication_resources():
    named = {"AWSApplicationMigrationServiceSourceServerID": SERVER}
    everything = [
        resource("volume", "vol-1", named),
        resource("volume", "vol-2", named, instance_ids=("i-launched",)),
        resource("volume", "vol-3", named | {"mgn.amazonaws.com-job": JOB}),
        resource("volume", "vol-4", {"AWSApplicationMigrationServiceSourceServerID": "s-other"}),
        resource("instance", "i-replicator"),
        resource("instance", "i-launched", named),
    ]

    found = staging.of_server(everything, SERVER, "i-replicator", "i-launched")

    assert [each.id for each in found] == ["vol-1", "i-replicator"]


def checked(outcome=Outcome.WOULD_FINALIZE, **changes):
    report = {"sourceServerID": SERVER, "hostname": "web-1", "launchedInstanceID": "i-1", "readiness": [], **changes}
    return sacrifice.Checked(outcome=outcome, not_passed=(), report=report)


@pytest.mark.parametrize(
    "typed", ["", "y", "yes", "YES", SERVER.upper(), f"{SERVER} ", f" {SERVER}", SERVER[:-1], f"{SERVER}0", "s-"]
)
def test_nothing_but_the_exact_id_confirms(typed):
    output = io.StringIO()

    with pytest.raises(RefusedError, match="allowed: exactly this"):
        sacrifice.confirm(Terminal(output, lambda: typed, lambda: True), checked(), account_id=OWN, region="eu-west-1")

    assert "CANNOT BE UNDONE" in output.getvalue()


def test_the_exact_id_confirms():
    terminal = Terminal(io.StringIO(), lambda: SERVER, lambda: True)

    sacrifice.confirm(terminal, checked(), account_id=OWN, region="eu-west-1")


def test_the_exact_id_from_a_pipe_does_not_confirm():
    terminal = Terminal(io.StringIO(), lambda: SERVER, lambda: False)

    with pytest.raises(RefusedError, match="The standard input is no terminal"):
        sacrifice.confirm(terminal, checked(), account_id=OWN, region="eu-west-1")


@pytest.mark.parametrize("outcome", [one for one in Outcome if one != Outcome.WOULD_FINALIZE])
def test_only_a_server_that_would_be_finalized_is_asked_for(outcome):
    readiness = [{"verdict": "BLOCK", "reason": "its first boot is STOPPED"}, {"verdict": "PASS", "reason": "fine"}]

    with pytest.raises(RefusedError, match="not finalized: its first boot is STOPPED\\."):
        sacrifice.demand_ready(checked(outcome, readiness=readiness))


def test_the_terminal_obeys_nothing_that_aws_answers():
    output = io.StringIO()

    Terminal(output).say("red \x1b[31m and \u202e reversed\nnext line")

    assert output.getvalue() == "red \N{REPLACEMENT CHARACTER}[31m and \N{REPLACEMENT CHARACTER} reversed\nnext line\n"


def test_a_step_that_a_bug_ends_is_recorded_and_the_bug_is_raised():
    journal = Journal(clock=StoppedClock(), terminal=Terminal(io.StringIO()))

    with pytest.raises(ZeroDivisionError), journal.step(StepName.WALK):
        raise ZeroDivisionError

    assert [(step.step, step.outcome) for step in journal.steps] == [(StepName.WALK, StepOutcome.INTERRUPTED)]


@pytest.mark.parametrize(
    ("status", "is_ours", "is_deletable"),
    [
        ("CREATE_COMPLETE", True, True),
        ("ROLLBACK_COMPLETE", True, True),
        ("CREATE_COMPLETE", False, False),
        ("REVIEW_IN_PROGRESS", False, True),
    ],
)
def test_only_the_stack_of_the_kit_is_deleted(status, is_ours, is_deletable):
    found = FoundStack(id="id", status=status, created_at=NOW, outputs={}, is_ours=is_ours)

    assert found.is_deletable is is_deletable


@pytest.mark.parametrize(("interruptions", "ends"), [(0, True), (1, True), (2, False)])
def test_the_clean_up_goes_on_after_the_first_interruption_and_ends_at_the_second(interruptions, ends):
    left = [KeyboardInterrupt] * interruptions
    done = []

    def clean_up():
        if left:
            raise left.pop()
        done.append(True)

    with contextlib.suppress(KeyboardInterrupt):
        cleaning.uninterrupted(clean_up, Terminal(io.StringIO()))

    assert bool(done) is ends


def test_every_question_has_an_answer_or_a_reason():
    journal = Journal(clock=StoppedClock(), terminal=Terminal(io.StringIO()))
    journal.answer(Question.SECOND_FINALIZE, "409 ConflictException")
    journal.cannot_answer(Question.AGENTLESS, "none")

    answers = {one.question: one.observed or one.not_answered for one in journal.all_answers()}

    assert list(answers) == list(Question)
    assert all(answers.values())
    assert (answers[Question.SECOND_FINALIZE], answers[Question.AGENTLESS]) == ("409 ConflictException", "none")
    assert answers[Question.TAGS_FOR_IAM] == "no source server was finalized"
