"""
Run the simulation against many mutants of the function; it must detect each of them.

``make mutants``: every mutant is a change to a copy of the source, and must be detected within 2,000 seeds (rare ones
within 10,000).  A mutant that no longer fits the source is an error: update it in its module.
"""

import argparse
import sys

from tests.simulation.mutants.finding import find_all


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--without-rare", action="store_true", help="leave out those that take many seeds")
    options = parser.parse_args()
    missed = 0
    for mutant, result in find_all(options.seeds, rare_too=not options.without_rare):
        missed += isinstance(result, str)
        words = f"MISSED: {result}" if isinstance(result, str) else f"seed {result[0]}: {result[1].split(': ')[1]}"
        sys.stdout.write(f"{mutant.name:<60} {words}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{missed} missed.\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
