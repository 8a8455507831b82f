"""
A throw-away certificate for this machine, so that answers can travel over TLS as they do to S3.

Clients trust it when SSL_CERT_FILE names its file before they make their TLS context.
"""

from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")


def write(folder: Path) -> tuple[Path, Path]:
    """
    Write a new authority's certificate, and one for this machine, into *folder*.

    Returns:
        What clients have to trust, and the server's certificate with its key; both PEM.
    """
    authority = trustme.CA()
    authority_file, server_file = folder / "authority.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(authority_file))
    authority.issue_cert(*NAMES).private_key_and_cert_chain_pem.write_to_path(str(server_file))
    return authority_file, server_file
