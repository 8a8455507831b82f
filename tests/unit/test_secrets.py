"""Automation never logs the values of MGN's tags, which the API model marks as sensitive."""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.evidence import InstanceStatus
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from tests.unit import records
from tests.unit.automated import APPROVED, FakeResultPublisher, approved
from tests.unit.automated import launch_result as event
from tests.unit.builders import OTHER_SERVER, READY, SERVER
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, of, production, staged_volume

SECRET = "do-not-tell-8c1f"
REQUESTS = {
    "event": (launch_result, event(SERVER, OTHER_SERVER)),
    "sweep": (sweep, {"action": "sweep"}),
    "audit": (direct, {"action": "audit", "sourceServerIDs": [SERVER, OTHER_SERVER]}),
}
STORIES = st.fixed_dictionaries(
    {},
    optional={
        "first_boot": st.sampled_from(["WAITING", "STOPPED"]),
        "ec2_state": st.sampled_from(["pending", "stopped"]),
        "state": st.sampled_from(["READY_FOR_CUTOVER", "CUTOVER"]),
        "is_archived": st.booleans(),
    },
)


@pytest.mark.parametrize("request_", sorted(REQUESTS))
@given(story=STORIES, is_approved=st.booleans(), fails=st.booleans())
def test_no_line_no_event_and_no_answer_holds_the_value_of_a_tag(request_, story, is_approved, fails):
    handler, document = REQUESTS[request_]
    tags = {"Owner": SECRET} | (APPROVED if is_approved else {"FinalizeCutover": SECRET})
    aws = FakeAws(approved(tags=tags, **story), audited(OTHER_SERVER, tags=tags))
    if fails:
        aws.fail("FinalizeCutover", MgnUnavailableError("busy"))
    staging = FakeStaging(*production(), staged_volume(tags={**of(OTHER_SERVER), "Owner": SECRET}))
    bus, answer = FakeResultPublisher(), None

    with records.log_lines() as lines, contextlib.suppress(CutoverError):
        answer = handler.handle(
            document, invocation(aws, make_staging=lambda *_account_id: staging, make_publisher=lambda _until: bus)
        )

    assert lines
    assert SECRET not in json.dumps([lines, answer])


def test_the_lines_say_what_became_of_each_server_and_why():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER, first_boot="WAITING"))

    with records.log_lines() as lines:
        sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: FakeStaging()))

    facts = [(line["message"], line["source_server_id"], line["outcome"]) for line in lines]
    assert facts == [
        ("Cutover not ready", OTHER_SERVER, "NOT_READY"),
        ("Cutover is finalized", SERVER, "FINALIZED"),
        ("Finalized cutover audited", SERVER, "TOO_EARLY"),
    ]
    assert "its first boot is WAITING" in lines[0]["reason"]


def test_the_line_of_an_audit_says_what_failed_and_what_was_not_checked():
    aws = FakeAws(replace(audited(), instance=InstanceStatus(state="terminated", system=None, instance=None)))

    with records.log_lines() as lines:
        direct.handle(
            {"action": "audit", "sourceServerID": SERVER}, invocation(aws, make_staging=lambda *_: FakeStaging())
        )

    (line,) = lines
    assert [reason.rpartition("; ")[2] for reason in line["reasons"]] == [
        "volumes and snapshots were not checked, because its launched instance does not exist",
        f"its instance {READY['instance_id']} is terminated",
    ]


def test_outcomes_that_could_not_be_told_are_logged():
    with records.log_lines() as lines:
        bus = FakeResultPublisher(refuses=100)
        launch_result.handle(event(), invocation(FakeAws(approved()), make_publisher=lambda _until: bus))

    assert [line["message"] for line in lines if line["level"] == "ERROR"] == ["Result not published"]


def test_a_sweep_that_ran_out_of_time_says_how_many_it_did_not_reach():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER))

    with records.log_lines() as lines:
        sweep.handle({"action": "sweep"}, invocation(aws, seconds_left=2))

    assert [(line["message"], line["remaining"]) for line in lines] == [("Sweep ran out of time", 2)]
