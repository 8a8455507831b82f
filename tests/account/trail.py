"""What CloudTrail records of a finalization: names of fields only."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.account.aws import Aws
from tests.account.comparison import NAME, json_type, shown
from tests.account.journal import Journal, codes_of
from tests.account.questions import Question

BEFORE = timedelta(minutes=5)  # clocks differ
PARTS = ("requestParameters", "responseElements")


def read(aws: Aws, journal: Journal, server_id: str, finalized_at: datetime) -> None:
    """Record the fields of the events about *server_id*; CloudTrail needs some minutes to list an event."""
    wanted: Any = [{"AttributeKey": "EventName", "AttributeValue": "FinalizeCutover"}]
    try:
        # Each request once: this is the least important answer.
        answer = aws.client("cloudtrail", writes=True).lookup_events(
            LookupAttributes=wanted, StartTime=finalized_at - BEFORE
        )
    except (BotoCoreError, ClientError) as error:
        journal.cannot_answer(Question.CLOUDTRAIL, f"CloudTrail could not be read: {' '.join(codes_of(error))}")
        return
    documents = [json.loads(event["CloudTrailEvent"]) for event in answer["Events"]]
    told = [words(each) for each in documents if _server_of(each) == server_id]
    if told:
        journal.answer(Question.CLOUDTRAIL, "; ".join(told))
    else:
        journal.cannot_answer(Question.CLOUDTRAIL, "CloudTrail listed no event yet")


def words(document: dict[str, Any]) -> str:
    """Return the names of the fields in one event, and its error code."""
    outcome = shown(document["errorCode"]) if document.get("errorCode") else "without an error"
    return ", ".join([outcome, *_parts(document)])


def _parts(document: dict[str, Any]) -> Iterator[str]:
    for part in PARTS:
        value = document.get(part)
        names = " ".join(sorted(shown(name, NAME) for name in value)) if isinstance(value, dict) else json_type(value)
        yield f"{part}: {names}"


def _server_of(document: dict[str, Any]) -> object:
    return (document.get("requestParameters") or {}).get("sourceServerID")
