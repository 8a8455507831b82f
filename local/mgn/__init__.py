"""
MGN for moto, in moto's own layout: AWS Application Migration Service, now AWS Transform MGN.

moto has no MGN and no plug-in mechanism.  ``register`` adds this package to moto: the module name that moto imports for
the service, and the host of its requests.
"""

import re
import sys

import moto.backend_index

from .models import mgn_backends
from .urls import url_bases

__all__ = ["mgn_backends", "register"]


def register() -> None:
    """Add MGN to moto's ``mock_aws`` and to its server.  Calling it again has no effect."""
    # moto imports the name "moto.mgn".  The package itself must have another name, or moto treats it as one of its own.
    sys.modules["moto.mgn"] = sys.modules[__name__]
    if not any(service == "mgn" for service, _ in moto.backend_index.backend_url_patterns):
        moto.backend_index.backend_url_patterns.append(("mgn", re.compile(url_bases[0])))
