"""
``python -m tools.sbom.audit``: ask whether a vulnerability of what the layer holds is known.

One that is known stops the build.  No answer does not, since a build must not hang on a service, or on a network
that lets one reach it; but it is said.  pip-audit asks; `PIP_AUDIT_VULNERABILITY_SERVICE` chooses whom.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[2] / "layers" / "runtime" / "requirements.txt"
PATIENCE = 60  # s, for all packages together
# Vulnerabilities that do not concern the function: {ID: why not}.
ACCEPTED: dict[str, str] = {}


def audit(requirements: Path, accepted: dict[str, str], *, patience: float = PATIENCE) -> str:
    """
    Return what is to be said of the packages that *requirements* pins.

    Args:
        requirements: What pip installs, with hashes.

        accepted: Vulnerabilities that stop nothing, as `ACCEPTED` has them.

        patience: How many seconds the service has for all packages together.

    Raises:
        SystemExit: A vulnerability is known that is not in *accepted*, or *requirements* cannot be read.
    """
    try:
        answer = _pip_audit(requirements, *(f"--ignore-vuln={one}" for one in accepted), patience=patience)
        packages = json.loads(answer.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        reason = f"none within {patience} s"
    except json.JSONDecodeError:
        reason = _reason(answer.stderr)
    else:
        return judge(packages)
    _check(requirements)
    return _unanswered(reason)


def _check(requirements: Path) -> None:
    """Refuse a list that cannot be read; where it can, without asking anyone, it was the service that failed."""
    read = _pip_audit(requirements, "--dry-run")
    if read.returncode:
        sys.exit(f"What the layer holds cannot be audited: {_reason(read.stderr)}")


def judge(packages: list[dict[str, Any]]) -> str:
    """
    Return what is to be said of *packages*, as pip-audit describes them.

    Raises:
        SystemExit: A vulnerability of one is known.
    """
    found = [_describe(package, one) for package in packages for one in package.get("vulns", [])]
    if found:
        sys.exit("\n  ".join(["Vulnerabilities of what the layer holds are known:", *found]))
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        return _unanswered("it knows none of the packages")
    unknown = f"; the service does not know {', '.join(skipped)}" if skipped else ""
    return f"Audited {len(packages) - len(skipped)} packages of the layer: no vulnerability is known{unknown}."


def _describe(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    names = " ".join([vulnerability["id"], *vulnerability["aliases"]])
    mended = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {names}, mended in {mended}: {vulnerability['description'][:200]}"


def _unanswered(reason: str) -> str:
    return f"The layer was not audited, because no vulnerability service answered: {reason}."


def _reason(text: str) -> str:
    """Return why a program failed that wrote *text*: what went wrong first, of all that follows from it."""
    first = re.search(r"^(?:ERROR:[\w.]+:|[\w.]+(?:Error|Timeout): )(.+)$", text, flags=re.MULTILINE)
    reason = first[1] if first else (text.strip().splitlines() or ["it does not say why"])[-1]
    return reason.strip().rstrip(".")[:160]


def _pip_audit(requirements: Path, *options: str, patience: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--require-hashes"]
    command += ["--disable-pip", "--format=json", "--output=stdout", "--progress-spinner=off", "--timeout=5"]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=patience)


if __name__ == "__main__":
    print(audit(REQUIREMENTS, ACCEPTED))
