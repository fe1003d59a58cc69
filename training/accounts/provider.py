"""An organisation's own sign-in, by OpenID Connect: who answers, and for which addresses it is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from lrs.errors import InvalidRequest, Problem
from lrs.sealed import SecretBox, Use
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

PROVIDERS: Final = "account_providers"
_PURPOSE: Final = "provider secret"
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
_TEXT_MOST: Final = 500
_DOMAINS_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Provider:
    """Who signs the organisation's people in. It is believed for addresses of `domains` alone.

    `asks_factor` says that the provider itself asks for a second factor: then we ask for none.
    """

    issuer: str
    client_id: str
    domains: tuple[str, ...]
    asks_factor: bool = False

    def believes(self, email: str) -> bool:
        """Say whether an address is of one of the domains.

        >>> Provider("https://id.example", "assidu", ("exemple.fr",)).believes("a@pas-exemple.fr")
        False
        """
        return email.rpartition("@")[2] in self.domains


@dataclass(frozen=True, slots=True)
class ProviderChange:
    """A provider with its client secret; an empty secret keeps the one there is, as long as the issuer is the same."""

    provider: Provider
    client_secret: str = field(default="", repr=False)


class Providers:
    """Collection `account_providers`: `_id` is the organisation's number; the secret is sealed."""

    def __init__(self, store: Store, secret_key: bytes) -> None:
        self._rows = store.collection(PROVIDERS)
        self._sealer = SecretBox(secret_key, Use.ACCOUNTS)

    def find(self, organisation: OrganisationId) -> Provider | None:
        """Return an organisation's provider, if it has one."""
        row = self._rows.find_one({"_id": organisation})
        if row is None:
            return None
        return Provider(row["issuer"], row["client_id"], tuple(row["domains"]), row["asks_factor"])

    def secret(self, organisation: OrganisationId) -> str:
        """Return the client secret, open; empty without a provider. Raises KeyUnreadable."""
        row = self._rows.find_one({"_id": organisation})
        if row is None:
            return ""
        # Bound to the issuer: whoever writes another one into the database sends it nothing.
        return self._sealer.open(organisation, _PURPOSE, row["issuer"], bytes(row["secret"])).decode()

    def put(self, organisation: OrganisationId, change: ProviderChange, *, may_be_http: bool) -> None:
        """Keep a provider in place of the one before; raises InvalidRequest with every problem, nothing changed."""
        provider, before = change.provider, self.find(organisation)
        problems = list(_problems(provider, may_be_http=may_be_http))
        keeps = not change.client_secret and before is not None and before.issuer == provider.issuer
        if not change.client_secret and not keeps:
            problems.append(Problem("/client_secret", "A new issuer needs its client secret."))
        elif len(change.client_secret) > _TEXT_MOST:
            problems.append(Problem("/client_secret", "This is too long.", f"at most {_TEXT_MOST} characters"))
        if problems:
            raise InvalidRequest("This sign-in cannot be set up.", problems)
        secret = self.secret(organisation) if keeps else change.client_secret
        row = {
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "domains": list(provider.domains),
            "asks_factor": provider.asks_factor,
            "secret": self._sealer.seal(organisation, _PURPOSE, provider.issuer, secret.encode()),
        }
        self._rows.replace_one({"_id": organisation}, row, upsert=True)

    def drop(self, organisation: OrganisationId) -> None:
        """End it."""
        self._rows.delete_one({"_id": organisation})


def _problems(provider: Provider, *, may_be_http: bool) -> Iterator[Problem]:
    try:
        parts = urlsplit(provider.issuer)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    schemes = ("https", "http") if may_be_http else ("https",)
    is_plain = parts.scheme in schemes and host and not (parts.query or parts.fragment or parts.username)
    if not is_plain or len(provider.issuer) > _TEXT_MOST:
        accepted = "an https:// address, as the provider's configuration names itself"
        yield Problem("/issuer", "This is not an issuer.", accepted)
    if not 0 < len(provider.client_id) <= _TEXT_MOST:
        yield Problem("/client_id", "This is not a client id.", f"1 to {_TEXT_MOST} characters")
    if not 0 < len(provider.domains) <= _DOMAINS_MOST:
        yield Problem("/domains", "No domain, or too many.", f"1 to {_DOMAINS_MOST} domains")
    for at, domain in enumerate(provider.domains):
        if not _DOMAIN.match(domain):
            yield Problem(f"/domains/{at}", "This is not a domain.", "a domain in lower case, as in exemple.fr")
