"""The audit of finalized cutovers: its calls to AWS, its results and its reports of leftovers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from finalize_cutover.cutover.audit.audit import audit
from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, fleet_audit_report
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from tests.unit.builders import INSTANCE, NOW, OTHER_SERVER, SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.staged import (
    REPLICATOR,
    FakeStaging,
    audited,
    production,
    replication_server,
    staged_snapshot,
    staged_volume,
)

MISSING = "s-0123456789abcdef9"


def look(*evidence, staging=None, server_ids=(SERVER,)):
    return audit(server_ids, services=FakeAws(*evidence).services, staging=staging or FakeStaging(*production()))


def outcome(*evidence, **found):
    (report,) = look(*evidence, **found)
    return report.outcome


def test_a_server_of_which_nothing_is_left_is_clean():
    (report,) = look(audited())

    assert (report.outcome, report.leftovers, report.error) == ("CLEAN", (), None)
    assert (report.finalized_at, report.launched_instance_id) == (NOW - timedelta(minutes=90), INSTANCE)


@pytest.mark.parametrize("minutes_ago", [0, 10, 89])
def test_a_server_is_not_judged_before_everything_is_due(minutes_ago):
    assert outcome(audited(minutes_ago=minutes_ago)) == "TOO_EARLY"


def test_nobody_asks_for_leftovers_before_they_are_due():
    staging = FakeStaging(*production(), staged_volume())

    (report,) = look(audited(minutes_ago=89), staging=staging)

    assert (staging.asked, report.leftovers) == (0, ())


def test_leftovers_are_looked_up_once_for_all_servers_and_only_for_those_that_are_due():
    staging = FakeStaging(*production(), staged_volume())
    early = audited(OTHER_SERVER, minutes_ago=20)

    reports = look(audited(), early, staging=staging, server_ids=(SERVER, OTHER_SERVER))

    assert staging.asked == 1
    assert [report.outcome for report in reports] == ["LEFT_BEHIND", "TOO_EARLY"]


@pytest.mark.parametrize("fact", [{"last_seen_at": NOW}, {"staged_bytes": (1,)}, {"replication_state": "STALLED"}])
def test_what_should_be_gone_and_is_not_was_left_behind(fact):
    assert outcome(audited(**fact)) == "LEFT_BEHIND"


def test_a_leftover_is_told_with_its_age_its_size_and_what_it_costs():
    (report,) = look(audited(), staging=FakeStaging(*production(), staged_volume()))

    (leftover,) = report.leftovers
    assert (leftover.type, leftover.id, leftover.size_gib) == ("volume", staged_volume().id, 16)
    assert (leftover.created_at, leftover.age_hours) == (NOW - timedelta(days=14), 14 * 24)
    assert leftover.cost.monthly_usd == 1.28


def test_every_kind_of_leftover_is_told():
    staging = FakeStaging(*production(), staged_volume(), staged_snapshot(), replication_server())

    (report,) = look(audited(), staging=staging)

    assert [leftover.type for leftover in report.leftovers] == ["volume", "snapshot", "instance"]


@pytest.mark.parametrize("stopped", [{"ec2_state": "stopped"}, {"ec2_state": "terminated"}])
def test_an_instance_that_does_not_run_is_told_apart_from_what_was_left_behind(stopped):
    evidence = ready(state="CUTOVER", replication_state="DISCONNECTED", staged_bytes=(0,), **stopped)

    assert outcome(evidence) == "NOT_RUNNING"


def test_where_the_launched_instance_is_gone_no_volume_is_named():
    gone = ready(state="CUTOVER", replication_state="DISCONNECTED", staged_bytes=(0,), without=["instance"])

    (report,) = look(gone, staging=FakeStaging(staged_volume(), staged_snapshot()))

    assert (report.outcome, report.leftovers) == ("NOT_RUNNING", ())


@pytest.mark.parametrize("state", ["CUTTING_OVER", "READY_FOR_CUTOVER", "DISCONNECTED", "A_STATE_OF_TOMORROW", None])
def test_a_server_that_is_not_finalized_is_not_judged(state):
    staging = FakeStaging(*production(), staged_volume())

    (report,) = look(ready(state=state), staging=staging)

    assert (report.outcome, report.checks, staging.asked) == ("NOT_FINALIZED", (), 0)


def test_a_server_that_replicates_anew_leaves_nothing_behind_though_it_was_finalized_once():
    staging = FakeStaging(*production(), staged_volume())

    (report,) = look(audited(state="CUTTING_OVER", replication_state="CONTINUOUS"), staging=staging)

    assert (report.outcome, report.leftovers) == ("NOT_FINALIZED", ())


def test_a_server_that_mgn_does_not_list_is_not_found():
    (report,) = look(audited(), server_ids=(MISSING,))

    assert report.outcome == "NOT_FOUND"
    assert report.error.message == f"MGN does not list source server {MISSING}."


def test_servers_are_reported_in_the_order_of_the_request():
    order = (MISSING, OTHER_SERVER, SERVER)

    reports = look(audited(SERVER), audited(OTHER_SERVER), server_ids=order)

    assert [report.source_server_id for report in reports] == list(order)


def test_a_look_that_is_refused_is_a_report_of_every_server():
    staging = FakeStaging(error=MgnRefusedError("ec2:DescribeVolumes was refused.", code="UnauthorizedOperation"))

    reports = look(audited(), staging=staging, server_ids=(SERVER, OTHER_SERVER))

    assert [(report.outcome, report.error.code) for report in reports] == [("FAILED", "UnauthorizedOperation")] * 2


def test_a_look_that_may_be_repeated_is_raised():
    with pytest.raises(MgnUnavailableError):
        look(audited(), staging=FakeStaging(error=MgnUnavailableError("busy")))


def test_an_audit_writes_nothing():
    aws = FakeAws(audited())

    audit([SERVER], services=aws.services, staging=FakeStaging(*production(), staged_volume()))

    assert aws.writes == []


def reports(*outcomes):
    return [AuditReport(source_server_id=SERVER, outcome=outcome) for outcome in outcomes]


@pytest.mark.parametrize("worst", list(AuditOutcome))
def test_a_fleets_outcome_is_its_most_severe(worst):
    milder = list(AuditOutcome)[: list(AuditOutcome).index(worst)]

    report = fleet_audit_report(reports(*milder, worst, worst))

    assert (report.outcome, report.total) == (worst, len(milder) + 2)
    assert report.counts == dict.fromkeys(milder, 1) | {worst: 2}


def test_an_audit_of_nothing_is_clean():
    assert (fleet_audit_report([]).outcome, fleet_audit_report([]).total) == ("CLEAN", 0)


def test_storage_on_fsx_is_never_clean():
    server = audited().server
    evidence = audited(launched_instance=replace(server.launched_instance, is_on_fsx=True))

    assert outcome(evidence) == "NOT_CHECKED"


def replicating(**differences):
    evidence = ready(OTHER_SERVER, state="READY_FOR_TEST")
    return replace(evidence, server=replace(evidence.server, replicator_id=REPLICATOR, **differences))


def test_a_replication_server_that_another_server_still_names_is_no_leftover():
    aws = FakeAws(audited(), replicating())
    staging = FakeStaging(*production(), replication_server())

    (report,) = audit([SERVER], services=aws.services, staging=staging)

    assert (report.outcome, report.leftovers) == ("CLEAN", ())


@pytest.mark.parametrize("others", [[], [replicating(replication_state="DISCONNECTED")]])
def test_a_replication_server_that_nobody_uses_is_a_leftover(others):
    aws = FakeAws(audited(), *others)

    (report,) = audit([SERVER], services=aws.services, staging=FakeStaging(*production(), replication_server()))

    assert [leftover.id for leftover in report.leftovers] == [REPLICATOR]


def test_the_other_servers_are_listed_only_if_there_is_a_replication_server_to_judge():
    aws = FakeAws(audited())

    audit([SERVER], services=aws.services, staging=FakeStaging(*production(), staged_volume()))

    assert aws.calls.count("DescribeSourceServers") == 1
