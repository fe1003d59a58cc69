"""Documents that somebody shows to somebody else by a secret link. Nothing here performs I/O."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId
from training.rights.delays import sharing_period

DOCUMENTS_MOST: Final = 20
NAME_MOST: Final = 120
PURPOSE_MOST: Final = 300
# As much of an address as says « somebody's office » and not whose desk: the CNIL's own advice for audience measures
# is to drop the last byte; of IPv6 the first 48 bits are a site.
_IPV4_BITS: Final = 24
_IPV6_BITS: Final = 48


@dataclass(frozen=True, slots=True)
class Opened:
    """One time that a link was opened: when, what (`page`, or a document's code), and from which network."""

    at: Micros
    what: str
    network: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody wants to share: documents by their codes, with whom, for what, until which day included."""

    codes: tuple[str, ...]
    recipient: str
    purpose: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Documents that are shared, or were. `link_token` opens it; only who shares it, and who was given it, has it.

    `opened` are the latest times that it was opened, newest first, of `opened_count` in all.
    """

    id: UUID
    organisation: OrganisationId
    person_id: PersonId
    codes: tuple[str, ...]
    recipient: str
    purpose: str
    until: date
    shared_at: Micros
    expires_at: Micros
    withdrawn_at: Micros | None
    opened: tuple[Opened, ...]
    opened_count: int
    link_token: str

    def is_open(self, now: Micros) -> bool:
        """Say whether the link still opens."""
        return self.withdrawn_at is None and now < self.expires_at


def check_offer(offer: Offer, today: date) -> None:
    """Raise InvalidRequest with everything that is wrong with an offer."""
    last = today + timedelta(days=sharing_period(today).most_days)
    problems = []
    if not 0 < len(offer.codes) <= DOCUMENTS_MOST or len(set(offer.codes)) != len(offer.codes):
        accepted = f"1 to {DOCUMENTS_MOST} documents, each once"
        problems.append(Problem("/codes", "Nothing is shared, or too much.", accepted))
    for pointer, text, most in (
        ("/recipient", offer.recipient, NAME_MOST),
        ("/purpose", offer.purpose, PURPOSE_MOST),
    ):
        if not text.strip() or len(text) > most:
            problems.append(Problem(pointer, "The text is missing or too long.", f"1 to {most} characters"))
    if not today <= offer.until <= last:
        problems.append(Problem("/until", "The day is past, or too far away.", f"{today} to {last}"))
    if problems:
        raise InvalidRequest("This cannot be shared.", problems)


def network_of(address: str) -> str:
    """Return the network that an address is of, cut short; empty for what is no address.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2::9"), network_of("?")
    ('203.0.113.0/24', '2001:db8:1::/48', '')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = _IPV4_BITS if isinstance(known, ipaddress.IPv4Address) else _IPV6_BITS
    return str(ipaddress.ip_network(f"{known}/{bits}", strict=False))
