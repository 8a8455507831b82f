"""A mutant of the function."""

from dataclasses import dataclass
from pathlib import Path

# A module, a text that occurs exactly once in it, and the replacement.
Change = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """
    A mutant of the function.

    Attributes:
        name: The wrong behaviour.

        module: Path of the changed module in the package.

        before: Text that occurs exactly once in the module.

        after: Replacement for *before*.

        also: Further changes, if several checks have to be removed.

        is_rare: Whether it is detected only by a rare combination of events, so that more histories are run.
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
            ValueError: The mutant does not fit the source.
        """
        for module, before, after in ((self.module, self.before, self.after), *self.also):
            path = package / module
            source = path.read_text()
            if source.count(before) != 1:
                raise ValueError(f"Mutant {self.name!r} no longer fits {module}: {before!r}")
            path.write_text(source.replace(before, after))
