"""
Runs load tests with mutants of the built function; each must be detected: ``python -m tests.load.mutants``.

Run ``make load`` first, which builds for this machine.  The mutants are those that every load test can detect,
independently of timing; the simulation has many more.  A few are detected only if MGN throttles.
"""

import argparse
import dataclasses
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import isolate
from tests.load.__main__ import BUILT
from tests.load.breaks import MUTANTS, WHILE_THROTTLED
from tests.load.plan import Plan
from tests.load.throttled import plan as throttled

PLAN = Plan(requests=50, events=100, environments=8, fault_rate=0.25, seconds=240)
# Long enough for evidence to become too old.
THROTTLED_PLAN = dataclasses.replace(throttled.SMALL, service_timeout=40, function_timeout=45)


def main() -> int:
    """Return the number of undetected mutants; *sys.argv* can select mutants by name."""
    chosen = _asked_for()
    isolate(os.environ)
    survivors = 0
    for name in chosen:
        found = _found(name)
        survivors += not found
        sys.stdout.write(f"{name}: {f'{len(found)} findings, such as {found[0]}' if found else 'NOT FOUND'}\n")
        sys.stdout.flush()
    return survivors


def _asked_for() -> Sequence[str]:
    parser = argparse.ArgumentParser(prog="python -m tests.load.mutants")
    parser.add_argument("mutants", nargs="*", type=_known, default=MUTANTS, metavar="NAME", help="a mutant; else all")
    chosen: Sequence[str] = parser.parse_args().mutants
    return chosen


def _known(name: str) -> str:
    if name in MUTANTS:
        return name
    raise argparse.ArgumentTypeError(f"no mutant is named {name!r}, but {', '.join(MUTANTS)}")


def _found(name: str) -> list[str]:
    from local.lambda_runtime import artifact, runtime  # noqa: PLC0415 - after isolation
    from local.server import start  # noqa: PLC0415 - the same
    from tests.load import courses  # noqa: PLC0415 - the same

    built = artifact.load(BUILT, "FinalizeCutover")
    aws = start()
    with tempfile.TemporaryDirectory() as folder:
        code = Path(shutil.copytree(built.code, Path(folder) / "code"))
        for compiled in code.rglob("*.pyc"):
            compiled.unlink()  # otherwise Python would run the bytecode instead
        for mutant in MUTANTS[name]:
            mutant.apply(code / "finalize_cutover")
        broken, on = dataclasses.replace(built, code=code), runtime.find()
        try:
            if name in WHILE_THROTTLED:
                found = courses.throttled(THROTTLED_PLAN, aws, broken, on)[1]
                # A test that could not show anything has not detected the mutant.
                return [words for words in found if not words.startswith("vain")]
            return courses.faults(PLAN, aws, broken, on)[1]
        finally:
            aws.stop()


if __name__ == "__main__":
    sys.exit(main())
