"""Whom the deployment trusts, who stamps and seals for it, and the development authority in their place."""

from __future__ import annotations

import warnings
from pathlib import Path

from cryptography import x509

from assidu.authority.client import DevelopmentAuthority
from assidu.authority.keys import authority_folder, find_root
from assidu.secret import secret_key
from assidu.settings import Settings
from evidence.seals import SealTrust
from evidence.seals.sealing import Seals
from lrs.clock import Clock
from lrs.errors import InsecureDevelopmentWarning
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.timestamps import BadTrust, NoAuthority, Stamper, TimestampAuthority, parse_certificates
from lrs.vault import Vault

DEVELOPMENT_WARNING = (
    "Timestamps and seals are of a development authority: documents say “non qualifié”, and prove nothing to anybody "
    "else. Set ASSIDU_TIMESTAMP_URL, and give each organisation its seal (docs/seals.md)."
)


def build_stamper(settings: Settings, clock: Clock) -> Stamper:
    """Return who stamps: the authority of the settings, else the development one, else one that says what to set.

    Asks nobody yet. Raises BadTrust. Warns with InsecureDevelopmentWarning when it is the development authority.
    """
    if settings.timestamp_url is not None:
        roots = _read("ASSIDU_TIMESTAMP_TRUST", settings.timestamp_trust)
        return TimestampAuthority(
            settings.timestamp_url, roots, clock, is_qualified=settings.timestamp_qualified, is_development=False
        )
    return _development(settings, clock) or NoAuthority()


def build_seals(settings: Settings, services: Services) -> Seals:
    """Return the organisations' seals. Raises BadTrust."""
    organisations = Organisations(services.store, services.clock)

    def name_of(organisation: OrganisationId) -> str:
        return organisations.get(organisation).name

    return Seals(
        Vault(services.store, services.clock, services.secret_key),
        services.clock,
        build_stamper(settings, services.clock),
        name_of,
        issuer=_development(settings, services.clock),
        trust=_read("ASSIDU_SEAL_TRUST", settings.seal_trust),
    )


def configured_trust(settings: Settings) -> SealTrust:
    """Return the certificates that this deployment trusts, its own development authority's among them.

    Reads files and asks nobody: for checks that are made offline. Raises BadTrust, BadAuthorityFolder.
    """
    own = find_root(authority_folder(settings.data))
    development = () if own is None else (own,)
    return SealTrust(
        seals=(*_read("ASSIDU_SEAL_TRUST", settings.seal_trust), *development),
        stamps=(*_read("ASSIDU_TIMESTAMP_TRUST", settings.timestamp_trust), *development),
    )


def _development(settings: Settings, clock: Clock) -> DevelopmentAuthority | None:
    if settings.authority_url is None:
        return None
    warnings.warn(DEVELOPMENT_WARNING, InsecureDevelopmentWarning, stacklevel=3)
    return DevelopmentAuthority(settings.authority_url, secret_key(settings), clock)


def _read(variable: str, path: Path | None) -> tuple[x509.Certificate, ...]:
    if path is None:
        return ()
    try:
        return parse_certificates(path.read_bytes())
    except OSError as error:
        raise BadTrust(f"{variable}: {path} cannot be read ({error.strerror}).") from error
    except BadTrust as error:
        raise BadTrust(f"{variable}: {path}: {error.message}") from error
