"""
Break the built function in a few ways, and see that a load finds each: ``python -m tests.load.mutants``.

After ``make load``, which builds for this machine.  Only those that show under load, whatever the moment; the
simulation looks for many more.
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
from tests.load.plan import Plan
from tests.simulation.mutants import of_acts, of_doors, of_rules
from tests.simulation.mutants.mutant import Mutant

PLAN = Plan(requests=50, events=100, environments=8, fault_rate=0.25, seconds=240)
FROM_SIMULATION = (
    "does not look again after a conflict",
    "answers SUCCESS without acting",
    "drops the rule job-log",
    "ignores the approval tag",
    "lets a failed event pass",
    "takes a refused answer for delivered",
)
OWN = (
    Mutant(
        name="sends its answer twice",
        module="doors/response.py",
        before="self._is_delivered = self._deliver(encode(body))",
        after="self._is_delivered = self._deliver(encode(body)) and self._deliver(encode(body))",
    ),
    Mutant(
        name="takes a refusal for a defect",
        module="doors/custom_resource.py",
        before="        except RefusedError as error:\n",
        after="        except ZeroDivisionError as error:\n",
    ),
    Mutant(
        name="looks away from what is finalized",
        module="cutover/run.py",
        before="""            if server.is_finalized
        )
        return [server for server in servers if not server.is_finalized]
""",
        after="""            if False
        )
        return servers
""",
    ),
)
_SIMULATED = {one.name: one for one in (*of_acts.MUTANTS, *of_doors.MUTANTS, *of_rules.MUTANTS)}
MUTANTS = (*[_SIMULATED[name] for name in FROM_SIMULATION], *OWN)


def main() -> int:
    """Return how many mutants were not found; names in *sys.argv* choose."""
    chosen = _asked_for()
    isolate(os.environ)
    survivors = 0
    for mutant in chosen:
        found = _found(mutant)
        survivors += not found
        sys.stdout.write(f"{mutant.name}: {f'{len(found)} findings, such as {found[0]}' if found else 'NOT FOUND'}\n")
        sys.stdout.flush()
    return survivors


def _asked_for() -> Sequence[Mutant]:
    parser = argparse.ArgumentParser(prog="python -m tests.load.mutants")
    parser.add_argument("mutants", nargs="*", type=_named, default=MUTANTS, metavar="NAME", help="a mutant; else all")
    chosen: Sequence[Mutant] = parser.parse_args().mutants
    return chosen


def _named(name: str) -> Mutant:
    for mutant in MUTANTS:
        if mutant.name == name:
            return mutant
    raise argparse.ArgumentTypeError(f"no mutant is named {name!r}, but {', '.join(one.name for one in MUTANTS)}")


def _found(mutant: Mutant) -> list[str]:
    from local.emulator import artifact, runtime  # noqa: PLC0415 - after isolation
    from local.server import start  # noqa: PLC0415 - the same
    from tests.load import run, verdict  # noqa: PLC0415 - the same

    built = artifact.load(BUILT, "FinalizeCutover")
    aws = start()
    with tempfile.TemporaryDirectory() as folder:
        code = Path(shutil.copytree(built.code, Path(folder) / "code"))
        for compiled in code.rglob("*.pyc"):
            compiled.unlink()  # it would be run instead
        mutant.apply(code / "finalize_cutover")
        try:
            course = run.run(PLAN, aws, dataclasses.replace(built, code=code), runtime.find())
        finally:
            aws.stop()
    return verdict.violations(course.story, course.record)


if __name__ == "__main__":
    sys.exit(main())
