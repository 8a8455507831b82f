"""Mutates inputs for atheris: as bytes, or as a JSON document."""

import json
import random
from typing import Any

import atheris

from tests.fuzz.recipes import places
from tests.fuzz.steps import STEPS
from tests.fuzz.words import FRACTIONS, IDS, MAGIC, NUMBERS, SPELLED, STATES, UNSEEN

WORDS = [SPELLED, IDS, MAGIC, STATES, UNSEEN]
SCALARS: list[Any] = [None, True, False, *NUMBERS, *FRACTIONS]
# Larger inputs would only be slow here; other tests generate huge and deep documents.
TIMES = [2, 20, 201]
DEPTHS = [1, 2, 50]


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Return a mutated input of at most *max_size* bytes; deterministic for a *seed*."""
    chance = random.Random(seed)
    if chance.random() < 0.5 and (changed := _as_a_document(data, chance)) and len(changed) <= max_size:
        return changed
    return bytes(atheris.Mutate(data, max_size))


def _as_a_document(data: bytes, chance: random.Random) -> bytes | None:
    try:
        document = json.loads(data[1:])
        found = list(places(document))
        for _ in range(chance.choice([1, 1, 2, 3])):
            document = _step(document, found, chance)
            found = list(places(document))
        return data[:1] + json.dumps(document).encode()
    except (ValueError, RecursionError):
        return None


def _step(document: Any, found: list[Any], chance: random.Random) -> Any:
    place, what = chance.choice(found), chance.choice(sorted(STEPS))
    word = chance.choice(chance.choice(WORDS))
    value = chance.choice([word, chance.choice(SCALARS), [word], {word: word}])
    names = [word, *(str(each[-1]) for each in found if each)]
    arguments: dict[str, list[Any]] = {
        "rename": [chance.choice(names)],
        "add": [chance.choice(names), value],
        "replace": [value],
        "nest": [chance.choice(DEPTHS), chance.choice(["list", "object"])],
        "enlarge": [chance.choice(TIMES)],
        "copy": [chance.choice(found)],
    }
    try:
        return STEPS[what](document, place, *arguments.get(what, []))
    except (AttributeError, LookupError, TypeError):
        return document  # the step is not possible at that place
