"""Formats figures as a text table."""

from collections.abc import Sequence

from bench.figure import Figure

FIRST_COLUMNS = ("target", "this project", "")


def render(title: str, figures: Sequence[Figure]) -> str:
    """Return the table of *figures*, with a column for each peer: its figure, and its ratio to this project's."""
    peers = list(dict.fromkeys(peer for figure in figures for peer in figure.peers))
    rows = [(title, *FIRST_COLUMNS, *peers), *(_row(figure, peers) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([_padded(cell, width, i) for i, (cell, width) in enumerate(zip(row, widths, strict=True))])
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _row(figure: Figure, peers: Sequence[str]) -> tuple[str, ...]:
    target = f"≤ {_number(figure.at_most)}" if figure.at_most is not None else ""
    verdict = "" if figure.at_most is None else "reached" if figure.is_reached else "MISSED"
    unit = f", {figure.unit}" if figure.unit else ""
    return (f"{figure.name}{unit}", target, _number(figure.ours), verdict, *(_peer(figure, peer) for peer in peers))


def _peer(figure: Figure, peer: str) -> str:
    if peer not in figure.peers:
        return ""
    ratio = figure.ratio(peer)
    return _number(figure.peers[peer]) + (f" ({ratio:.2f}x)" if ratio is not None else "")


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"


def _padded(cell: str, width: int, column: int) -> str:
    # Text columns are aligned left, number columns right.
    return cell.ljust(width) if column in {0, 3} else cell.rjust(width)
