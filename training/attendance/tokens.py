"""What opens the entrance: links, tickets and e-mailed codes, kept as keyed hashes until their time is over."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from lrs.clock import Micros, to_datetime
from lrs.keyring import Keyring
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance.mark import Method

TOKENS: Final = "attendance_tokens"
_SECOND: Final = 1_000_000
_HOUR: Final = 3600 * _SECOND
# Wrong codes for one that was sent; after them another has to be asked for.
CODE_TRIES: Final = 5
# Codes sent to one trainee within an hour: nobody's mailbox is filled through this door.
CODES_AN_HOUR: Final = 5
_DIGITS: Final = 6
# A token is 256 random bits, written in base64.
TOKEN_MOST: Final = 64


class Kind(StrEnum):
    """What a token is for."""

    CLASS = "class"
    PERSONAL = "personal"
    TICKET = "ticket"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token allows: always one organisation and one slot, and, but for the class's, one enrolment."""

    digest: bytes
    organisation: OrganisationId
    slot_id: str
    kind: Kind
    enrolment_id: str
    expires: Micros
    method: Method | None = None
    opening: int = 0
    via: bytes = b""
    is_used: bool = False


class Tokens:
    """Collection `attendance_tokens`: `_id` keyed hash, `o` organisation, `s` slot, `k` kind, `e` enrolment."""

    def __init__(self, services: Services) -> None:
        self._rows = services.store.collection(TOKENS)
        self._clock = services.clock
        self._ids = services.ids
        self._keyring = Keyring(services.secret_key)

    def class_token(self, organisation: OrganisationId, slot_id: str, opening: int) -> str:
        """Return the token of an opening's QR code. It follows from the deployment's key: nothing readable is kept."""
        return self._derived("attendance class link", str(organisation), slot_id, str(opening))

    def new_token(self) -> str:
        """Return a token that nobody has had."""
        return self._ids.new_secret()

    def keep(self, token: str, content: Token) -> None:
        """Keep a token; keeping it again changes nothing."""
        row: dict[str, Any] = {
            "o": content.organisation,
            "s": content.slot_id,
            "k": content.kind.value,
            "e": content.enrolment_id,
            "m": None if content.method is None else content.method.value,
            "n": content.opening,
            "via": content.via,
            "expires": content.expires,
            # A BSON date beside the microseconds: the index that drops old tokens takes only dates.
            "expires_at": to_datetime(content.expires),
        }
        self._rows.update_one({"_id": self.digest(token)}, {"$setOnInsert": row}, upsert=True)

    def find(self, token: str, *kinds: Kind) -> Token | None:
        """Return what a token allows now, if it is one of `kinds`."""
        if not 0 < len(token) <= TOKEN_MOST:
            return None
        row = self._rows.find_one({"_id": self.digest(token)})
        if row is None or row["k"] not in kinds or row["expires"] <= self._clock.now_micros():
            return None
        return Token(
            bytes(row["_id"]),
            OrganisationId(row["o"]),
            row["s"],
            Kind(row["k"]),
            row["e"],
            Micros(row["expires"]),
            None if row["m"] is None else Method(row["m"]),
            row["n"],
            bytes(row["via"]),
            "used" in row,
        )

    def is_used(self, organisation: OrganisationId, digest: bytes) -> bool:
        """Say whether a token has served, or is gone."""
        row = self._rows.find_one({"_id": digest, "o": organisation})
        return row is None or "used" in row

    def use(self, organisation: OrganisationId, *digests: bytes) -> None:
        """Note that these have served: they sign no second time."""
        known = [digest for digest in digests if digest]
        self._rows.update_many({"_id": {"$in": known}, "o": organisation}, {"$set": {"used": True}})

    def drop(self, organisation: OrganisationId, slot_id: str, enrolment_id: str) -> None:
        """End whatever was given out: to one trainee, or with an empty `enrolment_id` to the class."""
        self._rows.delete_many({"o": organisation, "s": slot_id, "e": enrolment_id})

    def displayed_code(self, organisation: OrganisationId, slot_id: str, opening: int, period: int) -> str:
        """Return the six digits of one period of an opening."""
        return self._digits("attendance displayed code", str(organisation), slot_id, str(opening), str(period))

    def new_mailed_code(
        self, organisation: OrganisationId, slot_id: str, enrolment_id: str, seconds: int
    ) -> str | None:
        """Return a fresh code to be sent, in place of the one before; None when too many were sent this hour."""
        now = self._clock.now_micros()
        code = self._digits("attendance mailed code", self._ids.new_secret())
        expires = Micros(now + seconds * _SECOND)
        is_new_hour = {"$gt": [{"$subtract": [now, {"$ifNull": ["$w", 0]}]}, _HOUR]}
        may = {"$lte": ["$sent", CODES_AN_HOUR]}
        fresh = {"h": self._mailed(organisation, slot_id, enrolment_id, code), "tries": 0, "expires": expires}
        row = self._rows.find_one_and_update(
            {"_id": self._place(organisation, slot_id, enrolment_id)},
            [
                {"$set": {"sent": {"$cond": [is_new_hour, 1, {"$add": ["$sent", 1]}]}}},
                {"$set": {"w": {"$cond": [is_new_hour, now, "$w"]}}},
                {"$set": {name: {"$cond": [may, {"$literal": value}, f"${name}"]} for name, value in fresh.items()}},
                {
                    "$set": {
                        "o": organisation,
                        "s": {"$literal": slot_id},
                        "e": {"$literal": enrolment_id},
                        "k": Kind.CODE.value,
                        # It outlives the code: how many were sent this hour stands here.
                        "expires_at": to_datetime(expires) + timedelta(hours=1),
                    }
                },
            ],
            upsert=True,
            return_document=True,
        )
        return code if row is not None and row["sent"] <= CODES_AN_HOUR else None

    def take_mailed_code(self, organisation: OrganisationId, slot_id: str, enrolment_id: str, code: str) -> bool:
        """Say whether this is the code that was sent, and use it up. Each try counts, before it is looked at."""
        place = {"_id": self._place(organisation, slot_id, enrolment_id), "o": organisation}
        now = self._clock.now_micros()
        row = self._rows.find_one_and_update(
            {**place, "expires": {"$gt": now}, "tries": {"$lt": CODE_TRIES}}, {"$inc": {"tries": 1}}
        )
        given = self._mailed(organisation, slot_id, enrolment_id, code)
        if row is None or not hmac.compare_digest(bytes(row["h"]), given):
            return False
        taken = self._rows.update_one({**place, "h": row["h"], "expires": {"$gt": now}}, {"$set": {"expires": now}})
        return bool(taken.modified_count)

    def choice(self, organisation: OrganisationId, slot_id: str, enrolment_id: str) -> str:
        """Return how the public page of one slot names an enrolment: it means nothing anywhere else."""
        return self._derived("attendance choice", str(organisation), slot_id, enrolment_id)[:16]

    def device(self, organisation: OrganisationId, fingerprint: tuple[str, ...]) -> str:
        """Return what is kept of a device: enough to see it again within the organisation, and nothing else."""
        return self._keyring.digest("attendance device", str(organisation), *fingerprint).hex()[:32]

    def digest(self, token: str) -> bytes:
        """Return what is kept of a token."""
        return self._keyring.digest("attendance token", token)

    def _place(self, organisation: OrganisationId, slot_id: str, enrolment_id: str) -> bytes:
        return self._keyring.digest("attendance code place", str(organisation), slot_id, enrolment_id)

    def _mailed(self, organisation: OrganisationId, slot_id: str, enrolment_id: str, code: str) -> bytes:
        return self._keyring.digest("attendance code", str(organisation), slot_id, enrolment_id, code)

    def _derived(self, purpose: str, *parts: str) -> str:
        return urlsafe_b64encode(self._keyring.digest(purpose, *parts)).decode().rstrip("=")

    def _digits(self, purpose: str, *parts: str) -> str:
        number = int.from_bytes(self._keyring.digest(purpose, *parts)[:8], "big")
        return f"{number % 10**_DIGITS:0{_DIGITS}d}"
