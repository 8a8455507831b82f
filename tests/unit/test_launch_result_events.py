"""Which events the handler accepts, and the result for all others, including malformed ones."""

import copy
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.eventbridge import launch_result as handler
from finalize_cutover.settings import read_settings
from tests.unit.automated import SUCCEEDED, approved, arn, launch_result
from tests.unit.builders import OTHER_SERVER, SERVER
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws

# From MGN's documentation, including its asterisks: https://docs.aws.amazon.com/mgn/latest/ug/eventbridge-events.html
DOCUMENTED = {
    "version": "0",
    "id": "9da9af57-9253-4406-87cb-7cc400e43465",
    "detail-type": "MGN Source Server Launch Result",
    "source": "aws.mgn",
    "account": "111122223333",
    "time": "2016-08-22T20:12:19Z",
    "region": "us-west-2",
    "resources": ["arn:aws:mgn:us-west-2:111122223333:source-server/s-12345678901234567"],
    "detail": {"state": "*TEST_LAUNCH_SUCCEEDED*", "job-id": "*mgnjob-04ca7d0d3fb6afa3e*"},
}
OREGON = read_settings({"AWS_REGION": "us-west-2"})
NOT_OURS = ["TEST_LAUNCH_SUCCEEDED", "TEST_LAUNCH_FAILED", "CUTOVER_LAUNCH_FAILED", "A_STATE_OF_TOMORROW", ""]


def nested(depth):
    """Return nested lists, deeper than Python's recursion limit for repr."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


def refuse(event):
    with pytest.raises(InvalidRequestError) as caught:
        handler.handle(event, invocation_without_aws(FakeAws()))
    return str(caught.value)


@pytest.mark.parametrize("stars", ["", "*"])
def test_the_documented_event_of_a_cutover_launch_is_understood_with_its_stars_and_without(stars):
    event = {**DOCUMENTED, "detail": {"state": f"{stars}{SUCCEEDED}{stars}", "job-id": "*mgnjob-04ca7d0d3fb6afa3e*"}}
    event["resources"] = [f"{stars}{DOCUMENTED['resources'][0]}{stars}"]
    event |= {name: f"{stars}{DOCUMENTED[name]}{stars}" for name in ("account", "region")}

    report = handler.handle(event, invocation(FakeAws(approved("s-12345678901234567")), settings=OREGON))

    assert (report["sourceServerID"], report["outcome"]) == ("s-12345678901234567", "FINALIZED")


@pytest.mark.parametrize("state", [*NOT_OURS, *(f"*{state}*" for state in NOT_OURS)])
def test_every_other_launch_result_is_ignored_without_asking_aws(state):
    assert handler.handle({**DOCUMENTED, "detail": {"state": state}}, invocation_without_aws(FakeAws())) is None


@pytest.mark.parametrize(
    "detail_type",
    [
        "MGN Source Server Lifecycle State Change",
        "MGN Source Server Data Replication Stalled Change",
        "MGN Agent Install",
        "AWS API Invocation via CloudTrail",
        "",
        None,
        5,
        nested(100_000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_other_detail_type_is_ignored_without_asking_aws(detail_type):
    event = launch_result(**{"detail-type": detail_type})

    assert handler.handle(event, invocation_without_aws(FakeAws())) is None


@pytest.mark.parametrize("detail", [None, {}, [], "CUTOVER_LAUNCH_SUCCEEDED", {"state": None}, {"state": ["x"]}])
def test_a_detail_without_a_state_is_malformed(detail):
    assert refuse(launch_result(detail=detail)).startswith("detail.state is missing in the event; allowed:")


@pytest.mark.parametrize("resources", [None, [], {}, "s-0123456789abcdef0", 5])
def test_an_event_without_resources_is_malformed(resources):
    assert refuse(launch_result(resources=resources)).startswith("resources is empty in the event; allowed:")


@pytest.mark.parametrize("missing", ["resources", "detail"])
def test_an_event_that_lacks_a_member_is_malformed(missing):
    event = launch_result()
    del event[missing]

    assert missing in refuse(event)


@pytest.mark.parametrize(
    "resource",
    [
        SERVER,
        arn("s-0123456789abcdef"),
        arn("s-0123456789abcdef01"),
        arn("s-0123456789abcdef0/x"),
        arn().replace("source-server", "job"),
        arn().replace(":mgn:", ":drs:"),
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
        f"{arn()}\n",
        f" {arn()}",
        arn(account="11112222333"),
        "",
        None,
        5,
        {"arn": arn()},
        nested(100_000),
        arn(region="x" * 100_000),
        "\u202e",
    ],
    ids=lambda value: f"{value!s:.80}" if isinstance(value, str) else type(value).__name__,
)
def test_a_resource_that_is_no_source_server_is_refused(resource):
    sentence = refuse(launch_result(resources=[resource]))

    assert sentence.startswith("resources contains ")
    assert sentence.endswith("; allowed: ARNs of MGN source servers.")
    assert len(sentence) < 256
    assert sentence.isprintable()


@pytest.mark.parametrize(
    "differences",
    [
        {"resources": [arn(region="eu-central-1")]},
        {"resources": [arn(account="444455556666")]},
        {"region": "eu-central-1"},
        {"account": "444455556666"},
        {"region": None},
        {"account": None},
        {"region": ["eu-west-1"]},
        {"account": 111122223333},
        {"region": "eu-central-1", "resources": [arn(region="eu-central-1")]},
    ],
    ids=[
        "ARN's Region",
        "ARN's account",
        "Region",
        "account",
        "no Region",
        "no account",
        "a list",
        "a number",
        "function elsewhere",
    ],
)
def test_a_server_of_another_account_or_region_is_refused(differences):
    assert "; allowed: ARNs of the function's own account and Region, as in the event." in refuse(
        launch_result(**differences)
    )


def test_a_caller_outside_of_lambda_has_no_region_to_compare_with():
    settings = read_settings({})

    assert handler.handle(launch_result(), invocation(FakeAws(approved()), settings=settings))["outcome"] == "FINALIZED"


@pytest.mark.parametrize("missing", ["account", "region"])
def test_an_event_that_does_not_say_where_it_comes_from_is_about_its_resources(missing):
    event = launch_result()
    del event[missing]

    assert handler.handle(event, invocation(FakeAws(approved())))["outcome"] == "FINALIZED"


def test_one_bad_resource_refuses_the_whole_event_before_anything_is_done():
    assert "i-1" in refuse(launch_result(resources=[arn(), "i-1"]))


def test_a_partition_of_its_own_is_understood():
    event = launch_result(resources=[arn().replace("arn:aws:", "arn:aws-us-gov:")])

    assert handler.handle(event, invocation(FakeAws(approved())))["outcome"] == "FINALIZED"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(st.text(max_size=5), values, max_size=2),
    max_leaves=5,
)
MEMBERS = st.sampled_from(["detail-type", "resources", "detail", "region", "account", "time", "id", "version"])


@given(st.dictionaries(MEMBERS, JSON, max_size=3), st.sets(MEMBERS, max_size=2))
def test_no_event_however_malformed_finalizes_a_server_that_it_does_not_name(nonsense, missing):
    aws = FakeAws(approved(SERVER), approved(OTHER_SERVER))
    event = copy.deepcopy({k: v for k, v in launch_result().items() if k not in missing} | nonsense)
    event.setdefault("detail-type", "MGN Source Server Launch Result")

    try:
        handler.handle(event, invocation(aws))
    except InvalidRequestError:
        assert aws.calls == []

    assert set(aws.finalized) <= {SERVER}


@pytest.mark.parametrize(
    "function_arn",
    [
        "arn:aws:lambda:eu-west-1:444455556666:function:finalize-cutover",
        "arn:aws:lambda:eu-west-1:444455556666:function:finalize-cutover:live",
        "arn:aws-us-gov:lambda:eu-west-1:444455556666:function:finalize-cutover",
    ],
)
def test_an_event_that_another_account_forwards_is_refused(function_arn):
    context = SimpleNamespace(invoked_function_arn=function_arn)

    with pytest.raises(InvalidRequestError, match="allowed: ARNs of the function's own account and Region"):
        handler.handle(launch_result(), invocation_without_aws(FakeAws(), context=context))


@pytest.mark.parametrize("settings", [{}, {"AWS_REGION": "eu-west-1"}])
def test_an_event_of_another_region_than_the_functions_is_refused(settings):
    context = SimpleNamespace(invoked_function_arn="arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover")
    event = launch_result(region="eu-central-1", resources=[arn(region="eu-central-1")])

    with pytest.raises(InvalidRequestError, match="allowed: ARNs of the function's own account and Region"):
        handler.handle(event, invocation_without_aws(FakeAws(), context=context, settings=read_settings(settings)))


@pytest.mark.parametrize(
    "function_arn",
    [
        "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover",
        # AWS's emulators name this account and Region, whatever is in use.
        "arn:aws:lambda:us-east-1:012345678912:function:test_function",
        "",
    ],
)
def test_an_event_of_the_own_account_is_accepted(function_arn):
    context = SimpleNamespace(invoked_function_arn=function_arn)

    report = handler.handle(launch_result(), invocation(FakeAws(approved()), context=context))

    assert report["outcome"] == "FINALIZED"
