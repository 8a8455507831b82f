"""Several source servers in one request."""

from finalize_cutover.cutover.errors import MgnRefusedError
from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import OTHER_SERVER, SERVER, logged, order, ready
from tests.unit.fakes import FakeAws

LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]


def test_several_servers_are_looked_at_together_and_reported_in_the_order_of_the_request():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, instance_id="i-0123456789abcdef1", first_boot="STOPPED"))

    results = finalize([OTHER_SERVER, "s-0123456789abcdef2", SERVER], order=order(), world=aws.world)

    assert aws.calls == [*LOOK, "FinalizeCutover"]
    assert {server_id: result.report.outcome for server_id, result in results.items()} == {
        OTHER_SERVER: Outcome.BLOCKED,
        "s-0123456789abcdef2": Outcome.NOT_FOUND,
        SERVER: Outcome.FINALIZED,
    }
    assert list(results) == [OTHER_SERVER, "s-0123456789abcdef2", SERVER]


def test_each_log_is_read_once_however_many_servers_its_job_launched():
    servers = [f"s-{number:017}" for number in range(50)]
    aws = FakeAws(*(ready(s, instance_id=f"i-{s[2:]}", launch_instance=f"i-{s[2:]}") for s in servers))

    results = finalize(servers, order=order(), world=aws.world)

    assert aws.calls == [*LOOK, *["FinalizeCutover"] * 50]
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}


def test_the_failed_snapshot_of_one_server_says_nothing_about_another_in_its_job():
    from_old_snapshot = ready(OTHER_SERVER, log=[logged("USING_PREVIOUS_SNAPSHOT", OTHER_SERVER)])
    aws = FakeAws(ready(), from_old_snapshot)

    finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert aws.finalized == [SERVER]


def test_one_servers_failure_does_not_stop_the_others():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    results = finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert [result.report.outcome for result in results.values()] == [Outcome.FAILED, Outcome.FINALIZED]
