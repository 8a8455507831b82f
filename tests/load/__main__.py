"""
Load tests of the built function: ``make load``.

In the first test, stacks and events call the function at the same time.  The function runs in Lambda's emulator with
the local AWS, and a tenth of all calls and responses fail.  In the second test MGN throttles, so that no request
reaches all servers in time.  The exit code is 1 if any requirement is violated.
"""

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

from tests.conftest import isolate
from tests.load import plan
from tests.load.throttled import plan as throttled_plan

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
COURSES = ("faults", "throttled")
SHOWN = 10  # violations


def main() -> int:
    """Return 1 if a requirement is violated, else 0."""
    options = _asked_for()
    isolate(os.environ)
    from local.lambda_runtime import artifact, runtime  # noqa: PLC0415 - after isolation
    from local.server import start  # noqa: PLC0415 - the same
    from tests.load import courses  # noqa: PLC0415 - the same

    built, on, aws = artifact.load(options.template, "FinalizeCutover"), runtime.find(), start()
    has_failed = False
    try:
        for name in [options.course] if options.course else COURSES:
            course = courses.throttled if name == "throttled" else courses.faults
            table, found = course(_plan(name, options), aws, built, on)
            words = [*found[:SHOWN], *([f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])]
            sys.stdout.write("\n".join([table, *words, "\n"]))
            sys.stdout.flush()
            has_failed = has_failed or bool(found)
    finally:
        aws.stop()
    return int(has_failed)


def _plan(course: str, options: argparse.Namespace) -> Any:
    if course == "throttled":
        return throttled_plan.SMALL if options.small else throttled_plan.FULL
    given = {name: getattr(options, name) for name in ("requests", "events", "environments", "seed")}
    changes = {name: value for name, value in given.items() if value is not None}
    return dataclasses.replace(plan.SMALL if options.small else plan.FULL, **changes)


def _asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__.strip().splitlines()[0])
    for name in ("requests", "events", "environments", "seed"):
        parser.add_argument(f"--{name}", type=int, help="of the course with faults")
    parser.add_argument("--course", choices=COURSES, help="else both, one after the other")
    parser.add_argument("--small", action="store_true", help="about half a minute's worth of each")
    parser.add_argument("--template", type=Path, default=BUILT, help="of the built application")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
