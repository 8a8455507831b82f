"""The installed command line, and two stacks of the application on the local AWS."""

import subprocess

import pytest

from local.client import LocalAws
from local.deploy.stack import client
from tests.e2e.cli.installed import ASKING, TOPIC, TOPIC_ARN, Operator, deploy, install, serve, users_environment


@pytest.fixture(scope="session")
def wheels(pytestconfig):
    """Build the wheel twice with `make dist`; return its path, and the bytes of both."""
    root, contents = pytestconfig.rootpath, []
    for _ in range(2):
        subprocess.run(["make", "dist"], cwd=root, env=users_environment(), check=True, capture_output=True)
        [wheel] = (root / "dist").glob("*.whl")
        contents.append(wheel.read_bytes())
    return wheel, contents


@pytest.fixture(scope="session")
def program(wheels, pytestconfig, tmp_path_factory):
    """Install the wheel in an empty environment; return the path of the program."""
    return install(wheels[0], tmp_path_factory.mktemp("installed") / "environment", pytestconfig.rootpath)


@pytest.fixture(scope="session")
def operator(program, pytestconfig, tmp_path_factory):
    """Return an operator of two deployed stacks, one of which asks for approvals."""
    root = pytestconfig.rootpath
    process, url = serve(root)
    try:
        deploy(root, url, "AutomationSoakMinutes=0", "--stack-name", "finalize-cutover")
        client("sns", url).create_topic(Name=TOPIC)
        deploy(root, url, f"WaveApprovalTopicArn={TOPIC_ARN}", "--stack-name", ASKING)
        yield Operator(program, LocalAws(url), tmp_path_factory.mktemp("elsewhere"))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@pytest.fixture
def on_a_terminal(operator):
    """Starts the program on a terminal, and ends it after the test."""
    started = []

    def start(*arguments, **options):
        started.append(operator.on_a_terminal(*arguments, **options))
        return started[-1]

    yield start
    for one in started:
        one.close()
