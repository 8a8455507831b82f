"""``applicationsTogether`` in direct requests."""

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers import direct
from tests.unit.builders import OTHER_SERVER, SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws

APP = "app-0123456789abcdef0"


def member(server_id, **differences):
    return ready(server_id, application_id=APP, **differences)


def finalize(aws, **request):
    return direct.handle({"sourceServerIDs": [SERVER], "waitMinutes": 0, **request}, invocation(aws))


@pytest.mark.parametrize(("together", "outcome"), [(True, "NOT_READY"), (False, "FINALIZED")])
def test_another_source_server_of_the_application_is_looked_at_only_if_it_is_asked_for(together, outcome):
    aws = FakeAws(member(SERVER), member(OTHER_SERVER, first_boot="WAITING"))

    assert finalize(aws, applicationsTogether=together)["counts"] == {outcome: 1}


def test_source_servers_outside_the_request_need_no_approval_in_it():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER))
    instance = member(SERVER).server.instance_id

    report = finalize(aws, applicationsTogether=True, approvedInstances={SERVER: instance})

    assert report["counts"] == {"FINALIZED": 1}


def test_source_servers_in_the_request_do():
    aws = FakeAws(member(SERVER), member(OTHER_SERVER))
    ids, instance = [SERVER, OTHER_SERVER], member(SERVER).server.instance_id

    report = finalize(aws, sourceServerIDs=ids, applicationsTogether=True, approvedInstances={SERVER: instance})

    assert report["counts"] == {"BLOCKED": 1, "SKIPPED": 1}


@pytest.mark.parametrize("action", ["finalize", "check"])
def test_one_request_does_not_keep_both_promises(action):
    request = {"action": action, "sourceServerID": SERVER, "allOrNothing": True, "applicationsTogether": True}

    with pytest.raises(InvalidRequestError, match="are true; allowed: one of the two"):
        direct.handle(request, invocation_without_aws(FakeAws()))
