"""
Fuzzes the decoders with atheris, which is guided by code coverage.

``python -m tests.fuzz.decoders``, with libFuzzer's options, such as ``-max_total_time=60`` or ``-runs=20000 -seed=1``.
https://llvm.org/docs/LibFuzzer.html#options
"""

import logging
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["finalize_cutover"]):
    from tests.fuzz import decoding

from tests.fuzz import mutator, seeds

FOLDER = Path("build/fuzz")
# Limits per input: 5 s and half a GB; a decoder needs much less.
BOUNDS = ["-timeout=5", "-rss_limit_mb=1024", "-max_len=20000"]


def try_one(data: bytes) -> None:
    """Decode the valid text in *data*."""
    decoding.decoded(data.decode(errors="replace"))


def main() -> None:
    """Fuzz until libFuzzer ends this process; failing inputs are written to ``build/fuzz`` and printed."""
    logging.disable()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        corpus, words = Path(folder, "corpus"), Path(folder, "words")
        seeds.write_corpus(corpus)
        seeds.write_words(words)
        options = [*BOUNDS, f"-dict={words}", f"-artifact_prefix={FOLDER}/"]
        atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(corpus)], try_one, custom_mutator=mutator.mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
