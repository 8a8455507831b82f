"""Render result files as one page: ``python -m reporting RESULTS… --output PAGE``."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from .errors import UnreadableResultsError
from .evidence import RecordedResult
from .files import read
from .page import Occasion, render
from .words import count


def main() -> None:
    """Write the page; exit with a message if files cannot be read, or if results do not match their intents."""
    parser = argparse.ArgumentParser(
        prog="python -m reporting", description="Render results or evidence of finalized cutovers as one HTML page."
    )
    parser.add_argument(
        "results", nargs="+", type=Path, help="files or folders of results in chronological order, or of evidence"
    )
    parser.add_argument("--output", type=Path, required=True, help="path of the page; an existing file is overwritten")
    parser.add_argument("--change", help="number or name of the change")
    parser.add_argument("--requested-by", metavar="NAME", help="person who requested the change")
    arguments = parser.parse_args()
    occasion = Occasion(change=arguments.change or None, requested_by=arguments.requested_by or None)
    try:
        results, files = read(arguments.results)
    except UnreadableResultsError as error:
        sys.exit(_printable(str(error)))
    page = render(results, files, occasion=occasion, now=datetime.now(UTC))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{arguments.output}\n")
    if odd := sum(isinstance(told, RecordedResult) and told.problem is not None for told in results.evidence.told()):
        sys.exit(f"{count(odd, 'result')} without a matching intent: see “What needs attention” on the page.")


def _printable(text: str) -> str:
    """Return *text* without control characters, which a terminal would obey."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)


if __name__ == "__main__":
    main()
