"""Exports of the stacks of one account and Region, in moto."""

from collections.abc import Iterable

from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import Export

from local.cloudformation.resource import ResourceFailedError


def replace_exports(backend: CloudFormationBackend, stack_id: str, exports: Iterable[Export]) -> None:
    """
    Replace the exports of the stack with *exports*.

    Raises:
        ResourceFailedError: Another stack already exports one of these names; nothing is changed.
    """
    wanted = {export.name: export for export in exports}
    for name in wanted:
        holder = backend.exports.get(name)
        if holder and holder.exporting_stack_id != stack_id:
            raise ResourceFailedError(f"Export with name {name} is already exported by another stack.")
    for name in [name for name, export in backend.exports.items() if export.exporting_stack_id == stack_id]:
        del backend.exports[name]
    backend.exports.update(wanted)
