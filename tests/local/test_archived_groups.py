"""Archiving applications and waves in the local MGN, and what it refuses."""

import pytest

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"


@pytest.fixture(autouse=True)
def wave(aws):
    """A wave with an application, in which one source server is archived and another one is final."""
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    aws.add_source_server("archived", sourceServerID=SERVER, applicationID=APPLICATION)
    aws.add_source_server("finalized", sourceServerID=OTHER_SERVER, applicationID=APPLICATION)


def test_an_application_and_then_its_wave_are_archived_after_their_servers(mgn):
    mgn.mark_as_archived(sourceServerID=OTHER_SERVER)

    application = mgn.archive_application(applicationID=APPLICATION)
    wave = mgn.archive_wave(waveID=WAVE)

    assert (application["isArchived"], application["waveID"]) == (True, WAVE)
    assert application["applicationAggregatedStatus"]["totalSourceServers"] == 2
    assert (wave["isArchived"], wave["waveAggregatedStatus"]["totalApplications"]) == (True, 1)
    assert mgn.list_applications(filters={"isArchived": False})["items"] == []
    assert mgn.list_waves(filters={"isArchived": False})["items"] == []


def test_an_application_with_an_active_server_is_refused(mgn):
    with pytest.raises(mgn.exceptions.ConflictException, match="while 1 of 2 members are not archived") as refusal:
        mgn.archive_application(applicationID=APPLICATION)

    assert (refusal.value.response["resourceId"], refusal.value.response["resourceType"]) == (
        APPLICATION,
        "Application",
    )
    assert mgn.list_applications()["items"][0]["isArchived"] is False


def test_a_wave_with_an_active_application_is_refused(mgn):
    mgn.mark_as_archived(sourceServerID=OTHER_SERVER)

    with pytest.raises(mgn.exceptions.ConflictException, match="ArchiveWave while 1 of 1 members"):
        mgn.archive_wave(waveID=WAVE)


def test_archiving_twice_has_no_effect(mgn):
    mgn.mark_as_archived(sourceServerID=OTHER_SERVER)

    answers = [mgn.archive_application(applicationID=APPLICATION) for _ in range(2)]

    assert [answer["isArchived"] for answer in answers] == [True, True]


def test_an_unknown_application_or_wave_is_not_found(mgn):
    with pytest.raises(mgn.exceptions.ResourceNotFoundException, match="Application app-"):
        mgn.archive_application(applicationID="app-fedcba9876543210f")
    with pytest.raises(mgn.exceptions.ResourceNotFoundException, match="Wave wave-"):
        mgn.archive_wave(waveID="wave-fedcba9876543210f")
