"""The clock of the local AWS: moving it makes everything older, and runs scheduled effects."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from local.clock import Clock

SERVER = "s-0123456789abcdef0"


def moment(text):
    return datetime.fromisoformat(text)


def server(mgn):
    return mgn.describe_source_servers()["items"][0]


def test_what_happened_gets_older_by_as_much_as_the_clock_moves(aws, mgn):
    before = aws.add_source_server("ready")["lifeCycle"]

    aws.advance(90 * 60)

    after = server(mgn)["lifeCycle"]
    for name in ("addedToServiceDateTime", "firstByteDateTime"):
        assert moment(before[name]) - moment(after[name]) == timedelta(minutes=90)
    cutovers = [document["lastCutover"]["initiated"]["apiCallDateTime"] for document in (before, after)]
    assert moment(cutovers[0]) - moment(cutovers[1]) == timedelta(minutes=90)


def test_jobs_and_their_logs_get_older_too(aws, mgn):
    job_id = aws.add_source_server("ready")["launchedInstance"]["jobID"]

    def dates():
        (job,) = mgn.describe_jobs()["items"]
        items = mgn.describe_job_log_items(jobID=job_id)["items"]
        return [job["creationDateTime"], job["endDateTime"], *(item["logDateTime"] for item in items)]

    before = dates()
    aws.advance(3600)

    assert {moment(old) - moment(new) for old, new in zip(before, dates(), strict=True)} == {timedelta(hours=1)}


def test_instances_and_volumes_get_older_too(aws, ec2):
    aws.add_source_server("ready", staging=True)

    def dates():
        instances = [item for entry in ec2.describe_instances()["Reservations"] for item in entry["Instances"]]
        return [
            *(item["LaunchTime"] for item in instances),
            *(item["CreateTime"] for item in ec2.describe_volumes()["Volumes"]),
            *(item["StartTime"] for item in ec2.describe_snapshots()["Snapshots"]),
        ]

    before = dates()
    aws.advance(3600)

    assert {old - new for old, new in zip(before, dates(), strict=True)} == {timedelta(hours=1)}


def test_a_living_agent_was_heard_a_moment_ago_whatever_the_clock(aws, mgn):
    aws.add_source_server("replicating")

    aws.advance(90 * 60)

    silence = datetime.now(UTC) - moment(server(mgn)["lifeCycle"]["lastSeenByServiceDateTime"])
    assert silence < timedelta(minutes=1)


def test_an_instance_ends_its_boot_on_the_moved_clock(aws, mgn, ec2):
    aws.add_source_server("booting", bootsInSeconds=300)

    history = []
    for seconds in (0, 290, 20):
        aws.advance(seconds)
        (status,) = ec2.describe_instance_status()["InstanceStatuses"]
        history.append((server(mgn)["launchedInstance"]["firstBoot"], status["InstanceStatus"]["Status"]))

    assert history == [("WAITING", "initializing"), ("WAITING", "initializing"), ("SUCCEEDED", "ok")]


def test_what_falls_due_on_the_way_happens_at_its_own_time(aws, mgn, ec2):
    aws.add_source_server("replicating", sourceServerID=SERVER)
    mgn.start_cutover(sourceServerIDs=[SERVER])

    aws.advance(24 * 3600)

    (job,) = mgn.describe_jobs()["items"]
    (reservation,) = ec2.describe_instances()["Reservations"]
    assert moment(job["endDateTime"]) - moment(job["creationDateTime"]) < timedelta(minutes=12)
    assert datetime.now(UTC) - reservation["Instances"][0]["LaunchTime"] > timedelta(hours=23)


def test_seeded_dates_get_older_like_all_others(aws, mgn):
    overrides = {"sourceProperties": {"lastUpdatedDateTime": "2026-11-23T10:00:00Z"}}
    aws.add_source_server("ready", overrides=overrides)

    aws.advance(3600)

    assert server(mgn)["sourceProperties"]["lastUpdatedDateTime"] == "2026-11-23T09:00:00.000Z"


@pytest.fixture
def clock():
    return Clock()


def test_effects_happen_in_the_order_of_their_moments(clock):
    happened = []
    for minutes in (3, 1, 2):
        clock.put_off(clock.ago(-minutes), lambda minutes=minutes: happened.append(minutes), owner=None)

    clock.advance(3600)

    assert happened == [1, 2, 3]


def test_nothing_happens_before_its_moment(clock):
    happened = []
    clock.put_off(clock.ago(-2), lambda: happened.append("late"), owner=None)

    clock.advance(60)

    assert happened == []


def test_an_effect_sees_its_own_moment(clock):
    due = clock.ago(-30)
    seen = []
    clock.put_off(due, lambda: seen.append(clock.now()), owner=None)

    clock.advance(3600)

    assert seen == [due]


def test_what_was_forgotten_never_happens(clock):
    happened, owner = [], object()
    clock.put_off(clock.ago(-1), lambda: happened.append("effect"), owner=owner)

    clock.forget(owner)
    clock.advance(3600)

    assert happened == []


def test_moments_survive_being_shown_and_read_after_the_clock_was_moved(clock):
    clock.advance(12345)
    shown = clock.shown(clock.now())

    assert clock.shown(clock.inside(shown)) == shown


def test_threads_that_look_at_once_let_each_effect_happen_once(clock):
    happened = []
    for index in range(100):
        clock.put_off(clock.now(), lambda index=index: happened.append(index), owner=None)
    threads = [threading.Thread(target=clock.settle) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(happened) == list(range(100))
