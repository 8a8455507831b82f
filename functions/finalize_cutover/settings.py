"""The settings from environment variables, read once per invocation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from finalize_cutover.cutover.readiness.policy import ApprovalTag

# The defaults of the template's parameters.
APPROVAL_TAG_KEY = "FinalizeCutover"
APPROVAL_TAG_VALUE = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    The settings of the deployment.

    Attributes:
        region: The function's Region; None if the environment does not set it.

        approval_tag: Tag that automation requires on a source server.

        extra_response_hosts: ``host[:port]`` of response endpoints besides CloudFormation's own, for local runs.

        member_role_name: Role to assume in the account of a request; None uses MGN's global view.

        member_role_external_id: External ID that the role's trust policy requires; None if it requires none.

        is_automation_off: Whether the deployment has automation turned off; False if the environment does not say so.

        event_bus: Name of the event bus for automation results; None publishes nothing.

        endpoints: Variables that select boto3's endpoints, Region and access key; a change needs new clients.
    """

    region: str | None
    approval_tag: ApprovalTag
    extra_response_hosts: frozenset[str]
    member_role_name: str | None
    member_role_external_id: str | None = field(repr=False)
    is_automation_off: bool
    event_bus: str | None
    endpoints: tuple[tuple[str, str], ...]


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from *environment*; an empty variable counts as absent."""
    hosts = environment.get("EXTRA_RESPONSE_HOSTS", "").split(",")
    return Settings(
        region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        approval_tag=ApprovalTag(
            key=environment.get("APPROVAL_TAG_KEY") or APPROVAL_TAG_KEY,
            value=environment.get("APPROVAL_TAG_VALUE") or APPROVAL_TAG_VALUE,
        ),
        extra_response_hosts=frozenset(host.strip().lower() for host in hosts if host.strip()),
        member_role_name=environment.get("MEMBER_ROLE_NAME") or None,
        member_role_external_id=environment.get("MEMBER_ROLE_EXTERNAL_ID") or None,
        is_automation_off=environment.get("FINALIZE_ON_LAUNCH") == "DISABLED",
        event_bus=environment.get("EVENT_BUS_NAME") or None,
        endpoints=tuple(sorted((name, value) for name, value in environment.items() if _is_endpoint(name))),
    )


def _is_endpoint(name: str) -> bool:
    return name.startswith("AWS_ENDPOINT_URL") or name in {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"}
