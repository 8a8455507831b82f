"""The definition of the state machine for waves."""

import json
import re

import pytest
import yaml
from cfnlint.api import ManualArgs, lint

from finalize_cutover.cutover import errors
from finalize_cutover.cutover.fleet_report import SEVERITY
from finalize_cutover.handlers.direct import DirectRequest
from finalize_cutover.handlers.request import SELECTORS
from local.clock import CLOCK
from local.step_functions.jsonata import value_of

VALUES = {
    "ApprovalTopicArn": "arn:aws:sns:eu-west-1:111122223333:approvals",
    "EventBusName": "default",
    "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover",
    "MaxConcurrency": "4",
    "Partition": "aws",
    "ResultsBucket": "results",
    "ToleratedFailurePercentage": "10",
}
# The maps that call the function for every batch.
ASKING = ("AskEachBatch", "FinalizeApproved")
RETRYABLE = {
    error.__name__ for error in (errors.EvidenceNotStoredError, errors.MgnUnavailableError, errors.OutOfTimeError)
}


@pytest.fixture(scope="module")
def text(root):
    return (root / "statemachines" / "finalize_wave.asl.yaml").read_text()


@pytest.fixture(scope="module")
def definition(text):
    """Return the definition as deployed by CloudFormation."""
    return yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda found: VALUES[found[1]], text))


@pytest.fixture(scope="module")
def machine(template):
    return template["Resources"]["FinalizeWave"]["Properties"]


def all_states(definition):
    """Yield (name, state) of every state, including states inside of maps."""
    for name, state in definition["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from all_states(state["ItemProcessor"])


def expressions(value):
    """Yield every JSONata expression in *value*."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from expressions(one)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value.removeprefix("{%").removesuffix("%}")


def free_variables(value):
    """Return the variables that the expressions in *value* use but do not define, without functions."""
    free = set()
    for text in expressions(value):
        code = re.sub(r"""'[^']*'|"(\\.|[^"])*\"""", "", text)
        made = set(re.findall(r"\$(\w+)\s*:=", code))
        made |= {name for names in re.findall(r"function\(([^)]*)\)", code) for name in re.findall(r"\$(\w+)", names)}
        free |= set(re.findall(r"\$(\w+)\b(?!\s*(?:\(|:=))", code)) - made - {"states"}
    return free


def documented(root, what):
    """Return the errors in docs/direct.md that Step Functions should *what*: Retry or Catch."""
    text = (root / "docs" / "direct.md").read_text()
    return set(re.findall(rf"^\| `(\w+Error)` \|.*\| `{what}` \|$", text, re.MULTILINE))


def assigned(state):
    """Return the names of the variables that *state* assigns, on any transition."""
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {name for way in ways for name in way.get("Assign", {})}


def test_cfn_lint_finds_nothing_in_the_definition(definition):
    # cfn-lint does not accept JSONata in place of a number, so it gets a number.
    numbers = {
        name: {
            field: value_of(definition["States"][name][field].strip("{%} "), {"action": "finalize"})
            for field in ("MaxConcurrency", "ToleratedFailurePercentage")
        }
        for name in ASKING
    }
    seconds = {"AskApproval": {"TimeoutSeconds": 1}, "WaitForNextRound": {"Seconds": 1}}
    states = {
        name: {**state, **numbers.get(name, {}), **seconds.get(name, {})}
        for name, state in definition["States"].items()
    }
    role = "arn:aws:iam::111122223333:role/machine"
    properties = {"RoleArn": role, "Definition": {**definition, "States": states}}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}

    found = lint(json.dumps({"Resources": {"Machine": resource}}), config=ManualArgs(regions=["eu-west-1"]))

    assert numbers == {name: {"MaxConcurrency": 4, "ToleratedFailurePercentage": 10} for name in ASKING}
    assert [(match.rule.id, match.message) for match in found] == []


def test_everything_to_be_filled_in_is_filled_in(text, machine):
    assert set(re.findall(r"\$\{(\w+)\}", text)) == machine["DefinitionSubstitutions"].keys() == VALUES.keys()


def test_the_definition_has_no_aliases_and_no_partition_of_its_own(text, definition):
    assert not re.search(r"(?m)[:-] [&*]\w", text)
    assert "arn:aws" not in text


def test_a_child_uses_only_what_it_is_given(definition):
    maps = [state for _, state in all_states(definition) if state["Type"] == "Map"]

    assert len(maps) == 7
    assert [free_variables(one["ItemProcessor"]) for one in maps] == [set()] * 7


def renamed(processor):
    """Return the processor of AskEachBatch with the names of FinalizeApproved, because each name must be unique."""
    text = json.dumps(processor)
    for name, other in {
        "Ask": "AskApproved",
        "AskAgain": "AskApprovedAgain",
        "IsAnyOpen": "IsAnyApprovedOpen",
        "Pause": "PauseApproved",
        "Answered": "AnsweredApproved",
    }.items():
        text = text.replace(f'"{name}"', f'"{other}"')
    return json.loads(text)


def test_no_two_states_have_the_same_name(definition):
    names = [name for name, _ in all_states(definition)]

    assert sorted(set(names)) == sorted(names)


def test_a_batch_is_asked_about_in_the_same_way_whether_it_was_approved_or_not(definition):
    each, approved = (definition["States"][name] for name in ASKING)

    assert approved["ItemProcessor"] == renamed(each["ItemProcessor"])
    assert approved["ResultWriter"] == each["ResultWriter"]
    assert approved["ItemSelector"].keys() == each["ItemSelector"].keys() == {"BatchInput", "Items"}
    assert approved["ItemSelector"]["BatchInput"].keys() == each["ItemSelector"]["BatchInput"].keys() == {"request"}


def test_an_approval_is_looked_for_where_it_is_kept(definition):
    find, keep = (definition["States"][name] for name in ("FindApprovals", "KeepApprovals"))
    get, put = (
        one["ItemProcessor"]["States"][name]["ItemProcessor"]["States"]
        for one, name in ((find, "FindEach"), (keep, "KeepEach"))
    )

    assert (find["ItemReader"], find["ItemSelector"]) == (keep["ItemReader"], keep["ItemSelector"])
    assert {**put["PutApproval"]["Arguments"], "Body": None} == {**get["GetApproval"]["Arguments"], "Body": None}
    assert put["PutApproval"]["Retry"] == get["GetApproval"]["Retry"]


def test_nobody_is_asked_about_what_was_approved_but_by_way_of_a_second_selection(definition):
    leads_to = {
        name: {way["Next"] for way in [state, *state.get("Choices", []), *state.get("Catch", [])] if "Next" in way}
        for name, state in definition["States"].items()
    }

    assert leads_to["AskApproval"] == {"IsApprovalKept", "IsAnotherRoundPossible"}
    assert leads_to["SelectAgain"] == {"FinalizeApproved"}
    assert [name for name, following in leads_to.items() if "FinalizeApproved" in following] == ["SelectAgain"]
    assert [name for name, following in leads_to.items() if "KeepApprovals" in following] == ["IsApprovalKept"]
    assert [name for name, following in leads_to.items() if "IsApprovalKept" in following] == ["AskApproval"]


def request_of(definition, servers, selected, approval=None):
    """Return the request for a batch after an approval, if the check reported *servers*."""
    expression = definition["States"]["FinalizeApproved"]["ItemSelector"]["BatchInput"]["request"]
    item = {"Output": json.dumps({"servers": servers, "remaining": []})}
    variables = {
        "states": {"context": {"Map": {"Item": {"Value": item}}}},
        "selected": [{"sourceServerIDs": selected}] if selected else [],
        "options": {"archive": True, "approvedInstances": {"s-5": "i-00000005"}},
        "progress": {"approval": approval},
    }
    return value_of(expression.removeprefix("{%").removesuffix("%}"), variables)


def approved_of(definition, servers, selected):
    """Return the approved instances in the request for a batch, if the check reported *servers*."""
    request = request_of(definition, servers, selected)
    assert {**request, "approvedInstances": None} == {"archive": True, "action": "finalize", "approvedInstances": None}
    return request["approvedInstances"]


def shown(server_id, outcome="WOULD_FINALIZE", instance_id="i-0123456789abcdef0"):
    """Return the check's report on a source server."""
    return {"sourceServerID": server_id, "outcome": outcome, "launchedInstanceID": instance_id}


@pytest.mark.parametrize(
    ("servers", "selected", "approved"),
    [
        ([shown("s-1")], ["s-1"], ["s-1"]),
        ([shown("s-1"), shown("s-2")], ["s-3", "s-2", "s-1"], ["s-1", "s-2"]),
        ([shown("s-1"), shown("s-2")], ["s-2"], ["s-2"]),
        ([shown("s-1")], [], []),
        ([], ["s-1"], []),
        ([shown("s-1", instance_id="i-01234567"), shown("s-2", instance_id=None)], ["s-1", "s-2"], ["s-1"]),
        *(([shown("s-1", outcome.value)], ["s-1"], []) for outcome in SEVERITY if outcome != "WOULD_FINALIZE"),
    ],
)
def test_approved_is_what_was_shown_as_ready_with_its_instance_and_is_still_selected(
    definition, servers, selected, approved
):
    instances = {server["sourceServerID"]: server["launchedInstanceID"] for server in servers}

    assert approved_of(definition, servers, selected) == {id_: instances[id_] for id_ in approved}


@pytest.mark.parametrize(
    ("approval", "name"),
    [
        ({"approvedBy": "Zoë O'Neill"}, "Zoë O'Neill"),
        ({"approvedBy": "x" * 512}, "x" * 512),
        *(
            (approval, None)
            for approval in (None, "Ada", {}, {"approvedBy": 7}, {"approvedBy": ""}, {"approvedBy": None})
        ),
        *(({"approvedBy": name}, None) for name in ("x" * 513, "a\nb", "a\u202eb", "a\x7f")),
    ],
)
def test_the_name_of_the_approver_is_recorded_if_the_function_accepts_it(definition, approval, name):
    found = request_of(definition, [shown("s-1")], ["s-1"], approval)

    assert found.get("approvedBy") == name


def test_every_variable_is_assigned_before_the_first_batch_or_where_it_is_used_next(definition):
    states = definition["States"]
    without_children = {n: {k: v for k, v in s.items() if k != "ItemProcessor"} for n, s in states.items()}

    used = {name: free_variables(state) for name, state in without_children.items()}

    first, second = assigned(states["ReadRequest"]), assigned(states["Select"])
    assert used["ReadRequest"] == used["RefuseRequest"] == set()
    assert used["IsRequestValid"] | used["Select"] | used["WaitForNextRound"] <= first
    assert set().union(*used.values()) == first | second | {"manifest", "selected"}
    assert assigned(states["AskEachBatch"]) == {"manifest"}
    assert all("selected" in way["Assign"] for way in [states["SelectAgain"], *states["SelectAgain"]["Catch"]])
    assert [name for name, variables in used.items() if "selected" in variables] == ["FinalizeApproved"]


def test_every_question_to_the_function_is_repeated_alike(definition):
    questions = [state for _, state in all_states(definition) if "lambda:invoke" in state.get("Resource", "")]

    ours, lambdas = questions[0]["Retry"]
    assert [question["Retry"] for question in questions] == [[ours, lambdas]] * 6
    assert set(ours["ErrorEquals"]) == RETRYABLE
    assert not any(hasattr(errors, name) for name in lambdas["ErrorEquals"])


def test_what_is_repeated_is_what_the_documentation_says_may_be(root):
    assert documented(root, "Retry") == RETRYABLE


def test_what_the_caller_must_mend_is_caught_where_the_request_is_checked(root, definition):
    (caught,) = definition["States"]["Select"]["Catch"]

    assert set(caught["ErrorEquals"]) == documented(root, "Catch")


def test_every_question_waits_longer_than_the_function_takes(definition, function):
    questions = [state for _, state in all_states(definition) if "lambda:invoke" in state.get("Resource", "")]

    assert all(question["TimeoutSeconds"] > function["Timeout"] for question in questions)


def test_a_person_is_waited_for_as_long_as_they_are_told(root, definition):
    asking = definition["States"]["AskApproval"]
    told = set(re.findall(r"after (\d+) hours", asking["Arguments"]["Message"]))
    documented = set(re.findall(r"After (\d+) hours without an answer", (root / "docs" / "waves.md").read_text()))

    assert timeout_of(definition) == 72 * 3600
    assert told == documented == {"72"}


@pytest.mark.parametrize(
    ("seconds_left", "timeout"), [(100 * 3600, 72 * 3600), (3600.5, 3600), (1, 1), (0.5, 1), (-5, 1)]
)
def test_a_person_is_not_waited_for_after_the_deadline(definition, seconds_left, timeout):
    found = timeout_of(definition, waits=True, deadline=(CLOCK.now().timestamp() + seconds_left) * 1000)

    assert timeout - 1 <= found <= timeout
    assert found >= 1


def timeout_of(definition, *, waits=False, deadline=0):
    """Return the timeout of an approval in s; *deadline* in ms."""
    expression = definition["States"]["AskApproval"]["TimeoutSeconds"]
    return value_of(expression.strip("{%} "), {"waits": waits, "progress": {"deadline": deadline}})


def test_the_worst_outcome_is_the_one_that_the_function_would_name(definition):
    (listed,) = re.findall(r"\$worst := (\[[^]]*\])", definition["States"]["Sum"]["Assign"]["passes"])

    assert value_of(listed, {}) == [outcome.value for outcome in reversed(SEVERITY)]


def test_a_batch_is_asked_about_with_the_request_less_what_it_selects(definition):
    (listed,) = re.findall(r"\$name in (\[[^]]*\])", definition["States"]["Select"]["Assign"]["options"])
    encoded = dict(zip(DirectRequest.__struct_fields__, DirectRequest.__struct_encode_fields__, strict=True))

    assert set(value_of(listed, {})) == {
        "action",
        "dryRun",
        "inBatches",
        "approvedBy",
        *(encoded[name] for name in SELECTORS),
    }


def test_no_error_about_the_results_is_caught_so_that_a_denied_bucket_fails_the_wave(definition):
    states = definition["States"]
    reading = [
        name for name, state in states.items() if "Bucket" in state.get("Arguments", {}) or "ItemReader" in state
    ]

    assert reading == ["ReadManifest", "CountOutcomes", "FindApprovals", "KeepApprovals", "FinalizeApproved"]
    assert [name for name in reading if "Catch" in states[name]] == []
    assert {states[name]["Next"] for name in ASKING} == {"ReadManifest"}


def test_a_literal_that_is_no_arn_is_never_sent_to_sns(definition):
    assert definition["States"]["AskApproval"]["Arguments"]["TopicArn"].startswith("{% '")


# The states of a round in their order, those of a round with an approval, and those that an execution has in addition.
CHECK = ["Select", "AskEachBatch", "ReadManifest", "HasAnyBatchSucceeded", "CountOutcomes", "Sum", "Decide"]
FINALIZE = ["IsApprovalNeeded", *CHECK[1:]]
END = ["EndRound", "PublishRound", "IsLastRound", "WaitForNextRound"]
ASK = ["FindApprovals", "AreAllApproved", "AskApproval", "IsApprovalKept", "KeepApprovals", "SelectAgain"]
ONCE = ["ReadRequest", "IsRequestValid", "WaitForNextRound", "Continue", "Summarize"]


def most_events(definition, names):
    """Return how many events these states add to the history, if each task is retried as often as possible."""

    def events(state):
        retries = sum(retrier["MaxAttempts"] for retrier in state.get("Retry", []))
        attempts = {"Task": 3 + 3 * retries + ("waitForTaskToken" in state.get("Resource", "")), "Map": 4}
        return 2 + attempts.get(state["Type"], 0)

    return sum(events(definition["States"][name]) for name in names)


def test_an_execution_goes_on_as_another_one_before_its_history_is_full(root, definition):
    (most,) = {
        int(number)
        for choice in definition["States"]["IsLastRound"]["Choices"]
        for number in re.findall(r"weight >= (\d+)", choice["Condition"])
    }
    usual = most_events(definition, [*CHECK, *FINALIZE, *END])
    # Source servers that were added after the check are processed in another pass.
    approved = most_events(definition, [*CHECK, *FINALIZE, *ASK, *CHECK[1:], *END])

    documented = (root / "docs" / "waves.md").read_text()
    assert f"and {usual} if in addition every call is retried" in documented
    assert f"so after {most} rounds another execution goes on" in documented
    assert approved < 2 * usual
    assert (most - 1) * usual + approved + most_events(definition, ONCE) + 2 < 25_000


def test_the_name_of_the_last_possible_execution_is_not_too_long(definition):
    longest = max(map(int, re.findall(r"\$length\(\$name\) > (\d+)", json.dumps(definition["States"]["ReadRequest"]))))
    rounds = 720 * 60 // 15

    assert longest + len("-part-") + len(str(2 * rounds // 190 + 1)) <= 80
