"""A mistake in a parameter of automation refuses events and sweeps, with one sentence and without a call."""

import re

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.records.records import RequestedBy
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.settings import read_settings
from tests.unit.automated import launch_result as event_of
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation, invocation_without_aws

BAD = [
    ("AUTOMATION_SOAK_MINUTES", "a day", 'AutomationSoakMinutes is "a day"; allowed: a whole number from 0 to 43200'),
    ("AUTOMATION_SOAK_MINUTES", "-1", 'AutomationSoakMinutes is "-1"; allowed: a whole number from 0 to 43200'),
    ("AUTOMATION_SOAK_MINUTES", "43201", 'AutomationSoakMinutes is "43201"; allowed: a whole number'),
    ("AUTOMATION_WAIVE", "soak,hold", 'AutomationWaive[1] is "hold"; allowed: a list of the rule names not-before'),
    ("AUTOMATION_WAIVE", "approval", 'AutomationWaive contains "approval"; allowed: rule names that a request can'),
    ("AUTOMATION_REQUIRE", "alarms", 'AutomationRequire[0] is "alarms"; allowed: a list of the rule names application'),
    ("AUTOMATION_ALARM_PREFIX", "*", 'AutomationAlarmPrefix is "*"; allowed: 1 to 234 characters, without *'),
    ("CHANGE_CALENDARS", "a b", 'ChangeCalendars[0] is "a b"; allowed: a list of 1 to 10 names or ARNs'),
    ("APPROVAL_BINDING", "instance", 'ApprovalBinding is "instance"; allowed: SOURCE_SERVER or INSTANCE'),
    ("ARCHIVE_APPLICATION_AND_WAVE", "yes", 'ArchiveApplicationAndWave is "yes"; allowed: true or false'),
    (
        *("ARCHIVE_APPLICATION_AND_WAVE", "true"),
        "ArchiveApplicationAndWave is true and ArchiveAfterFinalize is false; allowed: true only with ArchiveAfter",
    ),
    ("ARCHIVE_AFTER_FINALIZE", "yes", 'ArchiveAfterFinalize is "yes"; allowed: true or false'),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD)
@pytest.mark.parametrize("handle", [sweep.handle, launch_result.handle], ids=["sweep", "event"])
def test_the_sentence_names_the_parameter_the_value_and_what_is_allowed(handle, name, value, words):
    event = {"action": "sweep"} if handle is sweep.handle else event_of()
    settings = read_settings({"AWS_REGION": "eu-west-1", name: value})

    with pytest.raises(InvalidRequestError, match=re.escape(words)):
        handle(event, invocation_without_aws(FakeAws(), settings=settings))


def options(**variables):
    now = invocation(FakeAws(), settings=read_settings({"AWS_REGION": "eu-west-1", **variables}))
    return automation_options(now, act_until=now.act_until, requested_by=RequestedBy(handler="sweep"))


def test_an_absent_variable_is_off():
    found = options()

    assert (found.policy.soak_minutes, found.policy.waived, found.archive) == (0, frozenset(), False)
    assert found.archives_groups is False
    assert (found.policy.approval.value, found.policy.hold_tag_key) == ("approved", "FinalizeCutoverHold")
    assert found.acceptance == ()


def test_each_variable_has_its_effect():
    found = options(
        AUTOMATION_SOAK_MINUTES="1440",
        AUTOMATION_WAIVE="instance-status, soak",
        ARCHIVE_AFTER_FINALIZE="true",
        ARCHIVE_APPLICATION_AND_WAVE="true",
        APPROVAL_BINDING="INSTANCE",
        HOLD_TAG_KEY="Stop",
    )

    assert (found.policy.soak_minutes, found.archive, found.archives_groups) == (1440, True, True)
    assert found.policy.waived == {"instance-status", "soak"}
    assert (found.policy.approval.value, found.policy.hold_tag_key) == (None, "Stop")
