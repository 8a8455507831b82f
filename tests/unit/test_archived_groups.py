"""How the handlers archive applications and waves, and what their reports and logs say about it."""

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.report import ArchivedGroups
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from finalize_cutover.handlers.groups import MOST_WARNINGS, in_report
from finalize_cutover.settings import read_settings
from tests.unit import records
from tests.unit.automated import approved
from tests.unit.automated import launch_result as event_of
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.several_accounts import WEB, in_accounts, one_ready_server_each
from tests.unit.staged import FakeStaging
from tests.unit.test_schemas import validator

APPLICATION, WAVE = "app-0123456789abcdef0", "wave-0123456789abcdef0"
BOTH = {"applicationIDs": [APPLICATION], "waveIDs": [WAVE], "warnings": []}
NOTHING = {"applicationIDs": [], "waveIDs": [], "warnings": []}
ARCHIVES = {"archive": True, "archiveApplicationAndWave": True}
VARIABLES = {"AWS_REGION": "eu-west-1", "ARCHIVE_AFTER_FINALIZE": "true", "ARCHIVE_APPLICATION_AND_WAVE": "true"}
REFUSED = MgnRefusedError("mgn:ArchiveApplication failed with AccessDeniedException (403).")


def grouped(*servers):
    """Return MGN with these source servers in one application of a wave."""
    aws = FakeAws(*servers)
    aws.group([each.server.id for each in servers], application=APPLICATION, wave=WAVE)
    return aws


def ask(aws, **request):
    report = direct.handle({"waitMinutes": 0, **request}, invocation(aws))
    validator("report.schema.json").validate(report)
    return report


def automation(aws, handler=sweep.handle, event=None, **variables):
    settings = read_settings({**VARIABLES, **variables})
    made = invocation(aws, settings=settings, make_staging=lambda *_: FakeStaging())
    report = handler(event or {"action": "sweep"}, made)
    validator("report.schema.json").validate(report)
    return report


def a_server(server_id=SERVER, build=ready, **differences):
    return build(server_id, application_id=APPLICATION, **differences)


def test_a_request_about_one_server_reports_what_it_archived():
    aws = grouped(a_server())

    report = ask(aws, sourceServerID=SERVER, **ARCHIVES)

    assert (report["outcome"], report["archivedGroups"]) == ("FINALIZED", BOTH)
    assert aws.writes == ["FinalizeCutover", "MarkAsArchived", "ArchiveApplication", "ArchiveWave"]


def test_a_request_about_several_servers_reports_what_it_archived():
    aws = grouped(a_server(), a_server(OTHER_SERVER))

    report = ask(aws, waveID=WAVE, **ARCHIVES)

    assert (report["outcome"], report["archivedGroups"]) == ("FINALIZED", BOTH)
    assert aws.writes[-2:] == ["ArchiveApplication", "ArchiveWave"]


def test_the_same_request_has_nothing_more_to_archive():
    aws = grouped(a_server())
    ask(aws, sourceServerID=SERVER, **ARCHIVES)

    report = ask(aws, sourceServerID=SERVER, **ARCHIVES)

    assert (report["outcome"], report["archivedGroups"]) == ("FINALIZED", NOTHING)


def test_a_request_whose_servers_are_all_archived_archives_the_application_that_is_still_active():
    aws = grouped(a_server(build=finalized, is_archived=True))

    report = ask(aws, applicationID=APPLICATION, **ARCHIVES)

    assert (report["changed"], report["archivedGroups"]) == (0, BOTH)
    assert aws.writes == ["ArchiveApplication", "ArchiveWave"]


def test_a_server_that_is_not_ready_keeps_its_application_active():
    aws = grouped(a_server(), a_server(OTHER_SERVER, first_boot="STOPPED"))

    report = ask(aws, waveID=WAVE, **ARCHIVES)

    assert (report["outcome"], report["archivedGroups"]) == ("PARTIAL", NOTHING)


def test_a_server_that_could_not_be_archived_keeps_its_application_active():
    aws = grouped(a_server())
    aws.fail("MarkAsArchived", REFUSED)

    report = ask(aws, sourceServerID=SERVER, **ARCHIVES)

    assert report["archivedGroups"] == NOTHING
    assert "ListApplications" not in aws.calls


@pytest.mark.parametrize("request_", [{"archive": True}, {}, {"dryRun": True, **ARCHIVES}], ids=str)
def test_without_the_option_and_in_a_dry_run_nothing_is_archived_and_the_report_is_as_it_was(request_):
    aws = grouped(a_server(build=finalized, is_archived=True))

    report = ask(aws, sourceServerID=SERVER, **request_)

    assert "archivedGroups" not in report
    assert aws.writes == []


def test_a_refusal_fails_nothing_and_is_logged():
    aws = grouped(a_server())
    aws.fail("ArchiveApplication", REFUSED)

    with records.log_lines() as lines:
        report = ask(aws, sourceServerID=SERVER, **ARCHIVES)

    reason = f"Application {APPLICATION} was not archived: {REFUSED}"
    assert (report["outcome"], report["archivedGroups"]["warnings"]) == ("FINALIZED", [reason])
    (line,) = [line for line in lines if line["message"] == "Application or wave not archived"]
    assert (line["level"], line["reason"]) == ("WARNING", reason)


def test_a_sweep_archives_the_application_of_the_last_server_that_it_finalized():
    aws = grouped(approved(application_id=APPLICATION), a_server(OTHER_SERVER, build=finalized, is_archived=True))

    report = automation(aws)

    assert (report["outcome"], report["archivedGroups"]) == ("FINALIZED", BOTH)


def test_a_sweep_repeats_what_an_earlier_one_could_not_archive():
    aws = grouped(approved(application_id=APPLICATION))
    aws.fail("ArchiveApplication", MgnUnavailableError("MGN is busy."))
    first = automation(aws)

    second = automation(aws)

    assert (len(first["archivedGroups"]["warnings"]), second["archivedGroups"]) == (1, BOTH)


def test_a_sweep_does_not_archive_the_application_of_a_server_that_is_not_approved():
    aws = grouped(a_server(build=finalized, is_archived=True))

    assert automation(aws)["archivedGroups"] == NOTHING
    assert aws.writes == []


def test_a_sweep_that_cannot_list_finalized_servers_archives_what_it_finalized():
    aws = grouped(approved(application_id=APPLICATION))
    # The first write is FinalizeCutover, the second one MarkAsArchived.
    aws.before_write(lambda: aws.before_write(lambda: aws.fail("DescribeSourceServers", MgnUnavailableError("Busy."))))

    with records.log_lines() as lines:
        report = automation(aws)

    assert report["archivedGroups"]["applicationIDs"] == [APPLICATION]
    (line,) = [line for line in lines if line["message"] == "Finalized cutovers not read"]
    assert line["reason"] == "Busy."


def test_a_sweep_without_the_parameter_reads_and_archives_nothing_more():
    aws = grouped(approved(application_id=APPLICATION))

    report = automation(aws, ARCHIVE_APPLICATION_AND_WAVE="false")

    other = grouped(approved(application_id=APPLICATION))
    automation(other)
    assert "archivedGroups" not in report
    assert aws.writes == ["FinalizeCutover", "MarkAsArchived"]
    # The finalized source servers, those of the application, and those of the wave.
    assert other.calls.count("DescribeSourceServers") == aws.calls.count("DescribeSourceServers") + 3
    assert "ListApplications" not in aws.calls


def test_a_dry_sweep_archives_nothing():
    aws = grouped(approved(application_id=APPLICATION))

    report = automation(aws, event={"action": "sweep", "dryRun": True})

    assert "archivedGroups" not in report
    assert aws.writes == []


def test_a_sweep_archives_the_applications_of_each_account_and_reports_them_together():
    fleet = one_ready_server_each(application_id=APPLICATION)
    for account, aws in fleet.items():
        aws.group([], application=APPLICATION, wave=WAVE)
        if account == WEB:
            aws.fail("ArchiveApplication", REFUSED)

    with records.log_lines() as lines:
        report = sweep.handle({"action": "sweep"}, in_accounts(fleet, environment=VARIABLES))

    found = report["archivedGroups"]
    assert found["applicationIDs"] == [APPLICATION] * 2
    assert found["warnings"] == [f"Application {APPLICATION} was not archived: {REFUSED}"]
    (line,) = [line for line in lines if line["message"] == "Application or wave not archived"]
    assert line["account_id"] == WEB
    validator("report.schema.json").validate(report)


def test_an_event_archives_the_application_of_its_server():
    aws = grouped(approved(application_id=APPLICATION))

    report = automation(aws, launch_result.handle, event_of())

    assert (report["outcome"], report["archivedGroups"]) == ("FINALIZED", BOTH)


def test_an_event_archives_the_application_although_another_server_failed():
    aws = grouped(approved(application_id=APPLICATION), approved(OTHER_SERVER))
    aws.forget(OTHER_SERVER)
    aws._applications[APPLICATION] = [SERVER]

    with pytest.raises(Exception, match="MGN does not list"):
        automation(aws, launch_result.handle, event_of(SERVER, OTHER_SERVER))

    assert aws.archived_groups == {APPLICATION, WAVE}


def test_a_report_has_so_many_warnings_that_it_stays_small():
    found = ArchivedGroups(warnings=tuple(map(str, range(MOST_WARNINGS + 3))))

    assert in_report(found).warnings[-2:] == (str(MOST_WARNINGS - 1), "And 3 more warnings; see the log.")
    assert len(in_report(found).warnings) == MOST_WARNINGS + 1


def test_what_was_archived_is_logged():
    with records.log_lines() as lines:
        ask(grouped(a_server()), sourceServerID=SERVER, **ARCHIVES)

    assert [(line["message"], line.get("application_id", line.get("wave_id"))) for line in lines[-2:]] == [
        ("Application archived", APPLICATION),
        ("Wave archived", WAVE),
    ]
