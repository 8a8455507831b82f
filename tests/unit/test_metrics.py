"""The metrics: each is emitted by some behaviour, in the format and with the dimension that the alarms use."""

from datetime import timedelta

import pytest

from finalize_cutover import app
from finalize_cutover.cutover.errors import InvalidRequestError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.errors import UninitializedAccountError as Uninitialized
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from finalize_cutover.observability import metrics
from tests.unit import records
from tests.unit.automated import approved
from tests.unit.automated import launch_result as event
from tests.unit.builders import INITIATED_AT, NOW, OTHER_SERVER, SERVER, finalized, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, production, staged_snapshot, staged_volume


@pytest.fixture(autouse=True)
def counted(capsys):
    """Return the metrics of this test so far."""
    records.metrics(capsys)
    return lambda: records.metrics(capsys)


def swept(*evidence, staging=None, operation="FinalizeCutover", errors=()):
    aws = FakeAws(*evidence)
    aws.fail(operation, *errors)
    staging = staging or FakeStaging(*production())
    return sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: staging))


@pytest.mark.parametrize(
    ("name", "evidence", "error"),
    [
        (metrics.FINALIZED, approved(), None),
        (metrics.WAITING, approved(first_boot="WAITING"), None),
        (metrics.BLOCKED, approved(ec2_instance="impaired"), None),
        (metrics.SKIPPED, ready(), None),
        (metrics.FAILED, approved(), MgnUnavailableError("busy")),
    ],
)
def test_every_outcome_has_its_metric_and_no_other(counted, name, evidence, error):
    swept(evidence, errors=[error] * 3 if error else [])

    outcomes = {metrics.FINALIZED, metrics.WAITING, metrics.BLOCKED, metrics.SKIPPED, metrics.FAILED}
    assert {k: v for k, v in counted().items() if k in outcomes} == {name: [1]}


def test_a_server_that_was_finalized_before_counts_nowhere(counted):
    direct.handle({"sourceServerID": SERVER}, invocation(FakeAws(finalized())))

    assert counted() == {}


def test_a_server_that_mgn_does_not_know_counts_as_failed(counted):
    direct.handle({"sourceServerID": OTHER_SERVER}, invocation(FakeAws(ready())))

    assert counted() == {metrics.FAILED: [1]}


def test_every_handler_counts(counted):
    launch_result.handle(event(), invocation(FakeAws(approved())))
    direct.handle({"sourceServerID": SERVER}, invocation(FakeAws(ready())))
    swept(approved())

    assert counted()[metrics.FINALIZED] == [1, 1, 1]


@pytest.mark.parametrize("error", [MgnRefusedError("denied"), Uninitialized("never set up")])
@pytest.mark.parametrize("operation", ["DescribeSourceServers", "DescribeJobs", "FinalizeCutover"])
def test_a_refusal_is_counted_wherever_it_comes(counted, error, operation):
    aws = FakeAws(approved())
    aws.fail(operation, error)

    with pytest.raises(type(error)):
        launch_result.handle(event(), invocation(aws))

    assert counted()[metrics.REFUSED_REQUESTS] == [1]


def test_a_sweep_that_may_not_list_is_a_refusal(counted):
    with pytest.raises(MgnRefusedError):
        swept(operation="DescribeSourceServers", errors=[MgnRefusedError("denied")])

    assert counted() == {metrics.REFUSED_REQUESTS: [1]}


def test_a_malformed_request_is_a_refusal_and_is_written_at_once(capsys):
    with pytest.raises(InvalidRequestError):
        app.lambda_handler({"nonsense": True})

    (line,) = [line for line in capsys.readouterr().out.splitlines() if metrics.REFUSED_REQUESTS in line]
    assert line.startswith('{"_aws"')


def test_what_may_be_asked_again_is_no_refusal(counted):
    with pytest.raises(MgnUnavailableError):
        swept(operation="DescribeSourceServers", errors=[MgnUnavailableError("busy")])

    assert counted() == {}


def test_leftovers_and_agents_are_counted_by_server(counted):
    staging = FakeStaging(*production(), staged_volume(), staged_snapshot())

    swept(audited(last_seen_at=NOW), audited(OTHER_SERVER), staging=staging)

    found = counted()
    assert (found[metrics.LEFTOVERS], found[metrics.AGENTS_STILL_INSTALLED]) == ([2, 0], [1, 0])


def test_a_clean_audit_counts_zeros_so_that_alarms_end(counted):
    swept(audited())

    found = counted()
    assert (found[metrics.LEFTOVERS], found[metrics.AGENTS_STILL_INSTALLED]) == ([0], [0])


def test_an_audit_that_could_not_look_counts_as_refused_and_ends_no_alarm(counted):
    swept(audited(), staging=FakeStaging(error=MgnRefusedError("denied")))

    found = counted()
    assert found[metrics.REFUSED_REQUESTS] == [1]
    assert metrics.LEFTOVERS not in found


@pytest.mark.parametrize("server", [ready(), audited(OTHER_SERVER)], ids=["not finalized", "not found"])
def test_an_audit_of_what_is_not_finalized_counts_nothing(counted, server):
    request = {"action": "audit", "sourceServerID": SERVER}

    direct.handle(request, invocation(FakeAws(server), make_staging=lambda *_: FakeStaging()))

    assert counted() == {}


def test_the_oldest_waiting_cutover_is_told_in_minutes(counted):
    old, young = INITIATED_AT, INITIATED_AT + timedelta(minutes=30)

    swept(approved(SERVER, first_boot="WAITING", initiated_at=young), approved(OTHER_SERVER, ec2_state="stopped"))

    assert counted()[metrics.OLDEST_WAITING_MINUTES] == [(NOW - old).total_seconds() / 60]


@pytest.mark.parametrize(
    "servers",
    [[], [ready()], [approved()], [approved(first_boot="WAITING", initiated_at=None)]],
    ids=["no servers", "not approved", "finalized", "no date"],
)
def test_where_nothing_is_known_to_wait_the_oldest_has_waited_for_no_minutes(counted, servers):
    swept(*servers)

    assert counted()[metrics.OLDEST_WAITING_MINUTES] == [0]


class SlowAws(FakeAws):
    """A fake MGN whose reads take time."""

    def describe(self, server_ids, **options):
        self.clock.sleep(14)
        return super().describe(server_ids, **options)


@pytest.mark.parametrize(
    ("aws", "seconds_left"), [(FakeAws, 2), (SlowAws, 21)], ids=["not looked at", "looked at too late"]
)
def test_a_cutover_that_there_was_no_time_for_waits_too_and_has_not_failed(counted, aws, seconds_left):
    late = invocation(aws(approved()), seconds_left=seconds_left, make_staging=lambda *_: FakeStaging())

    sweep.handle({"action": "sweep"}, late)

    assert counted() == {metrics.OLDEST_WAITING_MINUTES: [60]}


def test_every_name_is_emitted_by_some_behaviour_and_every_emitted_name_is_known(counted):
    swept(
        *(approved(SERVER), approved("s-00000000000000001", first_boot="WAITING"), ready("s-00000000000000002")),
        *(
            approved("s-00000000000000003", first_boot="STOPPED"),
            approved("s-00000000000000004"),
            audited(OTHER_SERVER),
        ),
        errors=[MgnRefusedError("denied")],
    )

    metrics.measure_unpublished()

    assert set(counted()) == set(metrics.ALL)


def test_a_line_has_our_namespace_and_the_service_as_its_only_dimension(capsys):
    swept(approved())

    for line in records.metric_lines(capsys):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert (directive["Namespace"], directive["Dimensions"]) == ("FinalizeCutover", [["service"]])
        assert line["service"] == "finalize-cutover"
        assert all(metric["Unit"] == "Count" for metric in directive["Metrics"])


@pytest.mark.parametrize(("namespace", "service"), [(None, None), ("", ""), ("Migrations", "waves")])
def test_namespace_and_service_are_those_of_the_environment_and_never_absent(monkeypatch, namespace, service):
    for name, value in {"POWERTOOLS_METRICS_NAMESPACE": namespace, "POWERTOOLS_SERVICE_NAME": service}.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)

    made = metrics._metrics()

    assert made.namespace == (namespace or "FinalizeCutover")
    assert made.service == (service or "finalize-cutover")


def test_a_great_fleet_is_counted_to_the_last(counted):
    swept(*(approved(f"s-{number:017}") for number in range(250)))

    assert sum(counted()[metrics.FINALIZED]) == 250
