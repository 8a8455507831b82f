"""Counts the requests that CloudFormation sent in all contract tests, and the responses that it accepted."""

from tests.contract.provider import Provider, accepted


class Ledger:
    """
    The counts.

    Attributes:
        requests: Number of requests to providers that must respond.

        answers: Number of different responses to them that CloudFormation could read.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.answers = 0
        self._urls: list[str] = []

    def close(self, provider: Provider) -> None:
        """Count the requests of *provider*; if it must respond, check that each has exactly one response."""
        exchanges = provider.cloudformation.exchanges
        assert [one.document["RequestType"] for one in exchanges if not one.delivery.wait(30)] == []
        self._urls += [one.document["ResponseURL"] for one in exchanges]
        if provider.is_answered:
            counts = [len(accepted(one)) for one in exchanges]
            self.requests += len(exchanges)
            self.answers += sum(counts)
            assert counts == [1] * len(exchanges)

    def take_urls(self) -> list[str]:
        """Return the response URLs since the last call."""
        urls, self._urls = self._urls, []
        return urls

    def __str__(self) -> str:
        return f"{self.requests} requests of CloudFormation, {self.answers} accepted answers"


LEDGER = Ledger()
