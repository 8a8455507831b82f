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


def grouped(*sizes):
    """Return a wave with an application of each of *sizes*, in turns, and the application of each source server."""
    ids = [[f"s-{number:08}{index:09}" for index in range(size)] for number, size in enumerate(sizes)]
    turns = [group[index] for index in range(max(sizes)) for group in ids if index < len(group)]
    aws = FakeAws(*(ready(id_, application_id=f"app-{int(id_[2:10]):017}") for id_ in turns))
    aws.group(turns, application="app-0123456789abcdef0", wave=WAVE)
    return aws, {id_: number for number, group in enumerate(ids) for id_ in group}


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([1], [1]),
        ([50], [50]),
        ([25, 25, 1], [50, 1]),
        ([30, 30, 20], [30, 50]),
        ([49, 2], [49, 2]),
        ([51, 1], [50, 1, 1]),
        ([1, 120, 1], [1, 50, 50, 20, 1]),
    ],
)
def test_batches_follow_applications(sizes, batches):
    aws, applications = grouped(*sizes)

    report = select(aws, waveID=WAVE, inBatches=True)

    found = [batch["sourceServerIDs"] for batch in report["batches"]]
    split = [number for number in range(len(sizes)) if sum(number in map(applications.get, ids) for ids in found) > 1]
    assert (report["total"], [len(ids) for ids in found]) == (sum(sizes), batches)
    assert sorted(id_ for ids in found for id_ in ids) == sorted(applications)
    assert split == [number for number, size in enumerate(sizes) if size > 50]


def test_a_list_is_split_in_its_order_and_nobody_is_asked():
    ids = [f"s-{number:017}" for number in range(120)]
    aws = FakeAws()

    report = select(aws, sourceServerIDs=ids, inBatches=True)

    assert [batch["sourceServerIDs"] for batch in report["batches"]] == [ids[:50], ids[50:100], ids[100:]]
    assert aws.calls == []


def test_ten_thousand_servers_in_batches_fit_into_a_state_of_step_functions():
    report = select(with_wave(*(f"s-{number:017}" for number in range(10_000))), waveID=WAVE, inBatches=True)

    assert len(json.dumps(report, separators=(",", ":"))) < 256 * 1024


@pytest.mark.parametrize("action", ["finalize", "check", "audit"])
def test_only_a_selection_is_in_batches(action):
    request = {"action": action, "waveID": WAVE, "inBatches": True}

    with pytest.raises(InvalidRequestError, match=f"inBatches is given; allowed: not with action {action}."):
        direct.handle(request, invocation_without_aws(FakeAws()))
