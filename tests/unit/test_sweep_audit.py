"""A sweep audits exactly the source servers that were finalized in the last 24 hours."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.source_server import CUTOVER
from finalize_cutover.handlers.eventbridge import sweep as handler
from tests.unit.automated import approved, archived
from tests.unit.builders import NOW, OTHER_SERVER, SERVER
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, production, staged_volume

DAY = 24 * 60


def sweep(aws, *, staging=None, **differences):
    staging = staging or FakeStaging(*production())
    return handler.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: staging, **differences))


class NoListOfFinalized(FakeAws):
    """A fake MGN that cannot list finalized source servers."""

    def __init__(self, *evidence, error):
        super().__init__(*evidence)
        self._error = error

    def in_state(self, state, **options):
        if state == CUTOVER:
            raise self._error
        return super().in_state(state, **options)


def test_what_was_left_behind_is_in_the_report():
    report = sweep(FakeAws(audited()), staging=FakeStaging(*production(), staged_volume()))

    assert (report["audit"]["outcome"], report["audit"]["total"]) == ("LEFT_BEHIND", 1)
    assert [leftover["id"] for leftover in report["audit"]["servers"][0]["leftovers"]] == [staged_volume().id]


@pytest.mark.parametrize(("minutes_ago", "count"), [(0, 1), (DAY, 1), (DAY + 1, 0)])
def test_a_server_is_audited_until_a_day_after_it_was_finalized(minutes_ago, count):
    assert sweep(FakeAws(audited(minutes_ago=minutes_ago)))["audit"]["total"] == count


def test_a_server_of_which_mgn_does_not_tell_when_it_was_finalized_is_left_to_a_direct_audit():
    assert sweep(FakeAws(audited(last_cutover=None)))["audit"]["total"] == 0


def test_a_server_that_was_archived_since_is_audited_too():
    assert sweep(FakeAws(archived(audited())))["audit"]["total"] == 1


def test_servers_of_every_approval_and_of_every_hand_are_audited():
    assert sweep(FakeAws(audited(SERVER, tags={}), audited(OTHER_SERVER)))["audit"]["total"] == 2


def test_what_this_very_sweep_finalized_is_audited_and_too_early():
    report = sweep(FakeAws(approved()))

    assert (report["changed"], report["audit"]["outcome"]) == (1, "TOO_EARLY")


def test_where_nothing_was_finalized_lately_ec2_is_not_asked():
    staging = FakeStaging()

    sweep(FakeAws(audited(minutes_ago=DAY + 1)), staging=staging)

    assert staging.asked == 0


def test_an_audit_that_is_refused_is_a_report_and_undoes_nothing():
    aws = FakeAws(approved(SERVER), audited(OTHER_SERVER))

    report = sweep(aws, staging=FakeStaging(error=MgnRefusedError("denied")))

    assert (report["changed"], report["audit"]["outcome"]) == (1, "FAILED")


@pytest.mark.parametrize("error", [MgnUnavailableError("busy"), MgnRefusedError("denied")])
def test_what_was_finalized_is_reported_although_the_finalized_servers_cannot_be_listed(error):
    aws = NoListOfFinalized(approved(), error=error)

    report = sweep(aws)

    assert (report["changed"], report["audit"]) == (1, None)


def test_what_was_finalized_is_reported_although_ec2_cannot_be_asked_for_leftovers():
    aws = FakeAws(approved(SERVER), audited(OTHER_SERVER))

    report = sweep(aws, staging=FakeStaging(error=MgnUnavailableError("busy")))

    assert (report["changed"], report["audit"]) == (1, None)


def test_time_goes_on_for_the_audit_as_for_all_else():
    aws = FakeAws(audited(minutes_ago=89))
    staging = FakeStaging(*production(), staged_volume())

    early = sweep(aws, staging=staging)
    aws.clock.sleep(60)
    due = sweep(aws, staging=staging)

    assert aws.clock.now() == NOW + timedelta(minutes=1)
    assert (early["audit"]["outcome"], due["audit"]["outcome"]) == ("TOO_EARLY", "LEFT_BEHIND")
