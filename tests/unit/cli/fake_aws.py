"""AWS as the program reaches it through boto3: clients that answer from lists, and a terminal that types answers."""

import datetime as dt
import io
import json
from types import SimpleNamespace

STACK = {
    "StackStatus": "CREATE_COMPLETE",
    "Outputs": [
        {"OutputKey": "FinalizeCutover", "OutputValue": "finalize"},
        {
            "OutputKey": "FinalizeWave",
            "OutputValue": "arn:aws:states:eu-west-1:111122223333:stateMachine:FinalizeWave",
        },
        {"OutputKey": "WaveResults", "OutputValue": "results"},
    ],
}


class AlreadyExistsError(Exception):
    """As Step Functions raises it."""


def answer_of(answer):
    """Return *answer*, or raise it."""
    if isinstance(answer, BaseException):
        raise answer
    return answer


class FakeAws:
    """
    The clients of a session.

    Attributes:
        answers: What the function answers, one after the other.

        requests: What it was asked.

        stack: What CloudFormation answers; an exception is raised.

        started: What Step Functions answers to a start; an exception is raised.

        accepted: What it answers to an approval or a refusal; an exception is raised.
    """

    def __init__(self):
        self.answers = []
        self.stack = STACK
        self.requests = []
        self.started = {
            "executionArn": "arn:aws:states:eu-west-1:111122223333:execution:FinalizeWave:wave-1",
            "startDate": dt.datetime(2026, 11, 30, tzinfo=dt.UTC),
        }
        self.accepted = {}
        self.objects = {}
        self.inputs = []

    def client(self, _service, config=None):
        del config
        return SimpleNamespace(
            meta=SimpleNamespace(region_name="eu-west-1"),
            exceptions=SimpleNamespace(ExecutionAlreadyExists=AlreadyExistsError),
            describe_stacks=lambda StackName: {"Stacks": [answer_of(self.stack)]},  # noqa: N803, ARG005 - boto3's name
            invoke=self._invoke,
            start_execution=self._start,
            get_object=self._get,
            send_task_success=lambda **_answer: answer_of(self.accepted),
            send_task_failure=lambda **_answer: answer_of(self.accepted),
        )

    def _invoke(self, FunctionName, Payload):  # noqa: N803, ARG002 - boto3's names
        self.requests.append(json.loads(Payload))
        answer = answer_of(self.answers.pop(0))
        return {"Payload": io.BytesIO(answer if isinstance(answer, bytes) else json.dumps(answer).encode())}

    def _get(self, Bucket, Key):  # noqa: N803, ARG002 - boto3's names
        return {"Body": io.BytesIO(self.objects[Key].encode())}

    def _start(self, **request):
        self.inputs.append(request)
        return answer_of(self.started)


class Keyboard(io.StringIO):
    """What a person types on a terminal."""

    def isatty(self):
        return True
