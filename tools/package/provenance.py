"""
The provenance of the package: an in-toto statement with SLSA's predicate.

It is not signed.  Everything that differs between two builds of a commit is left out: time, machine, run.

https://slsa.dev/spec/v1.1/provenance
"""

import json
from typing import Any

# Identifies `make package` as docs/releasing.md describes it; change it if the parameters below change their meaning.
BUILD_TYPE = "urn:uuid:9e003130-d339-4530-97fa-23f3a9093778"
# Identifies a machine that nobody vouches for, such as a developer's.
UNKNOWN_BUILDER = "urn:uuid:17e2a67a-f37c-46c9-9cc6-30cbbae5f088"


def statement(
    digests: dict[str, str], *, bill: dict[str, Any], source: dict[str, Any], builder: str, built: dict[str, str]
) -> str:
    """
    Return the statement as JSON text.

    Args:
        digests: SHA-256 of each published file, in hexadecimal.

        bill: Bill of materials, with the wheel of each package.

        source: Resource descriptor of the source, with its commit.

        builder: URI of the builder.

        built: Architecture, version, and versions of the Python that compiled the bytecode and of the zlib that
            compressed the wheel.
    """
    return _text(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(digests.items())],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {
                "buildDefinition": {
                    "buildType": BUILD_TYPE,
                    "externalParameters": {name: built[name] for name in ("architecture", "version")},
                    "internalParameters": {name: built[name] for name in ("python", "zlib")},
                    "resolvedDependencies": [source, *map(_wheel, bill["components"])],
                },
                "runDetails": {"builder": {"id": builder}},
            },
        }
    )


def _wheel(component: dict[str, Any]) -> dict[str, Any]:
    """Return the resource descriptor of the wheel of a package in the bill of materials."""
    [file] = [one for one in component["externalReferences"] if one["type"] == "distribution"]
    [sha256] = [one["content"] for one in file["hashes"] if one["alg"] == "SHA-256"]
    return {"name": component["purl"], "uri": file["url"], "digest": {"sha256": sha256}}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2) + "\n"
