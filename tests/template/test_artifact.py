"""The build of the artifacts: omitted files, bytecode, reproducible bytes."""

import importlib.util
import marshal
import sys
from pathlib import Path

import pytest

from tools.layer import bytecode, contents, seal
from tools.layer.target import Target

HERE = Target(python=f"{sys.version_info.major}.{sys.version_info.minor}")
NOWHERE = Target(python="3.99")


def write(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("FRUIT = {'apple', 'pear', 'plum'}\n")


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def snapshot(folder):
    """Return the content of a zip file of *folder*."""
    entries = {str(path.relative_to(folder)): path for path in [folder, *folder.rglob("*")]}
    seen = {name: (path.stat().st_mode, path.stat().st_mtime) for name, path in entries.items()}
    return seen, {name: path.read_bytes() for name, path in entries.items() if path.is_file()}


def test_what_a_pattern_names_is_left_out(tmp_path):
    write(tmp_path, "boto3/session.py", "boto3/data/ec2/resources.json")

    contents.leave_out(tmp_path, ["boto3/data/*"])

    assert files(tmp_path) == ["boto3/session.py"]


def test_a_pattern_that_names_nothing_stops_the_build(tmp_path):
    write(tmp_path, "boto3/session.py")

    with pytest.raises(SystemExit, match="boto3/examples"):
        contents.leave_out(tmp_path, ["boto3/examples/*"])


def test_licences_and_metadata_stay(tmp_path):
    kept = ["a-1.dist-info/METADATA", "a-1.dist-info/NOTICE", "a-1.dist-info/licenses/LICENSE.txt"]
    write(tmp_path, *kept, "a-1.dist-info/RECORD", "a-1.dist-info/WHEEL")

    contents.leave_out(tmp_path, [])

    assert files(tmp_path) == kept


def test_bytecode_is_used_whatever_the_time_of_its_source(tmp_path):
    write(tmp_path, "module.py")

    bytecode.compile_tree(tmp_path, "/opt/python", HERE)

    compiled = Path(importlib.util.cache_from_source(str(tmp_path / "module.py"))).read_bytes()
    # PEP 552: bit 0 means hash-based, bit 1 means that the hash is checked.
    assert int.from_bytes(compiled[4:8], "little") == 0b01


def test_tracebacks_name_the_file_where_lambda_has_it(tmp_path):
    write(tmp_path, "package/module.py")

    bytecode.compile_tree(tmp_path, "/opt/python", HERE)

    compiled = Path(importlib.util.cache_from_source(str(tmp_path / "package" / "module.py"))).read_bytes()
    assert marshal.loads(compiled[16:]).co_filename == "/opt/python/package/module.py"


def test_without_a_matching_interpreter_the_build_goes_on(tmp_path):
    write(tmp_path, "module.py")

    bytecode.compile_tree(tmp_path, "/opt/python", NOWHERE)

    assert files(tmp_path) == ["module.py"]


def test_without_a_matching_interpreter_the_build_says_what_is_lost(tmp_path, capsys):
    bytecode.compile_tree(tmp_path, "/opt/python", NOWHERE)

    assert "every cold start compiles all imported modules" in " ".join(capsys.readouterr().out.split())


def test_an_interpreter_that_cannot_be_started_is_none(tmp_path, monkeypatch):
    versions = tmp_path / ".pyenv" / "versions"
    for folder in ("3.99.1/bin", "3.99.2/bin"):
        (versions / folder).mkdir(parents=True)
    (versions / "3.99.1" / "bin" / "python3.99").symlink_to("removed")
    foreign = versions / "3.99.2" / "bin" / "python3.99"
    foreign.write_bytes(b"\x7fELF for another machine")
    foreign.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert bytecode.find_interpreter(NOWHERE) is None


def test_two_builds_are_alike(tmp_path):
    builds = [tmp_path / "one", tmp_path / "other"]
    for build in builds:
        write(build, "b.py", "a/c.py")
        bytecode.compile_tree(build, "/opt/python", HERE)
        seal.seal(build)

    one, other = map(snapshot, builds)

    assert one == other


def test_who_built_does_not_show_in_permissions(tmp_path):
    write(tmp_path, "a/b.py")
    (tmp_path / "a" / "b.py").chmod(0o700)
    (tmp_path / "a").chmod(0o700)

    seal.seal(tmp_path)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"a": 0o755, "b.py": 0o644}


def test_empty_folders_are_removed(tmp_path):
    write(tmp_path, "a/b.py")
    (tmp_path / "c" / "d").mkdir(parents=True)

    seal.seal(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_architecture_that_lambda_has_not_is_refused():
    with pytest.raises(SystemExit, match="arm64 and x86_64"):
        Target(architecture="riscv64")
