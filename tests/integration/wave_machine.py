"""Runs waves on the deployed state machine, and reads their results."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import EmptySelectionError, MgnUnavailableError
from local.client import LocalAws
from local.deploy.function import HANDLER
from local.deploy.stack import client
from local.lambda_runtime import functions
from tests.integration.deployed import Deployed

WAVE = "wave-0123456789abcdef0"
APPLICATION = "app-0123456789abcdef0"
JOB = "mgnjob-0123456789abcdef0"

LONGEST_RUN = 240  # s, on a busy machine

Request = dict[str, Any]


def server_ids(count: int) -> list[str]:
    """Return that many source server IDs."""
    return [f"s-{number:017}" for number in range(count)]


class WaveMachine:
    """
    The state machine of a deployed stack.

    Args:
        parameters: Parameters of the template, without their prefix ``Wave``.
    """

    def __init__(self, aws: LocalAws, **parameters: str) -> None:
        self._aws = aws
        deployed = Deployed(aws, **{f"Wave{name}": value for name, value in parameters.items()})
        self.bucket = deployed.outputs["WaveResults"]
        self.arn = deployed.outputs["FinalizeWave"]
        self.client = client("stepfunctions", aws.url)
        self._s3 = client("s3", aws.url)

    def seed(self, scenarios: dict[str, str]) -> None:
        """Add a wave of {source server ID: scenario} to MGN, launched by one job."""
        self._aws.add_wave(waveID=WAVE)
        self._aws.add_application(applicationID=APPLICATION, waveID=WAVE)
        for server_id, scenario in scenarios.items():
            self._aws.add_source_server(scenario, sourceServerID=server_id, applicationID=APPLICATION, jobID=JOB)

    def start(self, request: Request | None = None, name: str = f"{WAVE}-1") -> str:
        """Start an execution, and return its ARN."""
        text = json.dumps({"waveID": WAVE} if request is None else request)
        return str(self.client.start_execution(stateMachineArn=self.arn, name=name, input=text)["executionArn"])

    def ended(self, execution: str) -> dict[str, Any]:
        """Wait for the end of *execution*, and return its description."""
        deadline = time.monotonic() + LONGEST_RUN
        while True:
            description: dict[str, Any] = self.client.describe_execution(executionArn=execution)
            if description["status"] != "RUNNING":
                return description
            assert time.monotonic() < deadline, f"It is still in {self.entered(execution)[-1]}."
            time.sleep(0.05)

    def run(self, request: Request | None = None, name: str = f"{WAVE}-1") -> Any:
        """Run an execution that succeeds, and return its output."""
        description = self.ended(self.start(request, name))
        assert description["status"] == "SUCCEEDED", description.get("cause")
        return json.loads(description["output"])

    def ended_in_time(
        self,
        execution: str,
        between: Callable[[float], object] = lambda _hours: None,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> dict[str, Any]:
        """
        Move the clock by each wait of *execution* until it ends, and return its description.

        Args:
            between: Called before each wait, with the hours that the clock was moved.

            meanwhile: Called all the time.
        """
        began, hours = time.monotonic(), 0.0
        while (description := self.client.describe_execution(executionArn=execution))["status"] == "RUNNING":
            if waits := self._aws.waits():
                between(hours)
                hours += waits[0] / 3600
                self._aws.advance(waits[0])
            meanwhile()
            assert time.monotonic() - began < LONGEST_RUN, f"It is still in {self.entered(execution)[-1]}."
            time.sleep(0.02)
        return dict(description)

    def entered(self, execution: str) -> list[str]:
        """Return the names of the states that *execution* entered, in order."""
        events = self.client.get_execution_history(executionArn=execution)["events"]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def results(self, location: str) -> dict[str, list[dict[str, Any]]]:
        """Return {status: entries} of the result files in the manifest at *location*."""
        bucket, _, key = location.removeprefix("s3://").partition("/")
        files = self._read(bucket, key)["ResultFiles"]
        return {
            status: [entry for one in named for entry in self._read(bucket, one["Key"])]
            for status, named in files.items()
        }

    def save(self, folder: Path, name: str = f"{WAVE}-1") -> None:
        """Copy the results of the named execution into *folder*, as ``aws s3 cp --recursive`` does."""
        for item in self._s3.list_objects_v2(Bucket=self.bucket, Prefix=f"{name}/")["Contents"]:
            path = folder / item["Key"].removeprefix(f"{name}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._s3.download_file(self.bucket, item["Key"], str(path))

    def outcomes(self, location: str) -> list[tuple[str, str]]:
        """Return (source server ID, outcome) of each report in the results at *location*."""
        results = self.results(location)
        answers = [json.loads(entry["Output"]) for entry in results["SUCCEEDED"]]
        reported = [(one["sourceServerID"], one["outcome"]) for answer in answers for one in answer["servers"]]
        given_up = [id_ for answer in answers for id_ in answer["remaining"]]
        failed = [id_ for entry in results["FAILED"] for id_ in json.loads(entry["Input"])["Items"]]
        return [*reported, *((id_, "UNANSWERED") for id_ in [*given_up, *failed])]

    def _read(self, bucket: str, key: str) -> Any:
        return json.load(self._s3.get_object(Bucket=bucket, Key=key)["Body"])


def never_answer_about(server_id: str) -> None:
    """Make the function fail in each request to finalize *server_id*."""
    real = functions.find(HANDLER)

    def answer(event: Request, timeout: float) -> Any:
        if event["action"] == "finalize" and server_id in event["sourceServerIDs"]:
            raise MgnUnavailableError("MGN could not answer.")
        return real(event, timeout)

    functions.register(HANDLER, answer)


class FakeFunction:
    """
    Replaces the function, and returns results as documented.

    Args:
        server_ids: The source servers of every wave.

    Attributes:
        server_ids: The current source servers of every wave.

        requests: The requests, in order, without selections.
    """

    def __init__(self, server_ids: list[str]) -> None:
        self.requests: list[Request] = []
        self.server_ids = server_ids
        self._checked: dict[str, Any] = {}
        self._scripts: dict[str, list[Any]] = {}
        functions.register(HANDLER, self._answer)

    def script(self, server_id: str, *answers: Any) -> None:
        """
        Return *answers* for the next requests to finalize *server_id*, one each, then the default result again.

        Args:
            answers: An outcome, a whole report, ``"REMAINING"``, or an error to raise.
        """
        self._scripts[server_id] = list(answers)

    def check(self, server_id: str, answer: Any) -> None:
        """Return *answer*, an outcome or a complete report, for requests to check *server_id*."""
        self._checked[server_id] = answer

    def _answer(self, event: Request, _timeout: float) -> Any:
        if event["action"] == "select":
            if not self.server_ids:
                raise EmptySelectionError("MGN lists no source server.")
            assert event["inBatches"]
            batches = [{"sourceServerIDs": ids} for ids in in_batches(self.server_ids, 50)]
            return {"schemaVersion": "1.0", "total": len(self.server_ids), "batches": batches}
        self.requests.append(event)
        answers = {id_: self._next(id_, event) for id_ in event["sourceServerIDs"]}
        for answer in answers.values():
            if isinstance(answer, Exception):
                raise answer
        return {
            "servers": [_report(id_, answer) for id_, answer in answers.items() if answer != "REMAINING"],
            "remaining": [id_ for id_, answer in answers.items() if answer == "REMAINING"],
        }

    def _next(self, server_id: str, event: Request) -> Any:
        if event["action"] == "check":
            return self._checked.get(server_id, "WOULD_FINALIZE")
        if event.get("approvedInstances", {server_id: instance_of(server_id)}).get(server_id) != instance_of(server_id):
            return "SKIPPED"
        script = self._scripts.get(server_id, [])
        return script.pop(0) if script else "FINALIZED"


def instance_of(server_id: str) -> str:
    """Return the ID of the instance of a source server in the fake function's results."""
    return server_id.replace("s-", "i-")


def _report(server_id: str, answer: Any) -> Any:
    usual = {
        "sourceServerID": server_id,
        "outcome": answer,
        "changed": answer == "FINALIZED",
        "launchedInstanceID": instance_of(server_id),
        "error": None,
    }
    return {**usual, **answer} if isinstance(answer, dict) else usual
