"""Draws requests: as CloudFormation's properties, as a direct request, and with their meaning."""

import hashlib
import random
from typing import Any

from tests.simulation.aws.invocation import Asked
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.requests import Wish
from tests.simulation.story.owners import Conditions

APPLICATION, WAVE = "app-00000000000000001", "wave-00000000000000001"
WAIVABLE = (
    "cutover-job",
    "job-log",
    "launched-instance",
    "instance-present",
    "first-boot",
    "mgn-checks",
    "post-launch-actions",
    "instance-status",
    "soak",
)
NONSENSE = {"SourceServerID": "web-1"}


class Wishes:
    """
    Draws requests about the servers of the function's own account in *mgn*.

    They have optional rules if there are *conditions*, and waive rules about tags if there is a *tag_chance*.
    """

    def __init__(
        self, chance: random.Random, mgn: Mgn, conditions: Conditions | None, tag_chance: random.Random | None
    ) -> None:
        self._chance = chance
        self._mgn = mgn
        self._conditions = conditions
        self._tag_chance = tag_chance

    def resource(self) -> Wish:
        """Return properties for a template; CloudFormation sends every scalar as a string."""
        chance = self._chance
        if chance.random() < 0.04:
            asked = Asked(handler="custom_resource", servers=(), may_finalize=False)
            return Wish(properties=dict(NONSENSE), asked=asked)
        request, asked = self._request("custom_resource")
        if chance.random() < 0.4:
            request["serviceTimeout"] = chance.choice((30, 60, 120, 300, 900))
        request["revision"] = chance.randint(0, 10**6)
        return Wish(properties={_pascal(name): _texts(value) for name, value in request.items()}, asked=asked)

    def direct(self) -> tuple[dict[str, Any], Asked]:
        """Return a direct request and its meaning."""
        request, asked = self._request("direct")
        if self._chance.random() < 0.3:
            request["action"] = "finalize"
        return request, asked

    def _request(self, handler: str) -> tuple[dict[str, Any], Asked]:
        chance = self._chance
        selection, servers, physical_id = self._selection()
        waived = chance.sample(WAIVABLE, chance.choice((0, 0, 0, 0, 0, 1, 2)))
        request: dict[str, Any] = {
            **selection,
            "waitMinutes": chance.choice((0, 0, 0, 1, 1, 2, 5, 10)),
            "soakMinutes": chance.choice((0, 0, 0, 0, 1, 3)),
            "waive": waived,
            "dryRun": chance.random() < 0.08,
            "archive": chance.random() < 0.1,
        }
        request["archiveApplicationAndWave"] = request["archive"]
        is_single, meaning = "sourceServerID" in selection, {}
        if self._conditions:
            fields, meaning, more = self._conditions.of_request(is_single=is_single)
            request |= {**fields, "waive": [*waived, *more]}
        request["waive"] = [*request["waive"], *self._waived_tags()]
        if "hold" in request["waive"]:  # such a request is refused
            return request, Asked(handler=handler, servers=(), may_finalize=False, physical_id=physical_id)
        return request, Asked(
            handler=handler,
            servers=servers,
            may_finalize=not request["dryRun"],
            waived=frozenset(request["waive"]),
            soak_minutes=request["soakMinutes"],
            wait_minutes=request["waitMinutes"],
            may_archive=request["archive"] and not request["dryRun"],
            may_archive_groups=request["archive"] and not request["dryRun"],
            physical_id=physical_id,
            is_single=is_single,
            **meaning,
        )

    def _waived_tags(self) -> list[str]:
        kind = self._tag_chance.random() if self._tag_chance else 1.0
        return ["not-before"] if kind < 0.1 else ["hold"] if kind < 0.13 else []

    def _selection(self) -> tuple[dict[str, Any], tuple[str, ...] | None, str]:
        """Return a selector, the servers that it names, and its physical ID."""
        server_ids, kind = self._mgn.in_account(), self._chance.random()
        if self._conditions and self._conditions.is_about_groups:
            kind = 0.5 + kind / 2
        if kind < 0.5 or len(server_ids) == 1:
            server_id = self._chance.choice(server_ids)
            return {"sourceServerID": server_id}, (server_id,), server_id
        if kind < 0.7:
            listed = self._chance.sample(server_ids, 2)
            digest = hashlib.sha256(",".join(sorted(listed)).encode()).hexdigest()
            return {"sourceServerIDs": listed}, tuple(listed), f"cutover-{digest[:12]}"
        name, value = self._chance.choice((("applicationID", APPLICATION), ("waveID", WAVE)))
        return {name: value}, None, value


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
