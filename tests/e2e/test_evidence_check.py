"""The documented check of evidence, which needs none of this project's code."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.evidence_records import a_result, an_intent, store, store_finalization
from tests.unit.wave_results import server_id

DOCS = Path(__file__).parents[2] / "docs" / "evidence.md"
MISSING = [tool for tool in ("bash", "jq", "sha256sum") if not shutil.which(tool)]
pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}: .ci/install-chromium"
)


@pytest.fixture
def check(tmp_path):
    """Return a function that runs the documented command, and returns what it prints."""
    (command,) = re.findall("^for .*?^done$", DOCS.read_text(), re.DOTALL | re.MULTILINE)

    def check():
        ended = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ended.stderr == ""
        return ended.stdout.splitlines()

    return check


@pytest.fixture
def intents(tmp_path):
    """The paths of the intents of three source servers, whose results match."""
    keys = [store_finalization(tmp_path, server_id(number)) for number in range(3)]
    store(tmp_path, a_result(server_id(3), intent=None, report={"changed": False}))
    store(tmp_path, an_intent(server_id(4)))
    return [tmp_path / key for key in keys]


def named(path, tmp_path):
    result = path.with_name("result.json").relative_to(tmp_path)
    return f"{result} does not match its intent"


@pytest.mark.usefixtures("intents")
def test_nothing_is_printed_if_all_results_match(check):
    assert check() == []


def test_a_changed_a_missing_and_an_unreadable_file_are_printed(check, intents, tmp_path):
    changed, missing, unreadable = intents
    changed.write_text(changed.read_text().replace("Jane Doe", "Nobody"))
    missing.unlink()
    unreadable.with_name("result.json").write_text("{")

    assert check() == [named(path, tmp_path) for path in intents]


def test_a_write_without_an_intent_is_printed(check, tmp_path):
    key, _ = store(tmp_path, a_result(intent=None))

    assert check() == [f"{key} does not match its intent"]
