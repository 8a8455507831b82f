"""The function, its log group and its layer."""

import importlib
import re

import pytest
from botocore.session import get_session

from tools.layer import contents
from tools.layer.target import Target

# The longest WaitMinutes, and the time after it for the write, the verification and the response.
LONGEST_WORK = 13 * 60 + 60  # s


@pytest.fixture
def variables(function):
    return function["Environment"]["Variables"]


def test_the_handler_is_there_and_can_be_called(function):
    module, _, name = function["Handler"].rpartition(".")

    assert callable(getattr(importlib.import_module(module), name))


def test_lambda_waits_longer_than_the_function_works(function):
    assert LONGEST_WORK <= function["Timeout"] <= 900


def test_artifacts_are_built_for_what_they_run_on(template, function):
    layer = template["Resources"]["RuntimeLayer"]

    assert function["Runtime"] == f"python{Target.python}"
    assert function["Architectures"] == [Target.architecture]
    assert layer["Properties"]["CompatibleRuntimes"] == [function["Runtime"]]
    assert layer["Properties"]["CompatibleArchitectures"] == function["Architectures"]
    assert layer["Metadata"]["BuildArchitecture"] == Target.architecture


@pytest.mark.parametrize("logical_id", ["FinalizeCutover", "RuntimeLayer"])
def test_artifacts_are_built_by_a_target_that_exists(root, template, logical_id):
    metadata = template["Resources"][logical_id]["Metadata"]

    makefile = root / metadata["ContextPath"] / "Makefile"

    assert metadata["BuildMethod"] == "makefile"
    assert f"\nbuild-{logical_id}:" in makefile.read_text()


def test_the_function_logs_json_to_its_own_log_group(function):
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "FinalizeCutoverLogs"}


def test_log_events_expire(template):
    assert template["Resources"]["FinalizeCutoverLogs"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_record_of_what_was_done_outlives_the_stack(template):
    logs = template["Resources"]["FinalizeCutoverLogs"]

    assert (logs["DeletionPolicy"], logs["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_lambda_itself_drops_nothing_above_info_because_metrics_have_no_level(function, variables, template):
    assert function["LoggingConfig"]["ApplicationLogLevel"] == {"Fn::If": ["LogsForDebugging", "DEBUG", "INFO"]}
    assert template["Conditions"]["LogsForDebugging"] == {"Fn::Equals": [{"Ref": "LogLevel"}, "DEBUG"]}
    assert variables["POWERTOOLS_LOG_LEVEL"] == {"Ref": "LogLevel"}


def test_invocations_are_traced(function):
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_a_local_run_can_point_every_client_elsewhere(root, variables):
    operations = contents.load(root / "layers" / "runtime" / "contents.toml").operations
    # botocore derives the variable's name from the service ID, which is EventBridge for events.
    ids = [get_session().get_service_model(service).service_id for service in operations]

    redirected = {name: value for name, value in variables.items() if name.startswith("AWS_ENDPOINT_URL_")}

    assert redirected == {f"AWS_ENDPOINT_URL_{one.upper().replace(' ', '_')}": "" for one in ids}


def test_every_setting_that_the_function_reads_is_declared(root, variables):
    source = (root / "functions" / "finalize_cutover" / "settings.py").read_text()

    read = set(re.findall(r"environment\.get\(\"(\w+)\"", source))

    # Lambda sets the Region itself.
    assert {name for name in read if not name.startswith("AWS_")} <= variables.keys()
    assert "EVENT_BUS_NAME" in read


def test_no_other_host_gets_an_answer_by_default(variables):
    assert variables["EXTRA_RESPONSE_HOSTS"] == ""


def test_automation_asks_for_the_tag_that_the_parameters_name(variables):
    assert variables["APPROVAL_TAG_KEY"] == {"Ref": "ApprovalTagKey"}
    assert variables["APPROVAL_TAG_VALUE"] == {"Ref": "ApprovalTagValue"}


def test_outcomes_go_to_the_bus_that_the_parameter_names(variables):
    assert variables["EVENT_BUS_NAME"] == {"Ref": "EventBusName"}


def test_the_member_role_is_the_one_that_the_parameters_name(variables):
    assert variables["MEMBER_ACCOUNTS"] == {"Fn::Join": [",", {"Ref": "MemberAccounts"}]}
    assert variables["MEMBER_ROLE_NAME"] == {"Ref": "MemberRoleName"}
    assert variables["MEMBER_ROLE_EXTERNAL_ID"] == {"Ref": "MemberRoleExternalId"}


def test_concurrency_is_reserved_only_where_a_number_is_given(function, template):
    reserved = {"Fn::If": ["HasReservedConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]}

    assert function["ReservedConcurrentExecutions"] == reserved
    assert template["Conditions"]["HasReservedConcurrency"] == {
        "Fn::Not": [
            {"Fn::Equals": [{"Ref": "ReservedConcurrency"}, template["Parameters"]["ReservedConcurrency"]["Default"]]}
        ]
    }


def test_nothing_is_set_that_some_regions_do_not_know(function):
    # Lambda's default, Terminate, stops recursive invocations.
    assert "RecursiveLoop" not in function
