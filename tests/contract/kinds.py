"""Every kind of request to the provider, and the required response if nothing fails."""

from dataclasses import dataclass, field
from typing import Any

from local.cloudformation.exchange import Exchange
from tests.contract.provider import REVISION, TAG_VALUE, Provider

READY = "s-0123456789abcdef0"
ALSO_READY = "s-0123456789abcdef1"
IMPAIRED = "s-0123456789abcdef2"
FINALIZED = "s-0123456789abcdef3"
LIST_ID = "cutover-6ae356e0c7ee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A kind of request.

    Attributes:
        status: Status of the response.

        physical_id: Physical ID in the response.

        asked_about: Physical ID in the request.

        finalizes: Number of source servers that it finalizes.

        stack_status: Status of the stack; None for a stack that goes forward.
    """

    name: str
    request_type: str
    properties: dict[str, Any]
    status: str
    physical_id: str
    asked_about: str | None = None
    finalizes: int = 0
    stack_status: str | None = None
    old: dict[str, Any] = field(default_factory=lambda: {"SourceServerID": FINALIZED})

    def send(self, provider: Provider) -> Exchange:
        """Send a request of this kind without waiting."""
        properties = {"WaitMinutes": 0, "Revision": REVISION, **self.properties}
        old = self.old if self.request_type == "Update" else None
        return provider.send(
            self.request_type, properties, physical_id=self.asked_about, old=old, status=self.stack_status
        )


def seed(aws: Any) -> None:
    """Add the source servers in the requests."""
    states = {READY: "ready", ALSO_READY: "ready", IMPAIRED: "impaired", FINALIZED: "finalized"}
    for server_id, scenario in states.items():
        aws.add_source_server(scenario, sourceServerID=server_id, tags={"owner": TAG_VALUE})


CREATES = [
    Kind(
        name="create-ready",
        request_type="Create",
        properties={"SourceServerID": READY},
        status="SUCCESS",
        physical_id=READY,
        finalizes=1,
    ),
    Kind(
        name="create-list",
        request_type="Create",
        properties={"SourceServerIDs": [READY, ALSO_READY]},
        status="SUCCESS",
        physical_id=LIST_ID,
        finalizes=2,
    ),
    Kind(
        name="create-dry-run",
        request_type="Create",
        properties={"SourceServerID": READY, "DryRun": True},
        status="SUCCESS",
        physical_id=READY,
    ),
    Kind(
        name="create-refused",
        request_type="Create",
        properties={"SourceServerID": IMPAIRED},
        status="FAILED",
        physical_id=IMPAIRED,
    ),
    Kind(
        name="create-invalid",
        request_type="Create",
        properties={"SourceServerID": "web-1"},
        status="FAILED",
        physical_id="WebServerCutover-invalid",
    ),
]
UPDATES = [
    Kind(
        name="update-final",
        request_type="Update",
        properties={"SourceServerID": FINALIZED},
        status="SUCCESS",
        physical_id=FINALIZED,
        asked_about=FINALIZED,
    ),
    Kind(
        name="update-replaces",
        request_type="Update",
        properties={"SourceServerID": READY},
        status="SUCCESS",
        physical_id=READY,
        asked_about=FINALIZED,
        finalizes=1,
    ),
    Kind(
        name="update-refused",
        request_type="Update",
        properties={"SourceServerID": IMPAIRED},
        status="FAILED",
        physical_id=FINALIZED,
        asked_about=FINALIZED,
    ),
    Kind(
        name="update-rolled-back",
        request_type="Update",
        properties={"SourceServerID": READY},
        status="SUCCESS",
        physical_id=READY,
        asked_about=FINALIZED,
        stack_status="UPDATE_ROLLBACK_IN_PROGRESS",
    ),
]
DELETES = [
    Kind(
        name=name,
        request_type="Delete",
        properties={"SourceServerID": READY},
        status="SUCCESS",
        physical_id=physical_id,
        asked_about=physical_id,
    )
    for name, physical_id in (("delete", READY), ("delete-made-up", "web-WebServerCutover-1A2B3C4D5E6F"))
]
KINDS = [*CREATES, *UPDATES, *DELETES]
