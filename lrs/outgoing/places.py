"""Which addresses a request may leave for. Nothing here performs I/O.

Whoever may name an address that the deployment then asks could otherwise read what stands behind its walls: the
database, the metrics, a cloud's metadata (server-side request forgery).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lrs.errors import InvalidRequest, Problem

URL_MOST: Final = 2_000
# Addresses of IPv6 that carry one of IPv4 (RFC 6052): what counts is the one inside.
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ODD: Final = re.compile(r"[\x00-\x20\x7f\\]")
_ACCEPTED: Final = "an address as in https://example.org/path, without a user name, a password or a fragment"
_ACCEPTED_PRIVATE: Final = _ACCEPTED + "; http:// only within one's own network"


class Refused(InvalidRequest):
    """This address is not asked: by the deployment's rules, not by whoever stands there."""


@dataclass(frozen=True, slots=True)
class Network:
    """What the deployment allows. With `private`, its own network and machine may be asked, and without TLS."""

    private: bool = False


PUBLIC: Final = Network()


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart: `target` is path and query, `host` without brackets, in ASCII."""

    is_secure: bool
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the header Host says."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.is_secure else 80
        return shown if self.port == usual else f"{shown}:{self.port}"


def parse_place(url: str, network: Network) -> Place:
    """Take an address apart; raises Refused with what would be taken. Its host may still lead where nobody may ask."""
    found = _split(url)
    if isinstance(found, str):
        raise Refused(found, [Problem("", found, _ACCEPTED_PRIVATE if network.private else _ACCEPTED)])
    parts, host, port = found
    is_secure = parts.scheme == "https"
    if not is_secure and not network.private:
        message = (
            "Only https:// is asked here; the setting ASSIDU_OUTGOING_PRIVATE allows http:// within one's network."
        )
        raise Refused(message, [Problem("", message, _ACCEPTED)])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    place = Place(is_secure, host, port or (443 if is_secure else 80), target)
    literal = _literal(host)
    if literal is not None:
        check_address(literal, network, is_secure=is_secure)
    return place


def place_problems(url: str, network: Network, pointer: str) -> list[Problem]:
    """List what is wrong with an address that somebody typed; that its host is known is not looked at."""
    try:
        parse_place(url, network)
    except Refused as refusal:
        accepted = _ACCEPTED_PRIVATE if network.private else _ACCEPTED
        return [Problem(pointer, refusal.message, accepted)]
    return []


def check_address(address: IPv4Address | IPv6Address, network: Network, *, is_secure: bool) -> None:
    """Raise Refused unless this machine may be asked.

    What is shared by a link, for many at once or nobody's is never asked, whatever the settings say: metadata services
    of clouds stand there. In clear only one's own network is asked.
    """
    inner = _inner(address)
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified or (inner.is_reserved and not inner.is_global):
        raise Refused("The host leads to an address that is never asked (link-local, multicast or reserved).")
    if inner.is_global:
        if not is_secure:
            raise Refused("A host on the internet is asked by https:// alone.")
        return
    if not network.private:
        raise Refused("The host leads into a private network; the setting ASSIDU_OUTGOING_PRIVATE would allow it.")


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the address that is really asked: what another one carries inside."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def _split(url: str) -> tuple[SplitResult, str, int | None] | str:
    """Return the parts of an address with its host and port, or what is wrong with it."""
    if not 1 <= len(url) <= URL_MOST or _ODD.search(url):
        return f"This is not an address of 1 to {URL_MOST} characters without spaces."
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
    except ValueError:
        return "This is not an address."
    if parts.scheme not in ("http", "https") or not host:
        return "The address does not start with https:// and a host."
    if "@" in parts.netloc or parts.fragment:
        return "The address has a user name, a password or a fragment in it."
    if not parts.path.isascii() or not parts.query.isascii():
        return "The path of the address has characters that must be written as %XX."
    return parts, host.rstrip("."), port


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
