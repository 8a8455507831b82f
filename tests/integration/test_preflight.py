"""A preflight as the first command after a deployment, through Lambda's Invoke."""

import json

import pytest

from local.deploy.stack import client

VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept"


@pytest.fixture
def preflight(aws, monkeypatch, deploy_application):
    """Deploys the application with these parameters, and returns the answer of its function to a preflight."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)

    def preflight(**parameters):
        deployed = deploy_application(**parameters)
        name = deployed.outputs["FinalizeCutover"]
        payload = json.dumps({"action": "preflight"})
        answer = client("lambda", aws.url).invoke(FunctionName=name, Payload=payload)
        return json.loads(answer["Payload"].read())

    return preflight


def open_checks(report):
    return {line["check"]: line["verdict"] for line in report["checks"] if line["verdict"] != "PASS"}


@pytest.mark.parametrize("automation", ["ENABLED", "DISABLED"])
def test_a_deployment_passes_where_a_server_was_launched(aws, preflight, automation):
    aws.add_source_server("ready")

    report = preflight(FinalizeOnLaunch=automation)

    # These tests use credentials of a user, whose policies are not simulated.
    assert open_checks(report) == dict.fromkeys(["finalize-permission", "archive-permission"], "WARN")
    assert report["versions"]["lambdaFunction"] == "$LATEST"


def test_before_the_first_launch_it_says_what_is_not_known_yet(preflight):
    assert open_checks(preflight())["job-log"] == "WARN"


def test_a_parameter_that_names_nothing_is_found_before_the_first_event(aws, preflight):
    aws.add_source_server("ready")

    report = preflight(FinalizeOnLaunch="ENABLED", AutomationAlarmPrefix="accept-", ChangeCalendars="freeze")

    assert open_checks(report).items() >= {("alarms", "WARN"), ("change-calendar", "FAIL")}
    assert report["outcome"] == "FAIL"
