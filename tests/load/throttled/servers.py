"""The source servers of a load test with throttling: all are ready at first, and some change."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from local.client import LocalAws
from tests.load.story import APPROVED
from tests.load.throttled.record import Server


class Servers:
    """
    The source servers on the local AWS.

    Attributes:
        of: ``{ID: resources that must be read before its finalization}``.

        unapproved: IDs of the source servers whose approval tag was removed.
    """

    def __init__(self, aws: LocalAws) -> None:
        self.of: dict[str, Server] = {}
        self.unapproved: set[str] = set()
        self._aws = aws

    def add(self, count: int, *, of_a_job: int, tags: Mapping[str, str]) -> tuple[str, ...]:
        """Add *count* ready source servers, *of_a_job* of them in each launch job; return their IDs."""
        first = len(self.of)
        for number in range(first, first + count):
            server_id, job_id = f"s-{number:017x}", f"mgnjob-{first + (number - first) // of_a_job:017x}"
            server = self._aws.add_source_server("ready", sourceServerID=server_id, jobID=job_id, tags=tags)
            self.of[server_id] = Server(job_id=job_id, instance_id=server["launchedInstance"]["ec2InstanceID"])
        return tuple(self.of)[first:]

    def change(self, server_ids: Collection[str]) -> dict[str, datetime]:
        """
        Remove the approval tag of half of *server_ids*, terminate the instances of the others.

        Return the times of the changes.
        """
        changed_at = {}
        for number, server_id in enumerate(server_ids):
            if number % 2:
                self._aws.change_instance(self.of[server_id].instance_id, state="terminated")
            else:
                self._aws.change_source_server(server_id, tags=dict.fromkeys(APPROVED))
                self.unapproved.add(server_id)
            changed_at[server_id] = datetime.now(UTC)
        return changed_at
