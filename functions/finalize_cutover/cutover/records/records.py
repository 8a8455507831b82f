"""
The records in the evidence bucket, version 1; these types are the source of ``schemas/evidence.schema.json``.

An *intent* is stored before each write, a *result* after it.  A result contains the SHA-256 of its intent's bytes, so
that ``sha256sum`` shows that both belong together.  None contains MGN's tags.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.report import FindingReport, Report, Time, camel_case

Handler = Literal["cloudformation", "direct", "launch-result", "sweep"]


class Subject(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The source server and the cutover that a record is about; null is what MGN does not return."""

    account_id: str
    source_server_id: str
    hostname: str | None
    application_id: str | None
    cutover_job_id: str | None
    launched_instance_id: str | None


class RequestedBy(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case, omit_defaults=True):
    """Who asked for a finalization, as far as the function knows: the handler, and the IDs that AWS logs know, too."""

    handler: Annotated[Handler, msgspec.Meta(description="The kind of the request.")]
    function_request_id: Annotated[str | None, msgspec.Meta(description="ID of the Lambda invocation.")] = None
    stack_id: str | None = None
    logical_resource_id: str | None = None
    event_id: Annotated[str | None, msgspec.Meta(description="ID of the event, or of CloudFormation's request.")] = None
    requested_by: Annotated[str | None, msgspec.Meta(description="What the request says about who sends it.")] = None
    approved_by: Annotated[str | None, msgspec.Meta(description="What the request says about who approved it.")] = None


class Options(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The options under which a source server was judged."""

    soak_minutes: int
    waive: tuple[str, ...]
    optional_rules: tuple[str, ...]
    all_or_nothing: bool
    applications_together: bool
    archive: bool
    archive_application_and_wave: bool


class PostLaunchActionRecord(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """A post-launch action that MGN ran on the launched instance."""

    name: str
    status: str | None
    must_succeed_for_cutover: bool | None
    failure_reason: str | None


class LaunchRecord(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The launch of the source server by its cutover job."""

    job_type: str | None
    initiated_by: str | None
    job_status: str | None
    job_ended_at: Time | None
    launch_status: str | None
    launched_instance_id: str | None
    post_launch_actions: tuple[PostLaunchActionRecord, ...]


class LogLine(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case, omit_defaults=True):
    """A line of the cutover job's log about the source server, or about the whole job."""

    event: str
    source_server_id: str | None = None
    logged_at: Time | None = None
    has_error: bool = False


class Intent(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    What was known and decided right before a write.

    ``approvedInstanceID`` is the launched instance that a person approved in the request; ``sourceServer`` is MGN's
    description without tags, with its replication and its launched instance.
    """

    schema_version: Literal["1.0"] = "1.0"
    kind: Literal["intent"] = "intent"
    function_version: str
    recorded_at: Time
    subject: Subject
    requested_by: RequestedBy
    options: Options
    approved_instance_id: str | None
    evidence_read_at: Time
    readiness: tuple[FindingReport, ...]
    warnings: tuple[str, ...]
    launch: LaunchRecord | None
    job_log: tuple[LogLine, ...]
    source_server: Mapping[str, Any]


class StoredIntent(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The stored intent of a write: its key in the bucket, and the SHA-256 of its bytes in hexadecimal."""

    key: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class FinalizeRecord(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    What came of a finalization; ``intent`` is null if this request found the cutover finalized.

    ``report`` is the function's report, with MGN's answer without tags.
    """

    schema_version: Literal["1.0"] = "1.0"
    kind: Literal["result"] = "result"
    function_version: str
    recorded_at: Time
    subject: Subject
    requested_by: RequestedBy
    intent: StoredIntent | None
    report: Report


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """What an audit found."""

    schema_version: Literal["1.0"] = "1.0"
    kind: Literal["audit"] = "audit"
    function_version: str
    recorded_at: Time
    subject: Subject
    requested_by: RequestedBy
    report: AuditReport
