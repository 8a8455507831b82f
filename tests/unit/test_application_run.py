"""``FinalizeApplicationsTogether``: a server is finalized if all others of its application are final or ready."""

from dataclasses import replace
from datetime import timedelta

import pytest

from finalize_cutover.cutover.acceptance.termination_protection import TerminationProtectionRule
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.ports import Found
from tests.unit.automated import approved, archived
from tests.unit.builders import APPROVAL, NOW, OTHER_JOB, OTHER_SERVER, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws

APP, OTHER_APP = "app-0123456789abcdef0", "app-0123456789abcdef1"
BOTH = [SERVER, OTHER_SERVER]
THIRD = "s-0123456789abcdef2"
DESCRIBED = "DescribeSourceServers"
READ = ["DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]


def run(aws, server_ids=BOTH, **differences):
    given = options(**{"applications_together": True, "approval": APPROVAL, **differences})
    results = finalize(server_ids, options=given, services=aws.services)
    return {server_id: result.report for server_id, result in results.items()}


def member(server_id=SERVER, **differences):
    """Return an approved and ready source server of the application."""
    return approved(server_id, **{"application_id": APP, **differences})


def members(count, **differences):
    return [member(f"s-{number:017}", **differences) for number in range(count)]


def outcomes(reports):
    return [str(report.outcome) for report in reports.values()]


def held(report):
    """Return the verdict and the reason of the rule, or None."""
    return next(((str(f.verdict), f.reason) for f in report.readiness if f.rule == "application"), None)


def together(words):
    return f"its application {APP} is finalized together, and {words}"


def test_a_ready_application_is_finalized_after_one_look():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER))

    reports = run(aws)

    assert outcomes(reports) == ["FINALIZED", "FINALIZED"]
    assert aws.calls == [DESCRIBED, DESCRIBED, *READ, "FinalizeCutover", "FinalizeCutover"]
    assert aws.listed == [{APP}]
    assert {held(report) for report in reports.values()} == {None}


@pytest.mark.parametrize(
    ("difference", "outcome", "verdict", "cause"),
    [
        ({"first_boot": "WAITING"}, "NOT_READY", "WAIT", "first-boot"),
        ({"first_boot": "STOPPED"}, "BLOCKED", "BLOCK", "first-boot"),
        ({"tags": {}}, "SKIPPED", "BLOCK", "approval"),
        ({"state": "READY_FOR_TEST"}, "BLOCKED", "BLOCK", "lifecycle"),
        ({"state": "CUTOVER"}, "BLOCKED", "BLOCK", "lifecycle"),
        ({"is_archived": None}, "BLOCKED", "BLOCK", "not-archived"),
    ],
)
@pytest.mark.parametrize("is_asked", [True, False])
def test_a_server_that_is_not_ready_keeps_the_others_of_its_application(is_asked, difference, outcome, verdict, cause):
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, **difference))

    reports = run(aws, BOTH if is_asked else [SERVER])

    assert held(reports[SERVER]) == (verdict, together(f"{OTHER_SERVER} ({cause}) is not ready"))
    assert outcomes(reports)[0] == ("BLOCKED" if verdict == "BLOCK" else "NOT_READY")
    assert outcomes(reports)[1:] == ([outcome] if is_asked else [])
    assert aws.writes == []


@pytest.mark.parametrize("other", [finalized, lambda *a, **b: archived(ready(*a, **b))])
@pytest.mark.parametrize("is_asked", [True, False])
def test_final_and_archived_servers_keep_nothing(is_asked, other):
    aws = FakeAws(member(SERVER), other(OTHER_SERVER, application_id=APP))

    run(aws, BOTH if is_asked else [SERVER])

    assert aws.finalized == [SERVER]


def test_a_server_outside_the_request_is_judged_but_neither_finalized_nor_reported():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER))
    published = []

    given = options(applications_together=True, approval=APPROVAL)
    found = finalize([SERVER], options=given, services=aws.services, publish=published.extend)

    assert (list(found), [result.report.source_server_id for result in published]) == ([SERVER], [SERVER])
    assert aws.finalized == [SERVER]


def test_servers_without_an_application_are_on_their_own():
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER, first_boot="STOPPED"))

    assert outcomes(run(aws)) == ["FINALIZED", "BLOCKED"]
    assert aws.listed == []


def test_an_application_does_not_keep_another_one():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, application_id=OTHER_APP, first_boot="STOPPED"))

    assert outcomes(run(aws)) == ["FINALIZED", "BLOCKED"]
    assert aws.listed == [{APP, OTHER_APP}]


def test_a_server_that_is_not_ready_itself_has_no_finding_about_the_others():
    aws = FakeAws(member(SERVER, first_boot="WAITING"), member(OTHER_SERVER, first_boot="STOPPED"))

    assert {held(report) for report in run(aws).values()} == {None}


def test_at_most_three_others_are_named_and_those_that_need_a_person_come_first():
    waiting = members(4, first_boot="WAITING")
    aws = FakeAws(member(SERVER), *waiting, member(OTHER_SERVER, first_boot="STOPPED"))

    names = f"{OTHER_SERVER} (first-boot), s-{0:017} (first-boot), s-{1:017} (first-boot) and 2 more are not ready"
    assert held(run(aws, [SERVER])[SERVER]) == ("BLOCK", together(names))


def test_the_finding_passes_when_the_others_can_pass():
    young = member(OTHER_SERVER, job_ended_at=NOW - timedelta(minutes=1), cutover_job=OTHER_JOB, instance_job=OTHER_JOB)
    aws = FakeAws(member(SERVER), young)

    results = finalize([SERVER], options=options(applications_together=True, soak_minutes=30), services=aws.services)

    assert results[SERVER].passes_at == NOW + timedelta(minutes=29)


def test_a_run_that_may_wait_waits_for_the_application():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, first_boot="WAITING"))
    aws.clock.after(40, lambda: aws.set(member(OTHER_SERVER)))

    assert outcomes(run(aws, [SERVER], wait=120)) == ["FINALIZED"]


def test_a_dry_run_says_what_would_happen():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER), member(THIRD, application_id=OTHER_APP, tags={}))

    assert outcomes(run(aws, dry_run=True)) == ["WOULD_FINALIZE", "WOULD_FINALIZE"]
    aws.set(member(OTHER_SERVER, first_boot="WAITING"))
    assert outcomes(run(aws, dry_run=True)) == ["NOT_READY", "NOT_READY"]
    assert aws.writes == []


@pytest.mark.parametrize(
    ("error", "verdict"), [(MgnUnavailableError("later"), "WAIT"), (MgnRefusedError("denied"), "BLOCK")]
)
@pytest.mark.parametrize("is_asked", [True, False])
def test_what_could_not_be_read_about_another_server_is_not_ready(is_asked, error, verdict):
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, cutover_job=OTHER_JOB, instance_job=OTHER_JOB))
    aws.unreadable_logs[OTHER_JOB] = error

    reports = run(aws, BOTH if is_asked else [SERVER])

    assert held(reports[SERVER])[0] == verdict
    assert f"{OTHER_SERVER} ({error.code})" in held(reports[SERVER])[1]
    assert aws.writes == []


def test_an_application_that_cannot_be_listed_is_an_error_and_keeps_no_server_without_one():
    aws = FakeAws(member(SERVER), approved(OTHER_SERVER))
    aws.servers_of = lambda _ids, **_options: (_ for _ in ()).throw(MgnUnavailableError("later"))

    reports = run(aws)

    assert outcomes(reports) == ["FAILED", "FINALIZED"]
    assert reports[SERVER].error.code == "MgnUnavailableError"
    assert aws.finalized == [OTHER_SERVER]


def test_a_server_that_cannot_be_listed_keeps_only_its_own_application():
    names = [f"app-{number:017}" for number in range(9)]
    servers = [member(f"s-{number:017}", application_id=name) for number, name in enumerate(names)]
    aws = FakeAws(*servers, member(OTHER_SERVER, application_id=names[4]))
    aws.unreadable_servers[OTHER_SERVER] = MgnUnavailableError("odd", code="UnreadableAnswer")
    ids = [evidence.server.id for evidence in servers]

    reports = run(aws, ids)

    assert outcomes(reports) == ["FINALIZED"] * 4 + ["NOT_READY"] + ["FINALIZED"] * 4
    assert f"{OTHER_SERVER} (UnreadableAnswer) is not ready" in held(reports[ids[4]])[1]
    assert len(aws.listed) < len(names)


@pytest.mark.parametrize("application_id", [None, "app-0123456789abcdef9"])
def test_a_listed_server_of_an_unknown_application_keeps_only_the_application_it_is_listed_for(application_id):
    odd = member(OTHER_SERVER, application_id=application_id, first_boot="STOPPED")
    aws = FakeAws(member(SERVER), member(THIRD, application_id=OTHER_APP), odd)
    read = aws.servers_of

    def servers_of(ids, **_options):
        found = read(ids)
        return replace(found, items={**found.items, OTHER_SERVER: odd.server}) if APP in ids else found

    aws.servers_of = servers_of

    assert outcomes(run(aws, [SERVER, THIRD])) == ["BLOCKED", "FINALIZED"]


def test_a_server_that_the_list_does_not_show_yet_keeps_its_application():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, first_boot="WAITING"))
    aws.servers_of = lambda _ids, **_: Found(items={SERVER: member(SERVER).server})

    assert outcomes(run(aws)) == ["FAILED", "NOT_READY"]


def test_a_list_without_the_server_itself_is_too_old_to_finalize_anything():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, first_boot="STOPPED"))
    aws.servers_of = lambda _ids, **_: Found(items={})

    reports = run(aws, [SERVER])

    assert (outcomes(reports), reports[SERVER].error.code) == (["FAILED"], "UnreadableAnswer")
    assert reports[SERVER].error.message == f"MGN does not list {SERVER} in its application {APP}."
    assert aws.writes == []


def test_servers_whose_ids_cannot_be_read_keep_the_application():
    aws = FakeAws(member(SERVER))
    aws.servers_of = lambda _ids, **_: Found(items={SERVER: member(SERVER).server}, unnamed=1)

    reports = run(aws, [SERVER])

    assert reports[SERVER].error.message == f"MGN returned 1 unreadable source servers of {APP}."
    assert aws.writes == []


def test_an_application_that_is_larger_than_a_batch_is_judged_as_a_whole_with_each_batch():
    servers = members(450)
    ids = [evidence.server.id for evidence in servers]
    aws = FakeAws(*servers)

    assert set(outcomes(run(aws, ids))) == {"FINALIZED"}
    assert [len(each) for each in aws.described] == [200, 200, 50]
    first_write = aws.calls.index("FinalizeCutover")
    assert aws.calls[:first_write] == [DESCRIBED, DESCRIBED, *READ]


@pytest.mark.parametrize("number", [0, 449])
def test_one_server_keeps_an_application_that_is_larger_than_a_batch(number):
    servers = members(450)
    servers[number] = member(servers[number].server.id, first_boot="WAITING")
    aws = FakeAws(*servers)

    assert set(outcomes(run(aws, [evidence.server.id for evidence in servers]))) == {"NOT_READY"}
    assert aws.writes == []


def test_a_server_that_becomes_unready_after_the_first_batch_keeps_the_rest():
    servers = members(250)
    ids = [evidence.server.id for evidence in servers]
    aws = FakeAws(*servers)
    aws.before_write(lambda: aws.set(member(ids[-1], first_boot="STOPPED")))

    reports = run(aws, ids)

    assert outcomes(reports) == ["FINALIZED"] * 200 + ["BLOCKED"] * 50
    assert len(aws.finalized) == 200


def test_after_a_write_that_fails_the_others_go_on():
    servers = members(250)
    aws = FakeAws(*servers)
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    reports = run(aws, [evidence.server.id for evidence in servers])

    assert sorted(outcomes(reports)) == ["FAILED"] + ["FINALIZED"] * 249


def test_others_that_are_blocked_at_sight_are_not_read():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, tags={}, cutover_job=OTHER_JOB, instance_job=OTHER_JOB))

    run(aws, [SERVER])

    assert aws.calls == [DESCRIBED, DESCRIBED, *READ]


def test_the_application_of_a_server_that_is_blocked_at_sight_is_not_listed():
    aws = FakeAws(member(SERVER, tags={}), member(OTHER_SERVER))

    run(aws, [SERVER])

    assert aws.listed == []


def test_a_waived_approval_of_another_server_keeps_nothing():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, tags={}))

    assert outcomes(run(aws, [SERVER], waived=["approval"])) == ["FINALIZED"]


def launched_one_by_one(count, **differences):
    jobs = {f"s-{number:017}": f"mgnjob-{number:017}" for number in range(count)}
    return [member(id_, cutover_job=job, instance_job=job, **differences) for id_, job in jobs.items()]


def test_an_application_that_one_look_does_not_reach_is_looked_at_again_and_then_left_to_the_next_run():
    servers = launched_one_by_one(3)
    aws = FakeAws(*servers, approved(OTHER_SERVER))
    aws.take("DescribeJobLogItems", 5)

    reports = run(aws, [*(evidence.server.id for evidence in servers), OTHER_SERVER])

    reason = f"the other source servers of its application {APP} could not be read in time"
    assert outcomes(reports) == ["NOT_READY"] * 3 + ["FINALIZED"]
    assert {held(reports[evidence.server.id]) for evidence in servers} == {("WAIT", reason)}
    assert aws.finalized == [OTHER_SERVER]
    # Two looks at the application, and another one for the servers that the second one did not reach.
    assert (len(aws.listed), len(aws.described)) == (2, 3)


def test_an_application_that_the_end_of_a_look_cuts_is_served_by_the_next_look():
    first, second = launched_one_by_one(4)[:2], launched_one_by_one(4)[2:]
    second = [replace(each, server=replace(each.server, application_id=OTHER_APP)) for each in second]
    aws = FakeAws(*first, *second)
    aws.take("DescribeJobLogItems", 3)  # three logs in a look

    reports = run(aws, [evidence.server.id for evidence in [*first, *second]])

    assert outcomes(reports) == ["FINALIZED"] * 4


def test_the_others_of_an_application_are_read_before_other_applications():
    servers = launched_one_by_one(4)
    last = servers[3].server.id
    others = [replace(each, server=replace(each.server, application_id=None)) for each in servers[1:3]]
    aws = FakeAws(servers[0], *others, servers[3])
    aws.take("DescribeJobLogItems", 5)  # two logs in a look

    reports = run(aws, [evidence.server.id for evidence in servers if evidence.server.id != last])

    assert outcomes(reports) == ["FINALIZED"] * 3
    assert aws.finalized[0] == servers[0].server.id


class Protection:
    """EC2's termination protection, of which each call takes time."""

    def __init__(self, aws, *, off=(), seconds=0.0):
        self._aws, self._off, self._seconds = aws, off, seconds
        self.asked = []

    def protected(self, instance_ids):
        self.asked.append(set(instance_ids))
        self._aws.clock.move(self._seconds * len(instance_ids))
        return Found(items={id_: id_ not in self._off for id_ in instance_ids})


def protection(aws, **differences):
    return (TerminationProtectionRule(Protection(aws, **differences), sets=False, clock=aws.clock),)


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_rule_that_needs_a_call_per_server_is_read_before_the_first_write(is_asked):
    servers = members(20)
    ids = [evidence.server.id for evidence in servers]
    aws = FakeAws(*servers)

    reports = run(aws, ids if is_asked else ids[:1], acceptance=protection(aws, off=[f"i-{19:017}"]))

    assert held(reports[ids[0]]) == ("BLOCK", together(f"{ids[19]} (termination-protection) is not ready"))
    assert aws.writes == []


def test_an_application_that_takes_too_long_to_read_does_not_keep_the_rest_of_the_run():
    large = members(150)
    ids = [evidence.server.id for evidence in large]
    small = [approved(SERVER), member(OTHER_SERVER, application_id=OTHER_APP)]
    aws = FakeAws(*large, *small)

    reports = run(aws, [*ids[:10], SERVER, OTHER_SERVER], acceptance=protection(aws, seconds=0.2))

    assert outcomes(reports) == ["NOT_READY"] * 10 + ["FINALIZED"] * 2
    assert sorted(aws.finalized) == [SERVER, OTHER_SERVER]


def test_several_applications_that_take_too_long_do_not_end_the_run():
    first, second = members(150), [member(f"s-{n:017}", application_id=OTHER_APP) for n in range(150, 300)]
    done = [finalized(f"s-{n:017}") for n in range(300, 494)]
    aws = FakeAws(*first, *second, *done, approved(SERVER))
    ids = [each.server.id for each in [*first[:5], *done, *second[:5]]]

    reports = run(aws, [SERVER, *ids], acceptance=protection(aws, seconds=0.2))

    assert outcomes(reports) == ["FINALIZED", *["NOT_READY"] * 5, *["FINALIZED"] * 194, *["NOT_READY"] * 5]
    assert aws.finalized == [SERVER]
    assert aws.listed == [{APP}, {APP, OTHER_APP}, {OTHER_APP}]


@pytest.mark.parametrize(("server_ids", "outcome"), [(BOTH, "FAILED"), ([SERVER], "NOT_READY")])
def test_evidence_that_is_too_old_finalizes_nothing(server_ids, outcome):
    aws = FakeAws(member(SERVER), member(OTHER_SERVER))
    aws.take("DescribeJobs", 20)

    assert set(outcomes(run(aws, server_ids))) == {outcome}
    assert aws.writes == []


def test_throttled_writes_are_based_on_a_look_at_the_whole_application():
    servers = members(30)
    ids = [evidence.server.id for evidence in servers]
    aws = FakeAws(*servers)
    aws.take("FinalizeCutover", 1)
    slow_down = MgnUnavailableError("slow down", http_status=429, is_throttled=True)
    aws.fail("FinalizeCutover", *[slow_down] * 8)
    aws.clock.after(16, lambda: aws.set(member(ids[-1], first_boot="STOPPED")))

    reports = run(aws, ids)

    late = [id_ for id_ in ids if id_ not in aws.finalized]
    assert late
    assert {reports[id_].outcome for id_ in late} == {"BLOCKED"}
