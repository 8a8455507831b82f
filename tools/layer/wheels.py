"""
Installs the pinned packages for Lambda, on any machine.

pip downloads the wheels and checks their hashes; this module unpacks them.  So no code of the packages runs, and the
layer contains nothing that depends on this machine, such as its paths or its pip.
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
        CalledProcessError: pip found no matching wheel, or a wheel with another hash.

        SystemExit: This interpreter has no pip.
    """
    if importlib.util.find_spec("pip") is None:
        raise SystemExit(f"{sys.executable} has no pip.  Run `make build`, which installs one.")
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
