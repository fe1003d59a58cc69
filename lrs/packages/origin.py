"""Where packages are served: hosts of their own, apart from everything that anybody signs in to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from lrs.packages.package import Package

_WILDCARD = "*."


@dataclass(frozen=True, slots=True)
class ContentOrigin:
    """The address of the content host: `https://content.example.org`, or one for each package: `https://*.…`."""

    scheme: str
    host: str
    is_wildcard: bool

    @classmethod
    def parse(cls, address: str) -> Self:
        """Read the address of a setting; raise ValueError.

        >>> ContentOrigin.parse("http://*.content.localhost:8080")
        ContentOrigin(scheme='http', host='content.localhost:8080', is_wildcard=True)
        """
        parts = urlsplit(address)
        is_wildcard = parts.netloc.startswith(_WILDCARD)
        host = parts.netloc.removeprefix(_WILDCARD).lower()
        if parts.scheme not in ("http", "https") or not host or "*" in host or "@" in host or parts.path.strip("/"):
            message = "This is no address of a host."
            raise ValueError(message)
        return cls(parts.scheme, host, is_wildcard)

    def of(self, package: Package) -> str:
        """Return the origin that a package runs in."""
        return self.at(package.label)

    def at(self, label: str) -> str:
        """Return the origin of the package whose own host begins with `label`."""
        return f"{self.scheme}://{label}.{self.host}" if self.is_wildcard else f"{self.scheme}://{self.host}"

    def has(self, host: str) -> bool:
        """Say whether a Host header is one of ours: then nothing but content is answered there."""
        host = host.lower()
        return host == self.host or host.endswith(f".{self.host}")
