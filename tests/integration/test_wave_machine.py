"""The state machine for waves, deployed from the template and run with the function's real handler."""

import json
from collections import Counter

import pytest
from botocore.exceptions import ClientError

from tests.integration.wave_machine import WAVE, WaveMachine, never_answer_about, server_ids

IDS = server_ids(300)
BLOCKED, UNANSWERED = IDS[7], IDS[120]
FEW = IDS[:3]

pytestmark = pytest.mark.usefixtures("hurried_machines")


@pytest.fixture
def machine(here):
    return WaveMachine(here)


@pytest.mark.slow
def test_a_wave_of_300_is_finalized_though_mgn_throttles_and_batches_fail(here):
    machine = WaveMachine(here, ToleratedFailurePercentage="20", MaxConcurrency="3")
    machine.seed({id_: "impaired" if id_ == BLOCKED else "ready" for id_ in IDS})
    never_answer_about(UNANSWERED)
    here.add_fault("DescribeJobs", "unavailable", times=3)
    here.add_fault("FinalizeCutover", "internal", times=3)
    here.add_fault("FinalizeCutover", "throttle", times=3, probability=0.2)

    summary = machine.run()

    told = machine.outcomes(summary["results"])
    assert sorted(id_ for id_, _ in told) == IDS
    assert Counter(outcome for _, outcome in told) == {"FINALIZED": 249, "BLOCKED": 1, "UNANSWERED": 50}
    assert summary["counts"] == {"FINALIZED": 249, "BLOCKED": 1}
    assert (summary["outcome"], summary["total"], summary["unanswered"]) == ("PARTIAL", 300, 50)


def test_a_check_touches_nothing(here, machine):
    machine.seed(dict.fromkeys(FEW, "ready"))
    here.clear_calls()

    summary = machine.run({"waveID": WAVE, "action": "check"})

    assert (summary["action"], summary["outcome"]) == ("check", "WOULD_FINALIZE")
    assert sorted(machine.outcomes(summary["results"])) == [(id_, "WOULD_FINALIZE") for id_ in FEW]
    assert "FinalizeCutover" not in here.operations("mgn")


def test_a_dry_run_is_a_check(here, machine):
    machine.seed(dict.fromkeys(FEW, "ready"))

    assert machine.run({"waveID": WAVE, "dryRun": True})["action"] == "check"


def test_a_wave_that_is_final_is_told_so_and_not_gone_through_again(machine):
    machine.seed(dict.fromkeys(FEW, "finalized"))

    summary = machine.run()

    assert (summary["outcome"], summary["action"], summary["changed"]) == ("FINALIZED", "check", 0)


def test_what_a_person_must_mend_first_is_reported_and_left_alone(machine):
    machine.seed({FEW[0]: "impaired", FEW[1]: "old-snapshot", FEW[2]: "finalized"})

    summary = machine.run()

    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"BLOCKED": 2, "FINALIZED": 1})
    assert summary["action"] == "check"


def test_what_only_waits_is_asked_about_again_though_nothing_was_ready_in_the_check(machine):
    machine.seed({FEW[0]: "booting"})

    summary = machine.run({"waveID": WAVE, "waitMinutes": 0})

    assert summary["action"] == "finalize"
    assert (summary["check"]["outcome"], summary["outcome"]) == ("NOT_READY", "NOT_READY")


def test_what_could_not_be_judged_in_the_check_is_judged_again(here, machine):
    machine.seed(dict.fromkeys(FEW, "ready"))
    here.add_fault("DescribeJobs", "access-denied")

    summary = machine.run()

    assert summary["check"]["counts"] == {"FAILED": 3}
    assert summary["counts"] == {"FINALIZED": 3}


def test_options_reach_the_function_with_every_batch(machine):
    machine.seed(dict.fromkeys(FEW, "impaired"))

    summary = machine.run({"waveID": WAVE, "waive": ["instance-status"], "waitMinutes": 0, "archive": True})

    reports = [
        server
        for entry in machine.results(summary["results"])["SUCCEEDED"]
        for server in json.loads(entry["Output"])["servers"]
    ]
    assert {finding["verdict"] for report in reports for finding in report["readiness"]} == {"WAIVED"}
    assert summary["counts"] == {"FINALIZED": 3}


def test_a_wave_is_archived_with_its_application_after_its_servers(mgn, machine):
    machine.seed(dict.fromkeys(FEW, "ready"))

    summary = machine.run({"waveID": WAVE, "waitMinutes": 0, "archive": True, "archiveApplicationAndWave": True})

    assert (summary["check"]["counts"], summary["counts"]) == ({"WOULD_FINALIZE": 3}, {"FINALIZED": 3})
    assert [item["isArchived"] for item in mgn.list_waves()["items"]] == [True]
    assert {item["isArchived"] for item in mgn.list_applications()["items"]} == {True}


def test_what_must_be_accepted_reaches_the_function_with_every_batch(here, machine):
    here.set_alarm("shop-errors", state="ALARM")
    here.set_calendar("change-freeze", state="CLOSED")
    machine.seed(dict.fromkeys(FEW, "ready"))
    accepted = {"alarms": ["shop-errors"], "require": ["backup"], "changeCalendars": ["change-freeze"]}

    summary = machine.run({"waveID": WAVE, "waitMinutes": 0, "setTerminationProtection": True, **accepted})

    [entry] = machine.results(summary["results"])["SUCCEEDED"]
    reports = json.loads(entry["Output"])["servers"]
    found = [[finding["rule"] for finding in report["readiness"]] for report in reports]
    assert [set(rules) for rules in found] == [{"alarms", "backup", "change-calendar"}] * len(FEW)
    assert (summary["action"], summary["counts"]) == ("check", {"BLOCKED": 3})


@pytest.mark.parametrize(
    ("request_", "error", "cause"),
    [
        ({"waveID": "wave-1"}, "InvalidRequestError", 'waveID is "wave-1"; allowed: wave- and 17 letters or digits.'),
        ({"waveID": WAVE, "soakMinutes": "60"}, "InvalidRequestError", 'soakMinutes is "60"'),
        ({"waveID": WAVE, "action": "audit"}, "InvalidRequestError", "action is audit; allowed: finalize or check."),
        ({"waveID": WAVE, "allOrNothing": "true"}, "InvalidRequestError", 'allOrNothing is "true"; allowed: true or f'),
        ({"waveID": WAVE, "require": ["validator"]}, "InvalidRequestError", "ValidatorFunctionArn is empty"),
        ({}, "InvalidRequestError", "Nothing is given"),
        ({"waveID": "wave-fedcba9876543210f"}, "EmptySelectionError", "wave-fedcba9876543210f"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_before_anything_is_done(here, machine, request_, error, cause):
    machine.seed(dict.fromkeys(FEW, "ready"))

    ended = machine.ended(machine.start(request_))

    assert (ended["status"], ended["error"]) == ("FAILED", error)
    assert cause in ended["cause"]
    assert "FinalizeCutover" not in here.operations("mgn")


def test_the_same_name_runs_a_wave_once(here, machine):
    machine.seed(dict.fromkeys(FEW, "ready"))

    execution = machine.start()
    again = machine.start()
    machine.ended(execution)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machine.start({"waveID": WAVE, "waitMinutes": 1})

    assert again == execution
    assert here.operations("mgn").count("FinalizeCutover") == 3


def test_no_tags_reach_the_results(here, machine):
    machine.seed({})
    here.add_source_server("ready", sourceServerID=FEW[0], tags={"Owner": "somebody@example.com"})

    summary = machine.run({"sourceServerID": FEW[0]})

    assert summary["counts"] == {"FINALIZED": 1}
    assert "somebody" not in json.dumps(machine.results(summary["results"]))
