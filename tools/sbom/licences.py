"""The licences of packages, as SPDX identifiers."""

from importlib.metadata import Distribution

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.license import License, LicenseAcknowledgement

# Determined from the licence files, for packages whose metadata has no SPDX identifier or a different one.
CONCLUDED = {
    "aws-lambda-powertools": "MIT-0",
    "crhelper": "Apache-2.0",
    "python-dateutil": "BSD-3-Clause",  # applies to all its code; code after 2017 is also under Apache-2.0
    "s3transfer": "Apache-2.0",
}


def licence_of(name: str, distribution: Distribution) -> License:
    """
    Return the licence of a package, from its metadata or from ``CONCLUDED``.

    A licence without an SPDX identifier keeps its name from the metadata.
    """
    if name in CONCLUDED:
        return _licence(CONCLUDED[name], LicenseAcknowledgement.CONCLUDED)
    metadata = distribution.metadata
    declared = [metadata[field] for field in ("License-Expression", "License") if field in metadata]
    return _licence([*declared, "unknown"][0], LicenseAcknowledgement.DECLARED)


def _licence(words: str, acknowledgement: LicenseAcknowledgement) -> License:
    return LicenseFactory().make_from_string(words, license_acknowledgement=acknowledgement)
