"""Whom somebody who checks a file trusts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates for seals and timestamps, and verifier keys of ledgers (C2SP, `name+hash+key`).

    With none of a sort, what rests on it is « non vérifiable ici »: a file never vouches for itself.
    """

    seals: tuple[x509.Certificate, ...] = ()
    stamps: tuple[x509.Certificate, ...] = ()
    ledger_keys: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, certificates as PEM."""
        return {
            "seals": [_pem(item) for item in self.seals],
            "stamps": [_pem(item) for item in self.stamps],
            "ledger_keys": list(self.ledger_keys),
        }


def trust_from_dict(value: Mapping[str, Any]) -> Trust:
    """Return the trust that `Trust.to_dict` wrote."""
    seals, stamps = (tuple(_certificates(value[name])) for name in ("seals", "stamps"))
    return Trust(seals, stamps, tuple(value["ledger_keys"]))


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _certificates(pems: Iterable[str]) -> Iterable[x509.Certificate]:
    return (x509.load_pem_x509_certificate(pem.encode()) for pem in pems)
