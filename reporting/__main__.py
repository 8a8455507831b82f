"""Render result files as one page: ``python -m reporting RESULTS… --output PAGE``."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from .errors import UnreadableResultsError
from .files import read
from .page import Occasion, render


def main() -> None:
    """Write the page, or exit with an error message of one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m reporting", description="Render a wave's results as one HTML page."
    )
    parser.add_argument("results", nargs="+", type=Path, help="result files or folders, in chronological order")
    parser.add_argument("--output", type=Path, required=True, help="path of the page; an existing file is overwritten")
    parser.add_argument("--change", help="number or name of the change")
    parser.add_argument("--requested-by", metavar="NAME", help="person who requested the change")
    arguments = parser.parse_args()
    occasion = Occasion(change=arguments.change or None, requested_by=arguments.requested_by or None)
    try:
        results, files = read(arguments.results)
    except UnreadableResultsError as error:
        sys.exit(str(error))
    page = render(results, files, occasion=occasion, now=datetime.now(UTC))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{arguments.output}\n")


if __name__ == "__main__":
    main()
