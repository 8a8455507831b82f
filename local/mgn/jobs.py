"""
Jobs and their logs.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_Job.html
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.clock import CLOCK

from .documents import Document, merge, shown

ENDED = {"LAUNCHED", "FAILED", "TERMINATED"}


@dataclass(slots=True, kw_only=True)
class Job:
    """
    A LAUNCH job.

    Attributes:
        participants: ``{source server ID: entry of participatingServers}``.

        log: Items in MGN's format, but with ``datetime`` values.

        changes: Changes that a test makes to the job in DescribeJobs; None deletes a member.
    """

    id: str
    arn: str
    initiated_by: str
    created: datetime
    tags: dict[str, str]
    participants: dict[str, Document] = field(default_factory=dict)
    log: list[Document] = field(default_factory=list)
    started: bool = False
    ended: datetime | None = None
    changes: Document = field(default_factory=dict)

    @property
    def status(self) -> str:
        if self.ended:
            return "COMPLETED"
        return "STARTED" if self.started else "PENDING"

    def join(self, server_id: str) -> None:
        """Add *server_id* to the job; if the job had ended, it runs again."""
        self.participants[server_id] = {"sourceServerID": server_id, "launchStatus": "PENDING"}
        self.ended = None
        self.log = [item for item in self.log if item["event"] != "JOB_END"]

    def is_working_on(self, server_id: str) -> bool:
        """Return whether the launch of *server_id* has not ended."""
        entry = self.participants.get(server_id)
        return entry is not None and entry["launchStatus"] not in ENDED

    def start(self) -> None:
        """Start the job, unless it has started."""
        if not self.started:
            self.started = True
            self.note("JOB_START")

    def note(self, event: str, **data: Any) -> None:
        """Add *event* with its ``eventData`` to the log."""
        self.log.append({"logDateTime": CLOCK.now(), "event": event, "eventData": data})

    def end_if_done(self) -> None:
        """End the job if the launches of all its servers have ended."""
        if not all(entry["launchStatus"] in ENDED for entry in self.participants.values()):
            return
        self.ended = max([CLOCK.now(), *(item["logDateTime"] for item in self.log)])
        self.log.append({"logDateTime": self.ended, "event": "JOB_END", "eventData": {}})

    def shown(self) -> Document:
        """Return the job in the format of DescribeJobs."""
        document: Document = shown(
            {
                "jobID": self.id,
                "arn": self.arn,
                "type": "LAUNCH",
                "initiatedBy": self.initiated_by,
                "creationDateTime": self.created,
                "status": self.status,
                "participatingServers": list(self.participants.values()),
                "tags": self.tags,
            }
        )
        if self.ended:
            document["endDateTime"] = CLOCK.shown(self.ended)
        merge(document, shown(self.changes))
        return document

    def shown_log(self) -> list[Document]:
        """Return the log in the format of DescribeJobLogItems, oldest first."""
        items: list[Document] = shown(sorted(self.log, key=lambda item: item["logDateTime"]))
        return items
