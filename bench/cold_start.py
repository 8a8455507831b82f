"""
Compares the cold start of this project's artifact with the artifacts of simpler solutions.

All run in Lambda's emulator, on the runtime's Python, as `sam build` builds them: the others without bytecode.  In each
round every artifact starts once, so that other load on the machine affects all of them equally; a ratio compares two
starts of the same round.  The others create their client in the init phase, this project when it is needed, so only the
time to the first response includes everything.  Lambda gives the init phase the full CPU, and an invocation a share by
memory size; in the emulator both have the full CPU.
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
    """Yield the cost of a cold start: until the function is ready, and until CloudFormation has its first response."""
    artifacts = _artifacts()
    rounds = _rounds(local_aws, artifacts, plan.starts)
    inits, answers, memories = (_medians(rounds, name) for name in ("init", "answered", "memory"))
    del answers[EMPTY]  # it sends no response
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
    Return the artifacts to compare; `make bench` builds them.

    Raises:
        FileNotFoundError: They are not built.
    """
    peers = BUILT / "peers" / "template.yaml"
    return {
        OURS: load(BUILT / "build" / "template.yaml", "FinalizeCutover"),
        BARE: load(peers, "Bare"),
        CRHELPER: load(peers, "CrHelper"),
        EMPTY: load(peers, "Empty"),
    }


def _rounds(local_aws: LocalAws, artifacts: Mapping[str, Artifact], count: int) -> Rounds:
    """Return *count* rounds with one start of each artifact; a round before them fills the disk caches."""
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
    """Return the ratio of this project's figure to *peer*'s: the median, with the first and the last decile."""
    ratios = [getattr(starts[OURS], what) / getattr(starts[peer], what) for starts in rounds]
    deciles = statistics.quantiles(ratios, n=10, method="inclusive")
    spread = f"{deciles[0]:.2f} to {deciles[-1]:.2f} in 8 of 10 starts"
    return Figure(name=f"{name}, share of {peer}'s ({spread})", ours=statistics.median(ratios), at_most=at_most)
