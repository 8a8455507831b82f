"""The sweep: only approved servers, in limited time; servers fail independently."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import ConflictError, InvalidRequestError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.pace import LARGEST_BATCH
from finalize_cutover.cutover.ports import Found
from finalize_cutover.handlers.eventbridge import sweep as handler
from finalize_cutover.handlers.eventbridge.order import rotated
from finalize_cutover.settings import read_settings
from tests.unit import records
from tests.unit.automated import FakeResultPublisher, approved, archived
from tests.unit.builders import INITIATED_AT, NOW, OTHER_JOB, OTHER_SERVER, SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws
from tests.unit.staged import FakeStaging

THIRD = "s-0123456789abcdef2"


def sweep(aws, **differences):
    return handler.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: FakeStaging(), **differences))


def fleet(count, **differences):
    """Return that number of approved servers; the first one was launched last."""
    launches = (INITIATED_AT - timedelta(minutes=number) for number in range(count))
    return [approved(f"s-{n:017}", initiated_at=at, **differences) for n, at in enumerate(launches)]


def outcomes(report):
    return {server["sourceServerID"]: server["outcome"] for server in report["servers"]}


def test_every_approved_server_that_is_ready_is_finalized():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER))

    report = sweep(aws)

    assert sorted(aws.finalized) == [SERVER, OTHER_SERVER]
    assert (report["outcome"], report["total"], report["changed"]) == ("FINALIZED", 2, 2)


def test_a_server_without_the_approval_tag_is_skipped_and_not_even_looked_at():
    aws = FakeAws(approved(SERVER), ready(OTHER_SERVER))

    report = sweep(aws)

    assert (outcomes(report), report["counts"]) == ({SERVER: "FINALIZED"}, {"FINALIZED": 1, "SKIPPED": 1})
    assert OTHER_SERVER not in set().union(*aws.described)


def test_a_server_that_was_archived_in_the_middle_of_its_cutover_is_out_of_sight():
    aws = FakeAws(archived(approved()))

    assert sweep(aws)["total"] == 0
    assert aws.writes == []


def test_a_sweep_with_nothing_to_do_lists_and_no_more():
    aws = FakeAws(approved(state="READY_FOR_CUTOVER"))

    report = sweep(aws)

    assert (report["total"], report["servers"], report["audit"]["total"]) == (0, [], 0)
    assert aws.calls == ["DescribeSourceServers"] * 2


def test_what_is_not_ready_today_is_the_next_sweeps():
    aws = FakeAws(approved(first_boot="WAITING"))

    first = sweep(aws)
    aws.set(approved())
    second = sweep(aws)

    assert (outcomes(first), outcomes(second)) == ({SERVER: "NOT_READY"}, {SERVER: "FINALIZED"})
    assert aws.clock.sleeps == []


def in_turn(servers):
    """Return the IDs of *servers*, given by the age of their launch, in the order in which a sweep reaches them."""
    return rotated([evidence.server.id for evidence in servers], NOW)


def test_servers_are_reached_by_the_age_of_their_launch_from_another_one_on_each_time():
    servers = fleet(LARGEST_BATCH + 1)
    aws = FakeAws(*servers)

    sweep(aws)

    expected = in_turn(reversed(servers))
    assert aws.described[:2] == [set(expected[:LARGEST_BATCH]), set(expected[LARGEST_BATCH:])]


def test_a_launch_of_which_mgn_tells_no_date_counts_as_the_youngest():
    servers = [approved(SERVER, initiated_at=None), *fleet(LARGEST_BATCH)]
    aws = FakeAws(*servers)

    sweep(aws)

    assert aws.described[1] == {in_turn(reversed(servers))[-1]}


def test_servers_are_looked_at_a_batch_at_a_time_and_acted_on_before_the_next():
    aws = FakeAws(*fleet(LARGEST_BATCH * 2))

    sweep(aws)

    acts = ["FinalizeCutover"] * LARGEST_BATCH
    look = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]
    # All have the same job, whose log is kept.
    next_look = [operation for operation in look if operation != "DescribeJobLogItems"]
    assert aws.calls[1 : 8 + 2 * LARGEST_BATCH] == [*look, *acts, *next_look, *acts]


class SlowAws(FakeAws):
    """A fake MGN whose reads take time."""

    def describe(self, server_ids, **options):
        self.clock.sleep(14)
        return super().describe(server_ids, **options)


def test_when_time_is_over_the_rest_is_left_to_the_next_sweep_without_a_look():
    aws = SlowAws(*fleet(LARGEST_BATCH * 4))

    report = sweep(aws, seconds_left=48)

    assert (report["outcome"], report["changed"]) == ("PARTIAL", LARGEST_BATCH * 2)
    # In the last 10 s no read begins: the third one ended too late for a write.
    assert len(aws.described) == 3
    assert report["remaining"] == in_turn(reversed(fleet(LARGEST_BATCH * 4)))[LARGEST_BATCH * 2 :]
    assert report["audit"] is None


def test_what_was_looked_at_too_late_to_act_on_is_no_failure_and_no_news():
    bus = FakeResultPublisher()

    report = sweep(SlowAws(approved()), seconds_left=21, make_publisher=lambda _until: bus)

    assert (report["outcome"], report["remaining"], report["counts"]) == ("NOT_READY", [SERVER], {})
    assert bus.told == []


def test_the_next_sweep_goes_on_where_the_last_one_stopped():
    aws = SlowAws(*fleet(LARGEST_BATCH * 4))

    remaining = [len(sweep(aws, seconds_left=48)["remaining"]) for _ in range(3)]

    assert remaining == [LARGEST_BATCH * 2, 0, 0]
    assert len(aws.finalized) == len(set(aws.finalized)) == LARGEST_BATCH * 4


def test_what_there_was_no_time_for_is_no_failure_and_no_news():
    bus = FakeResultPublisher()

    report = sweep(FakeAws(approved()), seconds_left=2, make_publisher=lambda _until: bus)

    assert (report["outcome"], report["remaining"], report["servers"]) == ("NOT_READY", [SERVER], [])
    assert bus.told == []


def test_a_sweep_that_overlaps_another_finalizes_nothing_twice():
    aws = FakeAws(approved())
    reports = []
    aws.before_write(lambda: reports.append(sweep(aws)))

    reports.append(sweep(aws))

    assert aws.finalized == [SERVER]
    assert [(report["outcome"], report["changed"]) for report in reports] == [("FINALIZED", 1), ("FINALIZED", 0)]


def test_one_servers_failure_is_in_its_report_and_stops_no_other():
    aws = FakeAws(*fleet(3))
    aws.fail("FinalizeCutover", ConflictError("busy"))

    report = sweep(aws)

    assert report["counts"] == {"FINALIZED": 2, "FAILED": 1}
    assert [server["error"]["message"] for server in report["servers"] if server["outcome"] == "FAILED"] == ["busy"]


def test_a_batch_that_could_not_be_looked_at_stops_no_other():
    aws = FakeAws(*fleet(LARGEST_BATCH + 1))
    aws.fail("DescribeJobs", MgnUnavailableError("busy"))

    report = sweep(aws)

    assert report["counts"] == {"FINALIZED": 1, "FAILED": LARGEST_BATCH}


def test_one_log_that_cannot_be_read_stops_only_the_servers_of_its_job():
    other = approved(OTHER_SERVER, cutover_job=OTHER_JOB, instance_job=OTHER_JOB)
    aws = FakeAws(approved(), other)
    aws.unreadable_logs[OTHER_JOB] = MgnUnavailableError("broken")

    report = sweep(aws)

    assert outcomes(report) == {SERVER: "FINALIZED", OTHER_SERVER: "FAILED"}
    assert aws.finalized == [SERVER]


def test_one_server_that_cannot_be_read_in_the_list_stops_no_other():
    aws, bus = FakeAws(approved()), FakeResultPublisher()
    broken = MgnUnavailableError("It cannot be read.", code="UnreadableAnswer")
    aws.in_state = lambda *_, **__: Found(items={SERVER: approved().server}, errors={OTHER_SERVER: broken}, unnamed=1)

    with records.log_lines() as lines:
        report = sweep(aws, make_publisher=lambda _until: bus)

    assert outcomes(report) == {SERVER: "FINALIZED", OTHER_SERVER: "FAILED"}
    assert "Source servers could not be read" in [line["message"] for line in lines]


@pytest.mark.parametrize("error", [MgnUnavailableError("busy"), MgnRefusedError("denied")])
def test_a_list_that_cannot_be_had_is_raised(error):
    aws = FakeAws(approved())
    aws.fail("DescribeSourceServers", error)

    with pytest.raises(type(error)):
        sweep(aws)

    assert aws.writes == []


def test_what_was_done_and_what_failed_is_told_and_nothing_else():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER, ec2_instance="impaired"), approved(THIRD))
    aws.fail("FinalizeCutover", MgnRefusedError("denied"))
    bus = FakeResultPublisher()

    sweep(aws, make_publisher=lambda _until: bus)
    sweep(aws, make_publisher=lambda _until: bus)

    assert sorted(report.outcome for report in bus.told) == ["FAILED", "FINALIZED", "FINALIZED"]
    assert OTHER_SERVER not in {report.source_server_id for report in bus.told}


def test_a_bus_that_does_not_listen_is_no_failure_of_ours():
    bus = FakeResultPublisher(refuses=100)

    report = sweep(FakeAws(approved()), make_publisher=lambda _until: bus)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", 1)


@pytest.mark.parametrize("more", [{"sourceServerID": SERVER}, {"waitMinutes": 5}])
def test_a_sweep_takes_nothing_but_its_action_and_a_dry_run(more):
    with pytest.raises(InvalidRequestError, match=f'has no field "{next(iter(more))}"; allowed: action and dryRun'):
        handler.handle({"action": "sweep", **more}, invocation_without_aws(FakeAws()))


@pytest.mark.parametrize("value", ["true", 1, None])
def test_a_dry_run_is_a_boolean(value):
    with pytest.raises(InvalidRequestError, match=r"dryRun is .*; allowed: true or false"):
        handler.handle({"action": "sweep", "dryRun": value}, invocation_without_aws(FakeAws()))


OFF = read_settings({"AWS_REGION": "eu-west-1", "FINALIZE_ON_LAUNCH": "DISABLED"})


def test_a_sweep_by_hand_is_refused_while_automation_is_off():
    with pytest.raises(InvalidRequestError, match="FinalizeOnLaunch is DISABLED; allowed: a sweep with dryRun true"):
        handler.handle({"action": "sweep"}, invocation_without_aws(FakeAws(), settings=OFF))


@pytest.mark.parametrize("value", ["ENABLED", ""])
def test_a_sweep_runs_unless_automation_is_known_to_be_off(value):
    on = read_settings({"AWS_REGION": "eu-west-1", "FINALIZE_ON_LAUNCH": value})

    assert sweep(FakeAws(approved()), settings=on)["changed"] == 1


def test_a_dry_run_says_what_a_sweep_would_do_and_tells_nobody():
    aws, bus = FakeAws(approved(), approved(OTHER_SERVER, first_boot="WAITING")), FakeResultPublisher()
    aws.fail("DescribeInstanceStatus", MgnUnavailableError("busy"))

    for _ in range(2):
        report = handler.handle(
            {"action": "sweep", "dryRun": True}, invocation(aws, settings=OFF, make_publisher=lambda _until: bus)
        )

    assert outcomes(report) == {SERVER: "WOULD_FINALIZE", OTHER_SERVER: "NOT_READY"}
    assert (aws.writes, bus.told) == ([], [])


def test_however_much_a_sweep_is_told_its_refusal_is_one_short_line():
    more = {f"{number}\n" * 1000: 1 for number in range(1000)}

    with pytest.raises(InvalidRequestError) as caught:
        handler.handle({"action": "sweep", **more}, invocation_without_aws(FakeAws()))

    assert len(str(caught.value)) < 256
    assert str(caught.value).isprintable()


def test_the_report_holds_no_documents_of_mgns_because_they_hold_tags():
    report = sweep(FakeAws(approved(SERVER), ready(OTHER_SERVER)))

    assert [server for server in report["servers"] if "sourceServer" in server] == []
