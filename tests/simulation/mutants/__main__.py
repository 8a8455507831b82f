"""
Run the simulation against many mutants of the function; it must detect each of them.

``make mutants``: every mutant is a change to a copy of the source, and must be detected within 2,000 seeds (rare ones
within 10,000).  A mutant that no longer fits the source is an error: update it in its module.
"""

import argparse
import sys

from tests.simulation.mutants.finding import MUTANTS, find_all, record, recorded


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants")
    parser.add_argument("--seeds", type=int, default=2000, help="most seeds for a mutant")
    parser.add_argument("--rare-seeds", type=int, default=10_000, help="most seeds for a rare mutant")
    parser.add_argument("--anew", action="store_true", help="search for all, also where the recorded seed would do")
    parser.add_argument("--record", action="store_true", help="record the seeds that were found")
    parser.add_argument("--quick", action="store_true", help="leave out rare mutants without a recorded seed")
    options = parser.parse_args()
    first = {} if options.anew else recorded()
    mutants = [each for each in MUTANTS if not (options.quick and each.is_rare and each.name not in first)]
    found_at, missed = {}, 0
    for mutant, result in find_all(mutants, options.seeds, options.rare_seeds, first):
        if isinstance(result, str):
            missed += 1
            words = f"MISSED: {result}"
        else:
            found_at[mutant.name] = result[0]
            words = f"seed {result[0]}: {result[1].split(': ')[1]}"
        sys.stdout.write(f"{mutant.name:<60} {words}\n")
        sys.stdout.flush()
    if options.record:
        record(found_at)
    sys.stdout.write(f"{missed} missed.\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
