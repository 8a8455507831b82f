"""Only CloudFormation's own URLs receive a response; for any other URL, the function does nothing."""

import json
import os
import traceback
from importlib.resources import files

import pytest

from finalize_cutover.app import lambda_handler
from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.cloudformation.response_url import DNS_SUFFIXES, USUAL_DNS_SUFFIX, parse_response_url
from tests.contract.log_lines import SIGNATURE
from tests.contract.provider import SERVER
from tests.contract.response_urls import NO_TEXT, OURS, REAL, TARGET, hostile


@pytest.fixture
def ready_server(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


@pytest.mark.parametrize("url", hostile(), ids=repr)
def test_a_hostile_url_gets_nothing_done_and_nothing_sent(provider, endpoint, ready_server, aws, url):
    for request_type in ("Create", "Update", "Delete"):
        event = {**provider.document(request_type, physical_id=SERVER), "ResponseURL": url}

        with pytest.raises(InvalidRequestError, match="not a CloudFormation URL of this Region") as caught:
            lambda_handler(event, None)

        text = "".join(traceback.format_exception(caught.value))
        assert SIGNATURE not in text
        assert url in NO_TEXT or not url.strip() or str(url) not in text
    assert (aws.operations(), endpoint.puts) == ([], [])


@pytest.mark.parametrize(("region", "host"), REAL)
def test_every_partitions_own_host_is_answered_in_its_region(region, host):
    url = parse_response_url(f"https://{host}{TARGET}", region=region, extra_hosts=())

    assert (url.is_encrypted, url.host, url.target) == (True, host, TARGET)
    assert SIGNATURE not in repr(url)


@pytest.mark.parametrize(("region", "host"), REAL)
def test_it_is_answered_in_no_other_region(region, host):
    others = {other for other, _ in REAL} - {region}

    for other in others:
        with pytest.raises(InvalidRequestError):
            parse_response_url(f"https://{host}{TARGET}", region=other, extra_hosts=())


@pytest.mark.parametrize("region", [None, ""])
def test_without_a_region_of_our_own_nobody_is_cloudformation(region):
    with pytest.raises(InvalidRequestError):
        parse_response_url(f"https://{OURS}{TARGET}", region=region, extra_hosts=())


def test_the_dns_suffixes_are_those_of_botocore():
    partitions = json.loads(files("botocore").joinpath("data/partitions.json").read_text())["partitions"]

    for partition in partitions:
        suffix = partition["outputs"]["dnsSuffix"]
        for region in (name for name in partition["regions"] if not name.endswith("-global")):
            host = f"{OURS.split('euwest1', maxsplit=1)[0]}{region.replace('-', '')}.s3.{region}.{suffix}"
            assert parse_response_url(f"https://{host}/", region=region, extra_hosts=()).host == host
    assert {*DNS_SUFFIXES.values(), USUAL_DNS_SUFFIX} == {one["outputs"]["dnsSuffix"] for one in partitions}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_that_the_deployment_names_is_answered_over_http_too(scheme):
    url = parse_response_url(f"{scheme}://Localhost:8080/path", region=None, extra_hosts={"localhost:8080"})

    assert url.is_encrypted == (scheme == "https")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://localhost:8080/",
        "http://localhost/",
        "http://localhost:80801/",
        "http://user@localhost:8080/",
        "http://localhost:8080@example.com/",
        "http://localhost:8080.example.com/",
    ],
)
def test_a_host_that_the_deployment_names_stands_for_itself_only(url):
    with pytest.raises(InvalidRequestError):
        parse_response_url(url, region="eu-west-1", extra_hosts={"localhost:8080"})


@pytest.mark.parametrize("extra", ["", " ", ",", ", ,"])
def test_no_named_host_is_no_host(provider, endpoint, ready_server, extra):
    os.environ["EXTRA_RESPONSE_HOSTS"] = extra
    event = endpoint.open(provider.document("Create")).document

    with pytest.raises(InvalidRequestError):
        lambda_handler(event, None)

    assert endpoint.puts == []
