"""Certificates of any kind, good and bad, for what is stamped and sealed in tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

START = datetime(2026, 1, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Holder:
    """A key, its certificate and those above it."""

    key: Key
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]


def holder(
    name: str = "Essai",
    issuer: Holder | None = None,
    *,
    key: Key | None = None,
    is_authority: bool = False,
    begins: datetime = START,
    days: int = 3650,
    purposes: Sequence[ObjectIdentifier] | None = None,
    signs: bool = True,
    lists_at: str | None = None,
) -> Holder:
    """Return a key with a certificate by `issuer`, by itself without one."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs and not is_authority, content_commitment=False, key_encipherment=not signs,
                data_encipherment=False, key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
    if lists_at is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(lists_at)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    made = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Holder(key, (made, *(issuer.chain if issuer else ())))


def stamping(issuer: Holder, name: str = "Horodatage", **options: object) -> Holder:
    """Return who may sign timestamps."""
    return holder(name, issuer, purposes=[ExtendedKeyUsageOID.TIME_STAMPING], **options)  # type: ignore[arg-type]
