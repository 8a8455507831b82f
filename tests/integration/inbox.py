"""The mail of those who approve waves, and the commands in it."""

import json
import re
import shlex
import time

from local.deploy.stack import client
from tests.integration.wave_machine import WaveMachine

LONGEST_DELIVERY = 120  # s, the check of a large wave on a busy machine included


class Inbox:
    """Who is subscribed to the topic."""

    def __init__(self, url: str) -> None:
        sns, self._sqs = client("sns", url), client("sqs", url)
        self.topic = sns.create_topic(Name="wave-approvals")["TopicArn"]
        self._queue = self._sqs.create_queue(QueueName="inbox")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)

    def mail(self) -> tuple[str, str]:
        """Return the next message: subject and text."""
        deadline = time.monotonic() + LONGEST_DELIVERY
        while not (messages := self._sqs.receive_message(QueueUrl=self._queue).get("Messages")):
            assert time.monotonic() < deadline, "Nobody was asked."
            time.sleep(0.05)
        body = json.loads(messages[0]["Body"])
        return body["Subject"], body["Message"]

    def is_empty(self) -> bool:
        """Whether nobody was asked."""
        return "Messages" not in self._sqs.receive_message(QueueUrl=self._queue)


def command(mail: str, name: str) -> dict[str, str]:
    """Return the options of the command called *name* in the text of a mail, as a shell would pass them on."""
    (line,) = re.findall(rf"^aws stepfunctions {name} .*$", mail, flags=re.MULTILINE)
    words = shlex.split(line)[3:]
    return dict(zip(words[::2], words[1::2], strict=True))


def follow(machine: WaveMachine, mail: str, name: str) -> None:
    """Do what the command called *name* in the text of a mail does."""
    options = command(mail, name)
    parameters = {_camel_case(option): value for option, value in options.items()}
    getattr(machine.client, name.replace("-", "_"))(**parameters)


def _camel_case(option: str) -> str:
    """Return the parameter that an option of the AWS CLI stands for; the client names an output by one word."""
    first, *rest = option.removeprefix("--").split("-")
    name = first + "".join(word.capitalize() for word in rest)
    return {"taskOutput": "output"}.get(name, name)
