"""Each check of a preflight has a story in which it does not pass, for its own reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError, UninitializedAccountError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.preflight.ports import Decision
from finalize_cutover.cutover.preflight.report import CheckName
from tests.unit.automated import archived
from tests.unit.builders import SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.preflighted import KEY, MEMBER, MEMBERS, REFUSED, Story, raising

IMPLICIT, EXPLICIT = Decision(decision="implicitDeny"), Decision(decision="explicitDeny")
DENYING = '{"Statement": [{"Sid": "OnlyFromOurVpc", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}]}'


def set_to(target, **values):
    return lambda story: [setattr(getattr(story, target), name, value) for name, value in values.items()]


def variables(**values):
    return lambda story: story.environment.update(values)


def asks(**fields):
    return lambda story: story.request.update(fields)


def knows(*evidence):
    def change(story):
        story.aws = FakeAws(*evidence)
        story.request.update(sourceServerID=SERVER)

    return change


def refused(target, method, error=REFUSED):
    return lambda story: setattr(getattr(story, target), method, raising(error))


def decides(action, decision):
    return lambda story: story.ports.decided.update({action: decision})


def rules(**states):
    def change(story):
        story.ports.rules = [
            replace(rule, is_enabled=states.get(rule.name.partition("-")[0], rule.is_enabled))
            for rule in story.ports.rules
            if states.get(rule.name.partition("-")[0]) is not None or rule.name.partition("-")[0] not in states
        ]

    return change


def both(*changes):
    return lambda story: [change(story) for change in changes]


OFF = variables(FINALIZE_ON_LAUNCH="DISABLED")
IN_MEMBER = both(variables(**MEMBERS), asks(accountID=MEMBER))
FAR = MgnRefusedError(
    "mgn:DescribeSourceServers failed with AccessDenied (403): not authorized to perform: sts:AssumeRole on x.",
    code="AccessDenied",
)
UNREADABLE = Found(items={}, errors={SERVER: MgnUnavailableError("odd")}, unnamed=2)
INVALID_JOB = MgnRefusedError("Unknown job.", code="ValidationException")

# By check: what is broken, the verdict, and words of the reason.
STORIES = {
    CheckName.PARAMETERS: [
        (variables(AUTOMATION_REQUIRE="backups"), "FAIL", 'AutomationRequire[0] is "backups"'),
        (variables(AUTOMATION_WAIVE="approval"), "FAIL", 'AutomationWaive contains "approval"'),
        (variables(AUTOMATION_SOAK_MINUTES="-1"), "FAIL", "AutomationSoakMinutes is"),
        (variables(APPROVAL_BINDING="PERSON"), "FAIL", 'ApprovalBinding is "PERSON"'),
        (variables(CHANGE_CALENDARS="a b"), "FAIL", 'ChangeCalendars[0] is "a b"'),
        (variables(VALIDATOR_FUNCTION_ARN=""), "FAIL", "ValidatorFunctionArn is empty"),
        (variables(MEMBER_ACCOUNTS="12"), "FAIL", 'MemberAccounts contains "12"'),
        (variables(MEMBER_ACCOUNTS=MEMBER), "FAIL", "MemberRoleName is empty"),
        (variables(DIGEST_TOPIC_ARN="digests"), "FAIL", 'DigestTopicArn is "digests"'),
        (variables(WARN_FREE_HOURS_LEFT="many"), "FAIL", 'WarnFreeHoursLeft is "many"'),
        (variables(EVIDENCE_BUCKET="UPPER"), "FAIL", 'EvidenceBucketName is "UPPER"'),
        (variables(EVIDENCE_RETENTION_DAYS="0"), "FAIL", "EvidenceRetentionDays is"),
    ],
    CheckName.CREDENTIALS: [
        (refused("ports", "caller"), "FAIL", "not today"),
        (refused("ports", "caller", MgnUnavailableError("busy.")), "WARN", "is not known: busy"),
        (set_to("ports", account_id=MEMBER), "FAIL", f"those of account {MEMBER}"),
    ],
    CheckName.CLOCK: [
        (refused("ports", "caller"), "FAIL", "not today"),
        (refused("ports", "caller", MgnUnavailableError("busy.")), "WARN", "was not compared: busy"),
        (set_to("ports", ahead=timedelta(seconds=70)), "WARN", "differs by 69 s"),
        (set_to("ports", ahead=timedelta(seconds=-61)), "WARN", "differs by 61 s"),
        (set_to("ports", ahead=timedelta(minutes=-5)), "FAIL", "differs by 300 s"),
        (set_to("ports", ahead=timedelta(minutes=5)), "FAIL", "differs by 299 s"),
    ],
    CheckName.LOG_LEVEL: [
        (variables(POWERTOOLS_LOG_LEVEL="WARN"), "WARN", "The log level is WARN"),
        (variables(POWERTOOLS_LOG_LEVEL="ERROR"), "WARN", "The log level is ERROR"),
    ],
    CheckName.SOURCE_SERVERS: [
        (refused("aws", "all_servers", UninitializedAccountError("not here.")), "FAIL", "not here"),
        (set_to("aws", all_servers=lambda: UNREADABLE), "WARN", "of which 3 cannot be read"),
    ],
    CheckName.JOBS: [(refused("aws", "describe_jobs"), "FAIL", "not today")],
    CheckName.JOB_LOG: [
        (refused("aws", "job_log"), "FAIL", "not today"),
        (refused("aws", "job_log", INVALID_JOB), "FAIL", "Unknown job"),
        (both(knows(), refused("aws", "job_log", INVALID_JOB)), "WARN", "no launch job is known"),
    ],
    CheckName.APPLICATIONS: [(refused("ports", "count_applications"), "FAIL", "not today")],
    CheckName.INSTANCE_STATUS: [
        (refused("aws", "statuses"), "FAIL", "not today"),
        (set_to("aws", statuses=lambda ids: Found(items={}, errors=dict.fromkeys(ids, REFUSED))), "FAIL", "not today"),
        (asks(accountID=MEMBER), "WARN", "EC2 has no global view"),
    ],
    CheckName.LEFTOVERS: [(refused("staging", "managed"), "FAIL", "not today")],
    CheckName.STACK_STATUS: [
        (set_to("stack", error=REFUSED), "FAIL", "not today"),
        (set_to("stack", error=MgnRefusedError("1 error.", code="ValidationError")), "FAIL", "1 error"),
    ],
    CheckName.APPLICATION_STATUS: [(refused("sources", "application_statuses"), "FAIL", "not today")],
    CheckName.ALARMS: [
        (refused("sources", "with_prefix"), "FAIL", "not today"),
        (set_to("sources", found=[]), "WARN", "no alarm whose name begins with accept-"),
    ],
    CheckName.TERMINATION_PROTECTION: [
        (set_to("sources", protected=lambda ids: Found(items={}, errors=dict.fromkeys(ids, REFUSED))), "FAIL", "not t"),
        (knows(), "WARN", "no launched instance is known"),
    ],
    CheckName.CHANGE_CALENDAR: [
        (refused("sources", "states"), "FAIL", "not today"),
        (set_to("sources", calendars_found={}), "FAIL", "Change calendar freeze does not exist"),
    ],
    CheckName.VALIDATOR: [(refused("ports", "try_validator"), "FAIL", "not today")],
    CheckName.MEMBER_ACCOUNTS: [
        (both(IN_MEMBER, refused("aws", "in_state", FAR)), "FAIL", "sts:AssumeRole"),
        (both(variables(**MEMBERS), refused("aws", "in_state", FAR)), "FAIL", "sts:AssumeRole"),
        (
            both(
                variables(**MEMBERS),
                variables(MEMBER_ACCOUNTS=f"{MEMBER},777788889999"),
                refused("aws", "in_state", FAR),
            ),
            "FAIL",
            f"Of 2 member accounts, the source servers of 2 cannot be listed ({MEMBER}: AccessDenied; 7777",
        ),
        (variables(**{**MEMBERS, "MEMBER_ACCOUNTS": "MANAGED"}), "FAIL", "does not list the accounts"),
    ],
    CheckName.FINALIZE_PERMISSION: [
        (decides("mgn:FinalizeCutover", IMPLICIT), "FAIL", "mgn:FinalizeCutover on approved source servers is not all"),
        (decides("mgn:FinalizeCutover", EXPLICIT), "FAIL", "denied by a statement"),
        (decides("mgn:FinalizeCutover", replace(IMPLICIT, is_denied_by_organization=True)), "FAIL", "control policy"),
        (decides("mgn:FinalizeCutover", replace(IMPLICIT, is_denied_by_boundary=True)), "FAIL", "boundary"),
        (
            decides("mgn:FinalizeCutover", Decision(decision="allowed", missing_keys=frozenset({"aws:SourceIp"}))),
            "WARN",
            "depends on aws:SourceIp",
        ),
        (set_to("ports", decisions=lambda *_: {}), "WARN", "does not answer about mgn:FinalizeCutover"),
        (refused("ports", "decisions"), "WARN", "is not known: some:Operation"),
        (refused("ports", "decisions", MgnUnavailableError("busy.")), "WARN", "is not known: busy"),
        (set_to("ports", role_arn=None), "WARN", "does not run with a role"),
        (both(asks(sourceServerID=SERVER), decides("mgn:FinalizeCutover", EXPLICIT)), "FAIL", f"server {SERVER} is de"),
    ],
    CheckName.ARCHIVE_PERMISSION: [(decides("mgn:MarkAsArchived", IMPLICIT), "FAIL", "mgn:MarkAsArchived on appr")],
    CheckName.ARCHIVE_GROUPS_PERMISSION: [
        (decides("mgn:ArchiveApplication", IMPLICIT), "FAIL", "mgn:ArchiveApplication on applications is not allowed"),
        (decides("mgn:ArchiveWave", IMPLICIT), "FAIL", "mgn:ArchiveWave on waves is not allowed"),
    ],
    CheckName.PROTECT_PERMISSION: [
        (decides("ec2:ModifyInstanceAttribute", IMPLICIT), "FAIL", "ec2:ModifyInstanceAttribute on instances that MGN")
    ],
    CheckName.MEMBER_PERMISSIONS: [
        (IN_MEMBER, "WARN", f"finalizing in account {MEMBER} is allowed cannot be known"),
        (variables(**MEMBERS), "WARN", "IAM simulates only roles of the function's own account"),
        (asks(accountID=MEMBER), "WARN", "MGN's global view"),
    ],
    CheckName.EVIDENCE_BUCKET: [
        (set_to("ports", is_locked=False), "FAIL", "Bucket records has no Object Lock"),
        (refused("ports", "has_object_lock"), "FAIL", "not today"),
    ],
    CheckName.EVIDENCE_PERMISSION: [
        (decides("s3:PutObjectRetention", IMPLICIT), "FAIL", "s3:PutObjectRetention in bucket records is not allowed"),
        (set_to("ports", policy=DENYING), "WARN", "OnlyFromOurVpc"),
        (refused("ports", "bucket_policy"), "WARN", "is not known: some:Operation"),
        (refused("ports", "caller", MgnUnavailableError("busy.")), "WARN", "is not known: busy"),
    ],
    CheckName.EVENT_BUS: [(refused("ports", "check_event_bus"), "FAIL", "not today")],
    CheckName.DIGEST_TOPIC: [(refused("ports", "check_topic"), "FAIL", "not today")],
    CheckName.KMS_KEY: [
        (variables(**KEY), "WARN", "key policy"),
        (both(variables(**KEY), set_to("ports", state="PendingDeletion")), "FAIL", "is PendingDeletion"),
        (both(variables(**KEY), refused("ports", "key_state")), "FAIL", "not today"),
    ],
    CheckName.AUTOMATION: [
        (rules(sweep=False), "WARN", "ENABLED, but the schedule of the sweep is disabled"),
        (rules(launch=False), "WARN", "ENABLED, but the event rule of launch results is disabled"),
        (OFF, "FAIL", "DISABLED, but the event rule of launch results is enabled"),
        (rules(launch=None), "FAIL", "has lost the event rule of launch results"),
        (set_to("ports", rules=[]), "FAIL", "has lost the event rule of launch results and the schedule of the sweep"),
        (lambda story: setattr(story, "context", None), "WARN", "does not run in Lambda"),
        (refused("ports", "event_rules"), "FAIL", "not today"),
    ],
    CheckName.DIGEST_SCHEDULE: [
        (rules(digest=False), "WARN", "is disabled, but DigestTopicArn is set"),
        (variables(DIGEST_TOPIC_ARN=""), "WARN", "is enabled, but DigestTopicArn is empty"),
        (rules(digest=None), "FAIL", "has lost the schedule of the digest"),
    ],
    CheckName.SOURCE_SERVER_QUOTA: [
        (lambda story: setattr(story, "aws", FakeAws(*many(120))), "WARN", "120 source servers replicate, of 150"),
        (
            lambda story: setattr(story, "aws", FakeAws(*many(3200, replication_state="DISCONNECTED"))),
            "WARN",
            "and 3200 are not archived, of 4000",
        ),
    ],
    CheckName.APPLICATION_QUOTA: [(set_to("ports", applications=160), "WARN", "160 applications are not archived")],
    CheckName.SOURCE_SERVER: [
        (knows(), "FAIL", f"MGN does not list source server {SERVER}"),
        (knows(ready(state="TESTING")), "WARN", "lifecycle state TESTING, in which it cannot be finalized"),
        (knows(archived(ready())), "WARN", "but archived"),
    ],
    CheckName.HOLD_TAG: [(knows(ready(tags={"finalizecutoverHOLD": ""})), "WARN", "carries the hold tag")],
    CheckName.APPROVAL_TAG: [
        (knows(ready()), "WARN", "It does not carry the approval tag FinalizeCutover."),
        (knows(ready(tags={"FinalizeCutover": "no"})), "WARN", "is another one"),
    ],
}
LINES = [pytest.param(check, *story, id=f"{check}-{i}") for check, found in STORIES.items() for i, story in
         enumerate(found)]  # fmt: skip


def many(number, **differences):
    return [ready(f"s-{i:017x}", **differences) for i in range(number)]


@pytest.mark.parametrize(("check", "change", "verdict", "words"), LINES)
def test_a_check_that_does_not_pass_says_why_and_what_to_do(check, change, verdict, words):
    story = Story()
    change(story)

    line = story.line(check)

    assert (line["verdict"], words in line["reason"]) == (verdict, True), line["reason"]
    assert line["hint"].endswith(".")
    assert line["reason"].endswith(".")


def test_every_check_has_such_a_story():
    assert set(STORIES) == set(CheckName)


def test_every_check_passes_where_everything_works():
    story = Story()
    story.request = {"sourceServerID": SERVER}

    report = story.report()

    never = {CheckName.MEMBER_ACCOUNTS, CheckName.MEMBER_PERMISSIONS, CheckName.KMS_KEY}
    assert {line["check"]: line["verdict"] for line in report["checks"]} == dict.fromkeys(
        [name for name in CheckName if name not in never], "PASS"
    )
    assert [line for line in report["checks"] if "hint" in line] == []
    assert (report["outcome"], report["counts"]["PASS"]) == ("PASS", len(report["checks"]))


@pytest.mark.parametrize(
    ("check", "change", "reason"),
    [
        ("source-servers", knows(ready()), "MGN lists 1 source server, not counting archived ones."),
        ("source-servers", knows(*many(2)), "MGN lists 2 source servers, not counting archived ones."),
        ("applications", set_to("ports", applications=1), "MGN lists 1 application, not counting archived ones."),
        ("applications", set_to("ports", applications=0), "MGN lists 0 applications, not counting archived ones."),
    ],
)
def test_what_is_listed_is_counted_in_words(check, change, reason):
    story = Story()
    change(story)

    assert story.line(check)["reason"] == reason
