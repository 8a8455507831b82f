"""Archiving applications and waves with the deployed roles, while IAM is enforced."""

import pytest
from botocore.exceptions import ClientError

from tests.integration.acting import Acting

SERVER, OTHER_SERVER = "s-0123456789abcdef0", "s-0123456789abcdef1"
APPLICATION, WAVE = "app-0123456789abcdef0", "wave-0123456789abcdef0"
ALLOWED = {"AllowArchiveApplicationAndWave": "true"}
ARCHIVES = {"archive": True, "archiveApplicationAndWave": True}
APPROVED = {"FinalizeCutover": "approved"}
NEW = {"ArchiveApplication", "ArchiveWave", "ListWaves"}


@pytest.fixture(autouse=True)
def wave(aws):
    """A wave with an application of two source servers: one is ready, one is archived."""
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION, tags=APPROVED)
    aws.add_source_server("archived", sourceServerID=OTHER_SERVER, applicationID=APPLICATION)


@pytest.fixture
def act(aws, monkeypatch):
    """Returns the function with the role of a stack with these parameters."""
    return lambda **parameters: Acting(aws, monkeypatch, **parameters)


def archived(acting):
    """Return whether the application and the wave are archived."""
    mgn = acting.client("mgn")
    return mgn.list_applications()["items"][0]["isArchived"], mgn.list_waves()["items"][0]["isArchived"]


def test_a_direct_request_archives_where_the_parameter_allows_it(aws, act):
    acting = act(**ALLOWED)

    report = acting.asks({"sourceServerID": SERVER, "waitMinutes": 0, **ARCHIVES})

    assert report["outcome"] == "FINALIZED"
    assert report["archivedGroups"] == {"applicationIDs": [APPLICATION], "waveIDs": [WAVE], "warnings": []}
    assert archived(acting) == (True, True)
    assert {call["status"] for call in aws.calls()} == {200}


def test_a_stack_archives_where_the_parameter_allows_it(act):
    acting = act(**ALLOWED)

    answer = acting.answers(
        "Create", {"SourceServerID": SERVER, "WaitMinutes": 0, "Archive": "true", "ArchiveApplicationAndWave": "true"}
    )

    assert answer.status == "SUCCESS"
    assert archived(acting) == (True, True)


def test_by_default_an_application_is_not_archived_and_the_report_says_why(aws, act):
    report = act().asks({"sourceServerID": SERVER, "waitMinutes": 0, **ARCHIVES})

    assert report["outcome"] == "FINALIZED"
    (warning,) = report["archivedGroups"]["warnings"]
    assert warning.startswith(
        f"Application {APPLICATION} was not archived: mgn:ArchiveApplication failed with AccessDeniedException (403)"
    )
    assert [call["status"] for call in aws.calls() if call["operation"] in NEW] == [403]


def test_a_stack_succeeds_although_an_application_is_not_archived(act):
    answer = act().answers(
        "Create", {"SourceServerID": SERVER, "WaitMinutes": 0, "Archive": "true", "ArchiveApplicationAndWave": "true"}
    )

    assert answer.status == "SUCCESS"


def test_automation_archives_with_its_own_parameter(aws, act, monkeypatch):
    monkeypatch.setenv("ARCHIVE_AFTER_FINALIZE", "true")
    monkeypatch.setenv("ARCHIVE_APPLICATION_AND_WAVE", "true")
    acting = act(ArchiveAfterFinalize="true", ArchiveApplicationAndWave="true")

    report = acting.asks({"action": "sweep"})

    assert report["archivedGroups"] == {"applicationIDs": [APPLICATION], "waveIDs": [WAVE], "warnings": []}
    assert {call["status"] for call in aws.calls()} == {200}


@pytest.mark.parametrize("parameters", [ALLOWED, {}], ids=str)
def test_the_role_cannot_take_anything_out_of_the_archive(act, parameters):
    mgn = act(**parameters).client("mgn")

    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.unarchive_application(applicationID=APPLICATION)
    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.unarchive_wave(waveID=WAVE)


def test_the_role_can_archive_nothing_of_another_account(act):
    mgn = act(**ALLOWED).client("mgn")

    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.archive_application(applicationID=APPLICATION, accountID="444455556666")
