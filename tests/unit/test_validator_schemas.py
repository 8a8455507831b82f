"""The schemas of the validator's request and response accept what the function sends, and what it can use."""

import io
import json
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from finalize_cutover.aws.acceptance.validator import SERVERS_PER_CALL, AwsValidator
from finalize_cutover.cutover.acceptance.validator import ValidatorRule
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, ready
from tests.unit.stubs import UNHURRIED

ROOT = Path(__file__).parents[2]
VERDICTS = ["PASS", "WAIT", "BLOCK"]


def schema(name):
    document = json.loads((ROOT / "schemas" / f"validator-{name}.schema.json").read_text())
    return Draft202012Validator(document, format_checker=FormatChecker())


class FakeLambda:
    """Lambda: records the payloads, and returns the same answer to each of them."""

    def __init__(self, answer):
        self.payloads = []
        self._answer = answer

    def invoke(self, *, Payload, **_function):  # noqa: N803 - a name of boto3
        self.payloads.append(json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode())}


def rule_with(client):
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:validate"
    return ValidatorRule(AwsValidator(lambda: client, function_arn=arn, limit=UNHURRIED))


def sent_about(*evidence):
    client = FakeLambda({})
    rule_with(client).read([each.server for each in evidence])
    return client.payloads


def verdict_of(answer):
    evidence = ready()
    rule = rule_with(FakeLambda(answer))
    fact = rule.read([evidence.server]).items[SERVER]
    return rule.judge(fact, evidence, ReadinessPolicy(), NOW).verdict.value


@pytest.mark.parametrize(
    "evidence",
    [
        ready(hostname="web-1"),
        ready(),
        ready(without=["launched_instance"]),
        ready(without=["last_cutover"]),
        ready(initiated_at=None),
    ],
)
def test_what_is_sent_keeps_to_the_schema(evidence):
    [payload] = sent_about(evidence)

    schema("request").validate(payload)


def test_half_a_character_in_a_reason_does_not_lose_the_report():
    evidence = ready()
    rule = rule_with(FakeLambda({SERVER: {"verdict": "PASS", "reason": "Logged in \ud83d"}}))

    found = rule.judge(rule.read([evidence.server]).items[SERVER], evidence, ReadinessPolicy(), NOW)

    assert found.reason == "the validator function says PASS: Logged in ?"


def test_a_request_says_which_server_and_which_launch_it_is_about():
    [payload] = sent_about(ready(hostname="web-1"))

    assert payload == {
        "schemaVersion": "1.0",
        "servers": [
            {
                "sourceServerID": SERVER,
                "hostname": "web-1",
                "accountID": "111122223333",
                "region": "eu-west-1",
                "launchedInstanceID": "i-0123456789abcdef0",
                "cutoverJobID": "mgnjob-0123456789abcdef0",
                "cutoverLaunchedAt": "2026-11-23T09:15:00Z",
            }
        ],
    }


def test_many_servers_are_sent_in_payloads_that_keep_to_the_schema():
    payloads = sent_about(*[ready(f"s-{number:017d}") for number in range(SERVERS_PER_CALL + 1)])

    for payload in payloads:
        schema("request").validate(payload)
    assert sorted(len(payload["servers"]) for payload in payloads) == [1, SERVERS_PER_CALL]


@pytest.mark.parametrize("field", ["schemaVersion", "servers"])
def test_a_request_without_one_of_its_fields_breaks_the_schema(field):
    [payload] = sent_about(ready())
    del payload[field]

    assert not schema("request").is_valid(payload)


FIELDS = [
    *("sourceServerID", "hostname", "accountID", "region", "launchedInstanceID", "cutoverJobID", "cutoverLaunchedAt"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_a_server_without_one_of_its_fields_breaks_the_schema(field):
    [payload] = sent_about(ready())
    del payload["servers"][0][field]

    assert not schema("request").is_valid(payload)


def test_a_request_about_more_servers_than_are_sent_breaks_the_schema_and_one_about_none_does_not():
    [payload] = sent_about(ready())
    [server] = payload["servers"]

    sizes = {size: {**payload, "servers": [deepcopy(server)] * size} for size in (0, 1, 50, 51)}

    assert [size for size, each in sizes.items() if schema("request").is_valid(each)] == [0, 1, 50]


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": "the shop's health page answers 503"}])
def test_each_documented_answer_keeps_to_the_schema_and_is_the_verdict_of_the_rule(verdict, reason):
    answer = {SERVER: {"verdict": verdict, **reason}}

    assert schema("response").is_valid(answer)
    assert verdict_of(answer) == verdict


@pytest.mark.parametrize(
    "answer",
    [
        {SERVER: {"verdict": "pass"}},
        {SERVER: {"verdict": "OK"}},
        {SERVER: {"verdict": ""}},
        {SERVER: {"verdict": None}},
        {SERVER: {"verdict": True}},
        {SERVER: {"reason": "no verdict"}},
        {SERVER: {"verdict": "PASS", "reason": None}},
        {SERVER: {"verdict": "PASS", "reason": 200}},
        {SERVER: "PASS"},
        {SERVER: None},
        {"web-1": {"verdict": "PASS"}},
        [{"sourceServerID": SERVER, "verdict": "PASS"}],
        "PASS",
        None,
    ],
)
def test_any_other_answer_breaks_the_schema_and_blocks(answer):
    assert not schema("response").is_valid(answer)
    assert verdict_of(answer) == "BLOCK"


def test_an_unknown_verdict_blocks_only_its_own_server():
    evidence = [ready(), ready(OTHER_SERVER)]
    rule = rule_with(FakeLambda({SERVER: {"verdict": "PASS"}, OTHER_SERVER: {"verdict": "FINE"}}))

    found = rule.read([each.server for each in evidence]).items

    verdicts = [rule.judge(found[each.server.id], each, ReadinessPolicy(), NOW).verdict for each in evidence]
    assert verdicts == ["PASS", "BLOCK"]


def test_members_that_the_function_does_not_know_break_the_schema_and_block():
    answer = {SERVER: {"verdict": "PASS", "checkedAt": "2026-11-23T10:15:00Z"}}

    assert not schema("response").is_valid(answer)
    assert verdict_of(answer) == "BLOCK"


def test_an_answer_about_more_servers_than_are_asked_about_breaks_the_schema():
    answers = {size: {f"s-{number:017d}": {"verdict": "PASS"} for number in range(size)} for size in (0, 50, 51)}

    assert [size for size, answer in answers.items() if schema("response").is_valid(answer)] == [0, 50]
