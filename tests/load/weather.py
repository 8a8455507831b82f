"""Fault injection: for calls to AWS, and for responses to CloudFormation."""

import random
from collections.abc import Iterator, Mapping

from local.client import LocalAws
from local.cloudformation import faults
from local.cloudformation.faults import Fault
from tests.load.plan import Plan

SERVICES = ("mgn", "ec2", "cloudformation", "events")
# Shares of the kinds of faults.
OF_CALLS = {"throttle": 0.3, "internal": 0.2, "unavailable": 0.1, "reset": 0.2, "reset-after": 0.2}
OF_ANSWERS: Mapping[Fault, float] = {
    faults.refused(403): 0.25,
    faults.refused(503): 0.25,
    faults.reset(): 0.25,
    faults.reset_after(): 0.25,
}
FOR_GOOD = 10**9


def spoil_calls(aws: LocalAws, plan: Plan) -> None:
    """Inject faults into calls to every service that the function uses, from now on."""
    for service in SERVICES:
        for number, (fault, probability) in enumerate(in_turn(OF_CALLS, plan.fault_rate).items()):
            seed = plan.seed * 1000 + SERVICES.index(service) * 10 + number
            aws.add_fault("*", fault, service=service, times=FOR_GOOD, probability=probability, seed=seed)


def in_turn(shares: Mapping[str, float], rate: float) -> dict[str, float]:
    """Return the conditional probability of each fault, given that no earlier one applies; *rate* is their sum."""
    probabilities, spared = {}, 1.0
    for fault, share in shares.items():
        probabilities[fault] = share * rate / spared
        spared -= share * rate
    return probabilities


def of_answers(plan: Plan) -> Iterator[Fault]:
    """Yield the fault for each delivery to CloudFormation, endlessly."""
    chance = random.Random(plan.seed)
    while True:
        goes_wrong = chance.random() < plan.fault_rate
        yield chance.choices(list(OF_ANSWERS), list(OF_ANSWERS.values()))[0] if goes_wrong else faults.NONE
