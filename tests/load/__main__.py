"""
Put the built function under load: ``make load``.

Stacks and events come all at once to the function, which runs in Lambda's emulator on the local AWS, while a tenth of
all calls and answers goes wrong.  Ends with 1 if anything was lost, doubled, untrue or touched that must not be.
"""

import argparse
import dataclasses
import os
import sys
from pathlib import Path

from tests.conftest import isolate
from tests.load.plan import FULL, SMALL, Plan

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
SHOWN = 10  # violations


def main() -> int:
    """Return 1 if something does not hold, else 0."""
    plan, template = _asked_for()
    isolate(os.environ)
    from local.emulator import artifact, runtime  # noqa: PLC0415 - after isolation
    from local.server import start  # noqa: PLC0415 - the same
    from tests.load import figures, run, verdict  # noqa: PLC0415 - the same

    aws = start()
    try:
        course = run.run(plan, aws, artifact.load(template, "FinalizeCutover"), runtime.find())
    finally:
        aws.stop()
    found = verdict.violations(course.story, course.record)
    words = [*found[:SHOWN], *([f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])]
    sys.stdout.write("\n".join([figures.table(course, found), *words]) + "\n")
    return int(bool(found))


def _asked_for() -> tuple[Plan, Path]:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__.strip().splitlines()[0])
    for name in ("requests", "events", "environments", "seed"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--small", action="store_true", help="a few seconds' worth")
    parser.add_argument("--template", type=Path, default=BUILT, help="of the built application")
    options = vars(parser.parse_args())
    template, plan = options.pop("template"), SMALL if options.pop("small") else FULL
    return dataclasses.replace(plan, **{name: value for name, value in options.items() if value is not None}), template


if __name__ == "__main__":
    sys.exit(main())
