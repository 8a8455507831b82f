"""The function contacts only CloudFormation, for any response URL and any redirect."""

import socket
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.handlers.cloudformation.response import ResponseNotDeliveredError
from tests.fuzz import expected, hosts
from tests.fuzz.demands import refused
from tests.fuzz.effort import effort
from tests.fuzz.function import invoke
from tests.fuzz.judged import judge
from tests.fuzz.network import Network
from tests.fuzz.recipes import URL, read
from tests.fuzz.words import TEXT, VALUES

REFUSAL = "ResponseURL is not a CloudFormation URL of this Region"
TARGET = URL.partition("amazonaws.com")[2]
REQUESTS = st.sampled_from(["custom_resource_create", "custom_resource_update", "custom_resource_delete"])
SCHEMES = ["http", "ftp", "file", "gopher", "data", "javascript", "ws", "https+unix", "httpss", "", "https:https"]
# URLs that parsers interpret differently.
TAILS = [
    "",
    "/",
    TARGET,
    "?x",
    "#x",
    "\\",
    "/\\",
    "#@{0}/",
    "?@{0}/",
    "\\@{0}/",
    "/@{0}/",
    ";@{0}/",
    "/../..",
    "//",
    "/%2e%2e/",
]
AFTER_SCHEME = ["://", ":///", ":/", ":", ":\\\\", ":/\\", "://\t", "://\n", ":// ", "://@", "://x@", "://\u200b", "//"]
INSERTED = [
    *"\t\n\r\0 \\\x7f@:#?/%[]",
    "%00",
    "%0d%0a",
    "\u200b",
    "\u3002",
    "\u2028",
    "\xad",
    "\ud83d",
    "\r\nHost: evil.invalid\r\n\r\n",
]


def asked(name, url, network=None):
    event = {**read(name), "ResponseURL": url}
    return event, invoke(event, network)


@effort(600)
@given(REQUESTS, hosts.STRANGERS, st.sampled_from(TAILS), hosts.OURS)
def test_a_stranger_is_never_contacted(name, stranger, tail, ours):
    _, seen = asked(name, f"https://{stranger}{tail.format(ours)}")

    refused(seen, allowed=REFUSAL)


@effort(100)
@given(REQUESTS, st.sampled_from(SCHEMES), hosts.OURS)
def test_in_no_scheme_but_https_is_anybody_contacted(name, scheme, ours):
    _, seen = asked(name, f"{scheme}://{ours}{TARGET}")

    refused(seen, allowed=REFUSAL)


@effort(400)
@given(REQUESTS, st.sampled_from(AFTER_SCHEME), hosts.OURS | hosts.STRANGERS, st.sampled_from(TAILS), hosts.STRANGERS)
def test_however_a_url_is_put_together_only_cloudformation_is_contacted(name, after, host, tail, stranger):
    event, seen = asked(name, f"https{after}{host}{tail.format(stranger)}")

    judge(event, seen)


@effort(400)
@given(
    REQUESTS, st.lists(st.tuples(st.integers(0, len(URL)), st.sampled_from(INSERTED) | TEXT), min_size=1, max_size=3)
)
def test_whatever_is_written_into_a_url_only_cloudformation_is_contacted(name, insertions):
    url = URL
    for place, text in insertions:
        url = url[:place] + text + url[place:]

    event, seen = asked(name, url)

    judge(event, seen)


@effort(100)
@given(REQUESTS, VALUES)
def test_what_is_no_url_at_all_is_refused(name, value):
    _, seen = asked(name, value)

    refused(seen, allowed=REFUSAL)


@effort(100)
@given(
    REQUESTS,
    st.sampled_from([300, 301, 302, 303, 305, 307, 308]),
    hosts.STRANGERS | hosts.OURS,
    st.sampled_from(["http", "https"]),
)
def test_no_answer_is_sent_on_to_where_it_is_redirected(name, status, host, scheme):
    network = Network(status=status, headers=(f"location: {scheme}://{host}{TARGET}".encode().decode("latin-1"),))

    _, seen = asked(name, URL, network)

    assert type(seen.error) is ResponseNotDeliveredError
    assert len(seen.requests) == 1
    assert seen.contacts == [f"{seen.requests[0].host}:443"]
    assert seen.requests[0].host in expected.HOSTS
    assert expected.SIGNATURE not in seen.lines + str(seen.error)


@pytest.mark.parametrize(
    ("reach_out", "heard"),
    [
        (lambda: socket.create_connection(("evil.invalid", 80)), "evil.invalid:80"),
        (lambda: socket.getaddrinfo("127.0.0.1", 80, flags=socket.AI_NUMERICHOST), "socket.getaddrinfo '127.0.0.1'"),
        (lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("127.0.0.1", 9)), "socket.connect ('127.0.0.1', 9)"),
        (lambda: subprocess.run(["true"], check=True), "subprocess.Popen 'true'"),
    ],
    ids=["through this network", "for a name", "past it", "through a program"],
)
@pytest.mark.filterwarnings("ignore:unclosed")
def test_the_witness_hears_whoever_reaches_out(reach_out, heard):
    network = Network()

    with network.connected():
        reach_out()

    assert network.contacts == [heard]
