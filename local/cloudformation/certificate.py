"""
A temporary certificate for this machine, so that responses use TLS, as they do to S3.

Clients trust it if SSL_CERT_FILE names its file before they create their TLS context.
"""

from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")


def write(folder: Path) -> tuple[Path, Path]:
    """
    Write the certificate of a new certificate authority, and one for this machine, into *folder*.

    Returns:
        The file that clients must trust, and the server's certificate with its key; both in PEM format.
    """
    authority = trustme.CA()
    authority_file, server_file = folder / "authority.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(authority_file))
    authority.issue_cert(*NAMES).private_key_and_cert_chain_pem.write_to_path(str(server_file))
    return authority_file, server_file
