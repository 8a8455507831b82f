"""The handler of a preflight: the request, the report, and what it never does."""

import json
import platform
import threading
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from finalize_cutover.cutover.errors import InvalidRequestError, UninitializedAccountError
from finalize_cutover.cutover.preflight.ports import Decision
from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.handlers import dispatch
from finalize_cutover.handlers.preflight.handler import LIMIT, MEMBERS_LIMIT
from finalize_cutover.version import VERSION
from tests.unit import records
from tests.unit.automated import approved
from tests.unit.builders import INSTANCE, SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.preflighted import ACCOUNT, KEY, MEMBER, MEMBERS, REFUSED, Story, raising

ROOT = Path(__file__).parents[2]
SECRET = "do-not-tell-8c1f"
EVERYTHING = {**MEMBERS, **KEY, "MEMBER_ROLE_EXTERNAL_ID": SECRET}


def checks_of(story):
    return {line["check"]: line["verdict"] for line in story.report()["checks"]}


def context_of(story, action="mgn:FinalizeCutover"):
    """Return what IAM is told about the source server when *action* is simulated."""
    story.report()
    (found,) = [(resource, context) for _, actions, resource, context in story.ports.simulated if action in actions]
    return found


@pytest.mark.parametrize("event", [{"action": "preflight"}, {"action": "preflight", "sourceServerID": SERVER}])
def test_the_action_chooses_the_handler(event):
    assert dispatch.handler_for(event) == dispatch.preflight


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sourceServerId": SERVER}, '"sourceServerId" is not a field of a preflight (did you mean sourceServerID?)'),
        ({"waitMinutes": 5}, '"waitMinutes" is not a field of a preflight; allowed: one of action, accountID, sour'),
        ({"waveID": "wave-0123456789abcdef0"}, '"waveID" is not a field of a preflight'),
        ({"accountID": 111122223333}, "accountID is 111122223333; allowed: 12 digits, as a string"),
        ({"accountID": "1"}, 'accountID is "1"; allowed: 12 digits, as a string'),
        ({"sourceServerID": "s-1"}, 'sourceServerID is "s-1"; allowed: s- and 17 letters or digits'),
    ],
)
def test_another_field_or_value_is_refused_in_one_sentence_before_any_call(fields, words):
    story = Story()
    story.request = fields

    with pytest.raises(InvalidRequestError) as caught:
        story.report()

    assert words in str(caught.value)
    assert (story.aws.calls, story.ports.simulated) == ([], [])


def test_the_lines_have_the_order_of_what_needs_what():
    story = Story()
    story.environment.update(EVERYTHING)
    story.request = {"sourceServerID": SERVER}

    assert list(checks_of(story)) == list(CheckName)


def test_what_the_deployment_does_not_use_has_no_line():
    story = Story()
    story.environment = {"AWS_REGION": "eu-west-1", "EVENT_BUS_NAME": "default", "FINALIZE_ON_LAUNCH": "DISABLED"}

    assert set(checks_of(story)).isdisjoint(
        {
            *(CheckName.APPLICATION_STATUS, CheckName.ALARMS, CheckName.TERMINATION_PROTECTION, CheckName.VALIDATOR),
            *(CheckName.CHANGE_CALENDAR, CheckName.MEMBER_ACCOUNTS, CheckName.MEMBER_PERMISSIONS, CheckName.KMS_KEY),
            *(
                CheckName.ARCHIVE_GROUPS_PERMISSION,
                CheckName.PROTECT_PERMISSION,
                CheckName.EVIDENCE_BUCKET,
                CheckName.EVIDENCE_PERMISSION,
            ),
            *(CheckName.DIGEST_TOPIC, CheckName.SOURCE_SERVER, CheckName.HOLD_TAG, CheckName.APPROVAL_TAG),
        }
    )


def test_the_outcome_is_the_worst_verdict():
    story = Story()
    outcomes = [story.report()["outcome"]]
    story.environment["POWERTOOLS_LOG_LEVEL"] = "ERROR"
    outcomes.append(story.report()["outcome"])
    story.aws.job_log = raising(REFUSED)
    report = story.report()

    assert [*outcomes, report["outcome"]] == ["PASS", "WARN", "FAIL"]
    assert report["counts"] == {"PASS": len(report["checks"]) - 2, "WARN": 1, "FAIL": 1}


def test_the_report_names_the_versions():
    versions = Story().report()["versions"]

    assert versions == {
        "function": VERSION,
        "lambdaFunction": "7",
        "botocore": "1.2.3",
        "python": platform.python_version(),
    }


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION


@pytest.mark.parametrize("fails", [True, False])
def test_every_report_keeps_to_the_schema(fails):
    story = Story()
    story.environment.update(EVERYTHING)
    story.request = {"sourceServerID": SERVER}
    if fails:
        story.aws.all_servers = raising(REFUSED)

    report = story.report()

    Draft202012Validator(json.loads((ROOT / "schemas/report.schema.json").read_text())).validate(report)


@pytest.mark.parametrize("is_approved", [True, False])
def test_no_tag_and_no_secret_leaves_the_function(is_approved):
    story = Story()
    tags = {"Owner": SECRET, "FinalizeCutoverHold": SECRET, **({} if is_approved else {"FinalizeCutover": SECRET})}
    story.aws = FakeAws(ready(tags={**({"FinalizeCutover": "approved"} if is_approved else {}), **tags}))
    story.environment.update(EVERYTHING)
    story.request = {"sourceServerID": SERVER}

    with records.log_lines() as lines:
        report = story.report()

    assert [line["message"] for line in lines] == ["Preflight made"]
    assert SECRET not in json.dumps([report, lines, story.ports.simulated])


def test_nothing_is_written():
    story = Story()
    story.environment.update(EVERYTHING)
    story.request = {"sourceServerID": SERVER}

    story.report()

    assert story.aws.writes == []


def test_without_a_source_server_iam_is_asked_about_an_approved_one():
    resource, context = context_of(Story())

    assert resource == f"arn:aws:mgn:eu-west-1:{ACCOUNT}:source-server/s-00000000000000000"
    assert context == {"aws:ResourceTag/FinalizeCutover": "approved"}


@pytest.mark.parametrize(
    ("tags", "context"),
    [
        ({}, {}),
        ({"FinalizeCutover": "approved"}, {"aws:ResourceTag/FinalizeCutover": "approved"}),
        ({"FinalizeCutover": "no"}, {"aws:ResourceTag/FinalizeCutover": "preflight-another-value"}),
        ({"finalizecutoverhold": "until May"}, {"aws:ResourceTag/FinalizeCutoverHold": "preflight"}),
    ],
)
def test_iam_is_asked_about_the_tags_of_the_source_server(tags, context):
    story = Story()
    story.aws = FakeAws(ready(tags=tags))
    story.request = {"sourceServerID": SERVER}

    resource, found = context_of(story)

    assert (resource, found) == (f"arn:aws:mgn:eu-west-1:{ACCOUNT}:source-server/{SERVER}", context)


def test_where_an_approval_names_an_instance_iam_is_asked_about_that_instance():
    story = Story()
    story.aws = FakeAws(ready(tags={"FinalizeCutover": INSTANCE}))
    story.environment["APPROVAL_BINDING"] = "INSTANCE"
    story.request = {"sourceServerID": SERVER}

    assert context_of(story)[1] == {"aws:ResourceTag/FinalizeCutover": INSTANCE}


def test_the_tags_in_a_member_account_are_no_matter_for_the_functions_own_role():
    story = Story()
    story.environment.update(MEMBERS)
    story.request = {"accountID": MEMBER, "sourceServerID": SERVER}

    assert context_of(story)[0].endswith("/s-00000000000000000")


def test_the_functions_own_account_is_no_member_account():
    story = Story()
    story.request = {"accountID": ACCOUNT, "sourceServerID": SERVER}

    resource, _ = context_of(story)

    assert resource.endswith(f"/{SERVER}")
    assert CheckName.MEMBER_ACCOUNTS not in checks_of(story)


def test_a_missing_hold_tag_leaves_nothing_unknown():
    story = Story()
    missing = frozenset({"aws:ResourceTag/FinalizeCutoverHold"})
    story.ports.decided["mgn:FinalizeCutover"] = Decision(decision="allowed", missing_keys=missing)

    assert checks_of(story)[CheckName.FINALIZE_PERMISSION] == "PASS"


def test_automation_that_is_off_is_no_problem():
    story = Story()
    story.environment["FINALIZE_ON_LAUNCH"] = "DISABLED"
    story.ports.rules = [rule.__class__(name=rule.name, is_enabled=rule.name == "digest", starts=rule.starts)
                         for rule in story.ports.rules]  # fmt: skip

    line = story.line(CheckName.AUTOMATION)

    assert (line["verdict"], line["reason"][:29]) == ("PASS", "Automation is turned off: Fin")


def test_a_central_account_need_not_have_migrations():
    story = Story()
    story.environment.update(MEMBERS)
    for method in ("all_servers", "describe_jobs", "job_log"):
        setattr(story.aws, method, raising(UninitializedAccountError("not here")))
    story.ports.count_applications = raising(UninitializedAccountError("not here"))

    assert "FAIL" not in checks_of(story).values()


@pytest.mark.parametrize(("accounts", "verdict"), [(MEMBER, "FAIL"), ("MANAGED", "PASS")])
def test_an_account_that_somebody_named_must_be_initialized(accounts, verdict):
    story = Story()
    story.environment.update({**MEMBERS, "MEMBER_ACCOUNTS": accounts})
    story.aws.managed = [MEMBER]
    story.aws.in_state = raising(UninitializedAccountError("not here"))

    assert checks_of(story)[CheckName.MEMBER_ACCOUNTS] == verdict


def test_a_member_role_that_works_is_a_line_that_passes():
    story = Story()
    story.environment.update(MEMBERS)

    line = story.line(CheckName.MEMBER_ACCOUNTS)

    assert (line["verdict"], line["reason"]) == ("PASS", "The source servers of 1 member account can be listed.")


def test_the_hint_about_a_member_role_names_the_trust_policy_and_the_external_id():
    story = Story()
    story.environment.update(MEMBERS)
    story.aws.in_state = raising(REFUSED.__class__("not authorized to perform: sts:AssumeRole.", code="AccessDenied"))

    hint = story.line(CheckName.MEMBER_ACCOUNTS)["hint"]

    assert ("trust policy" in hint, "MemberRoleExternalId" in hint) == (True, True)


@pytest.mark.parametrize("error", [KeyError("x"), RuntimeError(SECRET)])
def test_an_unforeseen_error_is_a_line_and_never_an_exception(error):
    story = Story()
    story.staging.managed = raising(error)

    line = story.line(CheckName.LEFTOVERS)

    assert (line["verdict"], type(error).__name__ in line["reason"], SECRET in line["reason"]) == ("FAIL", True, False)


def test_the_checks_run_at_the_same_time():
    story = Story()
    together = threading.Barrier(4, timeout=10)
    wait = lambda *_, **__: together.wait() and None  # noqa: E731
    story.ports.check_event_bus = story.ports.check_topic = story.ports.try_validator = wait
    story.ports.has_object_lock = lambda _: together.wait() is not None

    assert story.report()["outcome"] == "PASS"


def test_what_several_checks_need_is_read_once():
    story = Story()
    asked = []
    caller, rules = story.ports.caller, story.ports.event_rules
    story.ports.caller = lambda: asked.append("caller") or caller()
    story.ports.event_rules = lambda arn: asked.append("rules") or rules(arn)
    story.ports.count_applications = lambda: asked.append("applications") or 3

    story.report()

    assert (sorted(asked), story.aws.calls.count("DescribeSourceServers")) == (["applications", "caller", "rules"], 1)


def test_each_check_has_a_time_limit_also_with_much_time_left():
    story = Story()
    limits = {}
    services = lambda account_id, until: limits.setdefault(account_id, set()).add(until) or story.aws.services  # noqa: E731
    story.differences = {"make_services": services}
    story.environment.update(MEMBERS)

    story.report()

    now = story.aws.clock.now()
    assert max(limits[None]) == now + LIMIT
    assert limits[MEMBER] <= {now + timedelta(seconds=60), now + MEMBERS_LIMIT}


def test_with_little_time_left_every_call_ends_before_the_invocation():
    story = Story()
    limits = []
    story.differences = {
        "seconds_left": 10,
        "make_services": lambda _account, until: limits.append(until) or story.aws.services,
    }

    story.report()

    assert max(limits) == story.aws.clock.now() + timedelta(seconds=10)


def test_a_job_and_an_instance_that_exist_are_read_for_real():
    story = Story()
    story.aws = FakeAws(approved(SERVER))

    reasons = [story.line(name)["reason"] for name in (CheckName.JOB_LOG, CheckName.INSTANCE_STATUS)]

    assert reasons == [
        "The logs of launch jobs can be read: mgnjob-0123456789abcdef0 was.",
        "The status of EC2 instances can be read: i-0123456789abcdef0 was.",
    ]
