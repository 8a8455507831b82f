"""Launch jobs of the local MGN: their progress with the clock, and their logs."""

import pytest

SERVER = "s-0123456789abcdef0"
LAUNCHED = [
    "JOB_START",
    "SNAPSHOT_START",
    "SNAPSHOT_END",
    "CONVERSION_START",
    "CONVERSION_END",
    "LAUNCH_START",
    "LAUNCH_END",
    "JOB_END",
]


@pytest.fixture
def cutover(aws, mgn):
    """Starts a cutover; its parameters are options of the seed."""

    def start(**options):
        aws.add_source_server("replicating", sourceServerID=SERVER, **options)
        return mgn.start_cutover(sourceServerIDs=[SERVER])["job"]["jobID"]

    return start


def read(mgn, job_id):
    (job,) = mgn.describe_jobs(filters={"jobIDs": [job_id]})["items"]
    return job


def events(mgn, job_id):
    return [item["event"] for item in mgn.describe_job_log_items(jobID=job_id)["items"]]


def server(mgn):
    return mgn.describe_source_servers()["items"][0]


def test_a_job_is_pending_started_and_completed_as_time_goes_by(aws, mgn, cutover):
    job_id = cutover()

    history = []
    for seconds in (0, 10, 400, 400):
        aws.advance(seconds)
        job = read(mgn, job_id)
        history.append((job["status"], job["participatingServers"][0]["launchStatus"]))

    assert history == [
        ("PENDING", "PENDING"),
        ("STARTED", "IN_PROGRESS"),
        ("STARTED", "IN_PROGRESS"),
        ("COMPLETED", "LAUNCHED"),
    ]


def test_the_log_of_a_good_launch_tells_each_step(aws, mgn, cutover):
    job_id = cutover()

    aws.advance(3600)

    assert events(mgn, job_id) == LAUNCHED


def test_the_launched_instance_is_that_of_the_job(aws, mgn, cutover):
    job_id = cutover()

    aws.advance(3600)

    launched = server(mgn)["launchedInstance"]
    (entry,) = read(mgn, job_id)["participatingServers"]
    assert launched == {"ec2InstanceID": entry["launchedEc2InstanceID"], "jobID": job_id, "firstBoot": "SUCCEEDED"}


def test_an_instance_boots_after_its_job_has_completed(aws, mgn, ec2, cutover):
    job_id = cutover()

    aws.advance(660)

    (status,) = ec2.describe_instance_status()["InstanceStatuses"]
    assert read(mgn, job_id)["status"] == "COMPLETED"
    assert server(mgn)["launchedInstance"]["firstBoot"] == "WAITING"
    assert (status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]) == ("initializing", "initializing")


def test_a_job_may_use_an_old_snapshot_and_look_successful(aws, mgn, cutover):
    job_id = cutover(snapshot="previous")

    aws.advance(3600)

    (entry,) = read(mgn, job_id)["participatingServers"]
    assert entry["launchStatus"] == "LAUNCHED"
    assert events(mgn, job_id)[2:4] == ["SNAPSHOT_FAIL", "USING_PREVIOUS_SNAPSHOT"]


@pytest.mark.parametrize(("step", "event"), [("conversion", "CONVERSION_FAIL"), ("launch", "LAUNCH_FAILED")])
def test_a_failed_launch_completes_its_job_and_returns_the_server(aws, mgn, cutover, step, event):
    job_id = cutover(failsAt=step)

    aws.advance(3600)

    job = read(mgn, job_id)
    assert (job["status"], job["participatingServers"][0]["launchStatus"]) == ("COMPLETED", "FAILED")
    assert events(mgn, job_id)[-2:] == [event, "JOB_END"]
    assert server(mgn)["lifeCycle"]["state"] == "READY_FOR_CUTOVER"
    assert "launchedInstance" not in server(mgn)


def test_a_new_cutover_takes_the_old_instance_away(aws, mgn, ec2):
    before = aws.add_source_server("reverted", sourceServerID=SERVER)["launchedInstance"]["ec2InstanceID"]
    job_id = mgn.start_cutover(sourceServerIDs=[SERVER])["job"]["jobID"]

    aws.advance(3600)

    (status,) = ec2.describe_instance_status(InstanceIds=[before], IncludeAllInstances=True)["InstanceStatuses"]
    assert status["InstanceState"]["Name"] == "terminated"
    assert events(mgn, job_id)[1:3] == ["CLEANUP_START", "CLEANUP_END"]
    assert server(mgn)["launchedInstance"]["jobID"] == job_id


def test_post_launch_actions_run_and_end_as_planned(aws, mgn, cutover):
    actions = [{"actionName": "Install agents"}, {"actionName": "Join", "executionStatus": "FAILED"}]
    job_id = cutover(actions=actions, actionSeconds=600)

    history = []
    for seconds in (700, 1200):
        aws.advance(seconds)
        status = read(mgn, job_id)["participatingServers"][0]["postLaunchActionsStatus"]
        history.append([entry["executionStatus"] for entry in status["postLaunchActionsLaunchStatusList"]])

    assert history == [["IN_PROGRESS", "IN_PROGRESS"], ["SUCCESS", "FAILED"]]


def test_servers_seeded_with_one_job_share_it(aws, mgn):
    job_id = "mgnjob-0123456789abcdef0"
    for _ in range(3):
        aws.add_source_server("ready", jobID=job_id)

    job = read(mgn, job_id)

    assert job["status"] == "COMPLETED"
    assert [entry["launchStatus"] for entry in job["participatingServers"]] == ["LAUNCHED"] * 3
    assert events(mgn, job_id).count("JOB_START") == events(mgn, job_id).count("JOB_END") == 1


def test_a_shared_job_runs_until_its_last_server_is_launched(aws, mgn):
    job_id = "mgnjob-0123456789abcdef0"
    aws.add_source_server("ready", jobID=job_id)
    aws.add_source_server("launching", jobID=job_id)

    before = read(mgn, job_id)["status"]
    aws.advance(3600)

    assert (before, read(mgn, job_id)["status"]) == ("STARTED", "COMPLETED")


def test_jobs_are_listed_newest_first_in_pages(aws, mgn):
    for minutes in (60, 90, 30):
        aws.add_source_server("ready", cutoverMinutesAgo=minutes)

    pages = list(mgn.get_paginator("describe_jobs").paginate(PaginationConfig={"PageSize": 2}))

    created = [job["creationDateTime"] for page in pages for job in page["items"]]
    assert len(pages) == 2
    assert created == sorted(created, reverse=True)


def test_jobs_are_filtered_by_their_dates(aws, mgn):
    for minutes in (90, 60, 30):
        aws.add_source_server("ready", cutoverMinutesAgo=minutes)
    newest, middle, oldest = [job["creationDateTime"] for job in mgn.describe_jobs()["items"]]

    def created(**filters):
        return [job["creationDateTime"] for job in mgn.describe_jobs(filters=filters)["items"]]

    # The job's internal time has microseconds, which the API does not show.
    assert created(fromDate=middle[:-5] + "Z") == [newest, middle]
    assert created(toDate=oldest[:-1] + "999Z") == [oldest]


def test_a_log_comes_in_pages(aws, mgn):
    job_id = aws.add_source_server("ready")["launchedInstance"]["jobID"]

    pages = list(mgn.get_paginator("describe_job_log_items").paginate(jobID=job_id, PaginationConfig={"PageSize": 5}))

    assert [item["event"] for page in pages for item in page["items"]] == LAUNCHED
    assert [len(page["items"]) for page in pages] == [5, 3]


def test_the_log_of_an_unknown_job_is_refused(mgn):
    with pytest.raises(mgn.exceptions.ValidationException):
        mgn.describe_job_log_items(jobID="mgnjob-0123456789abcdef0")
