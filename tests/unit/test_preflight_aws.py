"""The adapters of the preflight: what is sent, and what each response means."""

from datetime import UTC, datetime

import pytest

from finalize_cutover.aws.acceptance.validator import AwsValidator
from finalize_cutover.aws.preflight import event_rules, identity, simulation, storage
from finalize_cutover.aws.preflight.ports import AwsPreflightPorts
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.preflight.ports import Decision, EventRule
from tests.unit.stubs import UNHURRIED, stubbed
from tests.unit.test_validator_schemas import FakeLambda

FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover"
ROLE = "arn:aws:iam::111122223333:role/finalize-cutover"
SESSION = "arn:aws:sts::111122223333:assumed-role/finalize-cutover/function"
DATE = {"date": "Mon, 23 Nov 2026 10:15:00 GMT"}
LAUNCHED = '{"source": ["aws.mgn"], "detail-type": ["MGN Source Server Launch Result"]}'


def caller(arn, headers):
    answer = {"Account": "111122223333", "Arn": arn, "UserId": "x", "ResponseMetadata": {"HTTPHeaders": headers}}
    with stubbed("sts") as (client, stubber):
        stubber.add_response("get_caller_identity", answer, {})
        return identity.caller(lambda: client, UNHURRIED)


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        (SESSION, ROLE),
        (SESSION.replace("arn:aws:", "arn:aws-us-gov:"), ROLE.replace("arn:aws:", "arn:aws-us-gov:")),
        ("arn:aws:iam::111122223333:user/me", None),
        ("arn:aws:iam::111122223333:root", None),
    ],
)
def test_the_role_of_a_session_is_named(arn, role):
    assert caller(arn, DATE).role_arn == role


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        (DATE, datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ({}, None),
        ({"date": "yesterday"}, None),
        ({"date": "Mon, 23 Nov 2026 10:15:00"}, None),
    ],
)
def test_the_time_of_an_answer_is_read_if_it_has_one(headers, at):
    assert caller(SESSION, headers).answered_at == at


@pytest.mark.parametrize(
    ("result", "decision"),
    [
        ({"EvalDecision": "allowed"}, Decision(decision="allowed")),
        (
            {"EvalDecision": "allowed", "MissingContextValues": ["aws:SourceIp"]},
            Decision(decision="allowed", missing_keys=frozenset({"aws:SourceIp"})),
        ),
        (
            {"EvalDecision": "implicitDeny", "OrganizationsDecisionDetail": {"AllowedByOrganizations": False}},
            Decision(decision="implicitDeny", is_denied_by_organization=True),
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
            },
            Decision(decision="implicitDeny", is_denied_by_boundary=True),
        ),
        (
            {"EvalDecision": "allowed", "OrganizationsDecisionDetail": {"AllowedByOrganizations": True}},
            Decision(decision="allowed"),
        ),
    ],
)
def test_a_decision_says_what_denies(result, decision):
    sent = {
        "PolicySourceArn": ROLE,
        "ActionNames": ["mgn:FinalizeCutover"],
        "ResourceArns": ["*"],
        "ContextEntries": [{"ContextKeyName": "aws:k", "ContextKeyType": "string", "ContextKeyValues": ["v"]}],
    }
    with stubbed("iam") as (client, stubber):
        answer = {"EvaluationResults": [{"EvalActionName": "mgn:FinalizeCutover", **result}]}
        stubber.add_response("simulate_principal_policy", answer, sent)
        found = simulation.decisions(lambda: client, UNHURRIED, ROLE, ["mgn:FinalizeCutover"], "*", {"aws:k": "v"})

    assert found == {"mgn:FinalizeCutover": decision}


def test_the_rules_of_the_function_are_told_apart_on_all_pages():
    with stubbed("events") as (client, stubber):
        ask = {"TargetArn": FUNCTION}
        stubber.add_response("list_rule_names_by_target", {"RuleNames": ["a"], "NextToken": "n"}, ask)
        stubber.add_response("list_rule_names_by_target", {"RuleNames": ["b", "c"]}, {**ask, "NextToken": "n"})
        stubber.add_response("describe_rule", {"State": "ENABLED", "EventPattern": LAUNCHED}, {"Name": "a"})
        for name, targets in {
            "b": [
                {"Id": "1", "Arn": "other", "Input": "{}"},
                {"Id": "2", "Arn": FUNCTION, "Input": '{"action": "sweep"}'},
            ],
            "c": [{"Id": "1", "Arn": FUNCTION}],
        }.items():
            stubber.add_response("describe_rule", {"State": "DISABLED"}, {"Name": name})
            stubber.add_response("list_targets_by_rule", {"Targets": targets}, {"Rule": name})

        found = event_rules.of_function(lambda: client, UNHURRIED, FUNCTION)

    assert found == [
        EventRule(name="a", is_enabled=True, starts="launch-result"),
        EventRule(name="b", is_enabled=False, starts="sweep"),
        EventRule(name="c", is_enabled=False, starts=None),
    ]


@pytest.mark.parametrize(("enabled", "is_locked"), [("Enabled", True), ("Disabled", False), (None, False)])
def test_a_bucket_is_locked_only_if_s3_says_so(enabled, is_locked):
    with stubbed("s3") as (client, stubber):
        if enabled:
            answer = {"ObjectLockConfiguration": {"ObjectLockEnabled": enabled}}
            stubber.add_response("get_object_lock_configuration", answer, {"Bucket": "b"})
        else:
            code = "ObjectLockConfigurationNotFoundError"
            stubber.add_client_error("get_object_lock_configuration", code, http_status_code=404)

        assert storage.has_object_lock(lambda: client, UNHURRIED, "b") is is_locked


def test_a_bucket_without_a_policy_has_none():
    with stubbed("s3") as (client, stubber):
        stubber.add_client_error("get_bucket_policy", "NoSuchBucketPolicy", http_status_code=404)

        assert storage.bucket_policy(lambda: client, UNHURRIED, "b") is None


def test_applications_are_counted_on_all_pages_of_the_account_of_the_global_view():
    with stubbed("mgn") as (client, stubber):
        sent = {"filters": {"isArchived": False}, "accountID": "444455556666"}
        stubber.add_response("list_applications", {"items": [{}, {}], "nextToken": "n"}, sent)
        stubber.add_response("list_applications", {"items": [{}]}, {**sent, "nextToken": "n"})
        ports = AwsPreflightPorts(lambda *_, **__: lambda: client, limit=UNHURRIED, account_id="444455556666")

        assert ports.count_applications() == 3


@pytest.mark.parametrize("answer", [{}, {"items": None}])
def test_an_answer_without_a_list_of_applications_is_no_empty_list(answer):
    class Paginator:
        def paginate(self, **_):
            return [answer]

    class Client:
        def get_paginator(self, _):
            return Paginator()

    ports = AwsPreflightPorts(lambda *_, **__: Client, limit=UNHURRIED)

    with pytest.raises(MgnUnavailableError, match="not as AWS documents it"):
        ports.count_applications()


def test_a_validator_is_tried_out_without_source_servers():
    client = FakeLambda({})

    AwsValidator(lambda: client, function_arn="accept", limit=UNHURRIED).try_out()

    assert client.payloads == [{"schemaVersion": "1.0", "servers": []}]


@pytest.mark.parametrize("answer", [[], None, "PASS", {"s-0123456789abcdef0": {"verdict": "PASS"}}])
def test_an_answer_that_is_not_an_empty_object_is_refused(answer):
    validator = AwsValidator(lambda: FakeLambda(answer), function_arn="accept", limit=UNHURRIED)

    with pytest.raises(MgnRefusedError, match="The answer of the validator function cannot be used: "):
        validator.try_out()
