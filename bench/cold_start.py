"""
What a cold start costs, artifact against artifact: ours, and what others would deploy for the same.

All run in Lambda's emulator, on the runtime's Python, each as `sam build` leaves it: without bytecode where that is
what it does.  A start of each in turn, again and again, so that what else this machine does spoils none more than
another; a ratio is of two starts of the same round.  The others make their client in their init, we ours when it is
needed: only the time to the first answer has everything in it.  Lambda gives an init all its CPU, and an invocation
only what its memory pays for; here both have all of it.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.cold_start_sample import ColdStart, Place
from bench.figure import Figure
from bench.plan import Plan
from local.client import LocalAws
from local.cloudformation.endpoint import serving
from local.lambda_runtime import runtime
from local.lambda_runtime.artifact import Artifact, load

BUILT = Path(__file__).parents[1] / ".aws-sam"
OURS, BARE, CRHELPER, EMPTY = "ours", "bare handler", "crhelper", "empty handler"
Rounds = Sequence[Mapping[str, ColdStart]]


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield what a start costs until the function is there, and until CloudFormation has its first answer."""
    artifacts = _artifacts()
    rounds = _rounds(local_aws, artifacts, plan.starts)
    inits, answers, memories = (_medians(rounds, name) for name in ("init", "answered", "memory"))
    del answers[EMPTY]  # it never answers
    yield _figure("cold start: init", "ms", inits)
    yield _ratio("cold start: init", rounds, "init", BARE, 0.60)
    yield _ratio("cold start: init", rounds, "init", CRHELPER, 0.50)
    yield _figure("cold start: first Create answered", "ms", answers)
    yield _ratio("cold start: first Create answered", rounds, "answered", BARE, None)
    yield _ratio("cold start: first Create answered", rounds, "answered", CRHELPER, 0.70)
    yield _figure("cold start: peak memory", "MB", memories, at_most=memories[BARE])
    yield _figure("code and layers, unzipped", "MB", {n: a.size / 1e6 for n, a in artifacts.items()}, at_most=12)


def _artifacts() -> dict[str, Artifact]:
    """
    Return what is compared; `make bench` builds it.

    Raises:
        FileNotFoundError: It is not built.
    """
    peers = BUILT / "peers" / "template.yaml"
    return {
        OURS: load(BUILT / "build" / "template.yaml", "FinalizeCutover"),
        BARE: load(peers, "Bare"),
        CRHELPER: load(peers, "CrHelper"),
        EMPTY: load(peers, "Empty"),
    }


def _rounds(local_aws: LocalAws, artifacts: Mapping[str, Artifact], count: int) -> Rounds:
    """Return *count* rounds of one start each; one before them fills the caches of the disk."""
    with serving("https") as endpoint:
        variables = {
            "AWS_ENDPOINT_URL": local_aws.url,
            "EXTRA_RESPONSE_HOSTS": endpoint.host,
            "SSL_CERT_FILE": str(endpoint.certificate_file),
        }
        place = Place(local_aws=local_aws, endpoint=endpoint, runtime=runtime.find(), variables=variables)
        rounds = [
            {name: place.start(artifact, answers=name != EMPTY) for name, artifact in artifacts.items()}
            for _ in range(1 + count)
        ]
    return rounds[1:]


def _medians(rounds: Rounds, what: str) -> dict[str, float]:
    return {name: statistics.median(getattr(starts[name], what) for starts in rounds) for name in rounds[0]}


def _figure(name: str, unit: str, of_each: Mapping[str, float], at_most: float | None = None) -> Figure:
    peers = {peer: value for peer, value in of_each.items() if peer != OURS}
    return Figure(name=name, unit=unit, ours=of_each[OURS], at_most=at_most, peers=peers)


def _ratio(name: str, rounds: Rounds, what: str, peer: str, at_most: float | None) -> Figure:
    """Return ours as a share of *peer*'s: the median, and between which two of its deciles most rounds were."""
    ratios = [getattr(starts[OURS], what) / getattr(starts[peer], what) for starts in rounds]
    deciles = statistics.quantiles(ratios, n=10, method="inclusive")
    spread = f"{deciles[0]:.2f} to {deciles[-1]:.2f} in 8 of 10 starts"
    return Figure(name=f"{name}, share of {peer}'s ({spread})", ours=statistics.median(ratios), at_most=at_most)
