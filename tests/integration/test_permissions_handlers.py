"""The permissions that each handler needs; the role has exactly the permissions that some handler needs."""

import pytest

from tests.integration.accepted import ACCEPTING, RULES, accept
from tests.integration.acting import AUDITING, LOOKING, PREFLIGHT, SELECTING, Acting

SERVER = "s-0123456789abcdef0"
FINALIZED = "s-0123456789abcdef2"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
PROPERTIES = {"WaveID": WAVE, "WaitMinutes": 0, "Archive": True}

FINALIZING = {*LOOKING, "mgn:FinalizeCutover"}
GROUPS = {"archiveApplicationAndWave": True}
ARCHIVING = {"mgn:ListApplications", "mgn:ArchiveApplication", "mgn:ListWaves", "mgn:ArchiveWave"}
TELLING = {"events:PutEvents"}

HANDLERS = {
    "a stack that is created": (
        lambda acting: acting.answers("Create", PROPERTIES),
        {*SELECTING, *FINALIZING, "mgn:MarkAsArchived", "cloudformation:DescribeStacks"},
    ),
    "a stack that is updated": (
        lambda acting: acting.answers("Update", PROPERTIES, old_properties=PROPERTIES, physical_resource_id=WAVE),
        {*SELECTING, *FINALIZING, "mgn:MarkAsArchived", "cloudformation:DescribeStacks"},
    ),
    "a stack that is deleted": (
        lambda acting: acting.answers("Delete", PROPERTIES, physical_resource_id=WAVE),
        set(),
    ),
    "an event": (lambda acting: acting.hears_of(SERVER), {*FINALIZING, *TELLING}),
    "a sweep": (lambda acting: acting.asks({"action": "sweep"}), {*FINALIZING, *TELLING, *AUDITING}),
    "a direct request to finalize": (
        lambda acting: acting.asks({"waveID": WAVE, "waitMinutes": 0, "archive": True}),
        {*SELECTING, *FINALIZING, "mgn:MarkAsArchived"},
    ),
    "a direct request that archives the wave": (
        lambda acting: acting.asks({"waveID": WAVE, "waitMinutes": 0, "archive": True, **GROUPS}),
        {*SELECTING, *FINALIZING, "mgn:MarkAsArchived", *ARCHIVING},
    ),
    "a direct request with the optional rules": (
        lambda acting: acting.asks({"sourceServerID": SERVER, "waitMinutes": 0, **RULES}),
        {*FINALIZING, *ACCEPTING, "ssm:GetCalendarState"},
    ),
    "a direct request to check": (
        lambda acting: acting.asks({"action": "check", "waveID": WAVE}),
        {*SELECTING, *LOOKING},
    ),
    "a direct request to audit": (
        lambda acting: acting.asks({"action": "audit", "sourceServerID": FINALIZED}),
        AUDITING,
    ),
    "a selection of the state machine": (
        lambda acting: acting.asks({"action": "select", "waveID": WAVE}),
        SELECTING,
    ),
    "a batch of the state machine": (
        lambda acting: acting.asks({"action": "finalize", "sourceServerIDs": [SERVER], "waitMinutes": 0}),
        FINALIZING,
    ),
}


@pytest.fixture
def acting(aws, ec2, monkeypatch):
    """The function with the role of a deployed stack, and a wave with one ready server, which is accepted."""
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    tags = {"FinalizeCutover": "approved"}
    server = aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION, tags=tags)
    aws.add_source_server("finalized", sourceServerID=FINALIZED, staging=True)
    aws.advance(100 * 60)
    accept(aws, ec2, server["launchedInstance"]["ec2InstanceID"])
    return Acting(aws, monkeypatch, AllowArchiveApplicationAndWave="true")


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_uses_these_permissions_and_is_denied_none(aws, acting, handler):
    enter, needed = HANDLERS[handler]

    enter(acting)

    assert {f"{call['service']}:{call['operation']}" for call in aws.calls()} == needed
    assert {call["status"] for call in aws.calls()} <= {200}


def test_the_role_allows_nothing_that_no_handler_needs(acting):
    assert acting.role.actions == PREFLIGHT.union(*(needed for _, needed in HANDLERS.values()))
