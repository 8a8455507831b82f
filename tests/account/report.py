"""The file that a run writes; these types are the source of ``schemas/account-test.schema.json``."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from finalize_cutover.cutover.preflight.report import CheckName, PreflightVerdict
from finalize_cutover.cutover.report import Outcome, camel_case
from tests.account.questions import Question

Name = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9:._-]{0,127}$")]


class StepName(StrEnum):
    """The steps of a run, in their order."""

    BUILD = "build"
    DEPLOY = "deploy"
    PREFLIGHT = "preflight"
    WALK = "walk"
    LAUNCH_EVENT = "launch-event"
    SWEEP = "sweep"
    CHECK = "check"
    SACRIFICE_CHECK = "sacrifice-check"
    CONFIRM = "confirm"
    FINALIZE = "finalize"
    OBSERVE = "observe"
    AUDIT = "audit"
    CLEAN_UP = "clean-up"


class StepOutcome(StrEnum):
    """How a step ended."""

    DONE = "DONE"
    FAILED = "FAILED"
    REFUSED = "REFUSED"
    INTERRUPTED = "INTERRUPTED"


class Step(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """One step: how it ended, after how many seconds, and for a failure the codes of AWS or of this kit."""

    step: StepName
    outcome: StepOutcome
    seconds: float
    codes: tuple[Name, ...] = ()


class Versions(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """Versions; those of the deployed function are null if it did not answer."""

    kit: str
    botocore: str
    python: str
    function: str | None = None
    function_botocore: str | None = None
    function_python: str | None = None


class PreflightLine(msgspec.Struct, frozen=True, kw_only=True):
    """One check of the preflight, without its reason, which names resources."""

    check: CheckName
    verdict: PreflightVerdict


class FindingKind(StrEnum):
    """How an answer of MGN differs from what botocore's model or this application expects."""

    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    UNKNOWN_ENUM_VALUE = "UNKNOWN_ENUM_VALUE"
    OTHER_TYPE = "OTHER_TYPE"
    MISSING_FIELD = "MISSING_FIELD"
    UNREADABLE_VALUE = "UNREADABLE_VALUE"


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """One difference, by its path; ``value`` is an enum value, a type or an error, and identifies nothing."""

    kind: FindingKind
    operation: Name
    path: str
    value: str | None = None
    count: int = 1
    is_known: Annotated[bool, Meta(description="Whether the application expects it.")] = False


class OperationRead(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """One operation of MGN: how often it was called, what it returned, and the last error."""

    operation: Name
    calls: int
    items: int
    error: Name | None = None
    http_status: int | None = None


class Walk(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The comparison of MGN's answers with botocore's model and with the application."""

    operations: tuple[OperationRead, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_limited: Annotated[bool, Meta(description="Whether there are more source servers or jobs than were read.")] = (
        False
    )


class DryRun(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The number of source servers by outcome; null if the step did not run."""

    launch_event: Mapping[Outcome, int] | None = None
    ignored_events: int = 0
    sweep: Mapping[Outcome, int] | None = None
    check: Mapping[Outcome, int] | None = None


class Sacrifice(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The finalization of one source server; ``not_passed`` names the readiness checks that did not pass."""

    check: Outcome | None = None
    not_passed: tuple[Name, ...] = ()
    is_confirmed: bool = False
    outcome: Outcome | None = None
    has_finalized_time: bool | None = None
    audit: Name | None = None
    audit_checks: Mapping[Name, Name] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The answer to one open question: what was observed, or why it was not answered."""

    question: Question
    observed: str | None = None
    not_answered: str | None = None


class CleanUp(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """What became of the stack, and the number of resources by type that were deleted afterwards, or stay."""

    stack: Literal["DELETED", "NOT_CREATED", "STAYS"] = "NOT_CREATED"
    deleted: Mapping[Name, int] = {}
    stays: Mapping[Name, int] = {}


class AccountTestReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The results of one run in one account and Region, without identifiers."""

    schema_version: Literal["1.0"] = "1.0"
    region: Annotated[str, Meta(pattern="^[a-z]{2}(-[a-z]+)+-[0-9]$")]
    date: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    versions: Versions
    is_complete: Annotated[bool, Meta(description="Whether the run reached its end; false if it was interrupted.")]
    steps: tuple[Step, ...]
    preflight: tuple[PreflightLine, ...]
    walk: Walk
    dry_run: DryRun
    sacrifice: Sacrifice | None
    answers: tuple[Answer, ...]
    clean_up: CleanUp
    unexpected: Annotated[tuple[str, ...], Meta(description="What was not as expected, in words.")]
