"""The notifications to the approvers of waves, and the commands in them."""

import json
import re
import shlex
import time

from local.deploy.stack import client
from tests.integration.wave_machine import WaveMachine

LONGEST_DELIVERY = 120  # s, including the check of a large wave on a busy machine


class Inbox:
    """A subscription to the topic."""

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
        while (mail := self.look()) is None:
            assert time.monotonic() < deadline, "No approval was requested."
            time.sleep(0.05)
        return mail

    def look(self) -> tuple[str, str] | None:
        """Return the next message, or None if there is none yet."""
        messages = self._sqs.receive_message(QueueUrl=self._queue).get("Messages")
        if not messages:
            return None
        body = json.loads(messages[0]["Body"])
        return body["Subject"], body["Message"]

    def is_empty(self) -> bool:
        """Whether no approval was requested."""
        return "Messages" not in self._sqs.receive_message(QueueUrl=self._queue)


def command(mail: str, name: str) -> dict[str, str]:
    """Return the options of the command *name* in the text of a notification, parsed as by a shell."""
    (line,) = re.findall(rf"^aws stepfunctions {name} .*$", mail, flags=re.MULTILINE)
    words = shlex.split(line)[3:]
    return dict(zip(words[::2], words[1::2], strict=True))


def follow(machine: WaveMachine, mail: str, name: str) -> None:
    """Execute the command *name* in the text of a notification."""
    options = command(mail, name)
    parameters = {_camel_case(option): value for option, value in options.items()}
    getattr(machine.client, name.replace("-", "_"))(**parameters)


def _camel_case(option: str) -> str:
    """Return the API parameter of an option of the AWS CLI; the CLI has another name for the output."""
    first, *rest = option.removeprefix("--").split("-")
    name = first + "".join(word.capitalize() for word in rest)
    return {"taskOutput": "output"}.get(name, name)
