"""The translation of MGN's responses to the core's values."""

from datetime import UTC, datetime, timedelta

import pytest

from finalize_cutover.aws.translate import cutover_job, job_event, source_server
from finalize_cutover.cutover.evidence import CutoverJob, JobEvent, Launch, PostLaunchAction
from finalize_cutover.cutover.source_server import LastCutover, LaunchedInstance

SERVER = "s-0123456789abcdef0"
JOB = "mgnjob-0123456789abcdef0"
# A shortened response of MGN.
DOCUMENT = {
    "sourceServerID": SERVER,
    "arn": f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}",
    "isArchived": False,
    "tags": {"FinalizeCutover": "approved"},
    "launchedInstance": {"ec2InstanceID": "i-0abc", "jobID": JOB, "firstBoot": "SUCCEEDED"},
    "dataReplicationInfo": {
        "lagDuration": "PT5M",
        "dataReplicationState": "STALLED",
        "replicatedDisks": [{"deviceName": "/dev/sda", "totalStorageBytes": 5}, {"totalStorageBytes": 7}],
        "replicatorId": "i-0def",
    },
    "lifeCycle": {
        "state": "CUTTING_OVER",
        "lastSeenByServiceDateTime": "2026-11-23T10:14:59.5Z",
        "lastCutover": {
            "initiated": {"apiCallDateTime": "2026-11-23T09:15:00Z", "jobID": JOB},
            "reverted": {"apiCallDateTime": "2026-11-22T09:15:00Z"},
            "finalized": {"apiCallDateTime": "2026-11-23T10:15:00Z"},
        },
    },
}


def with_instance(**members):
    return source_server({**DOCUMENT, "launchedInstance": {**DOCUMENT["launchedInstance"], **members}})


def test_a_source_server_is_read_whole():
    server = source_server(DOCUMENT)

    assert (server.id, server.arn, server.state) == (SERVER, DOCUMENT["arn"], "CUTTING_OVER")
    assert (server.replication_state, server.lag_duration, server.staged_bytes) == ("STALLED", "PT5M", (5, 7))
    assert (server.is_archived, server.tags, server.replicator_id) == (False, {"FinalizeCutover": "approved"}, "i-0def")
    assert server.last_seen_at == datetime(2026, 11, 23, 10, 14, 59, 500_000, tzinfo=UTC)
    assert server.launched_instance == LaunchedInstance(id="i-0abc", job_id=JOB, first_boot="SUCCEEDED")
    assert server.last_cutover == LastCutover(
        job_id=JOB,
        initiated_at=datetime(2026, 11, 23, 9, 15, tzinfo=UTC),
        reverted_at=datetime(2026, 11, 22, 9, 15, tzinfo=UTC),
        finalized_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
        has_reverted=True,
        has_finalized=True,
    )


@pytest.mark.parametrize("said", [{}, None])
def test_what_never_happened_is_an_empty_object_or_absent(said):
    cutover = {"initiated": {"jobID": JOB}, "reverted": said, "finalized": said}

    found = source_server({**DOCUMENT, "lifeCycle": {"lastCutover": cutover}}).last_cutover

    assert found == LastCutover(job_id=JOB)


@pytest.mark.parametrize("said", [{"apiCallDateTime": None}, {"apiCallDateTime": ""}, {"apiCallDateTime": "yesterday"}])
def test_what_mgn_says_without_a_date_that_can_be_read_is_said_all_the_same(said):
    cutover = {"initiated": {"jobID": JOB}, "reverted": said, "finalized": said}

    found = source_server({**DOCUMENT, "lifeCycle": {"lastCutover": cutover}}).last_cutover

    assert (found.has_reverted, found.reverted_at, found.has_finalized, found.finalized_at) == (True, None, True, None)


def test_mgns_own_answer_is_kept_without_what_boto3_adds():
    server = source_server({**DOCUMENT, "ResponseMetadata": {"HTTPStatusCode": 200}})

    assert server.document == DOCUMENT


def test_a_source_server_of_which_mgn_tells_nothing_else_is_read_too():
    server = source_server({"sourceServerID": SERVER})

    assert (server.id, server.state, server.launched_instance, server.last_cutover) == (SERVER, None, None, None)
    assert (server.is_archived, server.staged_bytes, server.tags) == (None, (), {})


@pytest.mark.parametrize("empty", [None, {}])
@pytest.mark.parametrize("member", ["launchedInstance", "dataReplicationInfo", "lifeCycle", "tags"])
def test_an_empty_member_is_an_absent_one(member, empty):
    server = source_server({**DOCUMENT, member: empty})
    without = source_server({name: value for name, value in DOCUMENT.items() if name != member})

    assert server == without


def test_words_that_mgn_may_add_one_day_pass_through():
    server = with_instance(firstBoot="HIBERNATED")

    assert server.launched_instance.first_boot == "HIBERNATED"


def test_an_instance_without_an_id_has_none():
    assert with_instance(ec2InstanceID="").instance_id is None


def test_every_check_is_read_even_two_of_one_name():
    server = with_instance(
        lastKnownChecks=[
            {"type": "EC2", "name": "Boot", "status": "FAILED", "error": "No boot loader."},
            {"type": "FSx", "name": "Boot", "status": "PASSED"},
            {"type": "EC2", "status": "PENDING"},
            {"type": "EC2", "name": "Silent"},
        ],
        lastKnownFsxChecksStatus="FAILED",
    )

    found = [(check.name, check.status, check.error) for check in server.launched_instance.checks]
    assert found == [
        ("Boot", "FAILED", "No boot loader."),
        ("Boot", "PASSED", None),
        ("EC2", "PENDING", None),
        ("Silent", "None", None),
        ("FSx", "FAILED", None),
    ]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23T10:15:00Z", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("2026-11-23T10:15:00.123456Z", datetime(2026, 11, 23, 10, 15, 0, 123_456, tzinfo=UTC)),
        ("2026-11-23T11:15:00+01:00", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("2026-11-23T10:15:00", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("", None),
        (None, None),
        ("soon", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00:00+23:59", None),
    ],
)
def test_times_are_aware_or_absent(text, time):
    server = source_server({**DOCUMENT, "lifeCycle": {"lastCutover": {"finalized": {"apiCallDateTime": text}}}})

    assert server.finalized_at == time


@pytest.mark.parametrize(
    ("initiated", "reverted", "is_reverted"),
    [("10:00", "09:00", False), ("10:00", "10:00", True), ("10:00", "11:00", True), ("10:00", None, False)],
)
def test_a_cutover_is_reverted_if_that_came_after_it_was_started(initiated, reverted, is_reverted):
    members = {"initiated": {"apiCallDateTime": f"2026-11-23T{initiated}Z"}}
    members |= {"reverted": {"apiCallDateTime": f"2026-11-23T{reverted}Z"}} if reverted else {}

    server = source_server({**DOCUMENT, "lifeCycle": {"lastCutover": members}})

    assert server.last_cutover.is_reverted == is_reverted


def test_a_job_is_read_with_what_it_did_for_each_server():
    action = {"actionName": "Join the domain", "ssmDocumentName": "AWS-Join", "mustSucceedForCutover": True}
    actions = [
        {"ssmDocument": action, "executionStatus": "FAILED"},
        {"ssmDocument": {"ssmDocumentName": "AWS-Tag"}},
    ]

    job = cutover_job(
        {
            "jobID": JOB,
            "type": "LAUNCH",
            "initiatedBy": "START_CUTOVER",
            "status": "COMPLETED",
            "endDateTime": "2026-11-23T09:30:00Z",
            "participatingServers": [
                {
                    "sourceServerID": SERVER,
                    "launchStatus": "LAUNCHED",
                    "launchedEc2InstanceID": "i-0abc",
                    "postLaunchActionsStatus": {"postLaunchActionsLaunchStatusList": actions},
                },
                {"sourceServerID": "s-0123456789abcdef1"},
            ],
        }
    )

    assert job == CutoverJob(
        id=JOB,
        type="LAUNCH",
        initiated_by="START_CUTOVER",
        status="COMPLETED",
        ended_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        launches={
            SERVER: Launch(
                status="LAUNCHED",
                instance_id="i-0abc",
                actions=(
                    PostLaunchAction(name="Join the domain", status="FAILED", must_succeed=True),
                    PostLaunchAction(name="AWS-Tag", status=None, must_succeed=None),
                ),
            ),
            "s-0123456789abcdef1": Launch(status=None, instance_id=None),
        },
    )


def test_a_job_that_names_a_server_twice_does_not_say_what_became_of_it():
    first = {"sourceServerID": SERVER, "launchStatus": "LAUNCHED", "launchedEc2InstanceID": "i-0abc"}
    second = {**first, "launchStatus": "FAILED"}
    other = {**first, "sourceServerID": "s-0123456789abcdef1"}

    jobs = [cutover_job({"jobID": JOB, "participatingServers": both}) for both in ([first, second, other], [first])]

    assert [job.named_twice for job in jobs] == [{SERVER}, set()]


def test_what_a_job_says_of_one_server_in_a_way_that_cannot_be_read_spoils_no_other():
    good = {"sourceServerID": SERVER, "launchStatus": "LAUNCHED"}
    bad = {"sourceServerID": "s-0123456789abcdef1", "launchStatus": 7}

    job = cutover_job({"jobID": JOB, "participatingServers": [good, bad]})

    assert (set(job.launches), job.unreadable) == ({SERVER}, {"s-0123456789abcdef1"})


def test_a_job_of_which_mgn_tells_nothing_else_launched_nobody():
    assert cutover_job({"jobID": JOB}) == CutoverJob(id=JOB, type=None, initiated_by=None, status=None)


@pytest.mark.parametrize(
    ("item", "event"),
    [
        ({"event": "JOB_START"}, JobEvent(event="JOB_START")),
        (
            {"event": "SNAPSHOT_FAIL", "eventData": {"sourceServerID": SERVER}},
            JobEvent(event="SNAPSHOT_FAIL", server_id=SERVER),
        ),
        ({"event": "LAUNCH_END", "eventData": {"targetInstanceID": "i-0abc"}}, JobEvent(event="LAUNCH_END")),
    ],
)
def test_a_line_of_a_log_names_a_server_or_concerns_the_whole_job(item, event):
    assert job_event(item) == event


def test_tags_are_not_in_what_is_printed_of_a_source_server():
    assert "approved" not in repr(source_server(DOCUMENT))


@pytest.mark.parametrize(
    ("hints", "hostname"),
    [
        ({"hostname": "web-1", "fqdn": "web-1.example.com"}, "web-1"),
        ({"fqdn": "web-1.example.com"}, "web-1.example.com"),
        ({"hostname": ""}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_host_name_is_a_hint_of_mgns(hints, hostname):
    assert source_server({**DOCUMENT, "sourceProperties": {"identificationHints": hints}}).hostname == hostname


@pytest.mark.parametrize(
    "instance", [{"lastKnownChecks": [{"type": "FSx", "status": "PASSED"}]}, {"lastKnownFsxChecksStatus": "PASSED"}]
)
def test_a_check_of_fsx_says_that_there_is_storage_on_fsx(instance):
    assert with_instance(**instance).is_on_fsx


def test_the_type_and_the_beginning_of_the_replication_are_read():
    life_cycle = {"firstByteDateTime": "2026-11-09T10:27:00Z"}

    server = source_server({**DOCUMENT, "replicationType": "SNAPSHOT_SHIPPING", "lifeCycle": life_cycle})

    assert (server.is_agentless, server.first_byte_at.isoformat()) == (True, "2026-11-09T10:27:00+00:00")


@pytest.mark.parametrize(
    ("written", "elapsed"),
    [
        ("P13DT23H48M0S", timedelta(days=13, hours=23, minutes=48)),
        ("PT0S", timedelta(0)),
        ("PT5H3M2.5S", timedelta(hours=5, minutes=3, seconds=2.5)),
        ("P1Y", None),
        ("-P1D", None),
        ("P99999999999D", None),
        ("14 days", None),
        ("", None),
        (336, None),
        (None, None),
    ],
)
def test_an_elapsed_replication_that_cannot_be_read_is_unknown_and_nothing_else(written, elapsed):
    item = {"sourceServerID": SERVER, "lifeCycle": {"state": "CUTTING_OVER", "elapsedReplicationDuration": written}}

    found = source_server(item)

    assert (found.replicated_for, found.state) == (elapsed, "CUTTING_OVER")
