"""The state of a service at one time, as far as stale reads show it."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.ssm.models import ssm_backends

from local.mgn import mgn_backends

# Each is an object, an attribute of it and a value of the attribute.
Cells = list[tuple[object, str, Any]]

# Attributes of instances that an operation or an admin route can change.
OF_INSTANCES = ("disable_api_termination", "local_status", "local_since", "_state")


def of(service: str) -> Cells:
    """Return the current state of *service*; later changes do not affect it."""
    return list(KEEPERS[service]())


def exchange(cells: Cells) -> Cells:
    """Put *cells* in the place of the current state, and return that."""
    before = [(owner, name, getattr(owner, name, {})) for owner, name, _ in cells]
    for owner, name, value in cells:
        setattr(owner, name, value)
    return before


def _all(backends: Any) -> Iterable[Any]:
    """Return the backends of every account and Region."""
    return (backend for _, _, backend in backends.iter_backends())


def _of_mgn() -> Iterable[tuple[object, str, Any]]:
    for backend in _all(mgn_backends):
        yield backend, "source_servers", copy.deepcopy(backend.source_servers)


def _of_cloudwatch() -> Iterable[tuple[object, str, Any]]:
    for backend in _all(cloudwatch_backends):
        yield backend, "alarms", {name: copy.copy(alarm) for name, alarm in backend.alarms.items()}


def _of_ssm() -> Iterable[tuple[object, str, Any]]:
    for backend in _all(ssm_backends):
        yield backend, "local_calendars", dict(backend.__dict__.get("local_calendars", {}))


def _of_ec2() -> Iterable[tuple[object, str, Any]]:
    for backend in _all(ec2_backends):
        yield backend, "volumes", dict(backend.volumes)
        yield backend, "snapshots", dict(backend.snapshots)
        for instance in backend.all_instances():
            yield from ((instance, name, getattr(instance, name, {})) for name in OF_INSTANCES)


KEEPERS: dict[str, Callable[[], Iterable[tuple[object, str, Any]]]] = {
    "mgn": _of_mgn,
    "cloudwatch": _of_cloudwatch,
    "ssm": _of_ssm,
    "ec2": _of_ec2,
}
