"""
Malformed requests, each described by a recipe: a real event, and the steps that change it.

A recipe is short even if the event becomes large, so that Hypothesis can print and shrink it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.expected import BUCKET, REGION, SIGNATURE
from tests.fuzz.steps import STEPS, Place
from tests.fuzz.words import TEXT, VALUES

EVENTS = Path(__file__).parents[2] / "events"
FILES = sorted(path.stem for path in EVENTS.glob("*.json"))
# In the future, so that CloudFormation still waits for the response, however long the tests take.
SIGNED_AT = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y%m%dT%H%M%SZ")
URL = f"https://{BUCKET}.s3.{REGION}.amazonaws.com/stack?X-Amz-Date={SIGNED_AT}&X-Amz-Signature={SIGNATURE}"
MANY = 100_000
DEPTHS = [1, 5, 1000, 20_000]
# Deeper places are not distinguished.
DEEPEST = 6

Step = tuple[Any, ...]


def read(name: str) -> dict[str, Any]:
    """Return ``events/<name>.json``; its response URL is replaced by one with a future date and a test signature."""
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return {**document, "ResponseURL": URL} if "ResponseURL" in document else document


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    A document, and the steps that change it.

    Attributes:
        base: Name of a file in ``events/``, or the document itself.

        steps: ``(what, where, with what…)``.
    """

    base: Any
    steps: tuple[Step, ...] = ()

    def document(self) -> Any:
        """Return the document; it can be too deep to be copied, compared or serialized."""
        made = read(self.base) if isinstance(self.base, str) else self.base
        for what, place, *rest in self.steps:
            made = STEPS[what](made, place, *rest)
        return made


def places(document: Any, depth: int = 0) -> Iterator[Place]:
    """Yield the places of values in *document*, down to a limited depth."""
    yield ()
    if depth < DEEPEST and isinstance(document, dict | list):
        members = document.items() if isinstance(document, dict) else enumerate(document)
        for key, value in list(members)[:20]:
            yield from ((key, *rest) for rest in places(value, depth + 1))


def _at(document: Any, place: Place) -> Any:
    for key in place:
        document = document[key]
    return document


@st.composite
def steps(draw: Any, document: Any, *, is_large: bool) -> Step:
    """Draw one step for *document*; a document that is already large is not enlarged much."""
    found = list(places(document))
    place = draw(st.sampled_from(found))
    what = draw(st.sampled_from(sorted(STEPS)))
    names = st.sampled_from(sorted({str(each[-1]) for each in found if each})) if len(found) > 1 else TEXT
    if what == "add" and not isinstance(_at(document, place), dict | list):
        what = "replace"
    arguments: dict[str, list[st.SearchStrategy[Any]]] = {
        "rename": [names | TEXT],
        "add": [names | TEXT, VALUES],
        "replace": [VALUES],
        "nest": [st.sampled_from(DEPTHS), st.sampled_from(["list", "object"])],
        "enlarge": [st.sampled_from([2] if is_large else [2, 201, 5000, MANY])],
        "copy": [st.sampled_from(found)],
    }
    return (what, place, *(draw(argument) for argument in arguments.get(what, [])))


@st.composite
def recipes(draw: Any, bases: st.SearchStrategy[Any], most: int = 3) -> Recipe:
    """Draw a base and up to *most* steps."""
    recipe = Recipe(draw(bases))
    for _ in range(draw(st.integers(0, most))):
        # Two enlargements by a hundred thousand would exceed any memory; no event on Lambda is that large.
        is_large = any(step[0] == "enlarge" and step[-1] > 2 for step in recipe.steps)
        recipe = Recipe(recipe.base, (*recipe.steps, draw(steps(recipe.document(), is_large=is_large))))
    return recipe
