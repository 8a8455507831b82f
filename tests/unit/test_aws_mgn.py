"""MGN through boto3: the requests, their batches, and the translation of the responses."""

import pytest

from finalize_cutover.cutover.errors import ConflictError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.time_budget import ATTEMPT, LOOK_AGAIN
from tests.unit.stubs import SERVER, at_once, mgn_of, source_servers, stubbed

JOB = "mgnjob-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
MEMBER = "444455556666"


@pytest.fixture
def mgn():
    with stubbed("mgn") as pair:
        yield pair


def test_servers_are_asked_for_by_id(mgn):
    client, expected = mgn
    expected.add_response(
        "describe_source_servers",
        source_servers(SERVER),
        {"filters": {"sourceServerIDs": [SERVER]}, "maxResults": 200},
    )

    found = mgn_of(client).describe([SERVER])

    assert list(found.items) == [SERVER]


def test_a_thousand_servers_take_five_calls(mgn):
    client, expected = mgn
    server_ids = [f"s-{number:017}" for number in range(1000)]
    for start in range(0, 1000, 200):
        batch = server_ids[start : start + 200]
        request = {"filters": {"sourceServerIDs": batch}, "maxResults": 200}
        expected.add_response("describe_source_servers", source_servers(*batch), request)

    found = mgn_of(client).describe(server_ids)

    assert list(found.items) == server_ids


def test_every_page_is_read(mgn):
    client, expected = mgn
    request = {"filters": {"sourceServerIDs": [SERVER]}, "maxResults": 200}
    expected.add_response("describe_source_servers", {"items": [], "nextToken": "more"}, request)
    expected.add_response("describe_source_servers", source_servers(SERVER), {**request, "nextToken": "more"})

    assert list(mgn_of(client).describe([SERVER]).items) == [SERVER]


def test_servers_that_were_not_asked_for_are_left_out(mgn):
    client, expected = mgn
    expected.add_response("describe_source_servers", source_servers("s-0123456789abcdef9", SERVER))

    assert list(mgn_of(client).describe([SERVER]).items) == [SERVER]


@pytest.mark.parametrize("answer", [{"items": []}, {}])
def test_a_server_that_mgn_does_not_list_is_absent(mgn, answer):
    client, expected = mgn
    expected.add_response("describe_source_servers", answer)

    assert mgn_of(client).describe([SERVER]).items == {}


def test_jobs_are_asked_for_by_id(mgn):
    client, expected = mgn
    request = {"filters": {"jobIDs": [JOB]}, "maxResults": 1000}
    expected.add_response("describe_jobs", {"items": [{"jobID": JOB, "status": "STARTED"}]}, request)

    jobs = mgn_of(client).describe_jobs([JOB]).items

    assert jobs[JOB].is_running


def test_the_whole_log_of_a_job_is_read(mgn):
    client, expected = mgn
    request = {"jobID": JOB, "maxResults": 1000}
    expected.add_response("describe_job_log_items", {"items": [{"event": "JOB_START"}], "nextToken": "more"}, request)
    expected.add_response("describe_job_log_items", {"items": [{"event": "JOB_END"}]}, {**request, "nextToken": "more"})

    log = mgn_of(client).job_log(JOB)

    assert [line.event for line in log] == ["JOB_START", "JOB_END"]


def test_finalizing_asks_for_one_server_and_returns_it_as_it_is_then(mgn):
    client, expected = mgn
    answer = {"sourceServerID": SERVER, "lifeCycle": {"state": "CUTOVER"}}
    expected.add_response("finalize_cutover", answer, {"sourceServerID": SERVER})

    server = mgn_of(client).finalize(SERVER, before_send=at_once)

    assert (server.id, server.state) == (SERVER, "CUTOVER")
    assert server.document == answer


def test_archiving_asks_for_one_server_and_returns_it_as_it_is_then(mgn):
    client, expected = mgn
    expected.add_response(
        "mark_as_archived", {"sourceServerID": SERVER, "isArchived": True}, {"sourceServerID": SERVER}
    )

    assert mgn_of(client).archive(SERVER, before_send=at_once).is_archived


@pytest.mark.parametrize("operation", ["finalize_cutover", "mark_as_archived"])
def test_an_answer_without_the_server_counts_as_lost(mgn, operation):
    client, expected = mgn
    expected.add_response(operation, {}, {"sourceServerID": SERVER})
    port = mgn_of(client)
    write = {"finalize_cutover": port.finalize, "mark_as_archived": port.archive}[operation]

    with pytest.raises(MgnUnavailableError, match=SERVER):
        write(SERVER, before_send=at_once)


def test_every_call_is_made_for_the_member_account_that_is_meant(mgn):
    client, expected = mgn
    account = {"accountID": MEMBER}
    expected.add_response(
        "describe_source_servers",
        source_servers(SERVER),
        {"filters": {"sourceServerIDs": [SERVER]}, "maxResults": 200, **account},
    )
    expected.add_response("describe_jobs", {}, {"filters": {"jobIDs": [JOB]}, "maxResults": 1000, **account})
    expected.add_response("describe_job_log_items", {"items": []}, {"jobID": JOB, "maxResults": 1000, **account})
    expected.add_response("finalize_cutover", {"sourceServerID": SERVER}, {"sourceServerID": SERVER, **account})
    expected.add_response("mark_as_archived", {"sourceServerID": SERVER}, {"sourceServerID": SERVER, **account})
    port = mgn_of(client, account_id=MEMBER)

    port.describe([SERVER])
    port.describe_jobs([JOB])
    port.job_log(JOB)
    port.finalize(SERVER, before_send=at_once)
    port.archive(SERVER, before_send=at_once)


def test_an_error_names_the_operation_and_the_server(mgn):
    client, expected = mgn
    expected.add_client_error("finalize_cutover", "ConflictException", "Cannot FinalizeCutover.", http_status_code=409)

    with pytest.raises(ConflictError) as caught:
        mgn_of(client).finalize(SERVER, before_send=at_once)

    assert str(caught.value) == (
        f"Source server {SERVER}: mgn:FinalizeCutover failed with ConflictException (409): Cannot FinalizeCutover."
    )


def test_an_error_on_a_later_page_is_translated_too(mgn):
    client, expected = mgn
    expected.add_response("describe_jobs", {"items": [], "nextToken": "more"})
    expected.add_client_error("describe_jobs", "AccessDeniedException", "No.", http_status_code=403)

    with pytest.raises(MgnRefusedError, match="mgn:DescribeJobs failed with AccessDeniedException"):
        mgn_of(client).describe_jobs([JOB])


def test_a_job_without_a_log_is_no_missing_source_server_but_a_read_that_lags(mgn):
    client, expected = mgn
    expected.add_client_error("describe_job_log_items", "ResourceNotFoundException", "No job.", http_status_code=404)

    with pytest.raises(MgnUnavailableError, match="DescribeJobLogItems") as caught:
        mgn_of(client).job_log(JOB)

    assert (caught.value.code, caught.value.http_status) == ("ResourceNotFoundException", 404)


def test_without_ids_nothing_is_asked(mgn):
    client, _ = mgn

    assert mgn_of(client).describe([]).items == {}
    assert mgn_of(client).describe_jobs([]).items == {}


@pytest.mark.parametrize(("archived_too", "more"), [(False, {"isArchived": False}), (True, {})])
def test_servers_in_a_state_are_read_to_the_last_page(mgn, archived_too, more):
    client, expected = mgn
    request = {"filters": {"lifeCycleStates": ["CUTOVER"], **more}, "maxResults": 1000}
    expected.add_response("describe_source_servers", {**source_servers(SERVER), "nextToken": "more"}, request)
    expected.add_response("describe_source_servers", source_servers(OTHER_SERVER), {**request, "nextToken": "more"})

    servers = mgn_of(client).in_state("CUTOVER", archived_too=archived_too)

    assert list(servers.items) == [SERVER, OTHER_SERVER]


def test_a_wave_is_its_applications(mgn):
    client, expected = mgn
    request = {"filters": {"waveIDs": ["wave-0123456789abcdef0"]}, "maxResults": 1000}
    expected.add_response("list_applications", {"items": [{"applicationID": "app-0123456789abcdef0"}]}, request)

    assert mgn_of(client).applications("wave-0123456789abcdef0") == ["app-0123456789abcdef0"]


def test_a_wave_of_a_thousand_applications_takes_five_calls(mgn):
    client, expected = mgn
    application_ids = [f"app-{number:017}" for number in range(1000)]
    for start in range(0, 1000, 200):
        filters = {"applicationIDs": application_ids[start : start + 200]}
        expected.add_response(
            "describe_source_servers", source_servers(SERVER), {"filters": filters, "maxResults": 1000}
        )

    assert list(mgn_of(client).servers_of(application_ids).items) == [SERVER]


class FakeLimit:
    """A limit that is never reached, and records the requests."""

    def __init__(self):
        self.within = []

    def run(self, call, *, within=None):
        self.within.append(within)
        return call()


@pytest.mark.parametrize("write", ["finalize", "archive"])
def test_a_write_has_the_time_of_one_attempt_whatever_the_invocation_has(mgn, write):
    client, expected = mgn
    operation = {"finalize": "finalize_cutover", "archive": "mark_as_archived"}[write]
    expected.add_response(operation, {"sourceServerID": SERVER})
    limit = FakeLimit()

    getattr(mgn_of(client, limit=limit), write)(SERVER, before_send=at_once)

    assert limit.within == [ATTEMPT]


def test_a_look_after_a_write_has_the_time_that_it_is_given(mgn):
    client, expected = mgn
    expected.add_response("describe_source_servers", source_servers(SERVER))
    limit = FakeLimit()

    mgn_of(client, limit=limit).describe([SERVER], within=LOOK_AGAIN)

    assert limit.within == [LOOK_AGAIN]
