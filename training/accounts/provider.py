"""An organisation's own sign-in, by OpenID Connect: who answers, and for which addresses it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """Who signs the organisation's people in. It is believed for addresses of `domains` alone.

    `asks_factor` says that the provider itself asks for a second factor: then we ask for none.
    """

    issuer: str
    client_id: str
    domains: tuple[str, ...]
    asks_factor: bool = False


@dataclass(frozen=True, slots=True)
class ProviderChange:
    """A provider with its client secret; an empty secret keeps the one there is."""

    provider: Provider
    client_secret: str = field(default="", repr=False)
