"""
The wheel of the command line: `make dist`, and a file of the package.

hatchling writes the same files, times and permissions every time.  Unlike the archives, a wheel is compressed, so its
bytes also depend on the version of zlib, which the provenance names.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "cli"
DIST = ROOT / "dist"
SUMS = "SHA256SUMS"


def build(folder: Path, source: Path = SOURCE) -> None:
    """
    Write the wheel of *source* to *folder*.

    Raises:
        SystemExit: hatchling refuses to build it, and says why.
    """
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    # Without the variable, hatchling uses a time of its own, the same every time.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    ended = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"hatchling did not build the wheel:\n{ended.stdout}{ended.stderr}")


def place(wheel: Path, folder: Path) -> None:
    """
    Write *wheel* to *folder* in place of those of other versions.

    Raises:
        SystemExit: The folder contains a finished package with another wheel, whose checksums and provenance would be
            wrong; nothing was changed.
    """
    packaged = _packaged(folder)
    if packaged and packaged != {wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest()}:
        raise SystemExit(
            f"{folder} contains a finished package with another wheel ({', '.join(packaged)}): move it to another"
            " folder, or run make clean."
        )
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.whl"):
        if old.name != wheel.name:
            old.unlink(missing_ok=True)
    # A program that reads the wheel meanwhile gets the old one or the new one, and not a part.
    copied = Path(shutil.copyfile(wheel, folder / f".{wheel.name}.{os.getpid()}"))
    copied.replace(folder / wheel.name)


def _packaged(folder: Path) -> dict[str, str]:
    """Return ``{file name: SHA-256 in hexadecimal}`` of the wheels that the checksums in *folder* name."""
    sums = folder / SUMS
    lines = [line.split() for line in sums.read_text().splitlines()] if sums.exists() else []
    return {name: digest for digest, name in lines if name.endswith(".whl")}


def main() -> None:
    """Write the wheel to dist/, and print its name and size."""
    with TemporaryDirectory() as name:
        build(Path(name))
        [wheel] = Path(name).glob("*.whl")
        place(wheel, DIST)
        print(f"{(DIST / wheel.name).relative_to(ROOT)}  {wheel.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
