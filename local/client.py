"""
A client for the admin routes of the local AWS.

Tests and programs use it besides AWS's own calls.  It sends HTTP requests to ``/local-aws/``; see ``admin``.
"""

import http.client
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

Document = dict[str, Any]


class LocalAwsError(Exception):
    """The local AWS rejected an admin request."""


class LocalAws:
    """
    A local AWS that listens at *url*.

    Args:
        url: Such as ``http://127.0.0.1:5555``; also the endpoint URL for boto3 and the AWS CLI.

        region: Region of the source servers, waves and applications that this client adds.

        account: Their account.  Credentials that the local AWS did not issue belong to the default account.
    """

    def __init__(self, url: str, *, region: str = "eu-west-1", account: str = "111122223333") -> None:
        self.url = url
        self.region = region
        self.account = account

    def add_source_server(self, scenario: str = "ready", **options: Any) -> Document:
        """
        Add a source server in the state that *scenario* names; return it as MGN returns it.

        Args:
            options: Changes to the scenario, in MGN's spelling: ``sourceServerID``, ``hostname``, ``tags``, …

        Raises:
            LocalAwsError: The scenario or the option does not exist.
        """
        return self._seed("source-servers", {"scenario": scenario, **options})

    def add_application(self, **document: Any) -> Document:
        """Add an application with the given members of MGN's ``Application``; other members get default values."""
        return self._seed("applications", document)

    def add_wave(self, **document: Any) -> Document:
        """Add a wave with the given members of MGN's ``Wave``; other members get default values."""
        return self._seed("waves", document)

    def change_source_server(self, server_id: str, **changes: Any) -> Document:
        """Change members of a source server.  Nested objects are merged; None deletes a member."""
        return self._seed(f"source-servers/{quote(server_id)}", {"changes": changes})

    def change_job(self, job_id: str, *, log: Sequence[Document] = (), **changes: Any) -> Document:
        """
        Change members of a job; None deletes a member.

        Args:
            log: Items to add to the job's log now, each with ``event`` and optionally ``eventData``.
        """
        return self._seed(f"jobs/{quote(job_id)}", {"changes": changes, "log": list(log)})

    def change_instance(self, instance_id: str, **changes: Any) -> Document:
        """
        Change an EC2 instance.

        Args:
            changes: ``state``; ``instanceStatus``, ``systemStatus``, ``attachedEbsStatus`` and ``applicationStatus``;
                ``applicationStatusMinutesAgo``, when that status began; ``scheduledEvents``, a list of codes;
                ``isSpot``.
        """
        return self._seed(f"instances/{quote(instance_id)}", changes)

    def add_volume(self, instance_id: str, **options: Any) -> str:
        """Attach another EBS volume to an instance; return its ID.  Options: ``size`` in GiB, ``device``."""
        volume_id: str = self._seed(f"volumes/{quote(instance_id)}", options)["volumeID"]
        return volume_id

    def add_snapshot(self, instance_id: str, **options: Any) -> list[str]:
        """
        Add a snapshot of each EBS volume that is attached to an instance; return their IDs.

        Args:
            options: ``volumeID``: only of this volume.  ``state``: ``completed`` (the default), ``pending``, …
                ``minutesAgo``: when it started; by default now.  ``isManaged``: whether it has MGN's tag.  ``owner``:
                the account it belongs to; by default the instance's.
        """
        snapshot_ids: list[str] = self._seed(f"snapshots/{quote(instance_id)}", options)["snapshotIDs"]
        return snapshot_ids

    def set_alarm(self, name: str, **options: Any) -> None:
        """
        Create or change a CloudWatch alarm.

        Args:
            options: ``state``: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``.  ``kind``: ``metric``, ``composite`` or
                ``log``.  ``minutesAgo``: when it went into its state; without it, a change of state happens now.
                ``evaluationState``: such as ``PARTIAL_DATA``, or None.  An omitted option keeps its value; a new alarm
                is a metric alarm in state ``OK``.
        """
        self._seed("alarms", {"name": name, **options}, method="PUT")

    def delete_alarm(self, name: str) -> None:
        """Delete a CloudWatch alarm; raise LocalAwsError if there is none of that name."""
        self._seed("alarms", {"name": name}, method="DELETE")

    def set_calendar(self, name: str, **options: Any) -> None:
        """
        Create or replace a change calendar of Systems Manager.

        Args:
            options: ``state``: ``OPEN`` (the default) or ``CLOSED``.  ``transitionInSeconds``: when it goes into the
                other state, by the movable clock.
        """
        self._seed("calendars", {"name": name, **options}, method="PUT")

    def delete_calendar(self, name: str) -> None:
        """Delete a change calendar; raise LocalAwsError if there is none of that name."""
        self._seed("calendars", {"name": name}, method="DELETE")

    def set_managed_accounts(self, *account_ids: str) -> None:
        """Turn on MGN's global view in this client's account, over these accounts."""
        self._seed("managed-accounts", {"accountIDs": account_ids}, method="PUT")

    def set_validator(self, function_arn: str, **options: Any) -> None:
        """
        Create or replace a Lambda function that exists only by its answer to Invoke.

        Args:
            options: ``answer``: the JSON document that it returns.  ``answerEach``: what it returns for each source
                server ID in the payload, unless ``answer`` has that ID.  ``body``: text to return instead, valid JSON
                or not.  ``functionError``: such as ``Unhandled``.  ``seconds``: how long it runs, by the wall clock.
        """
        self._request("PUT", "validators", {"functionArn": function_arn, **options})

    def advance(self, seconds: float) -> None:
        """Move the clock forward: past events become older, and scheduled effects that are now due happen."""
        self._request("POST", "clock", {"advanceSeconds": seconds})

    def waits(self) -> list[float]:
        """Return for each Wait state of a state machine how many seconds it still waits, the shortest wait first."""
        waits: list[float] = self._request("GET", "waits")
        return waits

    def emit_launch_result(self, server_id: str, state: str = "CUTOVER_LAUNCH_SUCCEEDED") -> None:
        """Publish MGN's launch result event: the launch of *server_id* ended in *state*."""
        self._seed("launch-results", {"sourceServerID": server_id, "state": state})

    def fire_schedule(self, name: str) -> None:
        """Fire the schedule rule with this *name* or ARN now; raise LocalAwsError if it is missing or disabled."""
        self._seed("schedules/fire", {"name": name})

    def invocations(self, timeout_seconds: float = 60) -> list[Document]:
        """Wait up to *timeout_seconds* for running asynchronous invocations; return all of them, with results."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            invocations: list[Document] = self._request("GET", "invocations")
            if all(invocation["isOver"] for invocation in invocations) or time.monotonic() > deadline:
                return invocations
            time.sleep(0.01)

    def messages(self) -> list[Document]:
        """Return every message that was published to an SNS topic, with its subject and its texts."""
        messages: list[Document] = self._request("GET", "messages")
        return messages

    def add_fault(self, operation: str, fault: str, **options: Any) -> None:
        """
        Inject *fault* into the next call of *operation*.

        Args:
            operation: Such as ``FinalizeCutover``; ``*`` for any operation of the service.

            fault: Such as ``throttle``; see ``faults``.

            options: ``times``, ``seconds``, ``service``, ``parameters``, ``probability``, ``seed``.
        """
        self._request("POST", "faults", {"operation": operation, "fault": fault, **options})

    def clear_faults(self) -> None:
        """Remove all faults, including stale reads."""
        self._request("DELETE", "faults")

    def set_pace(self, **pace: float) -> None:
        """Set ``latencyMs`` of every call, ``callsPerSecond`` and ``burst`` of MGN; an omitted value means no limit."""
        self._request("POST", "pace", pace)

    def calls(self, service: str | None = None) -> list[Document]:
        """Return every received call, in order; with *service*, only the calls to that service."""
        calls: list[Document] = self._request("GET", "calls")
        return [call for call in calls if service in {None, call["service"]}]

    def operations(self, service: str | None = None) -> list[str]:
        """Return the names of the called operations, in order."""
        return [call["operation"] for call in self.calls(service)]

    def clear_calls(self) -> None:
        """Delete the call log."""
        self._request("DELETE", "calls")

    def enforce_iam(self, *, enforce: bool = True) -> None:
        """Enforce IAM until the next reset: deny unknown credentials, and actions that no policy allows."""
        self._request("POST", "iam", {"enforce": enforce})

    def reset(self) -> None:
        """Delete all state, including that of all moto services, and return to the wall clock."""
        self._request("POST", "reset")

    def _seed(self, route: str, body: Document, *, method: str = "POST") -> Document:
        place = {"region": self.region, "accountID": self.account}
        document: Document = self._request(method, route, {**place, **body})
        return document

    def _request(self, method: str, route: str, body: Document | None = None) -> Any:
        # http.client ignores proxy settings, and the local AWS is never behind a proxy.
        host = urlsplit(self.url)
        connection = http.client.HTTPConnection(host.hostname or "127.0.0.1", host.port, timeout=60)
        try:
            content = json.dumps(body or {})
            connection.request(method, f"/local-aws/{route}", content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read() or b"null")
        finally:
            connection.close()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise LocalAwsError(answer["message"])
        return answer
