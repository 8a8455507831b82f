"""Under which licence a package comes, in SPDX's words."""

from importlib.metadata import Distribution

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.license import License, LicenseAcknowledgement

# Read in the licence files of packages whose metadata names no SPDX licence, or another one.
CONCLUDED = {
    "aws-lambda-powertools": "MIT-0",
    "crhelper": "Apache-2.0",
    "python-dateutil": "BSD-3-Clause",  # of all its code; what is newer than 2017 is under Apache-2.0 as well
    "s3transfer": "Apache-2.0",
}


def licence_of(name: str, distribution: Distribution) -> License:
    """
    Return the licence of a package, as its metadata declares it or as it was read by us.

    One that is no SPDX licence keeps the name it has in the metadata.
    """
    if name in CONCLUDED:
        return _licence(CONCLUDED[name], LicenseAcknowledgement.CONCLUDED)
    metadata = distribution.metadata
    declared = [metadata[field] for field in ("License-Expression", "License") if field in metadata]
    return _licence([*declared, "unknown"][0], LicenseAcknowledgement.DECLARED)


def _licence(words: str, acknowledgement: LicenseAcknowledgement) -> License:
    return LicenseFactory().make_from_string(words, license_acknowledgement=acknowledgement)
