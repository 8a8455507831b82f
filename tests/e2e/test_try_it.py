"""The README's two commands, in a copy of the project: from nothing to a preflight on the local AWS."""

import os
import re
import shutil
import signal
import socket
import subprocess

import pytest

from tests.e2e.cli.installed import users_environment
from tests.e2e.conftest import ROOT

README = (ROOT / "README.md").read_text()
CHAPTER = README.split("## Try it without AWS\n", 1)[1].split("\n## ", 1)[0]
FIRST, SECOND = re.findall(r"^make (?!demo).+$", CHAPTER, re.MULTILINE)
LONGEST = 300  # s, on a busy machine


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return a folder with this project's files, and the environments that the commands would install."""
    folder = tmp_path_factory.mktemp("copy")
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    for name in files.stdout.decode().splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)  # with its time, so that the environments stay up to date
    for name in (".tools", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="module")
def environment():
    """Return the environment of a new user, with a free port, and with settings of a real account."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return users_environment(
        PORT=str(port),
        AWS_PROFILE="production",
        AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:9",
        MGN_FINALIZE_STACK_NAME="x",
    )


@pytest.fixture(scope="module")
def printed(copy, environment):
    """Run the first command in one terminal and the second one in another; return what both print."""
    with subprocess.Popen(
        FIRST.split(), cwd=copy, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as served:
        try:
            # At once, as an impatient person does.
            ran = subprocess.run(
                SECOND.split(), cwd=copy, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
            )
        finally:
            os.killpg(served.pid, signal.SIGINT)
        return served.stdout.read(), ran


def test_the_readme_has_two_commands():
    assert (FIRST, SECOND) == ("make try", "make preflight")


def test_the_second_command_shows_that_everything_works(printed):
    _, ran = printed

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^source-servers +PASS +MGN lists 1 source server,", ran.stdout, re.MULTILINE)
    assert re.search(r"^PASS: \d+ PASS, 0 WARN, 0 FAIL\.", ran.stdout, re.MULTILINE)


def test_the_first_command_says_what_to_do_next_and_ends_with_ctrl_c(printed):
    served, _ = printed

    assert "The application is deployed.  In another terminal: make preflight\n" in served
    assert "Traceback" not in served
