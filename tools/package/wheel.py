"""
The wheel of the command line: `make dist`, and a file of the package.

hatchling writes the same files, times and permissions every time.  Unlike the archives, a wheel is compressed, so its
bytes also depend on the version of zlib, which the provenance names.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "cli"
DIST = ROOT / "dist"


def build(folder: Path) -> None:
    """
    Write the wheel to *folder*.

    Raises:
        CalledProcessError: hatchling refuses to build it.
    """
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    # Without the variable, hatchling uses a time of its own, the same every time.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        command, cwd=SOURCE, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def main() -> None:
    """Write the wheel to dist/ in place of those of other versions, and print its name and size."""
    for old in DIST.glob("*.whl"):
        old.unlink()
    build(DIST)
    for wheel in DIST.glob("*.whl"):
        print(f"{wheel.relative_to(ROOT)}  {wheel.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
