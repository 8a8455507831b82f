"""Reads the memory use of processes from Linux."""

from pathlib import Path

PROC = Path("/proc")


def peak_bytes() -> int:
    """Return the peak memory of this process; 0 without ``/proc``."""
    # Not getrusage: a forked process inherits its parent's peak, even if it then runs another program.
    return _field(PROC / "self" / "status", "VmHWM:")


def bytes_of_family(pid: int) -> int:
    """Return the current memory of *pid* and its descendants; shared memory counts once."""
    return sum(_field(PROC / str(member) / "smaps_rollup", "Pss:") for member in [pid, *_descendants(pid)])


def _descendants(pid: int) -> list[int]:
    children = [int(child) for task in PROC.glob(f"{pid}/task/*/children") for child in _read(task).split()]
    return [*children, *(member for child in children for member in _descendants(child))]


def _field(path: Path, name: str) -> int:
    lines = [line.split() for line in _read(path).splitlines() if line.startswith(name)]
    return int(lines[0][1]) * 1024 if lines else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # the process has ended
