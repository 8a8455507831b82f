"""Which file of a package is in the layer, by uv.lock and by what it is built for."""

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
    A file that may be installed.

    Attributes:
        url: Where it is downloaded from; ends in its name.

        sha256: In hexadecimal.
    """

    url: str
    sha256: str

    @property
    def tags(self) -> frozenset[Tag]:
        """Return what its name says about where it runs."""
        return parse_wheel_filename(self.url.rpartition("/")[2])[3]


# By name and version.
Lock = dict[tuple[str, str], list[Wheel]]


def load(lock: Path) -> Lock:
    """Return the wheels of every package in *lock*."""
    packages = tomllib.loads(lock.read_text())["package"]
    return {(one["name"], one["version"]): [_wheel(file) for file in one.get("wheels", [])] for one in packages}


def choose(wheels: list[Wheel], target: Target) -> Wheel:
    """
    Return the one of *wheels* that pip takes for *target*, which is the most specific one that runs there.

    Raises:
        ValueError: None does.
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
