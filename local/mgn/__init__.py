"""
MGN for moto, in moto's own layout: AWS Application Migration Service, now AWS Transform MGN.

moto has no MGN and no plug-ins.  ``register`` tells it of ours: the name under which moto imports a service, and the
host that requests for it go to.
"""

import re
import sys

import moto.backend_index

from .models import mgn_backends
from .urls import url_bases

__all__ = ["mgn_backends", "register"]


def register() -> None:
    """Make moto answer for MGN, in ``mock_aws`` and in its server; a second time changes nothing."""
    # The name "moto.mgn" is what moto imports; our package may not be called so, or moto takes it for one of its own.
    sys.modules["moto.mgn"] = sys.modules[__name__]
    if not any(service == "mgn" for service, _ in moto.backend_index.backend_url_patterns):
        moto.backend_index.backend_url_patterns.append(("mgn", re.compile(url_bases[0])))
