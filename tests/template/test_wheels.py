"""The layer contains pinned wheels for Lambda's processor and Python, on any build machine."""

import hashlib
import io
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The Python of `make build`; the development environment has no pip.
PYTHON = ROOT / ".tools" / "bin" / "python"
INSTALL = """
import sys
from pathlib import Path
from tools.layer import wheels
from tools.layer.target import Target
wheels.install(Path(sys.argv[1]), Path(sys.argv[2]), Target(architecture=sys.argv[3]))
"""
TAGS = (
    "cp313-cp313-manylinux_2_17_x86_64",
    "cp313-cp313-manylinux_2_17_aarch64",
    "cp312-cp312-manylinux_2_17_x86_64",
    "cp312-cp312-manylinux_2_17_aarch64",
)
# For another Python, for Alpine, and for a newer glibc than Amazon Linux has.
USELESS = (
    "cp312-cp312-manylinux_2_17_x86_64",
    "cp313-cp313-musllinux_1_2_x86_64",
    "cp313-cp313-manylinux_2_39_x86_64",
)
BACKEND = "from pathlib import Path\nPath({!r}).touch()\n"


@pytest.fixture
def index(tmp_path):
    """Return a folder of packages that replaces the registry."""
    folder = tmp_path / "index"
    folder.mkdir()
    return folder


@pytest.fixture
def install(tmp_path, index):
    """Return a function that installs given requirements, and returns the process and the folder."""

    def install(*lines, architecture="x86_64"):
        requirements, folder = tmp_path / "requirements.txt", tmp_path / "layer"
        requirements.write_text("\n".join(lines))
        environment = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
        command = [PYTHON, "-c", INSTALL, requirements, folder, architecture]
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        return ended, folder

    return install


def wheel(index, tag):
    """Add a wheel with *tag* whose only module contains the tag; return its requirement line."""
    path = index / f"fruit-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fruit.py", tag)
        archive.writestr("fruit-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: fruit\nVersion: 1.0\n")
        archive.writestr("fruit-1.0.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n")
    return pin(path)


def source(index, marker):
    """Add a source distribution that creates *marker* when it is built; return its requirement line."""
    path = index / "fruit-1.0.tar.gz"
    files = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: fruit\nVersion: 1.0\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND.format(str(marker)),
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"fruit-1.0/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return pin(path)


def pin(path):
    return f"--hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "x86_64"), ("arm64", "aarch64")])
def test_the_wheel_is_that_of_lambdas_processor_and_python(index, install, architecture, machine):
    pins = [wheel(index, tag) for tag in TAGS]

    _, folder = install("fruit==1.0 " + " ".join(pins), architecture=architecture)

    assert (folder / "fruit.py").read_text() == f"cp313-cp313-manylinux_2_17_{machine}"


@pytest.mark.parametrize("tag", USELESS)
def test_a_wheel_that_lambda_cannot_run_stops_the_build(index, install, tag):
    ended, folder = install("fruit==1.0 " + wheel(index, tag))

    assert ended.returncode != 0
    assert not folder.exists()


def test_a_wheel_with_another_hash_stops_the_build(index, install):
    wheel(index, TAGS[0])

    ended, folder = install(f"fruit==1.0 --hash=sha256:{'0' * 64}")

    assert ended.returncode != 0
    assert "DO NOT MATCH THE HASHES" in ended.stderr
    assert not folder.exists()


def test_a_requirement_without_a_hash_stops_the_build(index, install):
    wheel(index, TAGS[0])

    ended, folder = install("fruit==1.0")

    assert ended.returncode != 0
    assert "Hashes are required" in ended.stderr
    assert not folder.exists()


def test_no_code_of_a_package_runs_while_it_is_installed(tmp_path, index, install):
    marker = tmp_path / "built"

    ended, _ = install("fruit==1.0 " + source(index, marker))

    assert ended.returncode != 0
    assert not marker.exists()
