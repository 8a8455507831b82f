"""Archiving applications and waves after their source servers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import ConflictError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.group_archive import APPLICATIONS_PER_LOOK, archive_groups
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.report import ArchivedGroups
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws, FakeStack, guard_of

APPLICATION, OTHER_APPLICATION = "app-0123456789abcdef0", "app-0123456789abcdef1"
WAVE = "wave-0123456789abcdef0"
THROTTLED = MgnUnavailableError("mgn:ArchiveApplication is throttled.", code="Throttling", is_throttled=True)
NOTHING = ArchivedGroups()


def archived(server_id=SERVER, **differences):
    """Return the evidence of a source server that is final and archived."""
    return finalized(server_id, **{"is_archived": True, "application_id": APPLICATION, **differences})


@pytest.fixture
def aws():
    """A wave with one application, in which both source servers are archived."""
    aws = FakeAws(archived(), archived(OTHER_SERVER))
    aws.group([SERVER, OTHER_SERVER], application=APPLICATION, wave=WAVE)
    return aws


def archive(aws, *server_ids, **differences):
    """Archive the groups of these source servers, of SERVER without any."""
    found = aws.services.mgn.describe(server_ids or [SERVER]).items
    return archive_groups(found.values(), options=options(**differences), services=aws.services)


def test_an_application_and_its_wave_are_archived_when_all_their_servers_are(aws):
    assert archive(aws) == ArchivedGroups(application_ids=(APPLICATION,), wave_ids=(WAVE,))
    assert aws.writes == ["ArchiveApplication", "ArchiveWave"]


@pytest.mark.parametrize("other", [finalized, ready])
@pytest.mark.parametrize("is_archived", [False, None])
def test_an_application_with_a_server_that_is_not_archived_stays_active(aws, other, is_archived):
    aws.set(other(OTHER_SERVER, application_id=APPLICATION, is_archived=is_archived))

    assert archive(aws) == NOTHING
    assert aws.writes == []


def test_a_disconnected_archived_server_does_not_keep_its_application_active(aws):
    aws.set(ready(OTHER_SERVER, application_id=APPLICATION, state="DISCONNECTED", is_archived=True))

    assert archive(aws).application_ids == (APPLICATION,)


def test_without_an_archived_server_of_the_request_nothing_is_called():
    aws = FakeAws(finalized(application_id=APPLICATION), archived(OTHER_SERVER, application_id=None))

    assert archive(aws, SERVER, OTHER_SERVER) == NOTHING
    assert aws.calls == ["DescribeSourceServers"]


def test_archiving_twice_archives_once(aws):
    archive(aws)

    assert archive(aws) == NOTHING
    assert aws.writes == ["ArchiveApplication", "ArchiveWave"]


def test_a_wave_is_archived_later_if_only_its_application_was_archived_before(aws):
    aws.archived_groups.add(APPLICATION)

    assert archive(aws) == ArchivedGroups(wave_ids=(WAVE,))


def test_a_wave_with_another_active_application_stays_active(aws):
    aws.group([], application=OTHER_APPLICATION, wave=WAVE)

    assert archive(aws) == ArchivedGroups(application_ids=(APPLICATION,))


def test_a_wave_with_a_server_that_is_not_archived_stays_active_even_if_its_applications_are_archived(aws):
    aws.set(finalized("s-0123456789abcdef2", application_id=OTHER_APPLICATION))
    aws.group([], application=OTHER_APPLICATION, wave=WAVE)
    aws.archived_groups.add(OTHER_APPLICATION)

    assert archive(aws) == ArchivedGroups(application_ids=(APPLICATION,))


def test_an_archived_application_without_servers_does_not_keep_its_wave_active(aws):
    aws.group([], application=OTHER_APPLICATION, wave=WAVE)
    aws.archived_groups.add(OTHER_APPLICATION)

    assert archive(aws).wave_ids == (WAVE,)


def test_only_applications_of_the_own_servers_are_archived(aws):
    other = archived("s-0123456789abcdef2", application_id=OTHER_APPLICATION)
    aws.set(other)
    aws.group([other.server.id], application=OTHER_APPLICATION, wave=WAVE)

    assert archive(aws).application_ids == (APPLICATION,)


def test_what_mgn_has_shown_archived_outweighs_an_older_read(aws):
    shown = aws.services.mgn.describe([SERVER, OTHER_SERVER]).items
    aws.set(finalized(application_id=APPLICATION))

    found = archive_groups(shown.values(), options=options(), services=aws.services)

    assert found.application_ids == (APPLICATION,)


def test_an_application_that_mgn_counts_larger_than_it_lists_it_stays_active(aws):
    aws.sizes[APPLICATION] = 3

    assert archive(aws).warnings == (
        f"Application {APPLICATION} was not archived: MGN counts 3 source servers in {APPLICATION} and lists 2.",
    )
    assert aws.writes == []


def test_a_wave_that_mgn_counts_larger_than_it_lists_it_stays_active(aws):
    aws.sizes[WAVE] = 2

    found = archive(aws)

    assert found.application_ids == (APPLICATION,)
    assert found.warnings == (f"Wave {WAVE} was not archived: MGN counts 2 applications in {WAVE} and lists 1.",)


@pytest.mark.parametrize("size", [0, 1, 2, None])
def test_a_smaller_count_does_not_matter_because_it_may_be_without_archived_ones(aws, size):
    aws.sizes[APPLICATION] = size

    assert archive(aws).application_ids == (APPLICATION,)


def test_an_application_with_an_unreadable_server_stays_active(aws):
    aws.unreadable_servers[OTHER_SERVER] = MgnUnavailableError("It is unreadable.", code="UnreadableAnswer")

    assert archive(aws).warnings == (f"Application {APPLICATION} was not archived: It is unreadable.",)
    assert aws.writes == []


def test_an_application_that_does_not_list_a_server_of_the_request_stays_active(aws):
    moved = aws.services.mgn.describe([SERVER]).items[SERVER]
    aws.set(archived(application_id=OTHER_APPLICATION))
    aws.group([OTHER_SERVER], application=OTHER_APPLICATION, wave=WAVE)
    aws._applications[APPLICATION] = [OTHER_SERVER]

    found = archive_groups([moved], options=options(), services=aws.services)

    assert found.warnings == (
        f"Application {APPLICATION} was not archived: MGN does not list {SERVER} in {APPLICATION}.",
    )
    assert aws.writes == []


@pytest.mark.parametrize("group", [APPLICATION, WAVE])
def test_a_group_that_cannot_be_read_stays_active(aws, group):
    aws.unreadable_groups[group] = MgnUnavailableError("It is unreadable.", code="UnreadableAnswer")

    found = archive(aws)

    assert group not in aws.archived_groups
    assert [words.rpartition(": ")[2] for words in found.warnings] == ["It is unreadable."]


@pytest.mark.parametrize("group", [APPLICATION, WAVE])
def test_a_group_that_mgn_does_not_list_is_not_archived(aws, group):
    aws.unlisted_groups.add(group)

    found = archive(aws)

    assert group not in aws.archived_groups
    assert [words.rpartition(": ")[2] for words in found.warnings] == ["MGN does not list it."]


@pytest.mark.parametrize("operation", ["ListApplications", "ListWaves"])
def test_a_list_that_fails_is_a_warning(aws, operation):
    aws.fail(operation, MgnUnavailableError("MGN is busy."))

    found = archive(aws)

    assert [words.rpartition(": ")[2] for words in found.warnings] == ["MGN is busy."]
    assert "ArchiveWave" not in aws.writes


def test_a_refusal_is_a_warning_with_the_reason_of_mgn(aws):
    aws.fail("ArchiveApplication", ConflictError("mgn:ArchiveApplication failed with ConflictException (409): Why."))

    assert archive(aws).warnings == (
        f"Application {APPLICATION} was not archived: mgn:ArchiveApplication failed with ConflictException (409): Why.",
    )
    assert aws.writes == ["ArchiveApplication"]


def test_a_refused_wave_is_a_warning_beside_the_archived_application(aws):
    aws.fail("ArchiveWave", MgnRefusedError("mgn:ArchiveWave failed with AccessDeniedException (403)."))

    found = archive(aws)

    assert found.application_ids == (APPLICATION,)
    assert found.warnings == (
        f"Wave {WAVE} was not archived: mgn:ArchiveWave failed with AccessDeniedException (403).",
    )


def test_an_answer_that_shows_no_effect_is_a_warning(aws):
    aws.without_effect.add(APPLICATION)

    found = archive(aws)

    assert (found.application_ids, found.wave_ids) == ((), ())
    assert found.warnings == (
        f"Application {APPLICATION} was not archived: MGN accepted it, but does not show it archived.",
    )


def test_a_throttled_write_is_sent_again(aws):
    aws.fail("ArchiveApplication", THROTTLED, THROTTLED)

    assert archive(aws).application_ids == (APPLICATION,)
    assert aws.writes.count("ArchiveApplication") == 3


def test_a_lost_answer_is_not_sent_again(aws):
    aws.fail("ArchiveApplication", MgnUnavailableError("The answer was lost."), after_effect=True)

    assert len(archive(aws).warnings) == 1
    assert aws.writes == ["ArchiveApplication"]


def test_nothing_is_sent_after_the_time_limit(aws):
    aws.take("DescribeSourceServers", 20)

    found = archive(aws, act=30)

    assert aws.writes == []
    assert found.warnings == (
        f"Application {APPLICATION} was not archived: too little time was left; retry the request.",
    )


def test_nothing_is_read_after_the_time_limit(aws):
    found = archive(aws, act=0)

    assert aws.calls == ["DescribeSourceServers"]
    assert len(found.warnings) == 1


def test_nothing_is_sent_if_the_members_were_read_too_long_ago(aws):
    aws.before_sending = lambda: aws.clock.move(15)

    found = archive(aws)

    assert aws.writes == []
    assert [words.rpartition(": ")[2] for words in found.warnings] == ["too little time was left; retry the request."]


def test_nothing_is_sent_if_reading_the_members_took_too_long(aws):
    aws.take("DescribeSourceServers", 15)

    found = archive(aws)

    assert aws.writes == []
    assert [words.rpartition(": ")[2] for words in found.warnings] == ["too little time was left; retry the request."]


def test_a_wave_with_an_application_without_an_id_stays_active(aws):
    aws.unnamed_applications = 1

    assert archive(aws).warnings == (
        f"Wave {WAVE} was not archived: MGN returned 1 unreadable applications of {WAVE}.",
    )


def test_a_throttled_write_is_not_repeated_after_the_time_limit(aws):
    aws.fail("ArchiveApplication", *[THROTTLED] * 50)

    archive(aws, act=5)

    assert aws.clock.now() - NOW <= timedelta(seconds=5)


def test_nothing_is_sent_after_the_response(aws):
    window = WriteWindow()
    window.close()

    archive(aws, window=window)

    assert aws.writes == []


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", None])
def test_nothing_is_sent_for_a_stack_that_does_not_go_forward(aws, status):
    guard = guard_of(aws, FakeStack(status), is_fresh_create=False)

    found = archive(aws, guard=guard)

    assert aws.writes == []
    assert len(found.warnings) == 1


def test_many_applications_are_read_in_parts_while_that_is_recent():
    numbers = range(APPLICATIONS_PER_LOOK + 1)
    servers = [archived(f"s-{number:017}", application_id=f"app-{number:017}") for number in numbers]
    aws = FakeAws(*servers)
    aws.take("DescribeSourceServers", 6)
    aws.take("ArchiveApplication", 0.5)

    found = archive(aws, *(each.server.id for each in servers))

    assert found.application_ids == tuple(f"app-{number:017}" for number in numbers)
    assert [len(ids) for ids in aws.listed] == [APPLICATIONS_PER_LOOK, 1]


def test_one_application_that_fails_does_not_affect_the_others():
    servers = [archived(), archived(OTHER_SERVER, application_id=OTHER_APPLICATION)]
    aws = FakeAws(*servers)
    aws.fail("ArchiveApplication", ConflictError("No."))

    found = archive(aws, SERVER, OTHER_SERVER)

    assert (found.application_ids, len(found.warnings)) == ((OTHER_APPLICATION,), 1)


def test_a_group_without_an_archive_flag_stays_active(aws, monkeypatch):
    group = aws._group
    monkeypatch.setattr(aws, "_group", lambda id_: replace(group(id_), is_archived=None))

    found = archive(aws)

    assert aws.writes == []
    assert found.warnings == (f"Application {APPLICATION} was not archived: MGN does not say whether it is archived.",)


def test_the_pace_of_the_writes_ends_with_the_time(aws):
    aws.fail("ArchiveApplication", *[THROTTLED] * 50)

    found = archive(aws)

    assert found.warnings == (f"Application {APPLICATION} was not archived: mgn:ArchiveApplication is throttled.",)
    assert aws.clock.now() - NOW <= timedelta(seconds=15)
