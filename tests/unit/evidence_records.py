"""Records of the evidence bucket, as JSON values and as files.  A test names only the differences."""

import hashlib
import json
from datetime import timedelta

from tests.unit.wave_results import FINALIZED_AT, PASSED, SERVER, a_report, an_audit, at

ACCOUNT = "111122223333"
JOB = "mgnjob-0123456789abcdef0"
APPLICATION = "app-0123456789abcdef0"


def a_subject(server=SERVER, **fields):
    return {
        "accountID": ACCOUNT,
        "sourceServerID": server,
        "hostname": "web-1",
        "applicationID": APPLICATION,
        "cutoverJobID": JOB,
        "launchedInstanceID": f"i-{server[2:]}",
        **fields,
    }


def an_intent(server=SERVER, subject=None, **fields):
    return {
        "schemaVersion": "1.0",
        "kind": "intent",
        "functionVersion": "1.0.0",
        "recordedAt": at(FINALIZED_AT - timedelta(seconds=1)),
        "subject": a_subject(server, **(subject or {})),
        "requestedBy": {"handler": "direct", "requestedBy": "Jane Doe", "approvedBy": "John Roe"},
        "options": {
            "soakMinutes": 1440,
            "waive": [],
            "optionalRules": ["alarms", "backup"],
            "allOrNothing": False,
            "applicationsTogether": False,
            "archiveApplicationAndWave": False,
            "archive": False,
        },
        "approvedInstanceID": None,
        "evidenceReadAt": at(FINALIZED_AT - timedelta(seconds=2)),
        "readiness": [PASSED],
        "warnings": [],
        "launch": None,
        "jobLog": [],
        "sourceServer": {},
        **fields,
    }


def a_result(server=SERVER, *, intent, subject=None, **fields):
    """Return a result; *intent* is (key, SHA-256), or None."""
    report = a_report(server, sourceServer={}, **fields.pop("report", {}))
    return {
        "schemaVersion": "1.0",
        "kind": "result",
        "functionVersion": "1.0.0",
        "recordedAt": at(FINALIZED_AT + timedelta(seconds=1)),
        "subject": a_subject(server, **(subject or {})),
        "requestedBy": {"handler": "direct", "requestedBy": "Jane Doe", "approvedBy": "John Roe"},
        "intent": {"key": intent[0], "sha256": intent[1]} if intent else None,
        "report": report,
        **fields,
    }


def an_audit_record(server=SERVER, outcome="CLEAN", subject=None, report=None, **fields):
    return {
        "schemaVersion": "1.0",
        "kind": "audit",
        "functionVersion": "1.0.0",
        "recordedAt": at(FINALIZED_AT + timedelta(hours=2)),
        "subject": a_subject(server, **(subject or {})),
        "requestedBy": {"handler": "direct"},
        "report": an_audit(server, outcome, **(report or {})),
        **fields,
    }


def key_of(record, name):
    subject = record["subject"]
    job = subject["cutoverJobID"] or "no-job"
    return f"{subject['accountID']}/{subject['sourceServerID']}/{job}/{name}.json"


def store(folder, record, name=None):
    """Write *record* with its key into *folder*; return (key, SHA-256)."""
    key = key_of(record, name or record["kind"])
    content = json.dumps(record).encode()
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return key, hashlib.sha256(content).hexdigest()


def store_finalization(folder, server=SERVER, *, intent=None, **fields):
    """Write an intent and its result into *folder*; return the key of the intent."""
    stored = store(folder, an_intent(server, **(intent or {})))
    store(folder, a_result(server, intent=stored, **fields))
    return stored[0]
