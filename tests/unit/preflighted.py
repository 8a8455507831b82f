"""A deployment in which every check of a preflight passes, and the fakes of what a preflight reads."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from finalize_cutover.cutover.acceptance.alarms import Alarm
from finalize_cutover.cutover.acceptance.application_status import ApplicationStatus
from finalize_cutover.cutover.acceptance.change_calendar import CalendarState
from finalize_cutover.cutover.errors import CutoverError, MgnRefusedError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.preflight.ports import Caller, Decision, EventRule
from finalize_cutover.handlers.preflight import handler
from finalize_cutover.settings import read_settings
from tests.unit.automated import approved
from tests.unit.builders import SERVER
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging

ACCOUNT, MEMBER = "111122223333", "444455556666"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:finalize-cutover"
CONTEXT = SimpleNamespace(invoked_function_arn=f"{FUNCTION}:live", function_version="7", aws_request_id="request")
# Every feature is in use; the member accounts and the key are not, because they can never pass.
ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "ALLOW_SET_TERMINATION_PROTECTION": "true",
    "ARCHIVE_AFTER_FINALIZE": "true",
    "ARCHIVE_APPLICATION_AND_WAVE": "true",
    "AUTOMATION_ALARM_PREFIX": "accept-",
    "AUTOMATION_REQUIRE": "application-status,termination-protection,validator",
    "CHANGE_CALENDARS": "freeze",
    "DIGEST_TOPIC_ARN": f"arn:aws:sns:eu-west-1:{ACCOUNT}:digests",
    "EVENT_BUS_NAME": "default",
    "EVIDENCE_BUCKET": "records",
    "FINALIZE_ON_LAUNCH": "ENABLED",
    "VALIDATOR_FUNCTION_ARN": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:accept",
}
MEMBERS = {"MEMBER_ACCOUNTS": MEMBER, "MEMBER_ROLE_NAME": "Finalizer", "MEMBER_ROLE_EXTERNAL_ID": "of-our-migration"}
KEY = {"KMS_KEY_ARN": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0123abcd"}
REFUSED = MgnRefusedError("some:Operation failed with AccessDenied (403): not today.", code="AccessDenied", hint="Ask.")


class FakePreflight:
    """
    What only a preflight reads; everything is in order.

    Attributes:
        simulated: The arguments of each simulation.

        decided: ``{action: decision}`` instead of *allowed*.
    """

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.role_arn: str | None = f"arn:aws:iam::{ACCOUNT}:role/finalize-cutover"
        self.account_id, self.ahead = ACCOUNT, timedelta(0)
        self.simulated: list[tuple[str, tuple[str, ...], str, dict[str, str]]] = []
        self.decided: dict[str, Decision] = {}
        self.applications, self.is_locked, self.policy, self.state = 3, True, None, "Enabled"
        self.rules = [EventRule(name=n, is_enabled=True, starts=n) for n in ("launch-result", "sweep", "digest")]

    def caller(self) -> Caller:
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/finalize-cutover/function"
        at = self.clock.now() - self.ahead
        return Caller(account_id=self.account_id, arn=arn, role_arn=self.role_arn, answered_at=at)

    def decisions(self, role_arn: str, actions: Any, resource: str, context: Any) -> dict[str, Decision]:
        self.simulated.append((role_arn, tuple(actions), resource, dict(context)))
        return {action: self.decided.get(action, Decision(decision="allowed")) for action in actions}

    def count_applications(self) -> int:
        return self.applications

    def check_event_bus(self, name: str) -> None:
        """Find it."""

    def event_rules(self, function_arn: str) -> list[EventRule]:
        return self.rules if function_arn == FUNCTION else []

    def check_topic(self, arn: str) -> None:
        """Find it."""

    def has_object_lock(self, bucket: str) -> bool:
        return self.is_locked and bucket == "records"

    def bucket_policy(self, bucket: str) -> str | None:  # noqa: ARG002 - it has none
        return self.policy

    def key_state(self, arn: str) -> str:  # noqa: ARG002 - of any key
        return self.state

    def try_validator(self, function_arn: str) -> None:
        """Get an empty answer."""

    def sdk_version(self) -> str:
        return "1.2.3"


class FakeSources:
    """The sources of the optional rules, each of them in order; it is every port."""

    def __init__(self) -> None:
        self.found = [Alarm(name="accept-1", label="accept-1", state="OK")]
        self.calendars_found = {"freeze": CalendarState(state="CLOSED")}

    def application_statuses(self, ids: Any = None) -> Any:
        if ids is None:
            return self
        return Found(items=dict.fromkeys(ids, ApplicationStatus(status="ok", since=None)))

    def alarms(self) -> Any:
        return self

    def with_prefix(self, _prefix: str) -> Found[Alarm]:
        return Found(items={alarm.name: alarm for alarm in self.found})

    def termination_protection(self) -> Any:
        return self

    def protected(self, ids: Any) -> Found[bool | None]:
        return Found(items=dict.fromkeys(ids, True))

    def validator(self, _function_arn: str) -> Any:
        return self

    def calendars(self) -> Any:
        return self

    def states(self, _names: Any) -> Found[CalendarState]:
        return Found(items=self.calendars_found)


class NoSuchStack:
    """CloudFormation's answer about a stack that does not exist."""

    def __init__(self) -> None:
        self.error: CutoverError = MgnRefusedError("Stack with id x does not exist.", code="ValidationError")

    def statuses(self) -> Iterator[str]:
        raise self.error


class Story:
    """
    A deployment in which everything works.

    Attributes:
        aws, ports, sources, stack, staging: What a test can break.

        environment: The function's variables.

        request: The fields of the request.
    """

    def __init__(self) -> None:
        self.aws = FakeAws(approved(SERVER))
        self.ports, self.sources = FakePreflight(self.aws.clock), FakeSources()
        self.stack, self.staging = NoSuchStack(), FakeStaging()
        self.environment: dict[str, str] = dict(ENVIRONMENT)
        self.request: dict[str, Any] = {}
        self.context: Any = CONTEXT
        self.differences: dict[str, Any] = {}

    def report(self) -> dict[str, Any]:
        """Return the report of a preflight."""
        call = invocation(
            self.aws,
            settings=read_settings(self.environment),
            context=self.context,
            make_preflight=lambda *_: self.ports,
            make_acceptance=lambda *_: self.sources,
            make_staging=lambda *_: self.staging,
            make_stack=lambda *_: self.stack,
            **self.differences,
        )
        return handler.handle({"action": "preflight", **self.request}, call)

    def line(self, name: str) -> dict[str, str]:
        """Return the line of a check in the report; KeyError without one."""
        return {check["check"]: check for check in self.report()["checks"]}[name]


def raising(error: Exception) -> Callable[..., Any]:
    """Return a method that raises *error*."""

    def method(*_: Any, **__: Any) -> Any:
        raise error

    return method
