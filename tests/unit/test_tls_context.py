"""The answer trusts the certificates that boto3 trusts, also behind a proxy that inspects TLS."""

import pytest
import trustme

from finalize_cutover.handlers.cloudformation.proxy import tls_context


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle.pem"
    trustme.CA(organization_name="Example proxy").cert_pem.write_to_path(path)
    return path


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_the_bundle_of_the_environment_is_trusted(variable, bundle, monkeypatch):
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(variable, str(bundle))

    (trusted,) = tls_context().get_ca_certs()

    assert (("organizationName", "Example proxy"),) in trusted["subject"]


def test_aws_ca_bundle_comes_first(bundle, monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "missing.pem")

    assert len(tls_context().get_ca_certs()) == 1


def test_a_bundle_that_cannot_be_read_is_an_error_of_the_connection(monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", "missing.pem")

    with pytest.raises(OSError, match="No such file"):
        tls_context()
