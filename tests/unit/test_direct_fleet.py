"""The direct handler for several source servers, an application or a wave: one report on all of them."""

import pytest

from finalize_cutover.cutover.errors import (
    ConflictError,
    EmptySelectionError,
    MgnRefusedError,
    MgnUnavailableError,
    UninitializedAccountError,
)
from finalize_cutover.handlers import direct
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation

MISSING = "s-0123456789abcdef9"


def ask_for(aws, server_ids, **request):
    return direct.handle({"sourceServerIDs": server_ids, **request}, invocation(aws))


def test_several_servers_are_summed_up():
    aws = FakeAws(ready(SERVER), finalized(OTHER_SERVER))

    report = ask_for(aws, [SERVER, OTHER_SERVER, MISSING])

    assert (report["outcome"], report["total"], report["changed"]) == ("PARTIAL", 3, 1)
    assert report["counts"] == {"FINALIZED": 2, "NOT_FOUND": 1}
    assert [server["sourceServerID"] for server in report["servers"]] == [SERVER, OTHER_SERVER, MISSING]


def test_a_list_of_one_is_answered_as_a_list():
    assert ask_for(FakeAws(ready()), [SERVER])["total"] == 1


def test_an_id_that_is_listed_twice_is_one_server():
    aws = FakeAws(ready())

    report = ask_for(aws, [SERVER, SERVER])

    assert (report["total"], aws.finalized) == (1, [SERVER])


def test_one_server_that_could_not_be_reached_is_told_among_the_others():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", ConflictError("busy"))

    report = ask_for(aws, [SERVER, OTHER_SERVER], waitMinutes=0)

    assert report["counts"] == {"FINALIZED": 1, "FAILED": 1}
    assert [server["error"]["retryable"] for server in report["servers"] if server["error"]] == [False]


def test_a_fleet_of_which_nothing_was_learned_may_be_asked_for_again():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("DescribeJobs", MgnUnavailableError("busy"))

    with pytest.raises(MgnUnavailableError):
        ask_for(aws, [SERVER, OTHER_SERVER], waitMinutes=0)


def test_those_not_reached_in_time_remain():
    aws = FakeAws(ready(SERVER), finalized(OTHER_SERVER))

    report = direct.handle({"sourceServerIDs": [SERVER, OTHER_SERVER]}, invocation(aws, seconds_left=2))

    assert report["remaining"] == [SERVER]
    assert (report["outcome"], report["total"], report["counts"]) == ("PARTIAL", 2, {"FINALIZED": 1})


@pytest.mark.parametrize("selector", [{"applicationID": "app-0123456789abcdef0"}, {"waveID": "wave-0123456789abcdef0"}])
def test_a_group_without_source_servers_is_an_error_of_the_request(selector):
    with pytest.raises(EmptySelectionError, match=next(iter(selector.values()))):
        direct.handle(selector, invocation(FakeAws(ready())))


@pytest.mark.parametrize("kind", [MgnRefusedError, UninitializedAccountError])
def test_a_group_that_mgn_will_not_list_leaves_no_source_server_to_report_on(kind):
    aws = FakeAws(ready())
    aws.fail("DescribeSourceServers", kind("No."))

    with pytest.raises(kind):
        direct.handle({"applicationID": "app-0123456789abcdef0"}, invocation(aws))


@pytest.mark.parametrize("selector", [{"applicationID": "app-0123456789abcdef0"}, {"waveID": "wave-0123456789abcdef0"}])
def test_a_group_is_finalized_as_the_list_of_its_servers(selector):
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.group([SERVER], application="app-0123456789abcdef0", wave="wave-0123456789abcdef0")

    report = direct.handle(selector, invocation(aws))

    assert (report["total"], aws.finalized) == (1, [SERVER])
    assert aws.calls.count("DescribeSourceServers") == 1
