"""What identifies an account, a server or a person: patterns, and the values that AWS returned in this run."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from botocore.model import ServiceModel, Shape

from finalize_cutover.aws.staging import MANAGED
from finalize_cutover.cutover.staging_resource import JOB_TAG, SERVER_TAGS

# An identifier of an account, a resource, a server or a person; names are found by the values that were seen.
PATTERNS = {
    "an ARN": r"\barn:",
    "an account ID": r"(?<![0-9])[0-9]{12}(?![0-9])",
    "a source server ID": r"\bs-[0-9a-zA-Z]{17}\b",
    "an ID of MGN": r"\b(?:mgnjob|app|wave|rct|lct|action|connector|vcc|vcenter)-[0-9a-zA-Z]{8,}\b",
    "an ID of EC2": r"\b(?:i|vol|snap|ami|eni|lt|subnet|sg|vpc|r|eipalloc|key|ip|fs|svm)-[0-9a-f]{8,}\b",
    "a UUID": r"(?i)\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b",
    "an access key": r"\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12,}\b",
    "an IPv4 address": r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])",
    "an IPv6 address": r"(?i)(?<![0-9a-z:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![0-9a-z:])|::[0-9a-f]{1,4}",
    "a MAC address": r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b",
    "an email address": r"[^@\s]+@[^@\s]+",
    "a URL": r"[a-z][a-z0-9+.-]*://",
    "a host name": r"(?i)\b[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}\b",
}
# What looks like a host name, but is a part of a tag key that AWS itself uses.
KNOWN = ("mgn.amazonaws.com",)
WORD = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
SHORTEST = 4  # characters; shorter values are words of every language
# Durations and numbers; accounts have 12 digits.
NUMBER = re.compile("[0-9]{1,7}")


def kind_of_identifier(text: str) -> str | None:
    """Return what *text* seems to contain, such as ``an ARN``; None for nothing that identifies."""
    for known in KNOWN:
        text = text.replace(known, "")
    return next((kind for kind, pattern in PATTERNS.items() if re.search(pattern, text)), None)


class Seen:
    """The values of this run that can identify somebody: whatever AWS returned that is no enum value and no time."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._allowed: set[str] = set()

    def allow(self, text: str) -> None:
        """Allow the words of *text*, such as a Region, although AWS returned them too."""
        self._allowed |= set(WORD.findall(text.lower()))

    def add(self, value: object) -> None:
        """Remember *value*, and every word in it."""
        text = str(value).lower()
        self._values |= {text, *WORD.findall(text)}

    def add_all(self, value: Any) -> None:
        """Remember every text in the JSON value *value*, with the names in objects."""
        for text in _texts(value):
            self.add(text)

    def word_in(self, text: str) -> str | None:
        """Return the first word of *text* that was seen, and is no word of AWS's model or of this kit; or None."""
        words = (word for word in WORD.findall(text) if len(word) >= SHORTEST and not NUMBER.fullmatch(word))
        return next((word for word in words if self._identifies(word.lower())), None)

    def _identifies(self, word: str) -> bool:
        return word in self._values and word not in self._allowed and word not in vocabulary()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@cache
def vocabulary() -> frozenset[str]:
    """Return the words of MGN's API model, of this kit and of the report's types, in lower case: they are public."""
    from schemas.generate import schemas, text  # noqa: PLC0415 - it imports this kit's report

    sources = [path.read_text() for path in Path(__file__).parent.glob("*.py")]
    sources += [text(schemas()["account-test.schema.json"]), *_names(_mgn())]
    sources += [*SERVER_TAGS, JOB_TAG, *MANAGED["Values"]]
    return frozenset(word.lower() for source in sources for word in WORD.findall(source))


def _mgn() -> ServiceModel:
    import botocore.session  # noqa: PLC0415 - half a second

    return botocore.session.get_session().get_service_model("mgn")


def _names(model: ServiceModel) -> Iterator[str]:
    for name in model.shape_names:
        shape: Shape = model.shape_for(name)
        yield name
        yield from getattr(shape, "enum", None) or ()
        yield from getattr(shape, "members", None) or ()
