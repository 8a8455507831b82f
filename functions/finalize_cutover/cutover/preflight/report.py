"""The report of a preflight; these types are a source of ``schemas/report.schema.json``."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from finalize_cutover.cutover.report import camel_case


class CheckName(StrEnum):
    """The checks, in the order of the report: first what all others need."""

    PARAMETERS = "parameters"
    CREDENTIALS = "credentials"
    CLOCK = "clock"
    LOG_LEVEL = "log-level"
    SOURCE_SERVERS = "source-servers"
    JOBS = "jobs"
    JOB_LOG = "job-log"
    APPLICATIONS = "applications"
    INSTANCE_STATUS = "instance-status"
    LEFTOVERS = "leftovers"
    STACK_STATUS = "stack-status"
    APPLICATION_STATUS = "application-status"
    ALARMS = "alarms"
    TERMINATION_PROTECTION = "termination-protection"
    CHANGE_CALENDAR = "change-calendar"
    VALIDATOR = "validator"
    MEMBER_ACCOUNTS = "member-accounts"
    FINALIZE_PERMISSION = "finalize-permission"
    ARCHIVE_PERMISSION = "archive-permission"
    ARCHIVE_GROUPS_PERMISSION = "archive-groups-permission"
    PROTECT_PERMISSION = "protect-permission"
    MEMBER_PERMISSIONS = "member-permissions"
    EVIDENCE_BUCKET = "evidence-bucket"
    EVIDENCE_PERMISSION = "evidence-permission"
    EVENT_BUS = "event-bus"
    DIGEST_TOPIC = "digest-topic"
    KMS_KEY = "kms-key"
    AUTOMATION = "automation"
    DIGEST_SCHEDULE = "digest-schedule"
    SOURCE_SERVER_QUOTA = "source-server-quota"
    APPLICATION_QUOTA = "application-quota"
    SOURCE_SERVER = "source-server"
    HOLD_TAG = "hold-tag"
    APPROVAL_TAG = "approval-tag"


class PreflightVerdict(StrEnum):
    """The verdict of a check: it works, it may not work or cannot be known, or it does not work."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    FAIL = "FAIL"


# From the best to the worst.
SEVERITY = tuple(PreflightVerdict)


class PreflightCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check of a preflight: what was found and, unless it passed, what you can do."""

    check: CheckName
    verdict: PreflightVerdict
    reason: str
    hint: str | msgspec.UnsetType = msgspec.UNSET


class Versions(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """Versions; that of the Lambda function is ``$LATEST`` or a number, and null if it is unknown without Lambda."""

    function: str
    lambda_function: str | None
    botocore: str
    python: str


class PreflightReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The report of a preflight; ``outcome`` is the worst verdict, and ``counts`` has every verdict."""

    schema_version: Literal["1.0"] = "1.0"
    outcome: PreflightVerdict
    counts: Annotated[Mapping[PreflightVerdict, int], msgspec.Meta(description="Number of checks by verdict.")]
    versions: Versions
    checks: tuple[PreflightCheck, ...]


def report_of(checks: Sequence[PreflightCheck], versions: Versions) -> PreflightReport:
    """Return the report of *checks*, which are at least one."""
    counted = Counter(check.verdict for check in checks)
    return PreflightReport(
        outcome=max((check.verdict for check in checks), key=SEVERITY.index),
        counts={verdict: counted[verdict] for verdict in SEVERITY},
        versions=versions,
        checks=tuple(checks),
    )
