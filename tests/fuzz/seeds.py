"""The seed corpus for atheris: the project's events and AWS's responses, and a dictionary of words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.aws import INSTANCE, JOB, SERVER, Aws
from tests.fuzz.from_schema import read as read_schema
from tests.fuzz.recipes import FILES, URL, read
from tests.fuzz.words import IDS, MAGIC, SPELLED, STATES, UNSEEN

# Members of MGN's documents that the fake AWS omits.
ACTION = {"executionStatus": "SUCCESS", "ssmDocument": {"actionName": "Join the domain", "mustSucceedForCutover": True}}
ACTIONS = {"postLaunchActionsStatus": {"postLaunchActionsLaunchStatusList": [ACTION]}}
CHECKS = {"lastKnownChecks": [{"name": "Boot", "status": "PASSED"}], "lastKnownFsxChecksStatus": "PASSED"}
SINCE = "2026-11-23T10:00:00+00:00"
ALARM = {"AlarmName": "web", "StateValue": "OK", "StateTransitionedTimestamp": SINCE, "EvaluationState": ""}
ANSWERS = {
    "s": {
        "items": [{"sourceServerID": SERVER, "launchedInstance": CHECKS, "dataReplicationInfo": {"lagDuration": "P0D"}}]
    },
    "j": {"items": [{"jobID": JOB, "participatingServers": [{"sourceServerID": SERVER, **ACTIONS}]}]},
    "g": {"items": [{"event": "LAUNCH_FAILED", "eventData": {"sourceServerID": SERVER}}]},
    "v": {SERVER: {"verdict": "PASS", "reason": "Logged in."}},
    "a": {"MetricAlarms": [ALARM], "CompositeAlarms": [ALARM], "LogAlarms": []},
    "c": {"State": "OPEN", "AtTime": SINCE, "NextTransitionTime": SINCE},
    "h": {
        "ApplicationStatuses": {
            "Instances": [{"InstanceId": INSTANCE, "ApplicationStatus": {"Status": "ok", "StatusSince": SINCE}}]
        }
    },
    "t": {"InstanceId": INSTANCE, "DisableApiTermination": {"Value": True}},
    "b": {
        "Volumes": [{"VolumeId": "vol-1", "Attachments": [{"InstanceId": INSTANCE}]}],
        "Snapshots": [
            {"SnapshotId": "snap-1", "VolumeId": "vol-1", "State": "completed", "StartTime": SINCE, "Tags": []}
        ],
    },
}
QUESTIONS = {"s": "DescribeSourceServers", "j": "DescribeJobs", "g": "DescribeJobLogItems", "w": "FinalizeCutover"}


def inputs() -> Iterator[str]:
    """Yield valid inputs for every decoder."""
    for name in FILES:
        event = read(name)
        yield from (f"{letter}{json.dumps(event)}" for letter in "drl")
        if "ResourceProperties" in event:
            yield f"p{json.dumps(event['ResourceProperties'])}"
    yield f"p{json.dumps({'SourceServerIDs': [SERVER], 'Waive': ['soak']})}"
    yield from (f"u{URL}", f"u{URL.replace('20201123T', '20201323T')}", "uhttps://[::1")
    yield from (letter + json.dumps(answer) for letter, answer in ANSWERS.items())
    for letter, operation in QUESTIONS.items():
        yield letter + Aws().answer("mgn", operation, json.dumps({"filters": {}})).decode()


def write_corpus(folder: Path) -> None:
    """Write the inputs into *folder*, one per file."""
    folder.mkdir()
    for number, text in enumerate(inputs()):
        (folder / f"{number:03}").write_text(text)


def write_words(path: Path) -> None:
    """Write a dictionary for libFuzzer: words that a decoder can look for."""
    names = {
        *read_schema("request")["properties"],
        *read_schema("properties")["properties"],
        *_keys(list(map(json.loads, _texts()))),
    }
    words = [*(f'"{name}"' for name in sorted(names)), *SPELLED, *IDS, *MAGIC, *STATES, *map(json.dumps, UNSEEN)]
    path.write_text("\n".join(f'"{_escaped(word)}"' for word in words if 0 < len(word) < 100))


def _texts() -> Iterator[str]:
    return (text[1:] for text in inputs() if not text.startswith("u"))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _keys(each)


def _escaped(word: str) -> str:
    encoded = word.encode("utf-8", "replace").decode("latin-1")
    return re.sub(r'[^ -~]|["\\]', lambda match: f"\\x{ord(match[0]):02x}", encoded)
