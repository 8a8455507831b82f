"""Draws the deployment's own parameters of automation, the key of its hold tag, and its evidence bucket."""

import math
import random
from dataclasses import dataclass, replace

from tests.simulation.aws.evidence_bucket import BUCKET, SPELLS, EvidenceBucket
from tests.simulation.aws.invocation import Asked
from tests.simulation.aws.weather import CALL_FAULTS, Weather
from tests.simulation.story.wishes import WAIVABLE
from tests.simulation.virtual.machine import Machine

HOLD_KEY = "FinalizeCutoverHold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """
    The parameters of a deployment.

    Attributes:
        hold_key: Key of the tag with which people hold a source server.

        variables: The function's variables.

        asked: What a sweep asks for.
    """

    hold_key: str
    variables: dict[str, str]
    asked: Asked


def draw_parameters(chance: random.Random, asked: Asked) -> Parameters:
    """Draw parameters in addition to the optional rules in *asked*."""
    hold_key = chance.choice((HOLD_KEY, HOLD_KEY, "Keep Running"))
    soak_minutes = chance.choice((0, 0, 0, 1, 3, 10))
    waived = chance.sample((*WAIVABLE, "not-before", "not-before"), chance.choice((0, 0, 0, 1, 1, 2)))
    is_bound, archives, together = (chance.random() < rate for rate in (0.5, 0.2, 0.4))
    variables = {
        "HOLD_TAG_KEY": "" if hold_key == HOLD_KEY else hold_key,
        "AUTOMATION_SOAK_MINUTES": str(soak_minutes or chance.choice(("", "0"))),
        "AUTOMATION_WAIVE": ",".join(waived),
        "APPROVAL_BINDING": "INSTANCE" if is_bound else chance.choice(("", "SOURCE_SERVER")),
        "APPLICATIONS_TOGETHER": "true" if together else chance.choice(("", "false")),
        "ARCHIVE_APPLICATION_AND_WAVE": "true" if archives else "",
        "ARCHIVE_AFTER_FINALIZE": "true" if archives else chance.choice(("", "false")),
    }
    asked = replace(
        asked,
        soak_minutes=soak_minutes,
        waived=frozenset(waived),
        approves_instance=is_bound,
        may_archive=archives,
        may_archive_groups=archives,
        applications_together=together,
    )
    return Parameters(hold_key=hold_key, variables=variables, asked=asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    The evidence bucket of a deployment.

    Attributes:
        chance: Its own, so that histories without a bucket stay the same.

        bucket: The bucket.

        weather: The faults of calls to S3.

        crash_rate: Rate of records around which Lambda kills the invocation: before, while or after they are stored.

        break_rate: Rate of intents after which S3 refuses every write for a while, so that the result is not stored.

        variables: The function's variables.
    """

    chance: random.Random
    bucket: EvidenceBucket
    weather: Weather
    crash_rate: float
    break_rate: float
    variables: dict[str, str]


def draw_evidence(chance: random.Random, machine: Machine, weather: Weather, *, until: float) -> Evidence:
    """Draw a bucket and its faults, which are those of *weather* or more; what is wrong ends at *until*, or never."""
    days = chance.choice((1, 30, 365))
    has_spell, begins = chance.random() < 0.3, chance.choice((0.0, chance.uniform(0, until)))
    ends = chance.choice((begins + 30, begins + 300, until, until, math.inf))
    return Evidence(
        chance=chance,
        bucket=EvidenceBucket(
            machine=machine,
            retention_days=days,
            spell=chance.choice(SPELLS) if has_spell else None,
            spell_from=begins,
            spell_until=ends if ends == math.inf else min(ends, until),
        ),
        weather=Weather(
            call_faults=weather.call_faults or CALL_FAULTS,
            call_fault_rate=max(weather.call_fault_rate, chance.choice((0.0, 0.0, 0.1, 0.3, 0.6))),
            busy_rate=chance.choice((0.0, 0.0, 0.1, 0.5)),
        ),
        crash_rate=chance.choice((0.0, 0.0, 0.1, 0.4)),
        break_rate=chance.choice((0.0, 0.0, 0.1, 0.5)),
        variables={
            "EVIDENCE_BUCKET": BUCKET,
            "EVIDENCE_RETENTION_DAYS": chance.choice(("", "365")) if days == 365 else str(days),
        },
    )
