"""
Break the built function in a few ways, and see that a load finds each: ``python -m tests.load.mutants``.

After ``make load``, which builds for this machine.  Only those that show under load, whatever the moment; the
simulation looks for many more.  A few show only where MGN throttles.
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
from tests.load.throttled import plan as throttled
from tests.simulation.mutants import of_acts, of_doors, of_rules
from tests.simulation.mutants.mutant import Mutant

PLAN = Plan(requests=50, events=100, environments=8, fault_rate=0.25, seconds=240)
# Long enough for evidence to grow old.
THROTTLED_PLAN = dataclasses.replace(throttled.SMALL, service_timeout=40, function_timeout=45)
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
_LATE = Mutant(
    name="begins writes after the timer",
    module="doors/call.py",
    before="        return self.deadline - min(LONGEST_WRITE, max(ATTEMPT, left / 10))\n",
    after="        return self.deadline + min(LONGEST_WRITE, max(ATTEMPT, left / 10))\n",
)
_SIMULATED = {one.name: one for one in (*of_acts.MUTANTS, *of_doors.MUTANTS, *of_rules.MUTANTS)}
# What must be changed together: ``{name: mutants}``.
WITH_FAULTS = {one.name: (one,) for one in (*[_SIMULATED[name] for name in FROM_SIMULATION], *OWN)}
WHILE_THROTTLED = {
    "begins writes until the timer": (
        Mutant(
            name="begins writes until the timer",
            module=_LATE.module,
            before=_LATE.before,
            after="        return self.deadline\n",
        ),
    ),
    "writes after its answer": (
        _LATE,
        Mutant(
            name="never closes the write window",
            module="cutover/write_window.py",
            before="            self._is_closed = True\n",
            after="",
        ),
    ),
    "writes whatever the age of its evidence": (
        Mutant(
            name="writes whatever the age of its evidence",
            module="cutover/writer.py",
            before="min(self._options.act_until, ready.evidence.read_at + YOUNG)",
            after="self._options.act_until",
        ),
    ),
    "does not tell what remains": (
        Mutant(
            name="does not tell what remains",
            module="cutover/fleet_report.py",
            before="        remaining=tuple(remaining),\n",
            after="",
        ),
    ),
}
MUTANTS = {**WITH_FAULTS, **WHILE_THROTTLED}


def main() -> int:
    """Return how many mutants were not found; names in *sys.argv* choose."""
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
    from local.emulator import artifact, runtime  # noqa: PLC0415 - after isolation
    from local.server import start  # noqa: PLC0415 - the same
    from tests.load import courses  # noqa: PLC0415 - the same

    built = artifact.load(BUILT, "FinalizeCutover")
    aws = start()
    with tempfile.TemporaryDirectory() as folder:
        code = Path(shutil.copytree(built.code, Path(folder) / "code"))
        for compiled in code.rglob("*.pyc"):
            compiled.unlink()  # it would be run instead
        for mutant in MUTANTS[name]:
            mutant.apply(code / "finalize_cutover")
        broken, on = dataclasses.replace(built, code=code), runtime.find()
        try:
            if name in WHILE_THROTTLED:
                found = courses.throttled(THROTTLED_PLAN, aws, broken, on)[1]
                # That nothing could be shown shows nothing.
                return [words for words in found if not words.startswith("vain")]
            return courses.faults(PLAN, aws, broken, on)[1]
        finally:
            aws.stop()


if __name__ == "__main__":
    sys.exit(main())
