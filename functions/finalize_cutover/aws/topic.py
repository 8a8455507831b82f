"""An SNS topic through boto3: the port ``Topic`` of the core."""

from collections.abc import Callable
from typing import Any

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import identifier
from finalize_cutover.aws.time_limit import TimeLimit


class AwsTopic:
    """
    A topic in the function's own Region.

    Args:
        client: Returns the boto3 client; called only when it is needed.

        arn: ARN of the topic.

        limit: When each call must have ended.
    """

    def __init__(self, client: Callable[[], Any], *, arn: str, limit: TimeLimit) -> None:
        self._client = client
        self._arn = arn
        self._limit = limit

    def publish(self, subject: str, message: str) -> str:
        """Publish *message*, a text for each kind of subscription as a JSON object; return SNS's message ID."""
        with translated("sns:Publish", missing="Correct DigestTopicArn."):
            # After a lost answer, the SDK sends the message again: then it arrives twice.
            answer = self._limit.run(
                lambda: self._client().publish(
                    TopicArn=self._arn, Subject=subject, Message=message, MessageStructure="json"
                )
            )
            return identifier(answer, "MessageId")
