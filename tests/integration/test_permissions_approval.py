"""With EnforceApprovalTag, IAM denies the finalization of unapproved servers, with every handler."""

import json

import pytest
from botocore.exceptions import ClientError

from finalize_cutover.cutover.errors import MgnRefusedError
from tests.integration.acting import Acting

SERVER = "s-0123456789abcdef0"
TAG = {"FinalizeCutover": "approved"}
UNTAGGED = {"FinalizeCutover": "not yet"}


@pytest.fixture
def acting(aws, monkeypatch):
    """The function with the role of a stack that enforces the tag."""
    return Acting(aws, monkeypatch, EnforceApprovalTag="true")


@pytest.mark.parametrize(("tags", "outcome"), [(TAG, "FINALIZED"), (UNTAGGED, "FAILED"), ({}, "FAILED")])
def test_a_direct_request_finalizes_only_what_is_approved(aws, acting, tags, outcome):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=tags)

    assert acting.asks({"sourceServerID": SERVER, "waitMinutes": 0})["outcome"] == outcome
    assert acting.state(SERVER) == ("CUTOVER" if tags == TAG else "CUTTING_OVER")


@pytest.mark.parametrize(("tags", "status"), [(TAG, "SUCCESS"), (UNTAGGED, "FAILED")])
def test_a_stack_finalizes_only_what_is_approved(aws, acting, tags, status):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=tags)

    answer = acting.answers("Create", {"SourceServerID": SERVER, "WaitMinutes": 0})

    assert answer.status == status
    assert acting.state(SERVER) == ("CUTOVER" if tags == TAG else "CUTTING_OVER")


def test_the_refusal_tells_whoever_reads_the_stack_events_about_the_tag(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER)

    answer = acting.answers("Create", {"SourceServerID": SERVER, "WaitMinutes": 0})

    assert "mgn:FinalizeCutover failed with AccessDeniedException (403)" in answer.reason
    assert "with an explicit deny in an identity-based policy" in answer.reason
    assert answer.reason.endswith("if EnforceApprovalTag is true, the source server needs the approval tag.")


# Automation checks the tag itself.  Here it checks another tag, so that only IAM can refuse.
def test_an_event_finalizes_only_what_is_approved(aws, acting, monkeypatch):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"Other": "approved"})
    monkeypatch.setenv("APPROVAL_TAG_KEY", "Other")

    with pytest.raises(MgnRefusedError, match="AccessDeniedException"):
        acting.hears_of(SERVER)

    assert acting.state(SERVER) == "CUTTING_OVER"


def test_an_event_about_what_is_approved_finalizes_it(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER, tags=TAG)

    assert acting.hears_of(SERVER)["outcome"] == "FINALIZED"


def test_a_sweep_finalizes_only_what_is_approved(aws, acting, monkeypatch):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"Other": "approved"})
    aws.add_source_server("ready", sourceServerID="s-0123456789abcdef1", tags={"Other": "approved", **TAG})
    monkeypatch.setenv("APPROVAL_TAG_KEY", "Other")

    report = acting.asks({"action": "sweep"})

    assert report["counts"] == {"FAILED": 1, "FINALIZED": 1}
    assert acting.state(SERVER) == "CUTTING_OVER"


def test_a_batch_of_the_state_machine_finalizes_only_what_is_approved(aws, acting):
    ids = [f"s-0123456789abcdef{number}" for number in range(4)]
    for number, id_ in enumerate(ids):
        aws.add_source_server("ready", sourceServerID=id_, tags=TAG if number % 2 else {})

    report = acting.asks({"action": "finalize", "sourceServerIDs": ids, "waitMinutes": 0})

    assert {one["sourceServerID"]: one["outcome"] for one in report["servers"]} == {
        id_: "FINALIZED" if number % 2 else "FAILED" for number, id_ in enumerate(ids)
    }


def test_what_is_not_approved_is_not_archived_either(aws, acting):
    aws.add_source_server("finalized", sourceServerID=SERVER)

    report = acting.asks({"sourceServerID": SERVER, "archive": True})

    assert report["outcome"] == "FINALIZED"
    assert "archive" in json.dumps(report["warnings"]).lower()
    assert [call["status"] for call in aws.calls() if call["operation"] == "MarkAsArchived"] == [403]


def test_looking_needs_no_approval(aws, acting):
    aws.add_source_server("ready", sourceServerID=SERVER)

    assert acting.asks({"action": "check", "sourceServerID": SERVER})["outcome"] == "WOULD_FINALIZE"


def test_the_role_cannot_approve_for_itself(aws, acting):
    arn = aws.add_source_server("ready", sourceServerID=SERVER)["arn"]

    with pytest.raises(ClientError, match="AccessDenied"):
        acting.client("mgn").tag_resource(resourceArn=arn, tags=TAG)


def test_iam_denies_what_is_on_hold_even_if_the_function_does_not_see_it(aws, monkeypatch):
    acting = Acting(aws, monkeypatch)
    monkeypatch.setenv("HOLD_TAG_KEY", "Another")
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"FinalizeCutoverHold": ""})

    assert acting.asks({"sourceServerID": SERVER, "waitMinutes": 0})["outcome"] == "FAILED"
    assert acting.state(SERVER) == "CUTTING_OVER"


def test_where_one_launch_is_approved_iam_denies_a_tag_that_names_no_instance(aws, monkeypatch):
    acting = Acting(aws, monkeypatch, EnforceApprovalTag="true", ApprovalBinding="INSTANCE")
    aws.add_source_server("ready", sourceServerID=SERVER, tags=TAG)
    named = aws.add_source_server("ready", tags={"FinalizeCutover": "i-0123456789abcdef0"})["sourceServerID"]

    assert acting.asks({"sourceServerID": SERVER, "waitMinutes": 0})["outcome"] == "FAILED"
    assert acting.asks({"sourceServerID": named, "waitMinutes": 0})["outcome"] == "FINALIZED"


def test_by_default_a_direct_request_needs_no_approval(aws, monkeypatch):
    acting = Acting(aws, monkeypatch)
    aws.add_source_server("ready", sourceServerID=SERVER)

    assert acting.asks({"sourceServerID": SERVER, "waitMinutes": 0})["outcome"] == "FINALIZED"
