"""How much load, of what kind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    A load.

    Attributes:
        requests: Stacks that are created, all at once.

        events: Launch results on the event bus, those told twice included.

        environments: Execution environments at a time; what finds none free waits, as where concurrency is reserved.

        seed: Decides who asks for what in which order, and which calls go wrong.

        fault_rate: Share of calls to AWS, and of deliveries to CloudFormation, that go wrong.

        duplicates: Share of events that are told twice, and of requests that Lambda delivers twice at a time.

        seconds: When it is given up, counted from its beginning.
    """

    requests: int
    events: int
    environments: int
    seed: int = 1
    fault_rate: float = 0.1
    duplicates: float = 0.2
    seconds: float = 1200


FULL = Plan(requests=200, events=2000, environments=12)
# A few seconds' worth, for the end-to-end suite.
SMALL = Plan(requests=20, events=100, environments=6, seconds=120)
