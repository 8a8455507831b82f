"""Render result files as one page: ``python -m reporting RESULTS… --output PAGE``."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from .errors import UnreadableResultsError
from .files import read
from .page import Occasion, render


def main() -> None:
    """Write the page, or say in one sentence why not."""
    parser = argparse.ArgumentParser(prog="python -m reporting", description="A wave's results as one HTML page.")
    parser.add_argument("results", nargs="+", type=Path, help="files or folders, in the order of time")
    parser.add_argument("--output", type=Path, required=True, help="the page; overwritten")
    parser.add_argument("--change", help="number or name of the change")
    parser.add_argument("--requested-by", metavar="NAME", help="who asked for it")
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
