"""The development authority's certificates: how each is made, and what it may be used for."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lrs.clock import Micros, to_datetime
from lrs.timestamps import NOT_QUALIFIED

Key = ec.EllipticCurvePrivateKey

AUTHORITY_YEARS: Final = 30
# Longer than a deployment is developed with: nobody should have to renew what proves nothing.
SEAL_YEARS: Final = 10
NAME_MOST: Final = 64  # characters in a common name (RFC 5280, ub-common-name)
# The clocks of one machine do not always agree with themselves: a certificate is valid from a little before.
_EARLIER: Final = timedelta(minutes=5)
_YEAR: Final = timedelta(days=365)


def new_key() -> Key:
    """Return a new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def root(key: Key, now: Micros) -> x509.Certificate:
    """Return the certificate that the authority vouches for itself with."""
    name = _name("Racine de développement")
    builder = _builder(name, name, key, now, AUTHORITY_YEARS)
    return _authority(builder, 1).sign(key, hashes.SHA256())


def issuing(key: Key, root_key: Key, root_certificate: x509.Certificate, now: Micros) -> x509.Certificate:
    """Return the certificate of the part that issues all others."""
    name = _name("Émission de certificats de développement")
    builder = _authority(_builder(name, root_certificate.subject, key, now, AUTHORITY_YEARS), 0)
    return _issued_by(builder, root_key, root_certificate).sign(root_key, hashes.SHA256())


def timestamping(key: Key, issuer_key: Key, issuer: x509.Certificate, now: Micros) -> x509.Certificate:
    """Return the certificate that timestamps are signed with: for them alone, and it says so (RFC 3161 2.3)."""
    name = _name("Horodatage de développement")
    builder = _leaf(_builder(name, issuer.subject, key, now, AUTHORITY_YEARS), is_committing=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return _issued_by(builder.add_extension(usage, critical=True), issuer_key, issuer).sign(issuer_key, hashes.SHA256())


def seal(
    public_key: ec.EllipticCurvePublicKey,
    organisation: str,
    issuer_key: Key,
    issuer: x509.Certificate,
    now: Micros,
    revocation_url: str,
) -> x509.Certificate:
    """Return the certificate of an organisation's seal."""
    builder = _builder(_name(organisation[:NAME_MOST]), issuer.subject, public_key, now, SEAL_YEARS)
    builder = _leaf(builder, is_committing=True)
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(revocation_url)], None, None, None)
    builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return _issued_by(builder, issuer_key, issuer).sign(issuer_key, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, NOT_QUALIFIED),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key | ec.EllipticCurvePublicKey, now: Micros, years: int
) -> x509.CertificateBuilder:
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    begins = to_datetime(now).replace(microsecond=0) - _EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True).add_extension(
        _usage(key_cert_sign=True, crl_sign=True), critical=True
    )


def _leaf(builder: x509.CertificateBuilder, *, is_committing: bool) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).add_extension(
        _usage(digital_signature=True, content_commitment=is_committing), critical=True
    )


def _issued_by(builder: x509.CertificateBuilder, key: Key, issuer: x509.Certificate) -> x509.CertificateBuilder:
    del issuer
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False)


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
