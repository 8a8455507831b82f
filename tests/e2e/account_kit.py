"""The kit for a real account in this process, with a local AWS in another one, as a person uses it."""

import io
import json
import os
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import boto3

from local.client import LocalAws
from local.deploy.package import package
from tests.account.errors import RefusedError
from tests.account.request import read_request
from tests.account.run import Parts, Run
from tests.account.terminal import Terminal
from tests.e2e import local_process
from tests.e2e.waiting import wait_until

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

    def skip(self, time_ahead):
        """Move this clock only."""
        self._ahead += time_ahead

    def sleep(self, seconds):
        if seconds < SHORTEST_MOVE:
            time.sleep(0.01)
            return
        self._ahead += timedelta(seconds=seconds)
        self._local.advance(seconds)
        self.on_sleep()


def deployed_at_once(command):
    """Do what `sam deploy` does with *command*, in a tenth of its time."""
    arguments = [str(part) for part in command]
    named = dict(pairwise(arguments))
    pairs = [text.split("=", 1) for text in arguments[arguments.index("--parameter-overrides") + 1 :]]
    cloudformation = boto3.client("cloudformation")
    [(key, value)] = [named["--tags"].split("=")]
    exists = named["--stack-name"] in [one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]]
    (cloudformation.update_stack if exists else cloudformation.create_stack)(
        StackName=named["--stack-name"],
        TemplateBody=package(ROOT / "template.yaml", boto3.client("s3")),
        Parameters=[{"ParameterKey": name, "ParameterValue": text} for name, text in pairs],
        Tags=[{"Key": key, "Value": value}],
        Capabilities=["CAPABILITY_IAM"],
    )
    wait_until(lambda: not _status(cloudformation, named["--stack-name"]).endswith("_IN_PROGRESS"), within_seconds=60)
    return 0 if _status(cloudformation, named["--stack-name"]) in {"CREATE_COMPLETE", "UPDATE_COMPLETE"} else 1


def _status(cloudformation, name):
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


@dataclass
class Kit:
    """Runs the kit against the local AWS *local*; ``typed`` are the lines that the person types."""

    local: LocalAws
    folder: Path
    programs: list = field(default_factory=list)
    run_program: object = deployed_at_once

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
        parts = Parts(terminal=Terminal(self.output, read, lambda: True), clock=self.clock, run_program=started)
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
        # The stand-in for SAM has a bucket of its own.
        buckets = [one for one in self.client("s3").list_buckets()["Buckets"] if one["Name"] != "local-aws-deploy"]
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
            "buckets": [one["Name"] for one in buckets if not one["Name"].startswith("aws-sam-cli")],
            "objects": objects,
        }


def served():
    """Start a local AWS as `make local-aws` does; return the process and its URL."""
    strange = ("AWS_", "MOTO_", "POWERTOOLS_", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    process, said = local_process.start(ROOT, environment)
    port = re.search(r"http://[^:]+:(\d+)", said)[1]
    # moto finds the bucket in SAM's template URL only by this name.
    return process, f"http://localhost:{port}"
