"""How what is only for development calls itself, so that nobody takes it for more."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

# The organisation (O) in the name of every certificate that the development authority has or issues.
NOT_QUALIFIED: Final = "Assidu\xa0– développement\xa0– non qualifié"


def is_development(certificate: x509.Certificate) -> bool:
    """Say whether a certificate calls itself, or its issuer, one of a development authority.

    Anybody can call themselves that, and wins nothing by it: it only ever takes trust away.
    """
    return NOT_QUALIFIED in {
        attribute.value
        for name in (certificate.subject, certificate.issuer)
        for attribute in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    }
