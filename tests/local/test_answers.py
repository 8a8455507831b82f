"""The local AWS receives and lists responses to saved CloudFormation requests, for which no stack waits."""

import http.client
import json
from urllib.parse import urlsplit

from finalize_cutover.app import lambda_handler
from tests.integration.test_event_files import CONTEXT, SERVER, load

PATH = "/local-aws/answers"


def answers(aws):
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc)
    connection.request("GET", PATH)
    return json.loads(connection.getresponse().read())


def test_an_answer_can_be_read(aws, monkeypatch):
    aws.add_source_server("ready", sourceServerID=SERVER)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", urlsplit(aws.url).netloc)

    lambda_handler(load("custom_resource_create") | {"ResponseURL": aws.url + PATH}, CONTEXT)

    [answer] = answers(aws)
    assert (answer["Status"], answer["Data"]["Outcome"]) == ("SUCCESS", "FINALIZED")


def test_a_reset_forgets_the_answers(aws, monkeypatch):
    monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", urlsplit(aws.url).netloc)
    lambda_handler(load("custom_resource_delete") | {"ResponseURL": aws.url + PATH}, CONTEXT)

    aws.reset()

    assert answers(aws) == []
