"""The properties: the strings from CloudFormation that each accepts, and the sentence with which it refuses others."""

import re

import pytest

from tests.contract.provider import OTHER_SERVER, SERVER, TOKEN, WEB

APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"
SELECTORS = "allowed: exactly one of SourceServerID, SourceServerIDs, ApplicationID, WaveID"
AN_ID = "allowed: s- and 17 letters or digits."
A_LIST = "allowed: a list of 1 to 200 source server IDs, each s- and 17 letters or digits."
WAIT = "allowed: a whole number from 0 to 13 (default 10, in a dry run 0)."
SOAK = "allowed: a whole number from 0 to 43200."
RULES = "allowed: a list of the rule names not-before, cutover-job, job-log, launched-instance, instance-present, "
REQUIRABLE = "allowed: a list of the rule names application-status, termination-protection, backup and validator."
ALARMS = "allowed: a list of 1 to 100 names (not ARNs) of CloudWatch alarms, each of 1 to 255 characters."
CALENDARS = "allowed: a list of 1 to 10 names or ARNs of Systems Manager change calendars."
A_FLAG = "allowed: true or false."
IDS = [f"s-{number:017}" for number in range(201)]

# Property, value, how the sentence shows the value, and the allowed values in the sentence.
BAD = [
    ("SourceServerID", "web-1", '"web-1"', AN_ID),
    ("SourceServerID", "", '""', AN_ID),
    ("SourceServerID", "s-0123456789abcdef", '"s-0123456789abcdef"', AN_ID),
    ("SourceServerID", "s-0123456789abcdef00", '"s-0123456789abcdef00"', AN_ID),
    ("SourceServerID", f"{SERVER} ", f'"{SERVER} "', AN_ID),
    ("SourceServerID", f"{SERVER}\n", f'"{SERVER}\\n"', AN_ID),
    ("SourceServerID", [SERVER], "a list of 1", AN_ID),
    ("SourceServerID", {"Ref": "Web"}, "an object of 1", AN_ID),
    ("SourceServerID", "x" * 5000, f'"{"x" * 60}"', AN_ID),
    ("SourceServerIDs", SERVER, f'"{SERVER}"', A_LIST),
    ("SourceServerIDs", "null", '"null"', A_LIST),
    ("SourceServerIDs", [], "a list of 0", A_LIST),
    ("SourceServerIDs", IDS, "a list of 201", A_LIST),
    ("SourceServerIDs", [SERVER, "web-1"], '"web-1"', A_LIST),
    ("SourceServerIDs", [[SERVER]], "a list of 1", A_LIST),
    ("ApplicationID", "app-1", '"app-1"', "allowed: app- and 17 letters or digits."),
    ("ApplicationID", WAVE, f'"{WAVE}"', "allowed: app- and 17 letters or digits."),
    ("WaveID", "wave-1", '"wave-1"', "allowed: wave- and 17 letters or digits."),
    ("WaveID", SERVER, f'"{SERVER}"', "allowed: wave- and 17 letters or digits."),
    ("AccountID", "11112222333", '"11112222333"', "allowed: 12 digits, as a string."),
    ("AccountID", "1111-2222-3333", '"1111-2222-3333"', "allowed: 12 digits, as a string."),
    ("WaitMinutes", "14", '"14"', WAIT),
    ("WaitMinutes", "-1", '"-1"', WAIT),
    ("WaitMinutes", "2.5", '"2.5"', WAIT),
    ("WaitMinutes", "ten", '"ten"', WAIT),
    ("WaitMinutes", "", '""', WAIT),
    ("WaitMinutes", " 5", '" 5"', WAIT),
    ("WaitMinutes", "9" * 5000, f'"{"9" * 60}"', WAIT),
    ("WaitMinutes", "NaN", '"NaN"', WAIT),
    ("WaitMinutes", "null", '"null"', WAIT),
    ("WaitMinutes", "1e1", '"1e1"', WAIT),
    ("WaitMinutes", "5.0", '"5.0"', WAIT),
    ("WaitMinutes", "-0", '"-0"', WAIT),
    ("SoakMinutes", "43201", '"43201"', SOAK),
    ("SoakMinutes", "-1", '"-1"', SOAK),
    ("SoakMinutes", "1h", '"1h"', SOAK),
    ("SoakMinutes", ["1"], "a list of 1", SOAK),
    ("Waive", "soak", '"soak"', RULES),
    ("Waive", ["lifecycle"], '"lifecycle"', RULES),
    ("Waive", ["soak", "not-archived"], '"not-archived"', RULES),
    ("Waive", ["Soak"], '"Soak"', RULES),
    ("Waive", ["*"], '"*"', RULES),
    ("Require", "backup", '"backup"', REQUIRABLE),
    ("Require", ["backups"], '"backups"', REQUIRABLE),
    ("Require", ["alarms"], '"alarms"', REQUIRABLE),
    ("Alarms", "web-5xx", '"web-5xx"', ALARMS),
    ("Alarms", [], "a list of 0", ALARMS),
    ("Alarms", [f"alarm-{number}" for number in range(101)], "a list of 101", ALARMS),
    ("Alarms", [""], '""', ALARMS),
    ("Alarms", ["x" * 256], f'"{"x" * 60}"', ALARMS),
    ("Alarms", ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web"], '"arn:aws:cloudwatch:', ALARMS),
    ("ChangeCalendars", "freeze", '"freeze"', CALENDARS),
    ("ChangeCalendars", [], "a list of 0", CALENDARS),
    ("ChangeCalendars", [f"calendar-{number}" for number in range(11)], "a list of 11", CALENDARS),
    ("ChangeCalendars", ["a b"], '"a b"', CALENDARS),
    ("ChangeCalendars", ["freeze\n"], '"freeze\\n"', CALENDARS),
    ("AllOrNothing", "all", '"all"', A_FLAG),
    ("SetTerminationProtection", "on", '"on"', A_FLAG),
    ("DryRun", "yes", '"yes"', A_FLAG),
    ("DryRun", "", '""', A_FLAG),
    ("DryRun", "2", '"2"', A_FLAG),
    ("DryRun", "1", '"1"', A_FLAG),
    ("DryRun", "-0", '"-0"', A_FLAG),
    ("DryRun", "0", '"0"', A_FLAG),
    ("DryRun", ["true"], "a list of 1", A_FLAG),
    ("Archive", "on", '"on"', A_FLAG),
    ("Archive", "truely", '"truely"', A_FLAG),
    ("Revision", ["1"], "a list of 1", "allowed: a string."),
    ("ServiceTimeout", "0", '"0"', "allowed: a whole number from 1 to 3600."),
    ("ServiceTimeout", "3601", '"3601"', "allowed: a whole number from 1 to 3600."),
    ("ServiceTimeout", "15m", '"15m"', "allowed: a whole number from 1 to 3600."),
]


@pytest.fixture
def provider(new_provider):
    return new_provider(service_timeout_in="properties")


@pytest.fixture
def servers(aws):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)


@pytest.mark.parametrize(("name", "value", "shown", "allowed"), BAD)
def test_a_bad_value_is_refused_in_a_sentence_that_names_all_three(provider, aws, name, value, shown, allowed):
    selector = {} if name.endswith(("ServerID", "ServerIDs", "ApplicationID", "WaveID")) else {"SourceServerID": SERVER}

    answer = provider.ask("Create", {**selector, name: value})

    assert answer.status == "FAILED"
    assert re.match(rf"{name}(\[\d+\])? is {re.escape(shown)}[^;]*; {re.escape(allowed)}", answer.reason)
    assert answer.reason.endswith(". Correct the request.")
    assert aws.operations() == []


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({}, "Nothing is given"),
        ({"SourceServerID": SERVER, "WaveID": WAVE}, "SourceServerID and WaveID is given"),
        ({"SourceServerID": SERVER, "SourceServerIDs": [OTHER_SERVER]}, "SourceServerID and SourceServerIDs is given"),
        ({"ApplicationID": APPLICATION, "WaveID": WAVE}, "ApplicationID and WaveID is given"),
    ],
)
def test_exactly_one_selector_is_given(provider, aws, properties, named):
    answer = provider.ask("Create", properties)

    assert answer.reason == f"{named}; {SELECTORS}. Correct the request."
    assert answer.physical_resource_id == "WebServerCutover-invalid"
    assert aws.operations() == []


@pytest.mark.parametrize(
    "unknown", ["SourceServerId", "sourceServerID", "Tags", "Force", "waitMinutes", "", "a b", "é"]
)
def test_an_unknown_property_is_refused_and_the_known_ones_are_named(provider, aws, unknown):
    answer = provider.ask("Create", {**WEB, unknown: "1"})

    assert answer.reason.startswith(f'"{unknown}" is not a property of Custom::FinalizedCutover')
    assert "; allowed: one of SourceServerID, Source" in answer.reason
    assert "Revision, ServiceToken, ServiceTimeout. Correct" in answer.reason
    assert answer.physical_resource_id == SERVER
    assert aws.operations() == []


@pytest.mark.parametrize("not_a_map", ["text", ["SourceServerID"], "5"])
def test_properties_that_are_no_map_are_refused(provider, not_a_map):
    answer = provider.deliver({**provider.document("Create"), "ResourceProperties": not_a_map}).only_answer()

    assert answer.status == "FAILED"
    assert "allowed: a JSON object" in answer.reason


@pytest.mark.parametrize("half", ["\ud83d", "s-0123456789abcde\udc00f0"])
@pytest.mark.parametrize("name", ["SourceServerID", "WaitMinutes", "DryRun", "Unknown"])
def test_half_a_character_is_refused_like_any_other_bad_value(provider, name, half):
    answer = provider.ask("Create", {**WEB, name: half})

    assert answer.status == "FAILED"
    assert "allowed: " in answer.reason


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"WaitMinutes": "0"}, "FINALIZED"),
        ({"WaitMinutes": "13"}, "FINALIZED"),
        ({"SoakMinutes": "0"}, "FINALIZED"),
        ({"SoakMinutes": "1"}, "FINALIZED"),
        ({"DryRun": "true"}, "WOULD_FINALIZE"),
        ({"DryRun": "True"}, "WOULD_FINALIZE"),
        ({"DryRun": "false"}, "FINALIZED"),
        ({"Archive": "true"}, "FINALIZED"),
        ({"Archive": "false"}, "FINALIZED"),
        ({"Waive": []}, "FINALIZED"),
        ({"Waive": ["soak", "instance-status"]}, "FINALIZED"),
        ({"AccountID": "111122223333"}, "FINALIZED"),
        ({"Revision": "2026-11-23"}, "FINALIZED"),
        ({"ServiceTimeout": "960"}, "FINALIZED"),
        ({"ServiceToken": TOKEN}, "FINALIZED"),
    ],
)
def test_each_property_is_taken_as_a_string(provider, servers, more, expected):
    answer = provider.ask("Create", {"SourceServerID": SERVER, **more})

    assert (answer.status, answer.data["Outcome"]) == ("SUCCESS", expected)


@pytest.mark.parametrize(
    "selector",
    [{"SourceServerID": SERVER}, {"SourceServerIDs": [SERVER]}, {"ApplicationID": APPLICATION}, {"WaveID": WAVE}],
    ids=lambda selector: next(iter(selector)),
)
def test_each_selector_finds_the_server(provider, servers, aws, selector):
    answer = provider.ask("Create", selector)

    assert answer.data["Outcome"] == "FINALIZED"
    assert aws.operations("mgn").count("FinalizeCutover") == 1


def test_archive_archives_what_is_finalized(provider, servers, aws):
    provider.ask("Create", {**WEB, "Archive": "true"})

    assert aws.operations("mgn")[-2:] == ["FinalizeCutover", "MarkAsArchived"]


def test_applications_and_waves_are_archived_after_their_servers(provider, servers, aws):
    answer = provider.ask("Create", {**WEB, "Archive": "true", "ArchiveApplicationAndWave": "true"})

    assert answer.status == "SUCCESS"
    writes = [each for each in aws.operations("mgn") if not each.startswith(("Describe", "List"))]
    assert writes == ["FinalizeCutover", "MarkAsArchived", "ArchiveApplication", "ArchiveWave"]


@pytest.mark.parametrize("archive", [{}, {"Archive": "false"}], ids=str)
def test_applications_are_not_archived_without_their_servers(provider, aws, archive):
    answer = provider.ask("Create", {**WEB, **archive, "ArchiveApplicationAndWave": "true"})

    said = "ArchiveApplicationAndWave is true and Archive is false; allowed: true only with Archive true."
    assert (answer.status, answer.reason) == ("FAILED", f"{said} Correct the request.")
    assert aws.operations() == []


def test_soak_minutes_are_compared_as_a_number(provider, servers):
    answer = provider.ask("Create", {**WEB, "SoakMinutes": "100"})

    assert "the soak time is 100 minutes (soak)" in answer.reason


def test_a_waived_rule_may_be_broken(provider, aws):
    aws.add_source_server("impaired", sourceServerID=SERVER)

    answer = provider.ask("Create", {**WEB, "Waive": ["instance-status"]})

    assert answer.data["Outcome"] == "FINALIZED"


ELSEWHERE = "arn:aws:ssm:us-east-1:111122223333:document/freeze"


@pytest.mark.parametrize(
    ("properties", "given", "allowed"),
    [
        ({"Alarms": ["a", "b", "a"]}, 'Alarms contains "a" more than once', "each name once"),
        ({"ChangeCalendars": ["freeze"] * 2}, 'ChangeCalendars contains "freeze" more than once', "each name once"),
        (
            {"ChangeCalendars": [ELSEWHERE]},
            f'ChangeCalendars contains "{ELSEWHERE}"',
            "calendars in the function's Region eu-west-1",
        ),
        (
            {"Require": ["validator"]},
            "Require contains validator, but the deployment's ValidatorFunctionArn is empty",
            "validator with ValidatorFunctionArn set",
        ),
    ],
)
def test_evidence_that_cannot_be_had_is_refused_before_anything_is_called(provider, aws, properties, given, allowed):
    answer = provider.ask("Create", {**WEB, **properties})

    assert (answer.status, answer.reason) == ("FAILED", f"{given}; allowed: {allowed}. Correct the request.")
    assert aws.operations() == []


def test_a_stack_that_requires_everything_is_answered_with_why_it_is_refused(provider, aws, servers):
    aws.set_alarm("web-5xx", state="ALARM")
    aws.set_calendar("freeze", state="CLOSED")
    wanted = {"Require": ["backup", "termination-protection"], "Alarms": ["web-5xx"], "ChangeCalendars": ["freeze"]}

    answer = provider.ask("Create", {**WEB, **wanted, "WaitMinutes": "0"})

    assert answer.status == "FAILED"
    assert answer.reason.startswith(
        f"Source server {SERVER} (web-1) cannot be finalized: alarm web-5xx is ALARM (alarms); termination protection "
    )
    assert "(termination-protection)" in answer.reason


def test_a_group_is_finalized_together_or_not_at_all(provider, aws, servers):
    aws.add_source_server("impaired", sourceServerID=OTHER_SERVER)

    answer = provider.ask("Create", {"SourceServerIDs": [SERVER, OTHER_SERVER], "AllOrNothing": "true"})

    assert answer.status == "FAILED"
    assert f"AllOrNothing is set, and {OTHER_SERVER} is not ready (group)" in answer.reason
    assert "FinalizeCutover" not in aws.operations()


def test_a_stack_waits_until_its_alarm_is_ok(provider, aws, servers):
    aws.set_alarm("web-5xx", state="INSUFFICIENT_DATA")
    aws.add_fault("DescribeAlarms", "throttle", service="cloudwatch", times=3)

    refused = provider.ask("Create", {**WEB, "Alarms": ["web-5xx"], "WaitMinutes": "0"})
    aws.set_alarm("web-5xx", state="OK")
    answer = provider.ask("Create", {**WEB, "Alarms": ["web-5xx"], "WaitMinutes": "5"})

    assert (refused.status, answer.status) == ("FAILED", "SUCCESS")
