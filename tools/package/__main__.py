"""``python -m tools.package``: write the package to dist/, after `make build`."""

import hashlib
import json
import os
import shutil
import subprocess
import tomllib
import zlib
from pathlib import Path

from tools.layer import bytecode
from tools.layer.target import Target
from tools.package import archive, provenance, source, template, wheel

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam"
DIST = ROOT / "dist"
MACHINE = "finalize_wave.asl.yaml"
BILL = "sbom.cdx.json"
STATEMENT = "provenance.intoto.json"


def make(folder: Path, target: Target, *, source_url: str = "", builder: str = "") -> None:
    """
    Write the package to *folder*, which is emptied before.

    Raises:
        SystemExit: The build is for another architecture, the source is not a commit, or this machine cannot compile
            the bytecode.
    """
    check_build(BUILT / "build" / "template.yaml", target)
    built_from = source.describe(ROOT, source_url)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    built = {
        "architecture": target.architecture,
        "version": project["version"],
        "python": _python(target),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write_artifacts(folder, f"{project['name']}-{project['version']}-{target.architecture}", target, source_url)
    statement = provenance.statement(
        digests(folder),
        bill=json.loads((folder / BILL).read_text()),
        source=built_from,
        builder=builder or provenance.UNKNOWN_BUILDER,
        built=built,
    )
    (folder / STATEMENT).write_text(statement)
    lines = [f"{digest}  {name}\n" for name, digest in digests(folder).items()]
    (folder / wheel.SUMS).write_text("".join(lines))


def check_build(template: Path, target: Target) -> None:
    """
    Check that *template*, which `make build` wrote, is for the target's architecture.

    Raises:
        SystemExit: It is not, or there is no build.
    """
    text = template.read_text() if template.exists() else ""
    if f"BuildArchitecture: {target.architecture}\n" not in text:
        raise SystemExit(f"There is no build for {target.architecture}.  Run: make package ARCH={target.architecture}")


def _write_artifacts(folder: Path, prefix: str, target: Target, source_url: str) -> None:
    function, layer = f"{prefix}-function.zip", f"{prefix}-layer.zip"
    archive.pack(BUILT / "build" / "FinalizeCutover", folder / function)
    archive.pack(BUILT / "build" / "RuntimeLayer", folder / layer)
    text = template.publish(
        (ROOT / "template.yaml").read_text(),
        function=function,
        layer=layer,
        machine=MACHINE,
        architecture=target.architecture,
        source_url=source_url,
    )
    (folder / "template.yaml").write_text(text)
    for path in (ROOT / "statemachines" / MACHINE, BUILT / BILL, ROOT / "LICENSE", ROOT / "README.md"):
        shutil.copyfile(path, folder / path.name)
    wheel.build(folder)


def digests(folder: Path) -> dict[str, str]:
    """Return ``{file name: SHA-256 in hexadecimal}`` of the files in *folder*."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def _python(target: Target) -> str:
    """Return the full version of the Python that compiles the bytecode; exit if there is none."""
    interpreter = bytecode.find_interpreter(target)
    if interpreter is None:
        raise SystemExit(
            f"Without Python {target.python}, the package would contain no bytecode.  Put python{target.python} on"
            f" the PATH."
        )
    command = [interpreter, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Write the package, and print the names and sizes of its files."""
    target = Target(architecture=os.environ.get("ARCH", Target.architecture))
    make(DIST, target, source_url=os.environ.get("SOURCE_URL", ""), builder=os.environ.get("BUILDER", ""))
    for path in sorted(DIST.iterdir()):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
