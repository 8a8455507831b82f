"""A request about a member account needs exactly the permissions in examples/member-account-role.yaml."""

import pytest

from local.client import LocalAws
from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.accepted import ACCEPTING, CALENDAR, RULES, accept
from tests.integration.acting import AUDITING, LOOKING, SELECTING
from tests.integration.member_accounts import EXTERNAL_ID, Members

MEMBER = "444455556666"
SERVER = "s-0123456789abcdef0"
FINALIZED = "s-0123456789abcdef2"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
APPROVED = {"FinalizeCutover": "approved"}
PROPERTIES = {"AccountID": MEMBER, "WaveID": WAVE, "WaitMinutes": 0, "Archive": True}

ACTING = {"mgn:FinalizeCutover", "mgn:MarkAsArchived"}
ALLOWED = {"AllowArchiveApplicationAndWave": "true"}
ARCHIVING = {"mgn:ArchiveApplication", "mgn:ListWaves", "mgn:ArchiveWave"}

HANDLERS = {
    "a stack that is created": (
        lambda acting: acting.answers("Create", PROPERTIES),
        {*SELECTING, *LOOKING, *ACTING},
    ),
    "a direct request to finalize": (
        lambda acting: acting.asks({"accountID": MEMBER, "waveID": WAVE, "waitMinutes": 0, "archive": True}),
        {*SELECTING, *LOOKING, *ACTING},
    ),
    "a direct request that archives the wave": (
        lambda acting: acting.asks(
            {"accountID": MEMBER, "waveID": WAVE, "waitMinutes": 0, "archive": True, "archiveApplicationAndWave": True}
        ),
        {*SELECTING, *LOOKING, *ACTING, *ARCHIVING},
    ),
    "a direct request with the optional rules": (
        lambda acting: acting.asks({"accountID": MEMBER, "sourceServerID": SERVER, "waitMinutes": 0, **RULES}),
        {*LOOKING, *ACCEPTING, "mgn:FinalizeCutover"},
    ),
    "a direct request to check": (
        lambda acting: acting.asks({"action": "check", "accountID": MEMBER, "sourceServerID": SERVER}),
        LOOKING,
    ),
    "a direct request to audit": (
        lambda acting: acting.asks({"action": "audit", "accountID": MEMBER, "sourceServerID": FINALIZED}),
        AUDITING,
    ),
    "a direct request to select": (
        lambda acting: acting.asks({"action": "select", "accountID": MEMBER, "waveID": WAVE}),
        SELECTING,
    ),
}


@pytest.fixture
def members(aws, monkeypatch):
    """Returns the application and a member account with a wave of one server; its role has the given parameters."""

    def members(tags=APPROVED, **parameters):
        entered = Members(aws, monkeypatch, MEMBER, **parameters)
        aws.add_wave(waveID=WAVE, accountID=MEMBER)
        aws.add_application(applicationID=APPLICATION, waveID=WAVE, accountID=MEMBER)
        options = {"applicationID": APPLICATION, "accountID": MEMBER}
        server = aws.add_source_server("ready", sourceServerID=SERVER, tags=tags, **options)
        aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True, accountID=MEMBER)
        aws.advance(100 * 60)
        instance_id = server["launchedInstance"]["ec2InstanceID"]
        accept(LocalAws(aws.url, account=MEMBER), entered[MEMBER].client("ec2"), instance_id)
        aws.set_calendar(CALENDAR)
        aws.clear_calls()
        return entered

    yield members
    functions.forget(HANDLER)


def called(aws):
    """Return (action, status) of all calls to the services in the role of a member account."""
    calls = [*aws.calls("mgn"), *aws.calls("ec2"), *aws.calls("cloudwatch")]
    return {(f"{one['service']}:{one['operation']}", one["status"]) for one in calls}


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_uses_these_permissions_and_is_denied_none(aws, members, handler):
    enter, needed = HANDLERS[handler]

    enter(members(**ALLOWED).acting)

    assert called(aws) == {(action, 200) for action in needed}


def test_a_preflight_of_a_member_account_needs_no_more_than_its_role(members):
    report = members().acting.asks({"action": "preflight", "accountID": MEMBER, "sourceServerID": SERVER})

    lines = {line["check"]: line for line in report["checks"]}
    assert {check for check, line in lines.items() if line["verdict"] == "FAIL"} == {"automation", "digest-schedule"}
    assert lines["member-accounts"]["reason"] == "The source servers of 1 member account can be listed."
    assert lines["source-server"]["reason"].endswith("in the lifecycle state CUTTING_OVER.")
    assert lines["member-permissions"]["verdict"] == "WARN"


def test_a_preflight_names_a_role_that_cannot_be_assumed(aws, members):
    acting = members().acting
    # The answer of STS, whether the role, its trust policy or the external ID is the reason.
    aws.add_fault("AssumeRole", "access-denied", service="sts", times=100)

    report = acting.asks({"action": "preflight", "accountID": MEMBER})

    (line,) = [line for line in report["checks"] if line["check"] == "member-accounts"]
    assert (line["verdict"], "sts:AssumeRole" in line["reason"]) == ("FAIL", True)
    assert "its trust policy must name the stack's output FinalizeCutoverRole" in line["hint"]
    assert EXTERNAL_ID not in str(report)


def test_the_role_allows_nothing_that_no_handler_needs(members):
    assert members(**ALLOWED).actions == set().union(*(needed for _, needed in HANDLERS.values()))


@pytest.mark.parametrize(("tags", "outcome"), [(APPROVED, "FINALIZED"), ({}, "FAILED")])
def test_where_the_tag_is_enforced_only_what_is_approved_is_finalized(members, tags, outcome):
    entered = members(tags, EnforceApprovalTag="true")

    report = entered.acting.asks({"accountID": MEMBER, "sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == outcome
    assert entered[MEMBER].states()[SERVER] == ("CUTOVER" if tags else "CUTTING_OVER")


def test_by_default_no_tag_is_asked_for(members):
    report = members({}).acting.asks({"accountID": MEMBER, "sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == "FINALIZED"


def test_what_is_on_hold_is_denied_in_the_member_account_too(members, monkeypatch):
    entered = members({**APPROVED, "FinalizeCutoverHold": ""})
    monkeypatch.setenv("HOLD_TAG_KEY", "Another")  # so that only IAM can refuse

    report = entered.acting.asks(request())

    assert (report["outcome"], report["error"]["code"]) == ("FAILED", "AccessDeniedException")
    assert "The hold tag is denied on purpose" in report["error"]["hint"]
    assert entered[MEMBER].states()[SERVER] == "CUTTING_OVER"


@pytest.mark.parametrize(("value", "outcome"), [("i-0123456789abcdef0", "FINALIZED"), ("approved", "FAILED")])
def test_where_one_launch_is_approved_the_tag_must_name_an_instance(members, value, outcome):
    entered = members({"FinalizeCutover": value}, EnforceApprovalTag="true", ApprovalBinding="INSTANCE")

    assert entered.acting.asks(request())["outcome"] == outcome


def unprotected(entered):
    """Turn termination protection of the server's instance off, as the administrator; return the instance ID."""
    ec2 = entered[MEMBER].client("ec2")
    (server,) = entered[MEMBER].client("mgn").describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    instance_id = server["launchedInstance"]["ec2InstanceID"]
    ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": False})
    return instance_id


def request(**fields):
    return {"accountID": MEMBER, "sourceServerID": SERVER, "waitMinutes": 0, **fields}


@pytest.mark.parametrize(("allowed", "outcome"), [("true", "FINALIZED"), ("false", "FAILED")])
def test_termination_protection_is_turned_on_only_where_the_member_allows_it(members, allowed, outcome):
    entered = members(AllowSetTerminationProtection=allowed)
    instance_id = unprotected(entered)

    report = entered.acting.asks(request(setTerminationProtection=True))

    ec2 = entered[MEMBER].client("ec2")
    answer = ec2.describe_instance_attribute(InstanceId=instance_id, Attribute="disableApiTermination")
    assert (report["outcome"], answer["DisableApiTermination"]["Value"]) == (outcome, allowed == "true")


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ({"alarms": RULES["alarms"]}, "cloudwatch:DescribeAlarms"),
        ({"require": ["application-status"]}, "ec2:DescribeApplicationStatus"),
        ({"require": ["termination-protection"]}, "ec2:DescribeInstanceAttribute"),
    ],
)
def test_a_rule_may_read_nothing_where_the_member_does_not_allow_it(members, fields, action):
    report = members(AllowAcceptanceReads="false").acting.asks(request(**fields))

    assert report["outcome"] == "FAILED"
    assert f"{action} failed with " in report["error"]["message"]
    assert report["error"]["hint"].startswith(
        f"Allow {action} in the policies of the function's role, or of the member"
    )


def test_a_calendar_needs_nothing_of_the_member(members):
    entered = members(AllowAcceptanceReads="false")

    assert entered.acting.asks(request(changeCalendars=[CALENDAR]))["outcome"] == "FINALIZED"
