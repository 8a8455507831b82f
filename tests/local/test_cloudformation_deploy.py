"""The examples, deployed to the local AWS as a user deploys them."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local.cloudformation import moto_patches
from local.deploy import __main__ as deploy
from local.deploy import function as deploy_function
from local.deploy.stack import Stack
from local.lambda_runtime import functions
from tests.local.fake_provider import FakeProvider

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SERVER = "s-0123456789abcdef0"
ATTRIBUTES = {
    "Outcome": "FINALIZED",
    "LifeCycleState": "CUTOVER",
    "LaunchedInstanceID": "i-0123456789abcdef0",
    "CutoverJobID": "mgnjob-0123456789abcdef0",
    "FinalizedAt": "2026-11-23T10:15:00Z",
    "ReplicationResourcesDeletedBy": "2026-11-23T11:45:00Z",
}


@pytest.fixture
def provider():
    provider = FakeProvider()
    for request_type in ("Create", "Update"):
        provider.on(request_type, {"Data": ATTRIBUTES})
    functions.register(deploy_function.HANDLER, provider)
    yield provider
    functions.forget(deploy_function.HANDLER)


@pytest.fixture
def url(aws, provider):
    """A local AWS where the application is deployed as finalize-cutover."""
    moto_patches.install()
    Stack(aws.url, "finalize-cutover").deploy(ROOT / "template.yaml")
    return aws.url


def test_our_template_exports_the_service_token(url):
    state = Stack(url, "finalize-cutover").state()

    assert state.status == "CREATE_COMPLETE"
    assert state.outputs["ServiceToken"].startswith("arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover-")


def test_one_server_is_finalized_and_what_follows_knows_its_instance(url, provider, client):
    state = Stack(url, "web").deploy(EXAMPLES / "one-server.yaml", {"SourceServerID": SERVER})

    recorded = client("ssm").get_parameter(Name=f"/cutovers/{SERVER}/launched-instance-id")["Parameter"]
    assert not state.has_failed
    assert state.outputs == {
        name: ATTRIBUTES[name] for name in ("Outcome", "FinalizedAt", "LifeCycleState", "ReplicationResourcesDeletedBy")
    }
    assert recorded["Value"] == ATTRIBUTES["LaunchedInstanceID"]
    assert provider.events[0]["ServiceTimeout"] == "960"


def test_a_dry_run_asks_for_one(url, provider):
    state = Stack(url, "web").deploy(EXAMPLES / "dry-run.yaml", {"SourceServerID": SERVER})

    assert not state.has_failed
    assert provider.events[0]["ResourceProperties"]["DryRun"] == "true"
    assert provider.events[0]["ResourceProperties"]["WaitMinutes"] == "0"


def test_each_event_is_told_once_as_it_happens(url, provider):
    events = []
    stack = Stack(
        url, "web", on_event=lambda event: events.append((event["LogicalResourceId"], event["ResourceStatus"]))
    )

    stack.deploy(EXAMPLES / "one-server.yaml", {"SourceServerID": SERVER})
    created = list(events)
    stack.deploy(EXAMPLES / "one-server.yaml", {"SourceServerID": SERVER, "SoakMinutes": "5"})
    stack.delete()

    assert created[0] == ("web", "CREATE_IN_PROGRESS")
    assert created[-1] == ("web", "CREATE_COMPLETE")
    assert events[len(created)] == ("web", "UPDATE_IN_PROGRESS")
    assert events[-1] == ("web", "DELETE_COMPLETE")
    assert events.count(("WebServerCutover", "UPDATE_COMPLETE")) == 1


def test_the_command_prints_the_reason_of_a_refusal(url, provider, capsys):
    provider.on("Create", {"Status": "FAILED", "Reason": "its first boot is WAITING"})

    code = deploy.main([str(EXAMPLES / "one-server.yaml"), f"SourceServerID={SERVER}", "--endpoint-url", url])

    printed = capsys.readouterr().out
    assert code == 1
    assert "CREATE_FAILED                        WebServerCutover         Custom::FinalizedCutover" in printed
    assert "Message returned: its first boot is WAITING" in printed
    assert "ROLLBACK_COMPLETE                    one-server" in printed


def test_the_command_prints_the_outputs_and_deletes_what_it_deployed(url, provider, capsys):
    where = [str(EXAMPLES / "one-server.yaml"), "--endpoint-url", url]

    deployed = deploy.main([*where, f"SourceServerID={SERVER}"])
    deleted = deploy.main([*where, "--delete"])

    assert (deployed, deleted) == (0, 0)
    assert "LifeCycleState = CUTOVER" in capsys.readouterr().out
    assert not Stack(url, "one-server").exists()


def test_the_command_says_what_cloudformation_refuses(url, capsys):
    code = deploy.main([str(EXAMPLES / "one-server.yaml"), "--endpoint-url", url])

    assert code == 1
    assert "SourceServerID" in capsys.readouterr().err


def test_deploying_the_same_again_is_refused(url, provider):
    stack = Stack(url, "web")
    stack.deploy(EXAMPLES / "dry-run.yaml", {"SourceServerID": SERVER})

    with pytest.raises(ClientError, match="No updates are to be performed"):
        stack.deploy(EXAMPLES / "dry-run.yaml", {"SourceServerID": SERVER})


def test_our_function_finds_the_local_aws_in_its_environment():
    environment = {}

    deploy_function.register("http://127.0.0.1:5555", "127.0.0.1:8443", environment)

    functions.forget(deploy_function.HANDLER)
    in_sam_local = json.loads((ROOT / "local" / "sam-env.json").read_text())["FinalizeCutover"]
    endpoints = {name: "http://127.0.0.1:5555" for name in in_sam_local if name.startswith("AWS_ENDPOINT_URL_")}
    assert {name: value for name, value in environment.items() if name.startswith("AWS_ENDPOINT_URL_")} == endpoints
    assert environment["EXTRA_RESPONSE_HOSTS"] == "127.0.0.1:8443"


def test_the_command_refuses_a_parameter_that_the_template_lacks(url, provider, capsys):
    assert deploy.main([str(EXAMPLES / "one-server.yaml"), "ServerID=x", f"--endpoint-url={url}"]) == 1

    told = capsys.readouterr().err
    assert told.startswith("The template one-server.yaml has no parameter ServerID; allowed: ApplicationStack, Source")


def test_the_command_refuses_an_argument_that_is_no_parameter(url, capsys):
    assert deploy.main([str(EXAMPLES / "one-server.yaml"), "SourceServerID", f"--endpoint-url={url}"]) == 1

    assert capsys.readouterr().err == "The parameter is 'SourceServerID'; allowed: NAME=VALUE.\n"


def test_the_command_says_in_a_sentence_that_nothing_serves(monkeypatch, capsys):
    monkeypatch.setattr(deploy, "LONGEST_START", 0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    assert deploy.main([str(EXAMPLES / "one-server.yaml")]) == 1

    told = capsys.readouterr().err
    assert told == "No local AWS answers at http://127.0.0.1:1; start it with `make local-aws`.\n"


def test_the_command_says_in_a_sentence_that_the_template_is_missing(url, capsys):
    assert deploy.main(["nowhere.yaml", f"--endpoint-url={url}"]) == 1

    assert "No such file or directory: 'nowhere.yaml'" in capsys.readouterr().err


def test_a_stack_whose_export_is_in_use_cannot_be_deleted(url, provider, capsys):
    where = ["--endpoint-url", url]
    deploy.main([str(EXAMPLES / "one-server.yaml"), f"SourceServerID={SERVER}", *where])
    capsys.readouterr()

    refused = deploy.main([str(ROOT / "template.yaml"), "--stack-name=finalize-cutover", "--delete", *where])

    told = capsys.readouterr().err
    assert (refused, told) == (
        1,
        "Export finalize-cutover-ServiceToken cannot be deleted as it is in use by one-server\n",
    )
    assert deploy.main([str(EXAMPLES / "one-server.yaml"), "--delete", *where]) == 0
    assert deploy.main([str(ROOT / "template.yaml"), "--stack-name=finalize-cutover", "--delete", *where]) == 0


def test_stacks_and_imports_are_listed(url, provider, client):
    deploy.main([str(EXAMPLES / "one-server.yaml"), f"SourceServerID={SERVER}", "--endpoint-url", url])
    cloudformation = client("cloudformation")

    stacks = {stack["StackName"] for stack in cloudformation.list_stacks()["StackSummaries"]}
    imports = cloudformation.list_imports(ExportName="finalize-cutover-ServiceToken")["Imports"]

    assert {"finalize-cutover", "one-server"} <= stacks
    assert imports == ["one-server"]
    with pytest.raises(ClientError, match="Export 'nothing' is not imported by any stack"):
        cloudformation.list_imports(ExportName="nothing")
