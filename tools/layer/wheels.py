"""
Installs the pinned packages for Lambda, whatever machine this is.

Wheels are downloaded by pip, which checks their hashes, and unpacked here: nothing of
theirs runs, and nothing of this machine (its paths, its pip) gets into the layer.
"""

import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.layer.target import Target


def install(requirements: Path, folder: Path, target: Target) -> None:
    """
    Unpack the wheels that *requirements* pins, for *target*, into *folder*.

    Raises:
        CalledProcessError: pip found no such wheel, or one with another hash.

        SystemExit: This interpreter has no pip.
    """
    if importlib.util.find_spec("pip") is None:
        raise SystemExit(f"{sys.executable} has no pip.  `make build` brings one.")
    with tempfile.TemporaryDirectory() as downloads:
        subprocess.run(_download(requirements, downloads, target), check=True)
        for wheel in sorted(Path(downloads).glob("*.whl")):
            zipfile.ZipFile(wheel).extractall(folder)


def _download(requirements: Path, downloads: str, target: Target) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--dest", downloads, "--requirement", str(requirements)]
    command += ["--implementation", "cp", "--python-version", target.python]
    for platform in target.platforms:
        command += ["--platform", platform]
    return command
