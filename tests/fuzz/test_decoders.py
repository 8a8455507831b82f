"""For any input, a decoder returns a value within the documented limits, or refuses with a sentence."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import seeds
from tests.fuzz.decoding import DECODERS, decoded
from tests.fuzz.recipes import places
from tests.fuzz.steps import STEPS
from tests.fuzz.words import FRACTIONS, MAGIC, SPELLED, UNSEEN

ROOT = Path(__file__).parents[2]
RUNS = 20_000
# Platforms for which atheris 3 has wheels.
HAS_WHEEL = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 14)


@pytest.mark.parametrize("letter", DECODERS)
def test_every_decoder_reads_what_atheris_starts_from(letter):
    read = [text for text in seeds.inputs() if text.startswith(letter) and decoded(text)]

    assert read


@pytest.mark.parametrize("letter", ["d", "p", "r", "l"])
@pytest.mark.parametrize("text", ["", "{", "\0", "\ufffd", "[" * 100_000, "9" * 5000], ids=lambda text: ascii(text[:9]))
def test_what_is_no_json_is_refused_in_words(letter, text):
    assert not decoded(letter + text)


@pytest.mark.parametrize(
    "text", [*map(json.dumps, [*UNSEEN, *MAGIC, *SPELLED, *FRACTIONS, None, [], {}]), "{", "9" * 5000], ids=ascii
)
@pytest.mark.parametrize("letter", ["s", "j", "g", "w", "v", "a", "c", "h", "t", "b"])
def test_whatever_stands_at_any_place_of_an_answer_is_read_or_counts_as_not_read(letter, text):
    answers = [json.loads(seed[1:]) for seed in seeds.inputs() if seed.startswith(letter)]

    for answer, place in [(each, place) for each in answers for place in places(each)]:
        changed = STEPS["replace"](answer, place, "…")
        decoded(letter + json.dumps(changed, ensure_ascii=False).replace('"…"', text))


@pytest.mark.skipif(not HAS_WHEEL, reason="There is no wheel of atheris for this platform.")
def test_whatever_atheris_finds_is_read_or_refused_in_words():
    program = [sys.executable, "-m", "tests.fuzz.decoders", f"-runs={RUNS}", "-seed=1", "-print_final_stats=1"]

    environment = {**os.environ, "PYTHONPATH": "functions"}

    done = subprocess.run(program, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr[-4000:]
    assert f"stat::number_of_executed_units: {RUNS}" in done.stderr
