"""Runs each load test, from its plan to its table of figures and its violations."""

from local.client import LocalAws
from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.runtime import Runtime
from tests.load import figures, plan, run, verdict
from tests.load.throttled import figures as throttled_figures
from tests.load.throttled import plan as throttled_plan
from tests.load.throttled import run as throttled_run
from tests.load.throttled import verdict as throttled_verdict


def faults(wanted: plan.Plan, aws: LocalAws, artifact: Artifact, runtime: Runtime) -> tuple[str, list[str]]:
    """Run the test in which a tenth of all calls and responses fail; *aws* is empty and in this process."""
    course = run.run(wanted, aws, artifact, runtime)
    found = verdict.violations(course.story, course.record)
    return figures.table(course, found), found


def throttled(
    wanted: throttled_plan.Plan, aws: LocalAws, artifact: Artifact, runtime: Runtime
) -> tuple[str, list[str]]:
    """Run the test in which MGN throttles; *aws* is in this process, and is reset."""
    record = throttled_run.run(wanted, aws, artifact, runtime)
    found = throttled_verdict.violations(record)
    return throttled_figures.table(record, found), found
