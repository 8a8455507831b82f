"""`make dist` says why it fails, and leaves the wheel of a finished package as it is."""

import subprocess

import pytest

from tools.package import wheel

NAME = "mgn_finalize-1.2.3-py3-none-any.whl"


@pytest.fixture
def dist(tmp_path):
    """Return a folder with the wheel of an older version."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "mgn_finalize-1.2.2-py3-none-any.whl").write_bytes(b"old")
    return folder


@pytest.fixture
def built(tmp_path):
    """Return a new wheel."""
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / NAME).write_bytes(b"new")
    return folder / NAME


def package(dist, content, name=NAME):
    """Make *dist* a finished package that contains a wheel."""
    (dist / name).write_bytes(content)
    (dist / "provenance.intoto.json").write_text("{}")
    subprocess.run("sha256sum *.whl provenance.intoto.json > SHA256SUMS", shell=True, cwd=dist, check=True)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_wheel_replaces_those_of_other_versions(dist, built):
    wheel.place(built, dist)

    assert contents(dist) == {NAME: b"new"}


def test_the_first_wheel_needs_no_folder(tmp_path, built):
    wheel.place(built, tmp_path / "dist")

    assert contents(tmp_path / "dist") == {NAME: b"new"}


@pytest.mark.parametrize("name", [NAME, "mgn_finalize-1.2.1-py3-none-any.whl"])
def test_the_wheel_of_a_finished_package_is_not_replaced(dist, built, name):
    package(dist, b"published", name)
    before = contents(dist)

    with pytest.raises(SystemExit, match=r"contains a finished package with another wheel .*, or run make clean\."):
        wheel.place(built, dist)

    assert contents(dist) == before


def test_the_same_wheel_in_a_finished_package_is_no_error(dist, built):
    (dist / "mgn_finalize-1.2.2-py3-none-any.whl").unlink()
    package(dist, b"new")
    before = contents(dist)

    wheel.place(built, dist)

    assert contents(dist) == before


def test_a_failed_build_says_why(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'a b'\nversion = '1'\n")

    with pytest.raises(SystemExit, match=r"hatchling did not build the wheel:\n(.|\n)*`project.name`"):
        wheel.build(tmp_path / "dist", tmp_path)
