"""
Runs Distributed Maps as AWS does: in batches, each in its own child execution, until too many items have failed.

moto runs every item separately, lets it read its parent's variables, and tolerates any number of failures.
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

from local.step_functions.batches import batches
from local.step_functions.errors import too_many_failed
from local.step_functions.jsonata import filled_in
from local.step_functions.results import Child, write

# AWS allows 10,000 concurrent child executions.  More threads than this do not make a laptop faster.
AT_A_TIME = 40

# {execution ARN: {name of the map: its children}} of maps that failed or were stopped, and of those to be repeated.
_unfinished: dict[str, dict[str, list[Child]]] = {}
_repeated: dict[str, dict[str, list[Child]]] = {}


def repeat(execution_arn: str) -> None:
    """Let the next run of a map of the execution that did not succeed repeat only the children that did not."""
    _repeated[execution_arn] = _unfinished.pop(execution_arn, {})


def run(self: DistributedIterationComponent, env: Environment, eval_input: Any) -> None:
    """
    Run the map over the items on the stack of *env*, and push its result onto that stack.

    Raises:
        FailureEventException: More items failed than the map tolerates.
    """
    items, more = env.stack.pop(), getattr(self, "more", {})
    batcher, writer = (filled_in(env, more.get(name)) for name in ("ItemBatcher", "ResultWriter"))
    execution_arn = env.states.context_object.context_object_data["Execution"]["Id"]
    children = _repeated.get(execution_arn, {}).pop(eval_input.state_name, None) or [
        Child(input=batch, items=size) for batch, size in batches(env, items, eval_input.item_selector, batcher)
    ]
    eval_input.map_run_record.children = children
    left = [child for child in children if child.status != "SUCCEEDED"]
    for child in left:
        child.status = "PENDING"
    map_run = _MapRun(self, env, eval_input, children)
    map_run.count_all()
    with ThreadPoolExecutor(max_workers=min(eval_input.max_concurrency or AT_A_TIME, AT_A_TIME)) as crew:
        list(crew.map(map_run.run, left))
    if map_run.has_failed or not env.is_running():
        _unfinished.setdefault(execution_arn, {})[eval_input.state_name] = children
    if map_run.has_failed:
        raise too_many_failed(env)
    if writer is None:
        env.stack.append([child.output for child in children if child.status == "SUCCEEDED"])
        return
    s3 = boto_client_for(region=env.aws_execution_details.region, service="s3")
    env.stack.append(write(writer["Arguments"], eval_input.map_run_record.map_run_arn, children, s3))


class _MapRun:
    """One run of a map; its child executions run in several threads."""

    def __init__(
        self, component: DistributedIterationComponent, env: Environment, eval_input: Any, children: list[Child]
    ) -> None:
        self._component = component
        self._env = env
        self._record = eval_input.map_run_record
        self._tolerated = eval_input.tolerated_failure_percentage
        self._children = children

    @property
    def has_failed(self) -> bool:
        """Whether more items failed than the map tolerates."""
        failed = sum(child.items for child in self._children if child.status == "FAILED")
        return bool(failed * 100 > self._tolerated * sum(child.items for child in self._children))

    def count_all(self) -> None:
        """Count all children, and those that an earlier run has ended, before the others start."""
        for child in self._children:
            for counter, number in self._counters(child):
                counter.total.count(number)
            if child.status == "SUCCEEDED":
                self._count(child)

    def run(self, child: Child) -> None:
        """Run *child*, unless the map run has failed or was stopped."""
        if self.has_failed or not self._env.is_running():
            return
        frame = self._frame(child)
        self._component._get_iteration_program().eval(frame)  # noqa: SLF001 - moto has no public access
        state = frame.program_state()
        child.events = frame.event_manager.get_event_history()
        if isinstance(state, ProgramEnded):
            child.output, child.status = frame.states.get_input(), "SUCCEEDED"
        else:
            error = (state.error if isinstance(state, ProgramError) else None) or {}
            child.error, child.cause, child.status = error.get("error"), error.get("cause"), "FAILED"
        self._count(child)
        self._env.delete_frame(frame)

    def _frame(self, child: Child) -> Environment:
        """Return the environment of a child execution: its own name and history, no variables of its parent."""
        frame: Any = self._env.open_inner_frame()
        frame.variable_store = VariableStore()  # type: ignore[no-untyped-call] # moto's
        frame.event_manager = EventManager()
        child.name = str(uuid.uuid4())
        child.arn = f"{self._record.map_state_machine_arn.replace(':stateMachine:', ':execution:')}:{child.name}"
        context = frame.states.context_object.context_object_data
        context["Execution"] = {**context["Execution"], "Id": child.arn, "Name": child.name, "Input": child.input}
        frame.states.reset(child.input)
        environment: Environment = frame
        return environment

    def _count(self, child: Child) -> None:
        for counter, number in self._counters(child):
            (counter.succeeded if child.status == "SUCCEEDED" else counter.failed).count(number)

    def _counters(self, child: Child) -> tuple[tuple[Any, int], ...]:
        """Return each counter of the map run, with what *child* adds to it."""
        return (self._record.item_counter, child.items), (self._record.execution_counter, 1)
