"""
A read-only walk over the source servers of the account: bounded, with pauses, and only reads.

Every answer is compared while it arrives (recording.py); this module chooses what is read, and keeps what later steps
and the open questions need.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel, Shape

from finalize_cutover.aws.json_fields import UNREADABLE
from finalize_cutover.cutover.ports import Clock
from tests.account.aws import Aws
from tests.account.expected import problems
from tests.account.recording import Recorder

Item = dict[str, Any]

PAUSE = 0.3  # s, between two calls
MOST_SERVERS = 500
MOST_GROUPS = 200
MOST_LOGS = 30
MOST_CONFIGURED = 5
PAGE = 50
LOG_PAGE = 500


@dataclass(slots=True, kw_only=True)
class Found:
    """
    What the walk read.

    Attributes:
        jobs: ``{job ID: job}`` of the last cutovers.

        logs: ``{job ID: lines}``.

        accounts: The managed accounts; None if MGN refused.

        lists_own: Whether MGN accepted the account's own ID; None if there was no answer.
    """

    servers: list[Item] = field(default_factory=list)
    jobs: dict[str, Item] = field(default_factory=dict)
    logs: dict[str, list[Item]] = field(default_factory=dict)
    accounts: list[str] | None = None
    lists_own: bool | None = None
    is_limited: bool = False


class Walk:
    """
    Reads MGN in one account and Region.

    Args:
        account_id: The account of the credentials.
    """

    def __init__(self, aws: Aws, recorder: Recorder, clock: Clock, *, account_id: str) -> None:
        self._aws = aws
        self._recorder = recorder
        self._clock = clock
        self._account_id = account_id
        self.found = Found()

    def run(self) -> Found:
        """Read everything; an operation that MGN refuses is recorded, and the others go on."""
        found = self.found
        found.servers = self._list("describe_source_servers", MOST_SERVERS)
        for server in found.servers[:MOST_CONFIGURED]:
            self._configuration(server["sourceServerID"])
        self._jobs()
        for method in ("list_applications", "list_waves", "describe_vcenter_clients", "list_connectors"):
            self._list(method, MOST_GROUPS)
        self._list("describe_replication_configuration_templates", MOST_GROUPS)
        for template in self._list("describe_launch_configuration_templates", MOST_CONFIGURED):
            own = template["launchConfigurationTemplateID"]
            self._list("list_template_actions", MOST_GROUPS, launchConfigurationTemplateID=own)
        self._accounts()
        return found

    def _configuration(self, server_id: str) -> None:
        for method in ("get_replication_configuration", "get_launch_configuration"):
            self._call(method, sourceServerID=server_id)
        self._list("list_source_server_actions", MOST_GROUPS, sourceServerID=server_id)

    def _jobs(self) -> None:
        """Read the jobs of the last cutovers, and some of their logs."""
        wanted = dict.fromkeys(job_id for server in self.found.servers if (job_id := cutover_job_id(server)))
        listed = [job for ids in _batches(list(wanted), PAGE) for job in self._list_jobs(ids)]
        self.found.jobs = {job["jobID"]: job for job in listed if "jobID" in job}
        if not wanted:
            self._list("describe_jobs", PAGE)
        self.found.is_limited |= len(self.found.jobs) > MOST_LOGS
        for job_id in list(self.found.jobs)[:MOST_LOGS]:
            lines = self._list("describe_job_log_items", LOG_PAGE, size=LOG_PAGE, jobID=job_id)
            if "DescribeJobLogItems" not in self._recorder.errors:
                self.found.logs[job_id] = lines

    def _list_jobs(self, job_ids: list[str]) -> list[Item]:
        return self._list("describe_jobs", len(job_ids), filters={"jobIDs": job_ids})

    def _accounts(self) -> None:
        """Ask for the accounts of the global view, and name the own account as a member account."""
        answered = self._call("list_managed_accounts")
        if answered is not None:
            self.found.accounts = [item["accountId"] for item in answered.get("items", [])]
        answered = self._call("describe_source_servers", maxResults=1, accountID=self._account_id)
        self.found.lists_own = answered is not None

    def _list(self, method: str, most: int, *, size: int = PAGE, **request: Any) -> list[Item]:
        """Return at most *most* items."""
        items: list[Item] = []
        for page in self._pages(method, min(size, max(1, most)), **request):
            items += page
            if len(items) > most:
                self.found.is_limited = True
                break
        return items[:most]

    def _pages(self, method: str, size: int, **request: Any) -> Iterator[list[Item]]:
        token: dict[str, str] = {}
        while True:
            answer = self._call(method, maxResults=size, **request, **token)
            if answer is None:
                return
            yield answer.get("items", [])
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def _call(self, method: str, **request: Any) -> dict[str, Any] | None:
        """Return MGN's answer, compared with what the application needs; None if it refused."""
        self._clock.sleep(PAUSE)
        client = self._aws.client("mgn")
        operation = client.meta.method_to_api_mapping[method]
        try:
            answer: dict[str, Any] = getattr(client, method)(**request)
        except ClientError:
            return None  # the recorder has its code
        except (BotoCoreError, *UNREADABLE) as error:  # botocore's parsers expect the types of the model
            self._recorder.errors.setdefault(operation, (0, type(error).__name__))
            return None
        shape = item_shape(client.meta.service_model.operation_model(operation))
        for item in answer.get("items", []):
            for problem in problems(operation, item, shape):
                self._recorder.add(operation, problem)
        return answer


def item_shape(operation: OperationModel) -> Shape | None:
    """Return the shape of an item that *operation* lists; None if it lists none."""
    members: dict[str, Any] = getattr(operation.output_shape, "members", {})
    shape: Shape | None = getattr(members.get("items"), "member", None)
    return shape


def cutover_job_id(server: Item) -> str | None:
    """Return the ID of the job of the last cutover; None if there was none."""
    initiated = ((server.get("lifeCycle") or {}).get("lastCutover") or {}).get("initiated") or {}
    job_id: str | None = initiated.get("jobID")
    return job_id


def state_of(server: Item) -> str:
    """Return the lifecycle state."""
    return str((server.get("lifeCycle") or {}).get("state"))


def _batches(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
