"""
The rule ``validator``: the customer's own Lambda function accepts the application.

The types are the source of ``schemas/validator-request.schema.json`` and ``schemas/validator-response.schema.json``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Protocol

import msgspec

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.finding import Finding, blocks, passes, waits
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.report import Time, camel_case, whole_seconds
from finalize_cutover.cutover.source_server import SourceServer

from .rule import AcceptanceRule


class ValidatedServer(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """A source server to validate."""

    source_server_id: str
    hostname: str | None
    account_id: str | None
    region: str | None
    launched_instance_id: str | None
    cutover_job_id: str | None
    cutover_launched_at: Annotated[Time | None, msgspec.Meta(description="When the cutover launch was requested.")]


class ValidatorRequest(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The request to the validator function."""

    schema_version: Literal["1.0"] = "1.0"
    servers: tuple[ValidatedServer, ...]


class ValidatorAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The validator function's answer about one source server.

    The verdict is a string, so that an unknown one refuses only its own source server.
    """

    verdict: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The validator function gave no answer, or one that cannot be used."""

    can_pass_later: bool
    reason: str


class Validator(Protocol):
    """The validator function."""

    def validate(self, servers: Collection[ValidatedServer]) -> Found[ValidatorAnswer | NoAnswer]:
        """
        Return its answers by source server ID; a source server that it left out is absent.

        Raises:
            CutoverError: It could not be called, and a retry does not help.
        """


class ValidatorRule(AcceptanceRule):
    """Require the verdict PASS of the validator function."""

    name = "validator"
    hint = "Ask the owner of the validator function."
    reads_account = False

    def __init__(self, validator: Validator) -> None:
        self._validator = validator

    def read(self, servers: Collection[SourceServer]) -> Found[ValidatorAnswer | NoAnswer | None]:
        """Return the answers by source server ID; None for one that was left out."""
        found = self._validator.validate([_validated(server) for server in servers])
        return Found(items={server.id: found.items.get(server.id) for server in servers})

    def judge(
        self, fact: ValidatorAnswer | NoAnswer | None, _evidence: Evidence, _policy: ReadinessPolicy, _now: datetime
    ) -> Finding:
        if fact is None:
            return blocks("the validator function left it out of its answer")
        if isinstance(fact, NoAnswer):
            return waits(fact.reason) if fact.can_pass_later else blocks(fact.reason)
        words = f": {fact.reason}" if fact.reason else ""
        for verdict, make in (("PASS", passes), ("WAIT", waits), ("BLOCK", blocks)):
            if fact.verdict == verdict:
                return make(f"the validator function says {verdict}{words}")
        return blocks(f"the validator function says neither PASS nor WAIT nor BLOCK{words}")


def _validated(server: SourceServer) -> ValidatedServer:
    _, _, _, region, account_id, *_ = [*(server.arn or "").split(":"), *[""] * 5]
    return ValidatedServer(
        source_server_id=server.id,
        hostname=server.hostname,
        account_id=account_id or None,
        region=region or None,
        launched_instance_id=server.instance_id,
        cutover_job_id=server.cutover_job_id,
        cutover_launched_at=whole_seconds(server.last_cutover.initiated_at) if server.last_cutover else None,
    )
