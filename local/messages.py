"""The messages that were published to SNS topics; moto keeps them, and delivers nothing by mail."""

import json
from typing import Any

from moto.sns.models import sns_backends


def documents() -> list[dict[str, Any]]:
    """Return every message, in order for each topic; ``texts`` are those of a message with the structure ``json``."""
    return [
        {
            "topicArn": topic.arn,
            "messageID": message_id,
            "subject": subject,
            "message": message,
            "texts": _texts(message),
        }
        for regions in sns_backends.values()
        for backend in regions.values()
        for topic in backend.topics.values()
        for message_id, message, subject, *_ in topic.sent_notifications
    ]


def _texts(message: str) -> dict[str, str] | None:
    try:
        found = json.loads(message)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "default" in found else None
