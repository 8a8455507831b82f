"""
The digest as one SNS message: a text for mail, and a custom notification for chats.

Amazon Q Developer in chat applications subscribes to a topic by HTTPS and drops a plain text.
https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

from collections.abc import Collection
from datetime import datetime

import msgspec

from finalize_cutover.cutover.audit.prices import PRICE_REGION, VOLUME_PRICES
from finalize_cutover.cutover.report import whole_seconds

from .facts import Digest
from .report import DigestList, DigestReport, DigestServer, ListName, StagingCost
from .text import subject, text

# SNS accepts 256 KiB.  In the request, characters such as spaces and quotes are escaped, which adds about a quarter.
# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
MOST_BYTES = 160_000
# How many source servers each list may have: the most that fits, so that the longest lists are cut first.
CAPS = (100, 50, 20, 10, 5)
# Slack shows at most 3,000 characters in a section; AWS documents no limit of its own.
MOST_IN_CHAT = 3_000
CAPS_IN_CHAT = (10, 5, 2, 1, 0)
GIB = 2**30
# MGN lets you choose the type of the staging disks, and does not show it with the source server.
STAGING_PRICE = VOLUME_PRICES["gp3"]


def report_on(digest: Digest, *, now: datetime, region: str | None) -> DigestReport:
    """Return the report of *digest*, its lists cut so that the message is not too large."""
    for most in CAPS:
        report = _report(digest, most, now, region)
        if len(message(digest, report).encode()) <= MOST_BYTES:
            break
    return report


def message(digest: Digest, report: DigestReport) -> str:
    """Return the message of *report* for SNS's message structure ``json``: a text for each kind of subscription."""
    chat = {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": report.subject,
            "description": _in_chat(digest, report),
        },
    }
    # Without a text of its own, a kind of subscription such as email gets the default.
    return msgspec.json.encode({"default": report.text, "https": msgspec.json.encode(chat).decode()}).decode()


def _in_chat(digest: Digest, report: DigestReport) -> str:
    for most in CAPS_IN_CHAT:
        words = text(_cut(report, digest, most))
        if len(words) <= MOST_IN_CHAT:
            return words
    return f"{words[: MOST_IN_CHAT - 1]}…"


def _report(digest: Digest, most: int, now: datetime, region: str | None) -> DigestReport:
    lists = _lists(digest, most)
    staged_gib = -(-digest.staged_bytes // GIB)
    report = DigestReport(
        created_at=whole_seconds(now) or now,
        in_cutover=digest.in_cutover,
        lists=lists,
        staging_cost=StagingCost(
            staged_gib=staged_gib,
            monthly_usd=round(staged_gib * STAGING_PRICE, 2),
            unit_price_usd=STAGING_PRICE,
            price_region=PRICE_REGION,
        ),
        problems=_first(digest.problems, most),
        subject=subject(lists, region=region),
        text="",
    )
    return msgspec.structs.replace(report, text=text(report))


def _cut(report: DigestReport, digest: Digest, most: int) -> DigestReport:
    return msgspec.structs.replace(report, lists=_lists(digest, most), problems=_first(digest.problems, most))


def _lists(digest: Digest, most: int) -> dict[ListName, DigestList]:
    return {name: _list(digest.lists.get(name, ()), most) for name in ListName}


def _list(servers: Collection[DigestServer], most: int) -> DigestList:
    listed = tuple(servers)[:most]
    return DigestList(total=len(servers), servers=listed, not_listed=len(servers) - len(listed))


def _first(problems: tuple[str, ...], most: int) -> tuple[str, ...]:
    left_out = len(problems) - most
    return problems if left_out <= 0 else (*problems[:most], f"{left_out} more problems are not listed here.")
