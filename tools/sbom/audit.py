"""
``python -m tools.sbom.audit``: check the packages of the layer for known vulnerabilities.

A known vulnerability stops the build, and so does a service that does not answer, unless `AUDIT=skip` accepts that.
pip-audit sends the queries; `PIP_AUDIT_VULNERABILITY_SERVICE` selects the service.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[2] / "layers" / "runtime" / "requirements.txt"
PATIENCE = 60  # s, for all packages together
UNANSWERED = "The layer was not audited, because no vulnerability service answered"
# Vulnerabilities that do not affect the function: {ID: reason}.
ACCEPTED: dict[str, str] = {}


def audit(
    requirements: Path, accepted: dict[str, str], *, patience: float = PATIENCE, may_be_skipped: bool = False
) -> str:
    """
    Audit the packages that *requirements* pins, and return the result as a sentence.

    Args:
        requirements: Requirements file with hashes.

        accepted: Vulnerabilities to ignore, in the form of `ACCEPTED`.

        patience: Time limit in seconds for all packages together.

        may_be_skipped: Whether a service that does not answer is accepted.

    Raises:
        SystemExit: A known vulnerability is not in *accepted*, *requirements* cannot be read, or no service answered.
    """
    try:
        answer = _pip_audit(requirements, *(f"--ignore-vuln={one}" for one in accepted), patience=patience)
        packages = json.loads(answer.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        reason = f"none within {patience} s"
    except json.JSONDecodeError:
        reason = _reason(answer.stderr)
    else:
        return _accepted(judge(packages), may_be_skipped=may_be_skipped)
    _check(requirements)
    return _accepted(_unanswered(reason), may_be_skipped=may_be_skipped)


def _accepted(result: str, *, may_be_skipped: bool) -> str:
    """Return *result*; exit if it says that nothing was audited, and that is not accepted."""
    if result.startswith(UNANSWERED) and not may_be_skipped:
        sys.exit(f"{result} To build without an audit, set AUDIT=skip.")
    return result


def _check(requirements: Path) -> None:
    """Exit if pip-audit cannot read *requirements*; if it can, the service caused the failure."""
    read = _pip_audit(requirements, "--dry-run")
    if read.returncode:
        sys.exit(f"The packages of the layer cannot be audited: {_reason(read.stderr)}")


def judge(packages: list[dict[str, Any]]) -> str:
    """
    Return the result of the audit as a sentence; *packages* is pip-audit's output.

    Raises:
        SystemExit: A package has a known vulnerability.
    """
    found = [_describe(package, one) for package in packages for one in package.get("vulns", [])]
    if found:
        sys.exit("\n  ".join(["Packages of the layer have known vulnerabilities:", *found]))
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        return _unanswered("the service knows none of the packages")
    unknown = f"; the service does not know {', '.join(skipped)}" if skipped else ""
    return f"Audited {len(packages) - len(skipped)} packages of the layer: no vulnerability is known{unknown}."


def _describe(package: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    names = " ".join([vulnerability["id"], *vulnerability["aliases"]])
    fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {names}, fixed in {fixed}: {vulnerability['description'][:200]}"


def _unanswered(reason: str) -> str:
    return f"{UNANSWERED}: {reason}."


def _reason(text: str) -> str:
    """Return the first error in *text*, a program's error output."""
    first = re.search(r"^(?:ERROR:[\w.]+:|[\w.]+(?:Error|Timeout): )(.+)$", text, flags=re.MULTILINE)
    reason = first[1] if first else (text.strip().splitlines() or ["it gave no reason"])[-1]
    return reason.strip().rstrip(".")[:160]


def _pip_audit(requirements: Path, *options: str, patience: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--require-hashes"]
    command += ["--disable-pip", "--format=json", "--output=stdout", "--progress-spinner=off", "--timeout=5"]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=patience)


if __name__ == "__main__":
    print(audit(REQUIREMENTS, ACCEPTED, may_be_skipped=os.environ.get("AUDIT") == "skip"))
