"""Makes builds byte-identical."""

import os
from pathlib import Path

# 2000-01-01T00:00:00Z: zip files cannot represent times before 1980, in any time zone.
LONG_AGO = 946_684_800


def seal(folder: Path) -> int:
    """
    Set the same time and the same permissions on everything in *folder*, and remove empty folders.

    Returns:
        The size of all files, in bytes.
    """
    size = 0
    for path in sorted(folder.rglob("*"), reverse=True):  # the content of a folder before the folder
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
            continue
        size += path.stat().st_size if path.is_file() else 0
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (LONG_AGO, LONG_AGO))
    os.utime(folder, (LONG_AGO, LONG_AGO))
    return size
