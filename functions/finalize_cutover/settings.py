"""The settings from environment variables, read once per invocation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from finalize_cutover.cutover.readiness.policy import HOLD_TAG_KEY, ApprovalTag

# If the variable is absent.
APPROVAL_TAG_KEY = "FinalizeCutover"
APPROVAL_TAG_VALUE = "approved"
WARN_FREE_HOURS_LEFT = "0"
EVIDENCE_RETENTION_DAYS = "365"
LOG_LEVEL = "INFO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    The settings of the deployment.

    The terms of automation are not validated here, so that a mistake in them refuses automation only.

    Attributes:
        region: The function's Region; None if the environment does not set it.

        approval_tag: Tag that automation requires on a source server.

        approval_binding: ``SOURCE_SERVER``, or ``INSTANCE`` if the tag's value must be the launched instance's ID.

        hold_tag_key: Key of the tag with which a person forbids to finalize a source server.

        extra_response_hosts: ``host[:port]`` of response endpoints besides CloudFormation's own, for local runs.

        member_role_name: Role to assume in the account of a request; None uses MGN's global view.

        member_accounts: IDs of the accounts that automation covers besides the function's own; ``("MANAGED",)`` for
            those of MGN's global view.

        member_role_external_id: External ID that the role's trust policy requires; None if it requires none.

        is_automation_off: Whether the deployment has automation turned off; False if the environment does not say so.

        automation_soak_minutes: Minimum age of a cutover launch for automation, in minutes.

        automation_waive: Names of the rules that automation waives.

        archive_after_finalize: ``true`` if automation marks finalized source servers as archived.

        archive_application_and_wave: ``true`` if automation then archives applications and waves.

        applications_together: ``true`` if automation finalizes whole applications.

        automation_require: Names of the optional rules that automation requires.

        automation_alarm_prefix: First part of the names of the alarms that automation requires to be OK; None for none.

        change_calendars: Change calendars that automation requires to be open.

        validator_function_arn: The customer's validator function; None without one.

        event_bus: Name of the event bus for automation results; None publishes nothing.

        digest_topic: ARN of the SNS topic of the digest; None publishes nothing.

        warn_free_hours_left: The digest warns of source servers with fewer free hours left; as text.

        evidence_bucket: Name of the S3 bucket that receives a record of each finalization; None records nothing.

        evidence_retention_days: Days in which nobody can change or delete a record; as text.

        kms_key_arn: ARN of the KMS key for queues, logs and results of waves; None without one.

        sets_termination_protection: Whether the deployment allows to turn on termination protection.

        log_level: Lowest log level that is written.

        endpoints: Variables that select boto3's endpoints, Region and access key; a change needs new clients.
    """

    region: str | None
    approval_tag: ApprovalTag
    approval_binding: str | None = None
    hold_tag_key: str = HOLD_TAG_KEY
    extra_response_hosts: frozenset[str]
    member_role_name: str | None
    member_role_external_id: str | None = field(repr=False)
    member_accounts: tuple[str, ...] = ()
    is_automation_off: bool
    automation_soak_minutes: str | None = None
    automation_waive: tuple[str, ...] = ()
    archive_after_finalize: str | None = None
    archive_application_and_wave: str | None = None
    applications_together: str | None = None
    automation_require: tuple[str, ...] = ()
    automation_alarm_prefix: str | None = None
    change_calendars: tuple[str, ...] = ()
    validator_function_arn: str | None = None
    event_bus: str | None
    digest_topic: str | None = None
    warn_free_hours_left: str = WARN_FREE_HOURS_LEFT
    evidence_bucket: str | None = None
    evidence_retention_days: str = EVIDENCE_RETENTION_DAYS
    kms_key_arn: str | None = None
    sets_termination_protection: bool = False
    log_level: str = LOG_LEVEL
    endpoints: tuple[tuple[str, str], ...]


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from *environment*; an empty variable counts as absent."""
    return Settings(
        region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        approval_tag=ApprovalTag(
            key=environment.get("APPROVAL_TAG_KEY") or APPROVAL_TAG_KEY,
            value=environment.get("APPROVAL_TAG_VALUE") or APPROVAL_TAG_VALUE,
        ),
        approval_binding=environment.get("APPROVAL_BINDING") or None,
        hold_tag_key=environment.get("HOLD_TAG_KEY") or HOLD_TAG_KEY,
        extra_response_hosts=frozenset(map(str.lower, _listed(environment.get("EXTRA_RESPONSE_HOSTS", "")))),
        member_accounts=_listed(environment.get("MEMBER_ACCOUNTS", "")),
        member_role_name=environment.get("MEMBER_ROLE_NAME") or None,
        member_role_external_id=environment.get("MEMBER_ROLE_EXTERNAL_ID") or None,
        is_automation_off=environment.get("FINALIZE_ON_LAUNCH") == "DISABLED",
        automation_soak_minutes=environment.get("AUTOMATION_SOAK_MINUTES") or None,
        automation_waive=_listed(environment.get("AUTOMATION_WAIVE", "")),
        archive_after_finalize=environment.get("ARCHIVE_AFTER_FINALIZE") or None,
        archive_application_and_wave=environment.get("ARCHIVE_APPLICATION_AND_WAVE") or None,
        applications_together=environment.get("APPLICATIONS_TOGETHER") or None,
        automation_require=_listed(environment.get("AUTOMATION_REQUIRE", "")),
        automation_alarm_prefix=environment.get("AUTOMATION_ALARM_PREFIX") or None,
        change_calendars=_listed(environment.get("CHANGE_CALENDARS", "")),
        validator_function_arn=environment.get("VALIDATOR_FUNCTION_ARN") or None,
        event_bus=environment.get("EVENT_BUS_NAME") or None,
        digest_topic=environment.get("DIGEST_TOPIC_ARN") or None,
        warn_free_hours_left=environment.get("WARN_FREE_HOURS_LEFT") or WARN_FREE_HOURS_LEFT,
        evidence_bucket=environment.get("EVIDENCE_BUCKET") or None,
        evidence_retention_days=environment.get("EVIDENCE_RETENTION_DAYS") or EVIDENCE_RETENTION_DAYS,
        kms_key_arn=environment.get("KMS_KEY_ARN") or None,
        sets_termination_protection=environment.get("ALLOW_SET_TERMINATION_PROTECTION") == "true",
        log_level=environment.get("POWERTOOLS_LOG_LEVEL") or LOG_LEVEL,
        endpoints=tuple(sorted((name, value) for name, value in environment.items() if _is_endpoint(name))),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _is_endpoint(name: str) -> bool:
    return name.startswith("AWS_ENDPOINT_URL") or name in {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"}
