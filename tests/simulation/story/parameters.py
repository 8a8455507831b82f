"""Draws the deployment's own parameters of automation, and the key of its hold tag."""

import random
from dataclasses import dataclass, replace

from tests.simulation.aws.invocation import Asked
from tests.simulation.story.wishes import WAIVABLE

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
