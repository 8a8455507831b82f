"""Decodes what the optional rules read: the result must be a finding in words, or an error."""

import io
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from finalize_cutover.aws.acceptance.alarms import AwsAlarms
from finalize_cutover.aws.acceptance.application_status import AwsApplicationStatuses
from finalize_cutover.aws.acceptance.backup import AwsVolumes
from finalize_cutover.aws.acceptance.change_calendar import AwsCalendars
from finalize_cutover.aws.acceptance.termination_protection import AwsTerminationProtection
from finalize_cutover.aws.acceptance.validator import AwsValidator
from finalize_cutover.cutover.acceptance.alarms import AlarmsRule
from finalize_cutover.cutover.acceptance.application_status import ApplicationStatusRule
from finalize_cutover.cutover.acceptance.backup import BackupRule
from finalize_cutover.cutover.acceptance.change_calendar import ChangeCalendarRule
from finalize_cutover.cutover.acceptance.rule import AcceptanceRule
from finalize_cutover.cutover.acceptance.termination_protection import TerminationProtectionRule
from finalize_cutover.cutover.acceptance.validator import ValidatorRule
from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from tests.unit.builders import ready
from tests.unit.fakes import FakeClock
from tests.unit.stubs import UNHURRIED

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
TIMES = {"StateTransitionedTimestamp", "StatusSince", "StartTime"}
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:validator"
LONGEST_REASON = 2000  # characters


def validator(text: str) -> None:
    """Decode the answer of the validator function, and judge it; no answer about another source server passes."""
    found = _judged(ValidatorRule(AwsValidator(_Client(text), function_arn=ARN, limit=UNHURRIED)))
    if found == Verdict.PASS:
        answer = json.loads(text)
        assert set(answer) == {ready().server.id}
        assert answer[ready().server.id]["verdict"] == "PASS"


def alarms(text: str) -> None:
    """Decode CloudWatch's response about alarms."""
    _judged(AlarmsRule(AwsAlarms(_Client(text), limit=UNHURRIED), names=["web"], prefix="web"))


def calendar(text: str) -> None:
    """Decode Systems Manager's response about change calendars."""
    rule = ChangeCalendarRule(AwsCalendars(_Client(text), limit=UNHURRIED), names=["freeze", "web"], clock=FakeClock())
    _judged(rule)


def application_status(text: str) -> None:
    """Decode EC2's response about application statuses."""
    _judged(ApplicationStatusRule(AwsApplicationStatuses(_Client(text, is_xml=True), limit=UNHURRIED)))


def protection(text: str) -> None:
    """Decode EC2's response about termination protection."""
    client = _Client(text, is_xml=True)
    adapter = AwsTerminationProtection(client, writer=client, limit=UNHURRIED)
    _judged(TerminationProtectionRule(adapter, sets=False, clock=FakeClock()))


def volumes(text: str) -> None:
    """Decode EC2's responses about volumes and snapshots, both in one object."""
    _judged(BackupRule(AwsVolumes(_Client(text, is_xml=True), limit=UNHURRIED)))


def _judged(rule: AcceptanceRule) -> Verdict | None:
    """Read and judge; return the verdict, None if it could not be read."""
    evidence = ready()
    found = rule.read([evidence.server])
    if error := found.errors.get(evidence.server.id):
        raise error
    finding = rule.judge(found.items[evidence.server.id], evidence, ReadinessPolicy(soak_minutes=5), NOW)
    assert is_one_line(finding.reason), finding
    assert len(finding.reason) <= LONGEST_REASON or finding.verdict != Verdict.PASS
    return finding.verdict


def is_one_line(text: str) -> bool:
    """Return whether *text* can be encoded, and no character in it changes how the others are shown."""
    return text.encode() is not None and not any(
        unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"} for each in text
    )


class _Client:
    """The needed part of boto3's clients: every call returns *text*, with the times that botocore parses."""

    def __init__(self, text: str, *, is_xml: bool = False) -> None:
        self._text = text
        self._is_xml = is_xml

    def __call__(self) -> "_Client":
        return self

    def _answer(self, **_: Any) -> Any:
        try:
            document = json.loads(self._text, object_hook=_timed)
        except (ValueError, RecursionError) as error:
            raise InvalidRequestError("No JSON.") from error
        if self._is_xml:
            document = _without_surrogates(document)
        # The same answer to every call would have a next page for ever.
        return {**document, "NextToken": None} if isinstance(document, dict) else document

    describe_application_status = describe_instance_attribute = get_calendar_state = _answer

    def invoke(self, **_: Any) -> Any:
        return {"Payload": io.BytesIO(self._text.encode(errors="replace"))}

    def get_paginator(self, _method: str) -> "_Client":
        return self

    def paginate(self, **_: Any) -> Iterator[Any]:
        yield self._answer()


def _without_surrogates(value: Any) -> Any:
    """Return *value* without lone surrogates, which XML cannot contain."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    return {n: _without_surrogates(each) for n, each in value.items()} if isinstance(value, dict) else value


def _timed(item: dict[str, Any]) -> dict[str, Any]:
    """Return *item* with its readable times parsed, as botocore returns them."""
    for name in TIMES & item.keys():
        try:
            item[name] = datetime.fromisoformat(item[name])
        except (TypeError, ValueError):
            continue
    return item
