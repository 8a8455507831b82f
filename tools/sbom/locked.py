"""Finds the wheel of each package in the layer, from uv.lock and the build target."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from tools.layer.target import Target


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """
    A wheel that can be installed.

    Attributes:
        url: Download URL; ends with the file name.

        sha256: SHA-256 hash in hexadecimal.
    """

    url: str
    sha256: str

    @property
    def tags(self) -> frozenset[Tag]:
        """Return the compatibility tags in the wheel's name."""
        return parse_wheel_filename(self.url.rpartition("/")[2])[3]


# By name and version.
Lock = dict[tuple[str, str], list[Wheel]]


def load(lock: Path) -> Lock:
    """Return the wheels of every package in *lock*."""
    packages = tomllib.loads(lock.read_text())["package"]
    return {(one["name"], one["version"]): [_wheel(file) for file in one.get("wheels", [])] for one in packages}


def choose(wheels: list[Wheel], target: Target) -> Wheel:
    """
    Return the wheel that pip selects for *target*: the most specific compatible one.

    Raises:
        ValueError: No wheel is compatible.
    """
    python = tuple(int(part) for part in target.python.split("."))
    tags = [
        *cpython_tags(python, platforms=target.platforms),
        *compatible_tags(python, interpreter=f"cp{target.python.replace('.', '')}", platforms=target.platforms),
    ]
    ranks = {tag: rank for rank, tag in reversed([*enumerate(tags)])}
    return min(
        (wheel for wheel in wheels if not wheel.tags.isdisjoint(ranks)),
        key=lambda wheel: min(ranks[tag] for tag in wheel.tags if tag in ranks),
    )


def _wheel(file: Mapping[str, str]) -> Wheel:
    return Wheel(url=file["url"], sha256=file["hash"].removeprefix("sha256:"))
