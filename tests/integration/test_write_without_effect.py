"""A successful response of FinalizeCutover is not a success until MGN shows the cutover as finalized."""

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError
from tests.integration.caller import Caller
from tests.oddities import add_ready

FOR_GOOD = 100


@pytest.fixture
def caller(aws):
    return Caller(aws)


def test_a_write_without_an_effect_is_raised_as_what_may_be_asked_again(caller):
    server_id = add_ready(caller.aws, 1)
    caller.aws.add_fault("FinalizeCutover", "no-effect", times=FOR_GOOD)

    with pytest.raises(MgnUnavailableError, match="accepted mgn:FinalizeCutover but still shows") as caught:
        caller.ask(server_id)

    assert (caught.value.code, caught.value.retryable) == ("NotFinalized", True)
    assert caller.writes == ["FinalizeCutover"]


@pytest.mark.parametrize("way", ["direct", "sweep"])
def test_one_write_of_several_without_an_effect_is_failed_and_may_be_asked_again(caller, way):
    bad, good = add_ready(caller.aws, 1), add_ready(caller.aws, 2)
    caller.aws.add_fault("FinalizeCutover", "no-effect", parameters={"sourceServerID": bad}, times=FOR_GOOD)

    request = {"action": "sweep"} if way == "sweep" else {"sourceServerIDs": [bad, good], "waitMinutes": 0}
    servers = {server["sourceServerID"]: server for server in caller.send(request)["servers"]}

    assert (servers[bad]["outcome"], servers[bad]["changed"], servers[good]["outcome"]) == (
        "FAILED",
        False,
        "FINALIZED",
    )
    assert (servers[bad]["error"]["code"], servers[bad]["error"]["retryable"]) == ("NotFinalized", True)


@pytest.mark.parametrize("way", ["direct", "sweep"])
def test_an_effect_that_shows_three_seconds_after_the_answer_is_a_change_of_ours(caller, way):
    server_id = add_ready(caller.aws, 1)
    caller.aws.add_fault("FinalizeCutover", "late-effect", seconds=3)

    request = {"action": "sweep"} if way == "sweep" else {"sourceServerIDs": [server_id], "waitMinutes": 0}
    (server,) = caller.send(request)["servers"]

    assert (server["outcome"], server["changed"], server["lifeCycleState"]) == ("FINALIZED", True, "CUTOVER")
