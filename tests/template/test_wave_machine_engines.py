"""
asl-validator accepts the definition of the state machine, and JSONata's own engine gives the interpreter's values.

Step Functions uses the engine in JavaScript, and the local AWS another one in Python.
"""

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from local.step_functions.jsonata import JSONataError, value_of
from tests.e2e.skips import pytest_runtest_makereport  # noqa: F401 - in CI, a skipped test is a failure
from tests.template.test_wave_machine import VALUES, all_states

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
PROGRAM = Path(__file__).with_name("engines.js")
NODE = shutil.which("node")
NOW = 1_796_000_000_000  # ms
HOUR = 3_600_000  # ms

WAVE = "wave-0123456789abcdef0"
SERVERS = [
    {"sourceServerID": "s-1", "outcome": "WOULD_FINALIZE", "launchedInstanceID": "i-01234567", "error": None},
    {
        "sourceServerID": "s-2",
        "outcome": "FAILED",
        "launchedInstanceID": None,
        "changed": True,
        "error": {"retryable": True},
    },
    {"sourceServerID": "s-3", "outcome": "BLOCKED", "launchedInstanceID": None, "error": None},
]
FINALIZED = {
    "outcome": "FINALIZED",
    "total": 3,
    "counts": {"FINALIZED": 3},
    "changed": 1,
    "unanswered": 0,
    "results": "r",
}
CHECKED = {**FINALIZED, "outcome": "BLOCKED", "counts": {"WOULD_FINALIZE": 2, "BLOCKED": 1}, "changed": 0}
READY = {**CHECKED, "outcome": "WOULD_FINALIZE", "counts": {"WOULD_FINALIZE": 3}}
PROGRESS = {
    "name": "first",
    "part": 1,
    "round": 11,
    "weight": 12,
    "recent": [{"round": number} for number in range(2, 12)],
    "startedAt": NOW - 11 * HOUR,
    "deadline": NOW + 13 * HOUR,
    "nextAt": NOW + HOUR,
    "changed": 7,
    "hasApproval": False,
    "approval": None,
}
UNTIL_READY = {"hours": 24, "everyMinutes": 60}
# Each list has the values of one variable; the samples combine them.
VARIABLES = {
    "action": ["check", "finalize"],
    "waits": [True, False],
    "passes": [{"check": CHECKED}, {"check": READY}, {"check": READY, "finalize": FINALIZED}],
    "progress": [
        PROGRESS,
        {**PROGRESS, "deadline": NOW - HOUR, "hasApproval": True, "approval": {"approvedBy": "Ada"}, "recent": []},
        {**PROGRESS, "weight": 190, "next": "arn"},
    ],
    "request": [{"waveID": WAVE}, {"waveID": WAVE, "allOrNothing": True, "dryRun": True}],
}
OTHERS = {
    "added": [{"sourceServerIDs": ["s-3"]}],
    "batches": [{"sourceServerIDs": ["s-1", "s-2"]}],
    "checksOnly": False,
    "lookedAt": NOW - 60_000,
    "manifest": {"Bucket": "results", "Key": "first/check/0/manifest.json"},
    "options": {"applicationsTogether": True, "waive": ["soak"]},
    "selected": [{"sourceServerIDs": ["s-1"]}, {"sourceServerIDs": ["s-3", "s-4"]}],
    "total": 3,
}
PAYLOAD = {"batches": [{"sourceServerIDs": ["s-1"]}], "total": 1, "servers": SERVERS[1:], "remaining": ["s-4"]}
CAUGHT = {"Error": "InvalidRequestError", "Cause": json.dumps({"errorMessage": "waveID is 1"})}
RESULT = {
    "Payload": PAYLOAD,
    "Body": json.dumps({"ResultFiles": {"SUCCEEDED": [{"Key": "SUCCEEDED_0.json"}]}}),
    "ResultWriterDetails": {"Bucket": "results", "Key": "manifest.json"},
    "ExecutionArn": "arn:aws:states:eu-west-1:111122223333:execution:machine:first-part-2",
}
ITEM = {
    "sourceServerIDs": ["s-1", "s-2"],
    "Input": json.dumps({"BatchInput": {}, "Items": ["s-1", "s-2", "s-3"]}),
    "Output": json.dumps({"servers": SERVERS, "remaining": []}),
}
BATCH = {"BatchInput": {"request": {"action": "check"}}, "Items": ["s-1", "s-2"], "keys": ["first/approved/1/s-1/i-1"]}
ASKED = {"request": {"action": "check"}, "open": ["s-2"], "servers": SERVERS, "rounds": 1}
COUNTED = {
    "Items": [{"counts": {"FINALIZED": 2}, "changed": 1}, {"counts": {"FINALIZED": 1, "BLOCKED": 4}, "changed": 0}]
}
CONTEXT = {
    "Execution": {"Name": "first", "Input": {"waveID": WAVE, "untilReady": UNTIL_READY}},
    "Map": {"Item": {"Value": ITEM}},
    "StateMachine": {"Id": "arn:aws:states:eu-west-1:111122223333:stateMachine:machine"},
    "Task": {"Token": "token"},
}
REFUSED = [
    *("text", 7, None, [], {}, {"action": "audit"}, {"action": ["check"]}, {"untilReady": None}),
    *(
        {"untilReady": value}
        for value in ("x", [], 1, True, {}, {"hours": 0}, {"hours": 1.5}, {"hours": "24"}, {"days": 1})
    ),
    *({"untilReady": {"hours": 24, "everyMinutes": value}} for value in (14, 15, 1440, 1441, None, "60", True)),
    *({"untilReady": UNTIL_READY, **more} for more in ({"dryRun": True}, {"action": "check"}, {"continued": 2})),
    {"untilReady": UNTIL_READY, "continued": {"name": "fir", "part": 2}},
    {"continued": {"name": "first", "part": 2}},
]
# The input of each state; without an entry, the state does not use it.
INPUTS = {
    "ReadRequest": REFUSED,
    "IsRequestValid": [{"Cause": ""}, {"Cause": "x"}],
    "RefuseRequest": [{"Error": "InvalidRequestError", "Cause": "x"}],
    "HasAnyBatchSucceeded": [0, 1],
    "AreAllApproved": [0, 1],
    "Sum": [{}, {"counts": {"FINALIZED": 3, "BLOCKED": 1}, "changed": 3}],
    "Add": [COUNTED, {"Items": [COUNTED["Items"][0]]}],
    **{key: [ASKED, {**ASKED, "open": []}] for key in ("IsAnyOpen", "IsAnyApprovedOpen")},
    **{
        key: [ASKED, {**ASKED, "servers": SERVERS[:1]}]
        for key in ("AskAgain", "AskApprovedAgain", "Answered", "AnsweredApproved")
    },
    "GetApproval": ["first/approved/1/s-1/i-1"],
    "PutApproval": ["first/approved/1/s-1/i-1"],
}
RESULTS = {
    "CountOutcomes": [[{"counts": {"FINALIZED": 1}, "changed": 1}]],
    "FindApprovals": [[0, 2], []],
    "FindEach": [[1, 0]],
    "KeepEach": [[1, 0]],
}


def expressions_of(value):
    """Yield each expression in the fields of a state, without those of its child states."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from expressions_of(one)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value.removeprefix("{%").removesuffix("%}")


def samples_of(name, state):
    """Yield ``(expression, variables)``: each expression of a state with each combination of what it uses."""
    for expression in expressions_of({key: value for key, value in state.items() if key != "ItemProcessor"}):
        used = {key: values for key, values in VARIABLES.items() if re.search(rf"\${key}\b", expression)}
        for values in itertools.product(INPUTS.get(name, [BATCH]), RESULTS.get(name, [RESULT]), *used.values()):
            input_, result, *rest = values
            states = {"input": input_, "result": result, "errorOutput": CAUGHT, "context": CONTEXT}
            chosen = {**{key: values[0] for key, values in VARIABLES.items()}, **dict(zip(used, rest, strict=True))}
            # The same time in both engines.
            fixed = expression.replace("$millis()", str(NOW))
            yield fixed, {**OTHERS, **chosen, "states": states}


def in_python(expression, variables):
    """Return the value as JavaScript's engine does: nothing if there is none."""
    try:
        return {"value": value_of(expression, variables)}
    except JSONataError as error:
        return {} if "undefined" in str(error) else {"error": str(error)}


@pytest.fixture(scope="module")
def definition():
    """Return the definition as deployed by CloudFormation."""
    written = (ROOT / "statemachines" / "finalize_wave.asl.yaml").read_text()
    return yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda found: VALUES[found[1]], written))


@pytest.fixture(scope="module")
def samples(definition):
    return [(name, *sample) for name, state in all_states(definition) for sample in samples_of(name, state)]


@pytest.fixture(scope="module")
def answer(definition, samples):
    """What asl-validator and JSONata's own engine say."""
    if NODE is None or not (MODULES / "asl-validator").is_dir():
        pytest.skip(
            "asl-validator is not on this machine; it needs Node.js 18 or later with npm: make node_modules/.installed"
        )
    given = {
        "definition": definition,
        "samples": [{"expression": expression, "variables": variables} for _, expression, variables in samples],
    }
    run = subprocess.run([NODE, PROGRAM], input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_asl_validator_finds_nothing(answer):
    assert (answer["isValid"], answer["errors"]) == (True, [])


def test_every_expression_is_evaluated(definition, samples):
    every = list(expressions_of(definition))
    sampled = {expression for _, expression, _ in samples}

    assert len(every) == json.dumps(definition).count("{% ") > 100
    assert {expression.replace("$millis()", str(NOW)) for expression in every} == sampled


def test_both_engines_give_the_same_value(samples, answer):
    different = [
        (name, expression, here, there)
        for (name, expression, variables), there in zip(samples, answer["values"], strict=True)
        if "error" in there or (here := in_python(expression, variables)) != there
    ]

    assert different == []
