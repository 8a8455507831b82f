"""A way to break the function."""

from dataclasses import dataclass
from pathlib import Path

# A module, what stands there exactly once, and what stands there instead.
Change = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """
    A way to break the function.

    Attributes:
        name: What the function does wrongly.

        module: The module that is changed, within the package.

        before: What stands there, exactly once.

        after: What stands there instead.

        also: Further changes, where one check stands behind another.

        is_rare: Whether it shows only where much comes together, so that more histories are run for it.
    """

    name: str
    module: str
    before: str
    after: str
    also: tuple[Change, ...] = ()
    is_rare: bool = False

    def apply(self, package: Path) -> None:
        """
        Change the copy of the source in *package*.

        Raises:
            ValueError: It does not fit.
        """
        for module, before, after in ((self.module, self.before, self.after), *self.also):
            path = package / module
            source = path.read_text()
            if source.count(before) != 1:
                raise ValueError(f"Mutant {self.name!r} no longer fits {module}: {before!r}")
            path.write_text(source.replace(before, after))
