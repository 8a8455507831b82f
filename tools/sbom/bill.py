"""
``python -m tools.sbom.bill``: write the bill of materials to .aws-sam/sbom.cdx.json, after `sam build`.

Its format is CycloneDX: https://cyclonedx.org/docs/1.6/json/
"""

import os
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tools.layer.target import Target
from tools.sbom import licences, locked

ROOT = Path(__file__).parents[2]
LAYER = ROOT / ".aws-sam" / "build" / "RuntimeLayer" / "python"
BILL = ROOT / ".aws-sam" / "sbom.cdx.json"

# By package name.
Components = dict[NormalizedName, Component]


def make(packages: Path, target: Target) -> str:
    """
    Return the bill of materials of the function and of *packages*; the same input gives the same bytes.

    Args:
        packages: The layer's ``python/`` folder, with the metadata of each package.

        target: The build target, which determines the wheels in the layer.

    Raises:
        SystemExit: The version of a package is not in uv.lock.
    """
    installed = {canonicalize_name(one.name): one for one in distributions(path=[str(packages)])}
    lock = locked.load(ROOT / "uv.lock")
    components: Components = {name: _component(name, one, lock, target) for name, one in installed.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bill = Bom(components=components.values())
    bill.metadata.component = _application(project)
    bill.metadata.lifecycles.add(PredefinedLifecycle(phase=LifecyclePhase.BUILD))
    bill.metadata.tools.components.add(this_component())
    # Both would differ between builds.
    bill.serial_number = bill.metadata.timestamp = None  # type: ignore[assignment] # both are optional in the schema
    bill.register_dependency(bill.metadata.component, _needed(project["dependencies"], components, target))
    for name, one in installed.items():
        bill.register_dependency(components[name], _needed(one.requires or [], components, target))
    return JsonV1Dot6(bill).output_as_string(indent=2) + "\n"


def _application(project: dict[str, Any]) -> Component:
    return Component(
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        name=project["name"],
        version=project["version"],
        description=project["description"],
        licenses=[LicenseFactory().make_from_string(project["license"])],
    )


def _component(name: str, package: Distribution, lock: locked.Lock, target: Target) -> Component:
    if (name, package.version) not in lock:
        raise SystemExit(
            f"The layer has {name} {package.version}, which is not in uv.lock.  Build it again: make build"
        )
    wheel = locked.choose(lock[name, package.version], target)
    sha256 = HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)
    url = PackageURL(type="pypi", name=name, version=package.version)
    return Component(
        type=ComponentType.LIBRARY,
        bom_ref=url.to_string(),
        purl=url,
        name=name,
        version=package.version,
        licenses=[licences.licence_of(name, package)],
        external_references=[
            ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(wheel.url), hashes=[sha256])
        ],
    )


def _needed(requirements: Iterable[str], components: Components, target: Target) -> list[Component]:
    """Return those of *components* that *requirements* name, with environment markers evaluated for Lambda."""
    versions = {"python_version": target.python, "python_full_version": f"{target.python}.0"}
    there = {**versions, "extra": "", "os_name": "posix", "platform_system": "Linux", "sys_platform": "linux"}
    parsed = [Requirement(one) for one in requirements]
    return [components[canonicalize_name(one.name)] for one in parsed if not one.marker or one.marker.evaluate(there)]


def main() -> None:
    """Write the bill of materials, and print its path."""
    BILL.write_text(make(LAYER, Target(architecture=os.environ.get("ARCH", Target.architecture))))
    print(f"Wrote the bill of materials: {BILL.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
