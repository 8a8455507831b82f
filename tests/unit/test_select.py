"""The direct handler's selection: the IDs of source servers, for callers that distribute them over batches."""

import json

import pytest

from finalize_cutover.cutover.errors import EmptySelectionError, InvalidRequestError
from finalize_cutover.handlers import direct
from tests.unit.builders import OTHER_SERVER, SERVER, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws

WAVE = "wave-0123456789abcdef0"


def select(aws, **request):
    return direct.handle({"action": "select", **request}, invocation(aws))


def with_wave(*server_ids):
    aws = FakeAws(*(ready(server_id) for server_id in server_ids))
    aws.group(server_ids, application="app-0123456789abcdef0", wave=WAVE)
    return aws


def test_a_wave_is_the_source_servers_of_its_applications():
    report = select(with_wave(SERVER, OTHER_SERVER), waveID=WAVE)

    assert report == {"schemaVersion": "1.0", "total": 2, "sourceServerIDs": [SERVER, OTHER_SERVER]}


def test_who_only_selects_looks_no_further():
    aws = with_wave(SERVER)

    select(aws, waveID=WAVE)

    assert aws.calls == ["ListApplications", "DescribeSourceServers"]


def test_a_list_is_itself_with_each_server_once_and_nobody_is_asked():
    request = {"action": "select", "sourceServerIDs": [OTHER_SERVER, SERVER, OTHER_SERVER]}

    report = direct.handle(request, invocation(FakeAws()))

    assert (report["total"], report["sourceServerIDs"]) == (2, [OTHER_SERVER, SERVER])


def test_a_single_server_is_a_list_of_one():
    assert select(FakeAws(), sourceServerID=SERVER)["sourceServerIDs"] == [SERVER]


def test_an_empty_wave_is_an_error():
    with pytest.raises(EmptySelectionError, match=WAVE):
        select(with_wave(), waveID=WAVE)


def test_options_that_only_finalizing_needs_are_checked_already():
    request = {"action": "select", "waveID": WAVE, "soakMinutes": "60"}

    with pytest.raises(InvalidRequestError, match="soakMinutes"):
        direct.handle(request, invocation_without_aws(FakeAws()))


def test_ten_thousand_servers_fit_into_a_state_of_step_functions():
    report = select(with_wave(*(f"s-{number:017}" for number in range(10_000))), waveID=WAVE)

    assert len(json.dumps(report, separators=(",", ":"))) < 256 * 1024
