"""
Reduces botocore's data to the operations that the function calls.

botocore contains the models of all operations of all services, 28 MB.  A client parses the complete model of its
service when it is created; for EC2, that takes longer than the rest of the function's start.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

from tools.layer import service_model

# Read by every client, whatever its service.
COMMON = ("_retry", "endpoints", "partitions", "sdk-default-configuration")


def cut(data: Path, operations: dict[str, list[str]]) -> None:
    """
    Delete everything from botocore's folder *data* that *operations* do not need; write the rest uncompressed.

    Args:
        data: ``botocore/data``.

        operations: ``{service: [operation]}``.

    Raises:
        SystemExit: A service does not have an operation.
    """
    kept = {name: _read(data, name) for name in COMMON}
    for service, names in operations.items():
        kept |= _cut_service(data, service, names)
    prefixes = {model["metadata"]["endpointPrefix"] for name, model in kept.items() if name.endswith("/service-2")}
    for partition in kept["endpoints"]["partitions"]:
        partition["services"] = {name: at for name, at in partition["services"].items() if name in prefixes}
    shutil.rmtree(data)
    for name, model in kept.items():
        path = data / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(model, separators=(",", ":")))


def _cut_service(data: Path, service: str, operations: list[str]) -> dict[str, Any]:
    """Return ``{path without .json: model}`` of the newest API version, which clients use."""
    version = f"{service}/{max(folder.name for folder in (data / service).iterdir())}"
    pagination = _read(data, f"{version}/paginators-1")["pagination"]
    return {
        f"{version}/service-2": service_model.cut(_read(data, f"{version}/service-2"), operations),
        f"{version}/endpoint-rule-set-1": _read(data, f"{version}/endpoint-rule-set-1"),
        f"{version}/paginators-1": {
            "pagination": {name: pagination[name] for name in operations if name in pagination}
        },
    }


def _read(data: Path, name: str) -> dict[str, Any]:
    """Return the model *name*, merged with its ``sdk-extras`` as in botocore."""
    model: dict[str, Any] = _load(data / name)
    extras = data / f"{name}.sdk-extras.json"
    if extras.exists():
        _merge(model, json.loads(extras.read_text())["merge"])
    return model


def _load(path: Path) -> Any:
    plain = path.with_name(path.name + ".json")
    packed = path.with_name(path.name + ".json.gz")
    return json.loads(plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes()))


def _merge(base: dict[str, Any], extra: dict[str, Any]) -> None:
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value
