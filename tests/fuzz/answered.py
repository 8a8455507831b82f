"""Checks that a CloudFormation request received exactly one response, and that it is true."""

from typing import Any

from local.cloudformation import answers
from tests.fuzz import expected
from tests.fuzz.demands import archives_groups, asks_about, is_sentence, refused, writes
from tests.fuzz.function import Observation


def custom_resource(event: dict[str, Any], seen: Observation) -> None:
    """Check that there is one true response, or a refusal if no response is possible."""
    if not expected.has_url(event):
        refused(seen, allowed="ResponseURL is not a CloudFormation URL of this Region")
    elif not expected.has_ids(event):
        refused(seen)
    else:
        _answered(event, seen)


def _answered(event: dict[str, Any], seen: Observation) -> None:
    assert seen.error is None, seen
    answer = answer_in(event, seen)
    request_type = event["RequestType"]
    if request_type == "Delete":
        assert (answer.status, seen.calls) == ("SUCCESS", [])
    elif request_type not in ("Create", "Update"):
        assert (answer.status, seen.calls) == ("FAILED", [])
        is_sentence(answer.reason, allowed="allowed: Create, Update or Delete")
    else:
        _asked(event, seen, answer)
    if (asked_about := event.get("PhysicalResourceId")) and (request_type == "Delete" or answer.status == "FAILED"):
        assert answer.physical_resource_id == asked_about


def answer_in(event: dict[str, Any], seen: Observation) -> answers.Answer:
    """Return the response to *event*; check that nothing else was sent, and only to the right host."""
    (request,) = seen.requests
    assert seen.contacts == [f"{request.host}:443"]
    assert request.host in expected.HOSTS
    assert request.server_name == request.host
    assert request.head.startswith("PUT /")
    answer = answers.read(request.body, event)
    assert answer.has_valid_id
    assert "which is a defect" not in answer.reason, answer.reason
    return answer


def _asked(event: dict[str, Any], seen: Observation, answer: answers.Answer) -> None:
    given = expected.properties(event)
    if answer.status == "SUCCESS":
        is_dry = str(given.get("DryRun")).lower() == "true"
        archives = str(given.get("Archive")).lower() == "true"
        assert expected.is_complete(given)
        assert expected.is_acceptable(given)
        assert answer.physical_resource_id == expected.physical_id(given)
        assert answer.data["Outcome"] == ("WOULD_FINALIZE" if is_dry else "FINALIZED")
        writes(seen, finalizes=not is_dry, archives=archives)
        groups = str(given.get("ArchiveApplicationAndWave")).lower() == "true"
        archives_groups(seen, archives=groups and not is_dry)
        asks_about(seen, given.get("AccountID"))
    elif "allowed: " in answer.reason:
        assert not (expected.is_documented(given) and expected.has_timeout(event))
        is_sentence(answer.reason)
        # A refused Update can be part of a rollback; only CloudFormation knows.
        assert set(seen.operations) <= (
            {"cloudformation:DescribeStacks"} if event["RequestType"] == "Update" else set()
        )
    elif "too little" in answer.reason:
        assert _is_hasty(event)
    else:
        assert not expected.is_complete(given), answer.reason


def _is_hasty(event: dict[str, Any]) -> bool:
    """Return whether the stack's waiting time is too short to start any work."""
    given = (event.get("ServiceTimeout"), expected.properties(event).get("ServiceTimeout"))
    return any(type(each) in {int, str} and str(each)[:9].lstrip("0") in set(map(str, range(1, 60))) for each in given)
