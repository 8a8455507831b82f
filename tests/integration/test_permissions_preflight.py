"""A preflight over HTTP with the deployed role, while IAM is enforced: all lines pass, and each can fail."""

import pytest

from tests.integration.accepted import VALIDATOR
from tests.integration.acting import PREFLIGHT
from tests.integration.preflighted import BUCKET, SERVER, TOPIC, Preflight, client, provide, without

CALLED = {
    *PREFLIGHT,
    *("mgn:DescribeSourceServers", "mgn:DescribeJobs", "mgn:DescribeJobLogItems", "mgn:ListApplications"),
    *("ec2:DescribeInstanceStatus", "ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"),
    *("ec2:DescribeApplicationStatus", "ec2:DescribeInstanceAttribute", "cloudwatch:DescribeAlarms"),
    *("cloudformation:DescribeStacks", "ssm:GetCalendarState", "lambda:Invoke", "sns:GetTopicAttributes"),
    *("sts:GetCallerIdentity", f"s3:{BUCKET}"),
}
# By line: the action without which it does not pass, and its verdict then.
DENIED = {
    "source-servers": ("mgn:DescribeSourceServers", "FAIL"),
    "jobs": ("mgn:DescribeJobs", "FAIL"),
    "job-log": ("mgn:DescribeJobLogItems", "FAIL"),
    "applications": ("mgn:ListApplications", "FAIL"),
    "instance-status": ("ec2:DescribeInstanceStatus", "FAIL"),
    "leftovers": ("ec2:DescribeSnapshots", "FAIL"),
    "stack-status": ("cloudformation:DescribeStacks", "FAIL"),
    "application-status": ("ec2:DescribeApplicationStatus", "FAIL"),
    "alarms": ("cloudwatch:DescribeAlarms", "FAIL"),
    "termination-protection": ("ec2:DescribeInstanceAttribute", "FAIL"),
    "change-calendar": ("ssm:GetCalendarState", "FAIL"),
    "validator": ("lambda:InvokeFunction", "FAIL"),
    "finalize-permission": ("mgn:FinalizeCutover", "FAIL"),
    "archive-permission": ("mgn:MarkAsArchived", "FAIL"),
    "archive-groups-permission": ("mgn:ArchiveWave", "FAIL"),
    "protect-permission": ("ec2:ModifyInstanceAttribute", "FAIL"),
    "evidence-bucket": ("s3:GetBucketObjectLockConfiguration", "FAIL"),
    "evidence-permission": ("s3:PutObject", "FAIL"),
    "event-bus": ("events:DescribeEventBus", "FAIL"),
    "digest-topic": ("sns:GetTopicAttributes", "FAIL"),
    "automation": ("events:DescribeRule", "FAIL"),
    "digest-schedule": ("events:ListTargetsByRule", "FAIL"),
}
# By variable: the parameter, a value that names nothing, and the words of its line.
MISSING = {
    "EVENT_BUS_NAME": ("EventBusName", "nowhere", ("event-bus", "ResourceNotFoundException")),
    "DIGEST_TOPIC_ARN": ("DigestTopicArn", f"{TOPIC}-2", ("digest-topic", "NotFound")),
    "EVIDENCE_BUCKET": ("EvidenceBucketName", "no-such-bucket-of-ours", ("evidence-bucket", "NoSuchBucket")),
    "CHANGE_CALENDARS": ("ChangeCalendars", "thaw", ("change-calendar", "thaw does not exist")),
    "AUTOMATION_ALARM_PREFIX": ("AutomationAlarmPrefix", "other-", ("alarms", "no alarm")),
}


@pytest.fixture
def preflight(aws, monkeypatch):
    """Returns a preflight of a stack with these parameters, and everything that it needs."""
    provide(aws)
    return lambda **parameters: Preflight(aws, monkeypatch, **parameters)


def test_everything_passes_where_everything_works(aws, preflight):
    report = preflight().report(sourceServerID=SERVER)

    assert [line for line in report["checks"] if line["verdict"] != "PASS"] == []
    assert len(report["checks"]) == 31
    assert {f"{call['service']}:{call['operation']}" for call in aws.calls()} == CALLED
    # CloudFormation says that a stack does not exist.
    assert {call["operation"] for call in aws.calls() if call["status"] != 200} == {"DescribeStacks", BUCKET}


def test_nothing_is_written(aws, preflight):
    found = preflight()

    found.report(sourceServerID=SERVER)

    assert found.acting.state(SERVER) == "CUTTING_OVER"
    aws.enforce_iam(enforce=False)
    assert "Versions" not in client(aws, "s3").list_object_versions(Bucket=BUCKET)


def test_every_operation_only_reads():
    named = {call.partition(":")[2] for call in CALLED if not call.startswith("s3:")}

    assert {name for name in named if not name.startswith(("Describe", "Get", "List", "Simulate"))} == {"Invoke"}


def test_no_line_passes_without_its_permission(aws, preflight):
    found = preflight()

    lines = {}
    for check, (action, _) in DENIED.items():
        without(found.acting.role.arn, action, aws)
        lines[check] = found.line(check)

    assert {check: (DENIED[check][0], line["verdict"]) for check, line in lines.items()} == DENIED
    assert [
        line for check, line in lines.items() if DENIED[check][0].partition(":")[2] not in line["reason"] + line["hint"]
    ] == []


def test_without_the_simulation_the_writes_are_not_known(aws, preflight):
    found = preflight()
    without(found.acting.role.arn, "iam:SimulatePrincipalPolicy", aws)

    line = found.line("finalize-permission")

    assert (line["verdict"], "iam:SimulatePrincipalPolicy failed with AccessDenied" in line["reason"]) == ("WARN", True)


def test_the_hold_tag_is_what_iam_denies(aws, preflight):
    aws.change_source_server(SERVER, tags={"FinalizeCutoverHold": ""})
    found = preflight()

    lines = {line["check"]: line["verdict"] for line in found.report(sourceServerID=SERVER)["checks"]}

    assert (lines["hold-tag"], lines["finalize-permission"], lines["archive-permission"]) == ("WARN", "FAIL", "PASS")


def test_where_the_tag_is_enforced_iam_denies_what_is_not_approved(aws, preflight):
    aws.add_source_server("ready", sourceServerID="s-0123456789abcdef1")
    found = preflight(EnforceApprovalTag="true")

    approved, other = (found.line("finalize-permission", sourceServerID=each) for each in (SERVER, f"{SERVER[:-1]}1"))

    assert (approved["verdict"], other["verdict"]) == ("PASS", "FAIL")


def test_a_bucket_without_object_lock_is_refused(aws, preflight, monkeypatch):
    client(aws, "s3").create_bucket(Bucket="plain", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    found = preflight(EvidenceBucketName="plain")
    monkeypatch.setenv("EVIDENCE_BUCKET", "plain")

    assert found.line("evidence-bucket")["reason"] == "Bucket plain has no Object Lock."


def test_what_does_not_exist_is_named(preflight, monkeypatch):
    found = preflight(**{parameter: value for parameter, value, _ in MISSING.values()})
    for variable, (_, value, _) in MISSING.items():
        monkeypatch.setenv(variable, value)

    lines = {line["check"]: line for line in found.report()["checks"]}

    wanted = {check: words for _, _, (check, words) in MISSING.values()}
    assert [lines[check] for check, words in wanted.items() if words not in lines[check]["reason"]] == []
    assert "PASS" not in {lines[check]["verdict"] for check in wanted}


def test_the_rules_are_compared_with_the_parameter(preflight, monkeypatch):
    found = preflight(FinalizeOnLaunch="DISABLED", DigestTopicArn="")
    before = [found.line(check)["verdict"] for check in ("automation", "digest-schedule")]
    monkeypatch.setenv("FINALIZE_ON_LAUNCH", "DISABLED")
    monkeypatch.setenv("DIGEST_TOPIC_ARN", "")

    assert before == ["WARN", "WARN"]
    assert [found.line(check)["verdict"] for check in ("automation", "digest-schedule")] == ["PASS", "PASS"]


def test_a_validator_that_fails_is_refused(aws, preflight):
    found = preflight()
    aws.set_validator(VALIDATOR, functionError="Unhandled", answer={})

    assert "it failed (Unhandled)" in found.line("validator")["reason"]


def test_an_account_without_mgn_is_named(aws, preflight, monkeypatch):
    found = preflight()
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    line = found.line("source-servers")

    assert (line["verdict"], "UninitializedAccountException" in line["reason"]) == ("FAIL", True)
    assert aws.operations("mgn") != []


def test_a_key_is_read_with_its_own_permission(aws, preflight, monkeypatch):
    key = client(aws, "kms").create_key()["KeyMetadata"]
    found = preflight(KmsKeyArn=key["Arn"])
    monkeypatch.setenv("KMS_KEY_ARN", key["Arn"])

    enabled = found.line("kms-key")
    aws.enforce_iam(enforce=False)
    client(aws, "kms").disable_key(KeyId=key["KeyId"])
    aws.enforce_iam()

    assert (enabled["verdict"], enabled["reason"][:24]) == ("WARN", "The KMS key is Enabled. ")
    assert found.line("kms-key")["reason"] == "The state of the KMS key is Disabled."
