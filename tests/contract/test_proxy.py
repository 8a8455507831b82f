"""The response goes through the proxy that the environment names, as boto3's requests do."""

import subprocess
import sys

import pytest

from tests.contract.provider import SERVER

LOCAL_AWS_ONLY = "localhost"


@pytest.fixture
def start_proxy():
    """Starts a proxy in its own process; returns its port, and later the requests that it received."""
    processes = []

    def start(*credentials):
        command = [sys.executable, "-m", "tests.contract.proxy_process", *credentials]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return int(process.stdout.readline())

    def requests():
        for process in processes:
            process.terminate()
        return [line.split() for process in processes for line in process.communicate(timeout=10)[0].splitlines()]

    start.requests = requests
    yield start
    requests()


@pytest.fixture
def through(monkeypatch, aws):
    """Sets the proxy for everything except the local AWS."""
    aws.add_source_server("ready", sourceServerID=SERVER)

    def set_proxy(url, no_proxy=LOCAL_AWS_ONLY):
        monkeypatch.setenv("HTTPS_PROXY", url)
        monkeypatch.setenv("NO_PROXY", no_proxy)

    return set_proxy


@pytest.mark.parametrize("prefix", ["http://", ""])
def test_the_response_goes_through_the_proxy(provider, endpoint, start_proxy, through, prefix):
    through(f"{prefix}127.0.0.1:{start_proxy()}")

    answer = provider.ask("Create")

    assert answer.status == "SUCCESS"
    assert start_proxy.requests() == [["CONNECT", endpoint.host, "allowed"]]


def test_the_proxys_credentials_are_sent_to_it(provider, endpoint, start_proxy, through):
    through(f"http://us%40er:pass@127.0.0.1:{start_proxy('us@er:pass')}")

    assert provider.ask("Create").status == "SUCCESS"
    assert start_proxy.requests() == [["CONNECT", endpoint.host, "allowed"]]


def test_a_host_that_needs_no_proxy_gets_the_response_directly(provider, start_proxy, through):
    through(f"http://127.0.0.1:{start_proxy()}", no_proxy=f"{LOCAL_AWS_ONLY},127.0.0.1")

    assert provider.ask("Create").status == "SUCCESS"
    assert start_proxy.requests() == []


def test_a_proxy_that_refuses_is_tried_again_and_its_words_hide_the_url(new_provider, start_proxy, through, capfd):
    through(f"http://127.0.0.1:{start_proxy('user:pass')}")
    provider = new_provider(seconds=3, is_answered=False)

    exchange = provider.send("Create")
    exchange.delivery.wait()

    assert {type(error).__name__ for error in exchange.delivery.attempts} == {"ResponseNotDeliveredError"}
    assert len(start_proxy.requests()) > 3
    assert "X-Amz-Signature" not in capfd.readouterr().out
