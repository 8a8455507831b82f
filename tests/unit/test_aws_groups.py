"""Applications and waves through boto3: the requests, and the translation of the responses."""

import pytest

from finalize_cutover.aws import before_send, translate
from finalize_cutover.cutover.errors import ConflictError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.groups import Group
from finalize_cutover.cutover.time_budget import ATTEMPT, READING
from tests.unit.stubs import at_once, mgn_of, stubbed
from tests.unit.test_aws_mgn import FakeLimit

MEMBER = "444455556666"
APPLICATION, OTHER_APPLICATION = "app-0123456789abcdef0", "app-0123456789abcdef1"
WAVE = "wave-0123456789abcdef0"


@pytest.fixture
def mgn():
    with stubbed("mgn") as pair:
        yield pair


def test_applications_are_asked_for_by_id_with_archived_ones(mgn):
    client, expected = mgn
    items = [
        {
            "applicationID": APPLICATION,
            "waveID": WAVE,
            "isArchived": True,
            "applicationAggregatedStatus": {"totalSourceServers": 3},
        },
        {"applicationID": OTHER_APPLICATION},
        {"applicationID": "app-0123456789abcdef9", "isArchived": False},
    ]
    request = {"filters": {"applicationIDs": [APPLICATION, OTHER_APPLICATION]}, "maxResults": 1000}
    expected.add_response("list_applications", {"items": items}, request)

    found = mgn_of(client).find_applications([OTHER_APPLICATION, APPLICATION])

    assert dict(found.items) == {
        APPLICATION: Group(id=APPLICATION, is_archived=True, wave_id=WAVE, size=3),
        OTHER_APPLICATION: Group(id=OTHER_APPLICATION, is_archived=None),
    }


def test_201_applications_take_two_calls(mgn):
    client, expected = mgn
    ids = [f"app-{number:017}" for number in range(201)]
    for batch in (ids[:200], ids[200:]):
        request = {"filters": {"applicationIDs": batch}, "maxResults": 1000}
        expected.add_response("list_applications", {"items": [{"applicationID": id_} for id_ in batch]}, request)

    assert list(mgn_of(client).find_applications(ids).items) == ids


def test_the_applications_of_a_wave_are_all_listed_and_those_without_an_id_are_counted(mgn):
    client, expected = mgn
    items = [{"applicationID": APPLICATION, "isArchived": True}, {}]
    expected.add_response("list_applications", {"items": items}, {"filters": {"waveIDs": [WAVE]}, "maxResults": 1000})

    found = mgn_of(client).applications_in([WAVE])

    assert (list(found.items), found.unnamed) == ([APPLICATION], 1)


@pytest.mark.parametrize("flag", ["true", 1, None])
def test_an_archive_flag_that_is_no_boolean_is_unknown(flag):
    assert translate.application({"applicationID": APPLICATION, "isArchived": flag}).is_archived is None
    assert translate.wave({"waveID": WAVE, "isArchived": flag}).is_archived is None


def test_waves_are_asked_for_by_id(mgn):
    client, expected = mgn
    item = {"waveID": WAVE, "isArchived": False, "waveAggregatedStatus": {"totalApplications": 2}}
    request = {"filters": {"waveIDs": [WAVE]}, "maxResults": 1000}
    expected.add_response("list_waves", {"items": [item]}, request)

    assert dict(mgn_of(client).find_waves([WAVE]).items) == {WAVE: Group(id=WAVE, is_archived=False, size=2)}


def test_an_application_and_a_wave_are_archived_in_the_account_that_is_meant(mgn):
    client, expected = mgn
    account = {"accountID": MEMBER}
    application, wave = {"applicationID": APPLICATION}, {"waveID": WAVE}
    expected.add_response("archive_application", {**application, "isArchived": True}, {**application, **account})
    expected.add_response("archive_wave", {**wave, "isArchived": True}, {**wave, **account})
    port = mgn_of(client, account_id=MEMBER)

    assert port.archive_application(APPLICATION, before_send=at_once).is_archived
    assert port.archive_wave(WAVE, before_send=at_once).is_archived


@pytest.mark.parametrize("answer", [{}, {"applicationID": OTHER_APPLICATION, "isArchived": True}], ids=str)
def test_an_answer_about_another_application_counts_as_lost(mgn, answer):
    client, expected = mgn
    expected.add_response("archive_application", answer, {"applicationID": APPLICATION})

    with pytest.raises(MgnUnavailableError, match="mgn:ArchiveApplication"):
        mgn_of(client).archive_application(APPLICATION, before_send=at_once)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ConflictException", 409, ConflictError),
        ("ResourceNotFoundException", 404, MgnRefusedError),
        ("ServiceQuotaExceededException", 402, MgnRefusedError),
        ("ThrottlingException", 429, MgnUnavailableError),
    ],
)
def test_the_errors_of_archiving_a_wave_are_translated(mgn, code, status, kind):
    client, expected = mgn
    expected.add_client_error("archive_wave", code, "Why.", http_status_code=status)

    with pytest.raises(kind, match=rf"mgn:ArchiveWave failed with {code} \({status}\): Why\.") as refusal:
        mgn_of(client).archive_wave(WAVE, before_send=at_once)

    assert type(refusal.value) is kind


class Writer:
    """A client that calls the last check, as botocore does before it sends a request."""

    def archive_application(self, **_request):
        before_send.run_check()
        raise AssertionError("It was sent.")

    archive_wave = archive_application


@pytest.mark.parametrize("write", ["archive_application", "archive_wave"])
def test_nothing_is_sent_if_the_last_check_fails(write):
    def refuse():
        raise MgnRefusedError("Too late.")

    with pytest.raises(MgnRefusedError, match="Too late"):
        getattr(mgn_of(Writer()), write)(APPLICATION, before_send=refuse)


def test_each_call_is_limited_in_time(mgn):
    client, expected = mgn
    limit = FakeLimit()
    port = mgn_of(client, limit=limit)
    for method in ("list_applications", "list_applications", "list_waves"):
        expected.add_response(method, {"items": []})
    expected.add_response("archive_wave", {"waveID": WAVE})

    port.find_applications([APPLICATION])
    port.applications_in([WAVE])
    port.find_waves([WAVE])
    port.archive_wave(WAVE, before_send=at_once)

    assert limit.within == [READING, READING, READING, ATTEMPT]
