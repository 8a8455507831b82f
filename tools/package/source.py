"""The source of a package: a commit without changes."""

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def describe(folder: Path, url: str) -> dict[str, Any]:
    """
    Return the resource descriptor of the commit that is checked out in *folder*.

    Args:
        folder: Work tree of Git.

        url: Public URL of the repository; empty if there is none.

    Raises:
        SystemExit: *folder* is no work tree or differs from its commit, or *url* is not an HTTPS URL.
    """
    if url and (urlsplit(url).scheme != "https" or not urlsplit(url).hostname or any(map(str.isspace, url))):
        raise SystemExit(f"SOURCE_URL is {url!r}; allowed: the https:// URL of the repository.")
    if changed := _git(folder, "status", "--porcelain").splitlines():
        raise SystemExit(
            f"The source has changes that are not committed, such as {changed[0][3:]}; allowed: none, because the"
            f" provenance names the commit."
        )
    commit = _git(folder, "rev-parse", "HEAD").strip()
    located = {"uri": f"git+{url}@{commit}"} if url else {}
    return {"name": "source", **located, "digest": {"gitCommit": commit}}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"The package must be made from a commit in Git: {answer.stderr.strip()}")
    return answer.stdout
