"""A write in a member account is not sent if fetching the credentials takes too long."""

import time
from datetime import timedelta

import pytest

from finalize_cutover.aws.clients import Clients
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.aws.roles import Member
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.clock import WallClock
from finalize_cutover.cutover.errors import EvidenceTooOldError

SERVER = "s-0123456789abcdef0"
MEMBER = Member(account_id="444455556666", role_name="FinalizeCutoverMember", external_id="of-our-migration")
YOUNG = 0.3  # seconds


@pytest.fixture
def mgn(aws, monkeypatch):
    """MGN in the member account, whose role has not been assumed yet."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    aws.add_source_server("ready", sourceServerID=SERVER, accountID=MEMBER.account_id)
    clock = WallClock()
    writer = Clients().get("mgn", member=MEMBER, writes=True)
    limit = TimeLimit(clock, until=clock.now() + timedelta(seconds=60))
    return AwsMgn(lambda: writer, writer=lambda: writer, limit=limit)


def still_young():
    """Return a last check that allows a write up to ``YOUNG`` seconds from now."""
    began_at = time.monotonic()

    def check():
        if time.monotonic() - began_at > YOUNG:
            raise EvidenceTooOldError("too old")

    return check


def test_a_write_whose_credentials_took_long_to_fetch_is_not_sent(aws, mgn):
    aws.add_fault("AssumeRole", "hang", service="sts", seconds=2 * YOUNG)

    with pytest.raises(EvidenceTooOldError):
        mgn.finalize(SERVER, before_send=still_young())

    assert aws.operations("sts") == ["AssumeRole"]
    assert aws.operations("mgn") == []


def test_once_the_credentials_are_there_the_write_is_sent(aws, mgn):
    aws.add_fault("AssumeRole", "hang", service="sts", seconds=2 * YOUNG)
    with pytest.raises(EvidenceTooOldError):
        mgn.finalize(SERVER, before_send=still_young())

    server = mgn.finalize(SERVER, before_send=still_young())

    assert server.is_finalized
    assert aws.operations("mgn") == ["FinalizeCutover"]


def test_the_role_is_assumed_with_the_members_external_id(aws, mgn):
    mgn.describe([SERVER])

    (call,) = aws.calls("sts")
    assert call["parameters"]["ExternalId"] == MEMBER.external_id
    assert call["parameters"]["RoleArn"].endswith(":444455556666:role/FinalizeCutoverMember")
