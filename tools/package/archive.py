"""Zip files that are the same for the same content."""

import zipfile
from pathlib import Path

# As in a sealed build: zip files cannot represent times before 1980.
LONG_AGO = (2000, 1, 1, 0, 0, 0)
FILE = 0o100644 << 16  # a regular file, in the attributes that Unix uses


def pack(folder: Path, archive: Path) -> None:
    """
    Write every file in *folder* to the zip file *archive*, in the order of the names.

    The files are not compressed: versions of zlib differ in what they write for the same content.
    """
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                # Stored, which is the default.
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
                entry.create_system = 3  # Unix, whatever the machine
                entry.external_attr = FILE
                target.writestr(entry, path.read_bytes())
