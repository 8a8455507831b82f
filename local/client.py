"""
What tests and programs say to the local AWS besides AWS's own calls.

Plain HTTP to the routes under ``/local-aws/``; see ``admin``.
"""

import http.client
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

Document = dict[str, Any]


class LocalAwsError(Exception):
    """The local AWS did not understand what it was told."""


class LocalAws:
    """
    A local AWS that serves at *url*.

    Args:
        url: As in ``http://127.0.0.1:5555``; also the endpoint for boto3 and the AWS CLI.

        region: Where source servers, waves and applications are seeded.

        account: Whose they are; credentials that the local AWS did not issue itself are of this account.
    """

    def __init__(self, url: str, *, region: str = "eu-west-1", account: str = "111122223333") -> None:
        self.url = url
        self.region = region
        self.account = account

    def add_source_server(self, scenario: str = "ready", **options: Any) -> Document:
        """
        Add a source server in the state that *scenario* names; return MGN's document about it.

        Args:
            options: Of the scenario, in MGN's spelling: ``sourceServerID``, ``hostname``, ``tags``, …

        Raises:
            LocalAwsError: There is no such scenario or option.
        """
        return self._seed("source-servers", {"scenario": scenario, **options})

    def add_application(self, **document: Any) -> Document:
        """Add an application: any member of MGN's document; what is left out is made up."""
        return self._seed("applications", document)

    def add_wave(self, **document: Any) -> Document:
        """Add a wave: any member of MGN's document; what is left out is made up."""
        return self._seed("waves", document)

    def change_source_server(self, server_id: str, **changes: Any) -> Document:
        """Change MGN's document about a source server, deep inside too; None takes a member away."""
        return self._seed(f"source-servers/{quote(server_id)}", {"changes": changes})

    def change_job(self, job_id: str, *, log: Sequence[Document] = (), **changes: Any) -> Document:
        """
        Change MGN's document about a job; None takes a member away.

        Args:
            log: Lines to add to its log now, each ``event`` and, where it has any, ``eventData``.
        """
        return self._seed(f"jobs/{quote(job_id)}", {"changes": changes, "log": list(log)})

    def change_instance(self, instance_id: str, **changes: str) -> Document:
        """Change ``instanceStatus``, ``systemStatus`` or ``state`` of an EC2 instance."""
        return self._seed(f"instances/{quote(instance_id)}", changes)

    def advance(self, seconds: float) -> None:
        """Move the clock forward: all that happened gets older, and what takes time goes on."""
        self._request("POST", "clock", {"advanceSeconds": seconds})

    def emit_launch_result(self, server_id: str, state: str = "CUTOVER_LAUNCH_SUCCEEDED") -> None:
        """Let MGN tell on the event bus that the launch of *server_id* ended in *state*."""
        self._seed("launch-results", {"sourceServerID": server_id, "state": state})

    def fire_schedule(self, name: str) -> None:
        """Let the rule on a schedule that has this *name*, or ARN, fire now; raise LocalAwsError if it never would."""
        self._seed("schedules/fire", {"name": name})

    def invocations(self, timeout_seconds: float = 60) -> list[Document]:
        """Return what became of each event that a function was handed asynchronously, once none is under way."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            invocations: list[Document] = self._request("GET", "invocations")
            if all(invocation["isOver"] for invocation in invocations) or time.monotonic() > deadline:
                return invocations
            time.sleep(0.01)

    def add_fault(self, operation: str, fault: str, **options: Any) -> None:
        """
        Let *fault* spoil the next call of *operation*.

        Args:
            operation: As in ``FinalizeCutover``; ``*`` for any of the service.

            fault: As in ``throttle``; see ``faults``.

            options: ``times``, ``seconds``, ``service``, ``parameters``, ``probability``, ``seed``.
        """
        self._request("POST", "faults", {"operation": operation, "fault": fault, **options})

    def clear_faults(self) -> None:
        """Let nothing go wrong any more, stale reads included."""
        self._request("DELETE", "faults")

    def set_pace(self, **pace: float) -> None:
        """Set ``latencyMs`` of every call, ``callsPerSecond`` and ``burst`` of MGN; no limit where left out."""
        self._request("POST", "pace", pace)

    def calls(self, service: str | None = None) -> list[Document]:
        """Return every call that was received, in order; of *service* only, if given."""
        calls: list[Document] = self._request("GET", "calls")
        return [call for call in calls if service in {None, call["service"]}]

    def operations(self, service: str | None = None) -> list[str]:
        """Return the names of the operations that were called, in order."""
        return [call["operation"] for call in self.calls(service)]

    def clear_calls(self) -> None:
        """Forget the calls that were received."""
        self._request("DELETE", "calls")

    def enforce_iam(self, *, enforce: bool = True) -> None:
        """Let IAM refuse what no policy of the caller allows, until the next reset; unknown credentials are refused."""
        self._request("POST", "iam", {"enforce": enforce})

    def reset(self) -> None:
        """Forget everything, all of moto's services included, and return to the wall clock."""
        self._request("POST", "reset")

    def _seed(self, route: str, body: Document) -> Document:
        place = {"region": self.region, "accountID": self.account}
        document: Document = self._request("POST", route, {**place, **body})
        return document

    def _request(self, method: str, route: str, body: Document | None = None) -> Any:
        # http.client knows no proxies, and this is never behind one.
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
