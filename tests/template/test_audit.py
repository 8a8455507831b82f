"""The result of the vulnerability audit for each response of a vulnerability service, over HTTP."""

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.sbom.audit import PATIENCE, REQUIREMENTS, audit, judge

# In the format of https://ossf.github.io/osv-schema/.
KNOWN = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-12345"],
    "summary": "It follows redirects too far.",
    "affected": [
        {
            "package": {"name": "urllib3", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.8.1"}]}],
        }
    ],
}


# In pip-audit's format.
AUDITED = {"name": "six", "version": "1.17.0", "vulns": []}
UNKNOWN = {"name": "crhelper", "skip_reason": "Dependency not found and could not be audited: crhelper (2.0.12)"}


@contextmanager
def service(answer, status=200):
    """Serve *answer* for each package name; yield the URL and the list of requested names."""
    asked = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(query["package"]["name"])
            body = answer(query["package"]["name"]).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def private_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def ask(monkeypatch):
    """Return a function that audits the packages of the layer with the service at a URL."""

    def ask(url, accepted=(), requirements=REQUIREMENTS, patience=PATIENCE, may_be_skipped=True):
        monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", url)
        reasons = dict.fromkeys(accepted, "does not affect the function")
        return audit(requirements, reasons, patience=patience, may_be_skipped=may_be_skipped)

    return ask


@pytest.fixture
def silent():
    """Yield the URL of a service that accepts connections, but sends no response."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1/query"


def nothing(_package):
    return "{}"


def something(package):
    return json.dumps({"vulns": [KNOWN]} if package == "urllib3" else {})


@pytest.mark.slow
def test_every_package_of_the_layer_is_asked_about(ask):
    with service(nothing) as (url, asked):
        said = ask(url)

    assert sorted(asked) == sorted(
        line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line
    )
    assert said == f"Audited {len(asked)} packages of the layer: no vulnerability is known."


@pytest.mark.slow
def test_a_known_vulnerability_stops_the_build_and_says_which_version_mends_it(ask):
    with service(something) as (url, _), pytest.raises(SystemExit) as stopped:
        ask(url)

    assert "urllib3 2.8.0: PYSEC-2026-1 CVE-2026-12345, fixed in 2.8.1: It follows" in stopped.value.code


@pytest.mark.slow
def test_a_vulnerability_that_was_accepted_stops_nothing(ask):
    with service(something) as (url, _):
        said = ask(url, accepted=["CVE-2026-12345"])

    assert said.endswith("no vulnerability is known.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [(200, "<html>Log in to this network first</html>", "Expecting value"), (503, "{}", "503 Server Error")],
)
def test_an_answer_that_is_none_stops_nothing_that_may_be_skipped_and_is_told_in_one_line(ask, status, answer, reason):
    with service(lambda _: answer, status) as (url, _):
        said = ask(url)

    assert said.startswith(f"The layer was not audited, because no vulnerability service answered: {reason}")
    assert "\n" not in said


@pytest.mark.slow
def test_a_service_that_is_not_there_stops_a_build_that_must_be_audited(ask):
    with pytest.raises(
        SystemExit, match=r"no vulnerability service answered: .* To build without an audit, set AUDIT=skip"
    ):
        ask("http://127.0.0.1:1", may_be_skipped=False)


@pytest.mark.slow
def test_a_service_that_is_not_there_stops_nothing_that_may_be_skipped(ask):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    said = ask(f"http://127.0.0.1:{port}/v1/query")

    assert said.startswith("The layer was not audited")
    assert "Connection refused" in said


def test_packages_that_the_service_does_not_know_are_not_said_to_be_audited():
    assert judge([AUDITED, UNKNOWN]) == (
        "Audited 1 packages of the layer: no vulnerability is known; the service does not know crhelper."
    )


def test_a_service_that_knows_no_package_has_not_answered():
    assert judge([UNKNOWN, UNKNOWN]).startswith("The layer was not audited")


@pytest.mark.slow
def test_a_list_of_packages_that_pins_no_hash_stops_the_build(ask, tmp_path):
    (tmp_path / "requirements.txt").write_text("urllib3==2.8.0\n")

    with service(nothing) as (url, asked), pytest.raises(SystemExit, match=r"cannot be audited: .*hash"):
        ask(url, requirements=tmp_path / "requirements.txt")

    assert asked == []


@pytest.mark.slow
def test_a_slow_service_stops_nothing_that_may_be_skipped(ask, silent):
    said = ask(silent, patience=2)

    assert said == "The layer was not audited, because no vulnerability service answered: none within 2 s."


@pytest.mark.slow
def test_a_list_that_cannot_be_read_to_its_end_stops_the_build_though_the_service_is_slow(ask, silent, tmp_path):
    # pip-audit queries each package before it reads the next line.
    readable = f"six==1.17.0 --hash=sha256:{'0' * 64}\n"
    (tmp_path / "requirements.txt").write_text(readable + "urllib3==2.8.0\n")

    with pytest.raises(SystemExit, match=r"cannot be audited: .*hash"):
        ask(silent, requirements=tmp_path / "requirements.txt", patience=2)
