"""The environment, read once an invocation into a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from finalize_cutover.cutover.readiness.policy import ApprovalTag

# Those of the template's parameters.
APPROVAL_TAG_KEY = "FinalizeCutover"
APPROVAL_TAG_VALUE = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What the deployment decides.

    Attributes:
        region: Our own; None outside of Lambda, where nothing sets it.

        approval_tag: What automation asks of a source server.

        extra_response_hosts: ``host[:port]`` of answer endpoints beside CloudFormation's own, for local runs.

        member_role_name: Assumed in the account that a request names; None where MGN's global view is used.

        member_role_external_id: What that role's trust policy may ask for; None where it does not.

        event_bus: Name of the bus that hears what automation did; None where nobody listens.

        endpoints: Where boto3 finds AWS, and as whom: a change of these needs new clients.
    """

    region: str | None
    approval_tag: ApprovalTag
    extra_response_hosts: frozenset[str]
    member_role_name: str | None
    member_role_external_id: str | None = field(repr=False)
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
        event_bus=environment.get("EVENT_BUS_NAME") or None,
        endpoints=tuple(sorted((name, value) for name, value in environment.items() if _is_endpoint(name))),
    )


def _is_endpoint(name: str) -> bool:
    return name.startswith("AWS_ENDPOINT_URL") or name in {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"}
