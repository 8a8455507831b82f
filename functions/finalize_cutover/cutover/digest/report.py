"""The report of a digest; these types are a source of ``schemas/report.schema.json``."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from finalize_cutover.cutover.report import Time, camel_case


class ListName(StrEnum):
    """The lists of a digest, from the most to the least urgent."""

    BLOCKED = "blocked"
    NOT_CHECKED = "notChecked"
    FREE_HOURS_LOW = "freeHoursLow"
    LEFT_BEHIND = "leftBehind"
    ON_HOLD = "onHold"
    WAITING = "waiting"
    READY = "ready"
    UNAPPROVED = "unapproved"
    FINALIZED = "finalized"


class DigestServer(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    A source server in a list of the digest.

    Texts are without control characters and markup.  ``freeHoursLeft`` is an estimate.
    """

    source_server_id: str
    hostname: str | None = None
    account_id: str | None = None
    rule: str | None = None
    reason: str | None = None
    hint: str | None = None
    free_hours_left: int | None = None
    monthly_usd: float | None = None
    finalized_at: Time | None = None


class DigestList(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """A list: ``total`` counts all its source servers, ``notListed`` those that ``servers`` leaves out."""

    total: int
    servers: tuple[DigestServer, ...]
    not_listed: int


class StagingCost(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """An estimate of what the staging disks of the source servers in cutover cost a month."""

    is_estimate: Literal[True] = True
    staged_gib: int = msgspec.field(name="stagedGiB")
    monthly_usd: float
    unit_price_usd: float
    price_region: str


class DigestReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    The digest as data and as text.

    ``inCutover`` is the number of source servers in cutover; ``problems`` says what could not be read.
    """

    schema_version: Literal["1.0"] = "1.0"
    created_at: Time
    in_cutover: int
    lists: Mapping[ListName, DigestList]
    staging_cost: StagingCost
    problems: tuple[str, ...]
    subject: str
    text: str
    message_id: Annotated[
        str | None, msgspec.Meta(description="ID of the message that SNS accepted; null without a topic.")
    ] = None
