"""`make account-test` as a whole, against the local AWS: with SAM once, and otherwise with a stand-in for SAM."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from fnmatch import fnmatch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from jsonschema import Draft202012Validator

from local.client import LocalAws
from schemas.generate import schemas
from tests.account import dry_run
from tests.account.errors import AccountTestError
from tests.account.identifiers import kind_of_identifier
from tests.e2e.account_kit import ROOT, STACK, Kit, served
from tests.e2e.conftest import BUILT
from tests.e2e.waiting import wait_until

SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0fedcba9876543210"
HOSTNAME = "payroll-db-01"
NOTHING = {name: [] for name in ("stacks", "queues", "log groups", "functions", "buckets", "objects")}
# {call: IAM action}, where the names differ
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadBucket": "s3:ListBucket",
}
NEEDS_NONE = {"sts:GetCallerIdentity"}
# The stand-in for SAM has none.
OF_SAMS_BUCKET = {"s3:ListBucketVersions", "s3:DeleteObjectVersion"}
# After a finalization, the logs stay.
OF_LOGS = {"logs:DeleteLogGroup", "logs:DescribeLogGroups"}
ANSWERED_BY_FINALIZING = {
    "second-finalize": "409 ConflictException",
    "finalize-permission": "yes, the permissions of the role of the function are enough",
    "tags-for-iam": "yes: IAM allowed it with the required tag",
    "read-after-finalize": "no, the first read was new",
    "cleanup-time": "instance after 13 minutes, snapshot after 33 minutes, volume after 33 minutes, "
    "agent last seen after 7 minutes",
}


@pytest.fixture(scope="module")
def url():
    process, url = served()
    yield url
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def kit(url, tmp_path, monkeypatch):
    local = LocalAws(url)
    local.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("NO_PROXY", "localhost")
    return Kit(local, tmp_path)


@pytest.fixture
def server(kit):
    return kit.local.add_source_server(
        "ready",
        sourceServerID=SERVER,
        hostname=HOSTNAME,
        staging=True,
        tags={"Kostenstelle": "Gehaltsabrechnung", "owner": "jane@example.com"},
    )


@pytest.fixture
def actions(kit, monkeypatch):
    """The IAM actions of the calls of this process, without those of the deployment; the function runs in another."""
    made = set()
    call, deploy = BaseClient._make_api_call, kit.run_program

    def called(client, operation, request):
        name = f"{client.meta.service_model.signing_name}:{operation}"
        made.add(ACTIONS.get(name, name))
        return call(client, operation, request)

    def deployed(command):
        before = set(made)
        code = deploy(command)
        made.intersection_update(before)
        return code

    kit.run_program = deployed
    monkeypatch.setattr(BaseClient, "_make_api_call", called)
    return made


def answers(report):
    return {one["question"]: one["observed"] for one in report["answers"] if one["observed"]}


def finalize_calls(kit):
    return kit.local.operations("mgn").count("FinalizeCutover")


def steps(report):
    return {one["step"]: one["outcome"] for one in report["steps"]}


@pytest.fixture
def made(url, kit, server):
    """`make account-test`, run by a person with an answer of MGN that nobody knows; returns the ended process."""
    if not BUILT.exists():
        pytest.fail("There is no build; run `make build`.")
    unknown = {"cutoverGate": {"isOpen": True}, "lifeCycle": {"state": "RETIRED"}}
    kit.local.add_source_server("replicating", sourceServerID=OTHER_SERVER, overrides=unknown)
    untouched = (ROOT / "samconfig.toml").read_bytes()
    command = ["make", "account-test", f"STACK={STACK}", "REGION=eu-west-1", f"OUTPUT={kit.path}", "YES=1"]
    environment = {**os.environ, "BUILD": "skip", "SAM_CLI_POLL_DELAY": "0.1"}
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        timeout=300,
    )
    assert (ROOT / "samconfig.toml").read_bytes() == untouched
    return ended


def test_a_run_with_sam_lists_what_mgn_answered_beyond_the_model_and_removes_everything(kit, made):
    assert "Error 1" in made.stdout, made.stdout
    assert [
        (one["kind"], one["path"], one["value"]) for one in kit.report["walk"]["findings"] if not one["isKnown"]
    ] == [
        ("UNKNOWN_ENUM_VALUE", "items[]/lifeCycle/state", "RETIRED"),
        ("UNKNOWN_FIELD", "items[]/cutoverGate", "object"),
    ]
    assert set(steps(kit.report).values()) == {"DONE"}
    assert kit.report["unexpected"] == ["The answers of MGN differ from the model, or from what is needed."]
    assert kit.report["cleanUp"]["stays"] == {}
    assert kit.left_behind() == NOTHING
    assert finalize_calls(kit) == 0


def test_a_run_without_a_sacrifice_only_reads(kit, server, actions):
    code = kit.run("yes")

    assert set(actions) >= OF_LOGS

    assert (code, kit.report["unexpected"]) == (0, [])
    assert kit.report["dryRun"] == {
        "launchEvent": {"SKIPPED": 1},
        "ignoredEvents": 2,
        "sweep": {"SKIPPED": 1},
        "check": {"WOULD_FINALIZE": 1},
    }
    assert not {one["verdict"] for one in kit.report["preflight"]} - {"PASS", "WARN"}
    assert "AWSApplicationMigrationServiceSourceServerID" in answers(kit.report)["replication-tags"]
    assert not answers(kit.report).keys() & ANSWERED_BY_FINALIZING.keys()
    assert kit.state_of(SERVER) == "CUTTING_OVER"
    assert {name for name in kit.local.operations("mgn") if not name.startswith(("Describe", "List", "Get"))} == set()
    assert kit.left_behind() == NOTHING


def demand_documented(actions):
    page = (ROOT / "docs" / "account-test.md").read_text().partition("### Permissions\n")[2].partition("\n## ")[0]
    documented = set(re.findall(r"`([a-z0-9]+:[A-Za-z*]+)`", page))
    needed = {pattern for pattern in documented for action in actions if fnmatch(action, pattern)}
    assert {action for action in actions if not any(fnmatch(action, pattern) for pattern in documented)} == NEEDS_NONE
    assert documented - needed == OF_SAMS_BUCKET | OF_LOGS


def test_the_typed_id_finalizes_that_server_and_answers_what_can_be_observed(kit, server, actions):
    kit.local.add_source_server("ready", sourceServerID=OTHER_SERVER)

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    demand_documented(set(actions))

    assert (code, kit.report["unexpected"]) == (0, [])
    assert answers(kit.report).items() >= ANSWERED_BY_FINALIZING.items()
    sacrifice = kit.report["sacrifice"]
    assert (sacrifice["outcome"], sacrifice["hasFinalizedTime"], sacrifice["audit"]) == ("FINALIZED", True, "CLEAN")
    assert (kit.state_of(SERVER), kit.state_of(OTHER_SERVER)) == ("CUTOVER", "CUTTING_OVER")
    # The record of what was finalized stays, and nothing else.
    assert kit.report["cleanUp"]["stays"] == {"Logs-LogGroup": 2}
    left = kit.left_behind()
    assert len(left.pop("log groups")) == 2
    assert left == {name: [] for name in left}
    [shown] = kit.client("mgn").describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    assert shown["tags"] == server["tags"]
    assert HOSTNAME in kit.said
    demand_schema_and_no_identifier(kit)


def demand_schema_and_no_identifier(kit):
    text = kit.path.read_text()
    Draft202012Validator(schemas()["account-test.schema.json"]).validate(json.loads(text))
    identifying = [SERVER, HOSTNAME, "111122223333", STACK, "Kostenstelle", "Gehaltsabrechnung", "jane"]
    assert [value for value in identifying if value.lower() in text.lower()] == []
    assert [line for line in text.splitlines() if kind_of_identifier(line.strip())] == []


@pytest.mark.parametrize("typed", [["yes"], []], ids=["another word", "nobody"])
def test_nothing_but_the_typed_id_finalizes_not_even_yes(kit, server, typed):
    code = kit.run(*typed, SACRIFICE=SERVER, YES="1")

    assert (code, steps(kit.report)["confirm"]) == (2, "REFUSED")
    assert (kit.state_of(SERVER), finalize_calls(kit)) == ("CUTTING_OVER", 0)
    assert (kit.report["isComplete"], kit.report["sacrifice"]["isConfirmed"]) == (False, False)
    assert kit.left_behind() == NOTHING


def test_a_server_that_is_not_ready_is_not_even_asked_for(kit):
    kit.local.add_source_server("old-snapshot", sourceServerID=SERVER)

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, steps(kit.report)["sacrifice-check"], finalize_calls(kit)) == (2, "REFUSED", 0)
    assert kit.report["sacrifice"]["notPassed"] == ["job-log"]
    assert "USING_PREVIOUS_SNAPSHOT" in kit.said
    assert "Type the full ID" not in kit.said
    assert kit.left_behind() == NOTHING


def test_after_a_failed_step_nothing_is_finalized(kit, server):
    kit.local.add_fault("DescribeVolumes", "access-denied", service="ec2", times=100)

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, steps(kit.report)["walk"], finalize_calls(kit)) == (2, "FAILED", 0)
    assert "confirm" not in steps(kit.report)


def test_if_mgn_provides_iam_no_tags_the_stack_is_changed_once(kit, server):
    kit.local.add_fault("FinalizeCutover", "access-denied")

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, answers(kit.report)["tags-for-iam"]) == (0, "no: IAM denied it with the required tag")
    assert [command[-2] for command in kit.programs] == ["EnforceApprovalTag=true", "EnforceApprovalTag=false"]
    assert kit.state_of(SERVER) == "CUTOVER"


def test_reads_that_are_late_are_measured(kit, server):
    kit.local.add_fault("DescribeSourceServers", "stale", times=4, seconds=300)

    kit.run("yes", SERVER, SACRIFICE=SERVER, WAIT_MINUTES="0")

    assert answers(kit.report)["read-after-finalize"].startswith("yes, ")
    assert answers(kit.report)["second-finalize"] == "409 ConflictException"


def test_an_interruption_while_waiting_keeps_what_was_observed_and_cleans_up(kit, server):
    def interrupt():
        kit.clock.on_sleep = lambda: None
        raise KeyboardInterrupt

    kit.clock.on_sleep = interrupt

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, steps(kit.report)["observe"], kit.report["isComplete"]) == (130, "INTERRUPTED", False)
    assert answers(kit.report)["second-finalize"] == "409 ConflictException"
    assert "volume not observed" in answers(kit.report)["cleanup-time"]
    assert kit.left_behind()["stacks"] == kit.left_behind()["queues"] == []


@pytest.fixture
def lose(kit, monkeypatch):
    """Return a function that lets the answers to an operation be lost after the finalization; the calls are made."""
    call, lost = BaseClient._make_api_call, {}

    def called(client, operation, request):
        try:
            return call(client, operation, request)
        finally:
            if lost.get(operation, 0) and "FinalizeCutover" in kit.local.operations("mgn"):
                lost[operation] -= 1
                raise ReadTimeoutError(endpoint_url="https://mgn")

    monkeypatch.setattr(BaseClient, "_make_api_call", called)
    return lambda operation: lost.update({operation: 1})


def not_answered(report, question):
    return next(one["notAnswered"] for one in report["answers"] if one["question"] == question)


@pytest.mark.parametrize(
    ("operation", "question", "reason"),
    [
        ("FinalizeCutover", "second-finalize", "no readable answer: ReadTimeoutError"),
        ("DescribeSourceServers", "read-after-finalize", "no readable answer: ReadTimeoutError"),
        ("LookupEvents", "cloudtrail", "CloudTrail could not be read: ReadTimeoutError"),
    ],
)
def test_a_lost_answer_after_the_finalization_ends_neither_the_observation_nor_the_audit(
    kit, server, lose, operation, question, reason
):
    lose(operation)

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert not_answered(kit.report, question) == reason
    assert (steps(kit.report)["observe"], steps(kit.report)["audit"]) == ("DONE", "DONE")
    assert "volume after" in answers(kit.report)["cleanup-time"]
    assert code == (0 if question == "cloudtrail" else 1)


def test_without_a_read_that_shows_the_finalization_it_is_not_sent_again(kit, server, lose):
    lose("DescribeSourceServers")

    kit.run("yes", SERVER, SACRIFICE=SERVER, WAIT_MINUTES="0")

    assert not_answered(kit.report, "second-finalize").startswith("no read showed the finalization")
    assert finalize_calls(kit) == 1


def test_a_finalization_whose_answer_is_lost_is_observed_and_audited(kit, server, lose):
    lose("Invoke")

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, kit.state_of(SERVER)) == (1, "CUTOVER")
    after = {name: steps(kit.report)[name] for name in ("finalize", "observe", "audit", "clean-up")}
    assert after == {"finalize": "FAILED", "observe": "DONE", "audit": "DONE", "clean-up": "DONE"}
    assert not_answered(kit.report, "read-after-finalize") == "the answer to the finalization was lost"
    assert answers(kit.report)["second-finalize"] == "409 ConflictException"
    assert kit.report["sacrifice"]["audit"] == "CLEAN"


def test_a_finalization_that_failed_is_audited_and_not_observed(kit, server):
    kit.local.add_fault("FinalizeCutover", "access-denied", times=100)

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, kit.state_of(SERVER), kit.report["sacrifice"]["audit"]) == (1, "CUTTING_OVER", "NOT_FINALIZED")
    assert "observe" not in steps(kit.report)
    assert not_answered(kit.report, "second-finalize") == "no source server was finalized"


def test_ctrl_c_while_sam_deploys_ends_sam_and_deletes_the_stack(kit, server):
    variables = {"STACK": STACK, "REGION": "eu-west-1", "OUTPUT": str(kit.path), "YES": "1", "BUILD": "skip"}
    environment = {**os.environ, **variables, "SAM_CLI_POLL_DELAY": "0.1", "PYTHONPATH": "functions"}
    stacks = kit.client("cloudformation").describe_stacks
    command = [sys.executable, "-m", "tests.account"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        wait_until(lambda: STACK in {one["StackName"] for one in stacks()["Stacks"]}, within_seconds=120)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=120)

    assert process.returncode == 130, output
    assert steps(kit.report) == {"build": "DONE", "deploy": "INTERRUPTED", "clean-up": "DONE"}
    assert kit.left_behind() == NOTHING


def test_an_interrupted_deployment_is_cleaned_up(kit, server):
    def interrupted(command):
        deploy(command)
        raise KeyboardInterrupt

    kit.run_program, deploy = interrupted, kit.run_program

    code = kit.run("yes")

    assert (code, steps(kit.report)) == (130, {"deploy": "INTERRUPTED", "build": "DONE", "clean-up": "DONE"})
    assert kit.left_behind() == NOTHING


class EndedReader(io.StringIO):
    """The pipe to a program that ends when the deployment begins."""

    def write(self, text):
        if "== deploy" in self.getvalue():
            raise BrokenPipeError
        return super().write(text)


def test_a_closed_output_ends_neither_the_clean_up_nor_the_file(kit, server):
    kit.output = EndedReader()

    code = kit.run("yes")

    assert (code, steps(kit.report)["clean-up"]) == (0, "DONE")
    assert kit.left_behind() == NOTHING


def test_a_failed_deployment_is_recorded_and_the_walk_goes_on(kit, server):
    kit.run_program = lambda _command: 1

    code = kit.run("yes")

    assert (code, steps(kit.report)) == (1, {"build": "DONE", "deploy": "FAILED", "walk": "DONE", "clean-up": "DONE"})
    assert kit.report["steps"][1]["codes"] == ["DeployFailed"]
    assert kit.report["cleanUp"]["stack"] == "NOT_CREATED"


def test_a_text_that_identifies_costs_this_text_only_and_not_the_file(kit, server):
    def failed(_command):
        raise AccountTestError("The deployment failed.", HOSTNAME)

    kit.run_program = failed

    code = kit.run("yes")

    sentence = "A text was replaced: report/steps/1/codes/0 contained a value of this account."
    assert (code, kit.report["steps"][1]["codes"]) == (1, ["not-shown"])
    assert sentence in kit.report["unexpected"]
    assert f"Not as expected: {sentence}" in kit.said
    demand_schema_and_no_identifier(kit)


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_deployed(kit, server, tmp_path):
    (tmp_path / "file").touch()

    for path, reason in {tmp_path: "Is a directory", tmp_path / "file" / "x.json": "File exists"}.items():
        assert kit.run("yes", OUTPUT=str(path)) == 2
        assert f"OUTPUT is '{path}': {reason}; allowed: the path of a file that can be written." in kit.said
    assert (kit.programs, kit.left_behind()) == ([], NOTHING)


def test_a_file_that_cannot_be_written_at_the_end_is_shown_instead(kit, server):
    def deployed(command):
        kit.path.mkdir()
        return deploy(command)

    kit.run_program, deploy = deployed, kit.run_program

    code = kit.run("yes")

    words, _, shown = kit.said.partition("This is what it would contain:\n")
    assert (code, f"{kit.path} cannot be written: " in words) == (1, True)
    assert json.loads(shown)["cleanUp"]["stack"] == "DELETED"
    assert SERVER not in shown


def test_the_stack_of_somebody_else_is_refused_and_left_alone(kit, server):
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    kit.client("cloudformation").create_stack(StackName=STACK, TemplateBody=template)

    code = kit.run("yes", SERVER, SACRIFICE=SERVER)

    assert (code, kit.programs, kit.path.exists()) == (2, [], False)
    assert f"The stack {STACK} exists, and this kit did not create it" in kit.said
    assert kit.left_behind()["stacks"] == [STACK]


def create_stack_of_the_kit(kit):
    return kit.client("cloudformation").create_stack(
        StackName=STACK,
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
        Tags=[{"Key": "CreatedBy", "Value": "finalize-mgn-cutover-account-test"}],
    )["StackId"]


def test_a_stack_that_another_run_created_during_the_build_is_left_alone(kit, server):
    kit.run_program = lambda _command: create_stack_of_the_kit(kit) and 0

    code = kit.run("yes", BUILD="make")

    assert (code, len(kit.programs), steps(kit.report)["deploy"]) == (2, 1, "REFUSED")
    assert f"The stack {STACK} exists now, and this run did not create it" in kit.said
    assert kit.report["cleanUp"]["stack"] == "NOT_CREATED"
    assert kit.left_behind()["stacks"] == [STACK]


def test_only_the_stack_that_the_run_created_is_deleted(kit, server, monkeypatch):
    def preflight(_function):
        kit.client("cloudformation").delete_stack(StackName=STACK)
        wait_until(lambda: kit.left_behind()["stacks"] == [], within_seconds=60)
        create_stack_of_the_kit(kit)
        raise AccountTestError("Another run has replaced the stack.")

    monkeypatch.setattr(dry_run, "preflight", preflight)

    kit.run("yes")

    assert kit.report["cleanUp"]["stack"] == "DELETED"
    assert kit.left_behind()["stacks"] == [STACK]
    assert kit.left_behind()["queues"] == []


def test_the_stack_of_an_earlier_run_is_replaced(kit, server):
    create_stack_of_the_kit(kit)

    assert kit.run("yes") == 0
    plan, _, _ = kit.said.partition("Type yes to start:")
    assert re.search("DELETES the stack of this name that another run created at 20[0-9-]+ [0-9:]+ UTC", plan)
    assert kit.left_behind() == NOTHING


def test_without_a_question_a_stack_that_another_run_may_still_use_is_refused(kit, server):
    create_stack_of_the_kit(kit)

    assert (kit.run(YES="1"), kit.programs) == (2, [])
    assert "allowed with YES=1: a stack older than 6 hours, or none." in kit.said
    assert kit.left_behind()["stacks"] == [STACK]


def test_without_a_question_an_old_stack_is_replaced(kit, server):
    create_stack_of_the_kit(kit)
    kit.clock.skip(timedelta(hours=6, minutes=1))

    assert kit.run(YES="1") == 0
    assert kit.left_behind() == NOTHING


def test_without_an_agreement_nothing_is_deployed(kit, server):
    path = kit.folder / "new" / "file.json"

    assert (kit.run("no", OUTPUT=str(path)), kit.programs, path.exists()) == (2, [], False)
    assert "Account 111122223333, Region eu-west-1, stack account-test." in kit.said


def test_a_queue_with_a_message_stays_and_is_named(kit, server):
    def deployed(command):
        code = deploy(command)
        [url, *_] = kit.client("sqs").list_queues()["QueueUrls"]
        kit.client("sqs").send_message(QueueUrl=url, MessageBody="a failure")
        return code

    kit.run_program, deploy = deployed, kit.run_program

    code = kit.run("yes")

    assert (code, kit.report["cleanUp"]["stays"]) == (1, {"SQS-Queue": 1})
    assert "Stays: AWS::SQS::Queue" in kit.said


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"STACK": "my stack"}, "STACK is 'my stack'; allowed: 1 to 100 letters"),
        ({"REGION": ""}, "REGION is missing; allowed: a Region such as eu-west-1."),
        ({"SACRIFICE": "s-1"}, "SACRIFICE is 's-1'; allowed: a source server ID"),
        ({"WAIT_MINUTES": "-1"}, "WAIT_MINUTES is '-1'; allowed: a number of minutes"),
        ({"YES": "true"}, "YES is 'true'; allowed: 1, to start without a question."),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_a_sentence(kit, variables, sentence):
    assert kit.run(**variables) == 2
    assert sentence in kit.said
