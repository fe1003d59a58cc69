"""An assertion of Open Badges 2.0: somebody was awarded a badge. Nothing here performs I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from lrs.clock import Micros, to_datetime
from lrs.errors import InvalidRequest
from lrs.statements.times import parse_timestamp
from training.sources.definition import is_iri

_HASHES: Final = {"sha256": hashlib.sha256, "md5": hashlib.md5}
_SECONDS_MOST: Final = 7_000_000_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a badge was given to: an e-mail address, or what it hashes to with a salt."""

    identity: str
    is_hashed: bool
    salt: str

    def matches(self, email: str) -> bool:
        """Say whether this is somebody with this address; issuers hash it as written or in lower case."""
        if not self.is_hashed:
            return self.identity.casefold() == email.casefold()
        name, _, wanted = self.identity.partition("$")
        make = _HASHES.get(name)
        if make is None:
            return False
        spelt = {email, email.lower()}
        return any(make((text + self.salt).encode()).hexdigest() == wanted.lower() for text in spelt)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one assertion says. `badge` is the BadgeClass where it is embedded, else only its `badge_iri`."""

    iri: str
    recipient: Recipient
    issued_at: datetime
    expires_at: datetime | None
    is_revoked: bool
    badge_iri: str
    badge: dict[str, Any]
    issuer_iri: str
    issuer: dict[str, Any]
    way: str
    creator: str

    @property
    def name(self) -> str:
        """The badge's name, empty where it is not known."""
        name = self.badge.get("name")
        return name if isinstance(name, str) else ""


class Wrong(Exception):
    """What is wrong with an assertion: the member, why, what would be accepted."""

    def __init__(self, member: str, message: str, accepted: str) -> None:
        super().__init__(message)
        self.member = member
        self.message = message
        self.accepted = accepted


def parse_assertion(plain: object) -> Assertion:
    """Read an assertion; raises Wrong for the first thing that does not hold (Open Badges 2.0, Assertion)."""
    value = _object(plain, "")
    context, kind = value.get("@context"), value.get("type")
    contexts = context if isinstance(context, list) else [context]
    if not any(isinstance(item, str) and item.rstrip("/").endswith("openbadges/v2") for item in contexts):
        raise Wrong("@context", "This is not an assertion of Open Badges 2.0.", "https://w3id.org/openbadges/v2")
    if kind != "Assertion" and not (isinstance(kind, list) and "Assertion" in kind):
        raise Wrong("type", "This is not an assertion.", "Assertion")
    badge, issuer, verification = value.get("badge"), None, _object(value.get("verification"), "verification")
    held = badge if isinstance(badge, dict) else {}
    issuer = held.get("issuer")
    way = verification.get("type")
    found = Assertion(
        iri=_iri(value.get("id"), "id"),
        recipient=_recipient(_object(value.get("recipient"), "recipient")),
        issued_at=_instant(value.get("issuedOn"), "issuedOn"),
        expires_at=None if value.get("expires") is None else _instant(value["expires"], "expires"),
        is_revoked=value.get("revoked") is True,
        badge_iri=_iri(held.get("id") if held else badge, "badge"),
        badge=held,
        issuer_iri=_iri(issuer.get("id") if isinstance(issuer, dict) else issuer, "issuer") if issuer else "",
        issuer=issuer if isinstance(issuer, dict) else {},
        way="signed" if way in ("signed", "SignedBadge") else "hosted",
        creator=verification["creator"] if isinstance(verification.get("creator"), str) else "",
    )
    if way not in ("signed", "SignedBadge", "hosted", "HostedBadge"):
        raise Wrong("verification/type", "A badge says how it is verified.", "hosted or signed")
    if found.is_revoked:
        raise Wrong("revoked", "The issuer has taken this badge back.", "a badge that stands")
    return found


def hosted_problem(assertion: Assertion) -> str:
    """Return what is wrong with where a hosted badge is, by its issuer's own word; empty when nothing is.

    Its address must be where the issuer says that its badges are, else at the issuer's own host (Open Badges 2.0,
    Issuer verification). Whether it is there cannot be known without asking.
    """
    where = urlsplit(assertion.iri)
    if where.scheme != "https":
        return "A hosted badge is at an address of its issuer's, by https."
    rules = assertion.issuer.get("verification")
    allowed = rules if isinstance(rules, dict) else {}
    starts, origins = _texts(allowed.get("startsWith")), _texts(allowed.get("allowedOrigins"))
    if starts and not any(assertion.iri.startswith(start) for start in starts):
        return "The badge is not where its issuer says that its badges are."
    hosts = origins or [urlsplit(assertion.issuer_iri).hostname or ""]
    if not starts and hosts != [""] and where.hostname not in hosts:
        return "The badge is at another host than its issuer's."
    return ""


def _texts(value: object) -> list[str]:
    every = value if isinstance(value, list) else [value]
    return [item for item in every if isinstance(item, str)]


def _object(value: object, member: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(member, "This is not an object.", "a JSON object")
    return value


def _iri(value: object, member: str) -> str:
    if not isinstance(value, str) or not is_iri(value):
        raise Wrong(member, "This is not an IRI.", "as in https://emetteur.exemple.fr/badges/1")
    return value


def _recipient(value: dict[str, Any]) -> Recipient:
    identity, salt = value.get("identity"), value.get("salt", "")
    kind = value.get("type")
    if kind not in ("email", "schema:email") or not isinstance(identity, str) or not isinstance(salt, str):
        raise Wrong("recipient", "We know people by their e-mail addresses.", "an identity of type email")
    is_hashed = value.get("hashed") is True
    if is_hashed and identity.partition("$")[0] not in _HASHES:
        raise Wrong("recipient/identity", "We do not know this hash.", "sha256$…")
    return Recipient(identity, is_hashed, salt)


def _instant(value: object, member: str) -> datetime:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _SECONDS_MOST:
        return datetime.fromtimestamp(value, UTC)
    try:
        found = to_datetime(Micros(parse_timestamp(value))) if isinstance(value, str) else None
    except InvalidRequest:
        found = None
    if found is None:
        raise Wrong(member, "This is not an instant.", "as in 2026-01-30T10:00:00Z")
    return found
