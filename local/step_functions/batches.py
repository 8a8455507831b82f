"""
Batches of a Distributed Map: the inputs of its child executions.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_selector import ItemSelector
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData


def batches(
    env: Environment, items: list[Any], selector: ItemSelector | None, batcher: dict[str, Any] | None
) -> Iterator[tuple[Any, int]]:
    """
    Yield the input of each child execution, and the number of items in it.

    Args:
        batcher: The map's ``ItemBatcher`` with evaluated values; None if the map has none.
    """
    selected = [_selected(env, index, item, selector) for index, item in enumerate(items)]
    if batcher is None:
        yield from ((item, 1) for item in selected)
        return
    more = {name: value for name, value in batcher.items() if name == "BatchInput"}
    size = int(batcher["MaxItemsPerBatch"])
    for start in range(0, len(selected), size):
        batch = selected[start : start + size]
        yield {**more, "Items": batch}, len(batch)


def _selected(env: Environment, index: int, item: Any, selector: ItemSelector | None) -> Any:
    if selector is None:
        return item
    frame = env.open_frame()
    context = frame.states.context_object.context_object_data
    context["Map"] = MapData(Item=ItemData(Index=index, Value=item))
    frame.states.reset(env.states.get_input())
    selector.eval(frame)
    env.delete_frame(frame)
    return frame.stack.pop()
