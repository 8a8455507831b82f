"""The number of requests in the load test with throttling, and the rate that MGN accepts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    The plan of a load test with throttling.

    Attributes:
        stacks: Number of stacks, all created at the same time.

        servers_of_a_stack: Number of source servers in each stack; one job launched them.

        service_timeout: ``ServiceTimeout`` of each stack, in seconds.

        swept: Number of approved source servers that a sweep finds after the stacks.

        servers_of_a_job: Number of the swept source servers in each launch job.

        calls_per_second: Rate of calls that MGN accepts from all clients together.

        burst: Number of calls that MGN accepts at once after a pause, so that a first read succeeds.

        latency: Duration of each call in milliseconds.

        changed_after: Seconds from the sweep's first read until half of the swept source servers change.

        function_timeout: Timeout of the function in seconds, which limits the sweep.
    """

    stacks: int
    servers_of_a_stack: int
    service_timeout: int
    swept: int
    servers_of_a_job: int = 25
    calls_per_second: float = 1.5
    burst: float = 8
    latency: float = 50
    changed_after: float = 3
    function_timeout: int


# No request reaches all servers: about 1.2 writes per second succeed.
FULL = Plan(stacks=2, servers_of_a_stack=40, service_timeout=60, swept=200, function_timeout=75)
# Takes about 40 s, for the end-to-end suite.
SMALL = Plan(stacks=1, servers_of_a_stack=40, service_timeout=30, swept=80, function_timeout=30)
