"""What the wheel contains of the application, in the folder ``bundled``: the report page and the types of reports."""

import sys
from pathlib import Path

FOLDER = Path(__file__).with_name("bundled")


def make_importable() -> None:
    """
    Let ``finalize_cutover`` and ``reporting`` be imported from the wheel.

    They are not packages of the environment, because other programs can have packages of these names.  In a checkout,
    there is no such folder, and they are on the path already.
    """
    if FOLDER.is_dir() and str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))


def version() -> str:
    """Return the version of the application that this program belongs to."""
    from finalize_cutover.version import VERSION

    return VERSION
