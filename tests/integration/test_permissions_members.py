"""A request about a member account needs exactly the permissions in examples/member-account-role.yaml."""

import pytest

from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.acting import AUDITING, LOOKING, SELECTING
from tests.integration.member_accounts import Members

MEMBER = "444455556666"
SERVER = "s-0123456789abcdef0"
FINALIZED = "s-0123456789abcdef2"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
APPROVED = {"FinalizeCutover": "approved"}
PROPERTIES = {"AccountID": MEMBER, "WaveID": WAVE, "WaitMinutes": 0, "Archive": True}

ACTING = {"mgn:FinalizeCutover", "mgn:MarkAsArchived"}

HANDLERS = {
    "a stack that is created": (
        lambda acting: acting.answers("Create", PROPERTIES),
        {*SELECTING, *LOOKING, *ACTING},
    ),
    "a direct request to finalize": (
        lambda acting: acting.asks({"accountID": MEMBER, "waveID": WAVE, "waitMinutes": 0, "archive": True}),
        {*SELECTING, *LOOKING, *ACTING},
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
        aws.add_source_server("ready", sourceServerID=SERVER, tags=tags, **options)
        aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True, accountID=MEMBER)
        aws.advance(100 * 60)
        return entered

    yield members
    functions.forget(HANDLER)


def called(aws):
    """Return (action, status) of all calls to the services in the role of a member account."""
    calls = [*aws.calls("mgn"), *aws.calls("ec2")]
    return {(f"{one['service']}:{one['operation']}", one["status"]) for one in calls}


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_uses_these_permissions_and_is_denied_none(aws, members, handler):
    enter, needed = HANDLERS[handler]

    enter(members().acting)

    assert called(aws) == {(action, 200) for action in needed}


def test_the_role_allows_nothing_that_no_handler_needs(members):
    assert members().actions == set().union(*(needed for _, needed in HANDLERS.values()))


@pytest.mark.parametrize(("tags", "outcome"), [(APPROVED, "FINALIZED"), ({}, "FAILED")])
def test_where_the_tag_is_enforced_only_what_is_approved_is_finalized(members, tags, outcome):
    entered = members(tags, EnforceApprovalTag="true")

    report = entered.acting.asks({"accountID": MEMBER, "sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == outcome
    assert entered[MEMBER].states()[SERVER] == ("CUTOVER" if tags else "CUTTING_OVER")


def test_by_default_no_tag_is_asked_for(members):
    report = members({}).acting.asks({"accountID": MEMBER, "sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == "FINALIZED"
