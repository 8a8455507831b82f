"""The kit for a real account in this process, with a local AWS in another one, as a person uses it."""

import io
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

from local.client import LocalAws
from tests.account.deployment import run_program
from tests.account.errors import RefusedError
from tests.account.request import read_request
from tests.account.run import Parts, Run
from tests.account.terminal import Terminal

ROOT = Path(__file__).parents[2]
STACK = "account-test"
# Shorter sleeps only wait for the machine.
SHORTEST_MOVE = 10  # s


class LocalClock:
    """A clock that moves the local AWS instead of waiting; *on_sleep* is called after each long sleep."""

    def __init__(self, local):
        self._local = local
        self._ahead = timedelta()
        self.on_sleep = lambda: None

    def now(self):
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds):
        if seconds < SHORTEST_MOVE:
            time.sleep(0.01)
            return
        self._ahead += timedelta(seconds=seconds)
        self._local.advance(seconds)
        self.on_sleep()


@dataclass
class Kit:
    """Runs the kit against the local AWS *local*; ``typed`` are the lines that the person types."""

    local: LocalAws
    folder: Path
    programs: list = field(default_factory=list)
    run_program: object = run_program

    def __post_init__(self):
        self.clock = LocalClock(self.local)
        self.output = io.StringIO()

    @property
    def path(self):
        return self.folder / "account-test.json"

    @property
    def report(self):
        return json.loads(self.path.read_text())

    @property
    def said(self):
        return self.output.getvalue()

    def run(self, *typed, **variables):
        """Return the exit code."""
        lines = iter(typed)

        def read():
            try:
                return next(lines)
            except StopIteration:
                raise EOFError from None

        def started(command):
            self.programs.append([str(part) for part in command])
            return self.run_program(command)

        given = {"STACK": STACK, "REGION": "eu-west-1", "BUILD": "skip", "OUTPUT": str(self.path), **variables}
        parts = Parts(terminal=Terminal(self.output, read), clock=self.clock, run_program=started)
        try:
            return Run(read_request(given), parts).execute()
        except RefusedError as error:
            self.output.write(f"{error}\n")
            return 2

    def client(self, service):
        return boto3.client(service, endpoint_url=self.local.url)

    def state_of(self, server_id):
        [server] = self.client("mgn").describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
        return server["lifeCycle"]["state"]

    def left_behind(self):
        """Return what exists that a run creates, except for SAM's bucket."""
        stacks = self.client("cloudformation").describe_stacks()["Stacks"]
        buckets = self.client("s3").list_buckets()["Buckets"]
        objects = [
            item["Key"]
            for bucket in buckets
            for item in self.client("s3").list_object_versions(Bucket=bucket["Name"]).get("Versions", [])
        ]
        return {
            "stacks": [stack["StackName"] for stack in stacks if not stack["StackName"].startswith("aws-sam-cli")],
            "queues": self.client("sqs").list_queues().get("QueueUrls", []),
            "log groups": [group["logGroupName"] for group in self.client("logs").describe_log_groups()["logGroups"]],
            "functions": [one["FunctionName"] for one in self.client("lambda").list_functions()["Functions"]],
            "objects": objects,
        }


def served():
    """Start a local AWS as `make local-aws` does; return the process and its URL."""
    strange = ("AWS_", "MOTO_", "POWERTOOLS_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    command = [sys.executable, "-m", "local", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    port = re.search(r"http://[^:]+:(\d+)", process.stdout.readline())[1]
    # moto finds the bucket in SAM's template URL only by this name.
    return process, f"http://localhost:{port}"
