"""Keep what people share, find it by its link, and note who opened it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from lrs.caller import CredentialId
from lrs.clock import Micros, to_datetime, to_micros
from lrs.errors import Conflict, NotFound, TooManyRequests
from lrs.keyring import Keyring
from lrs.services import Services
from lrs.store.rates import RateStore
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId
from training.rights.delays import sharing_period
from training.rights.share import Offer, Opened, Share, check_offer, network_of

SHARES: Final = "shares"
_PARIS: Final = ZoneInfo("Europe/Paris")
# What is shown of who opened a link; beyond, only their number is kept.
_OPENED_MOST: Final = 50
# Of one person, open at once.
_OPEN_MOST: Final = 50
# A token is 256 bits, written in base64.
_TOKEN_MOST: Final = 64
# A reader opens a page and a few documents; whoever tries links is slowed. Of one network, for all links.
_A_MINUTE: Final = 60
_SECOND: Final = 1_000_000


class Shares:
    """Collection `shares`: `_id` keyed hash of the link, `o` organisation, `p` person, `id`, `codes`, `opened`.

    The link follows from the share's id and the deployment's key: nothing in the database opens anything, and whoever
    shares can still read their own link again.
    """

    def __init__(self, services: Services) -> None:
        self._rows = services.store.collection(SHARES)
        self._clock = services.clock
        self._ids = services.ids
        self._keyring = Keyring(services.secret_key)
        self._rates = RateStore(services.store)

    def share(self, organisation: OrganisationId, person_id: PersonId, offer: Offer) -> Share:
        """Share documents; that they are the person's to share is for the caller to have seen.

        Raises InvalidRequest for an offer that cannot be, Conflict when too much is shared already.
        """
        now = self._clock.now_micros()
        check_offer(offer, _day(now))
        alive = {"o": organisation, "p": person_id, "withdrawn": None, "expires": {"$gt": now}}
        if self._rows.count_documents(alive, limit=_OPEN_MOST) >= _OPEN_MOST:
            raise Conflict("Too much is shared already; withdraw something first.")
        share_id, expires = self._ids.new_uuid(), _end_of(offer.until)
        row = {
            "_id": self._digest(self._token(organisation, share_id)),
            "o": organisation,
            "p": person_id,
            "id": share_id,
            "codes": list(offer.codes),
            "recipient": offer.recipient.strip(),
            "purpose": offer.purpose.strip(),
            "until": offer.until.isoformat(),
            "at": now,
            "expires": expires,
            "withdrawn": None,
            "opened": [],
            "count": 0,
            # A BSON date: the index that drops old rows takes only dates.
            "gone_at": to_datetime(expires) + timedelta(days=sharing_period(_day(now)).log_days),
        }
        self._rows.insert_one(row)
        return self._share(row)

    def of_people(self, organisation: OrganisationId, people: Collection[PersonId]) -> list[Share]:
        """Return what somebody shares or shared, under each of the records merged into theirs, newest first."""
        rows = self._rows.find({"o": organisation, "p": {"$in": list(people)}}).sort("at", -1)
        return [self._share(row) for row in rows]

    def withdraw(self, organisation: OrganisationId, share_id: UUID, people: Collection[PersonId]) -> Share:
        """End a share of one of `people` at once; ending it again changes nothing. Raises NotFound."""
        place = {"o": organisation, "id": share_id, "p": {"$in": list(people)}}
        self._rows.update_one({**place, "withdrawn": None}, {"$set": {"withdrawn": self._clock.now_micros()}})
        row = self._rows.find_one(place)
        if row is None:
            raise NotFound("Nothing of this id is shared.")
        return self._share(row)

    def withdraw_all(self, organisation: OrganisationId, people: Collection[PersonId]) -> int:
        """End at once whatever somebody shares; return how much that was."""
        alive = {"o": organisation, "p": {"$in": list(people)}, "withdrawn": None}
        ended = self._rows.update_many(alive, {"$set": {"withdrawn": self._clock.now_micros()}})
        return int(ended.modified_count)

    def open(self, token: str, remote: str, code: str | None = None) -> Share:
        """Return what a link opens, once it is noted that it was opened; with `code`, one document of it.

        Of whatever organisation: who holds a link has nothing else. Raises NotFound, in the same words for a link that
        is unknown, over or withdrawn; and TooManyRequests, counted by network, before anything is looked up.
        """
        network, now = network_of(remote), self._clock.now_micros()
        wait = self._rates.take(CredentialId(f"share {network}"), _A_MINUTE, now)
        if wait:
            raise TooManyRequests("Too many links were opened from here.", retry_after=-(-wait // _SECOND))
        alive: dict[str, Any] = {"withdrawn": None, "expires": {"$gt": now}}
        if code is not None:
            alive["codes"] = code
        event = {"at": now, "what": code or "page", "network": network}
        seen = {"$push": {"opened": {"$each": [event], "$position": 0, "$slice": _OPENED_MOST}}, "$inc": {"count": 1}}
        row = None
        if 0 < len(token) <= _TOKEN_MOST:
            row = self._rows.find_one_and_update({"_id": self._digest(token), **alive}, seen, return_document=True)
        if row is None:
            raise NotFound("Nothing is shared under this link, or no longer.")
        return self._share(row)

    def _token(self, organisation: OrganisationId, share_id: UUID) -> str:
        digest = self._keyring.digest("share link", str(organisation), str(share_id))
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def _digest(self, token: str) -> bytes:
        return self._keyring.digest("share token", token)

    def _share(self, row: Mapping[str, Any]) -> Share:
        organisation, withdrawn = OrganisationId(row["o"]), row["withdrawn"]
        return Share(
            id=row["id"],
            organisation=organisation,
            person_id=PersonId(row["p"]),
            codes=tuple(row["codes"]),
            recipient=row["recipient"],
            purpose=row["purpose"],
            until=date.fromisoformat(row["until"]),
            shared_at=Micros(row["at"]),
            expires_at=Micros(row["expires"]),
            withdrawn_at=None if withdrawn is None else Micros(withdrawn),
            opened=tuple(Opened(Micros(item["at"]), item["what"], item["network"]) for item in row["opened"]),
            opened_count=row["count"],
            link_token=self._token(organisation, row["id"]),
        )


def _day(at: Micros) -> date:
    return to_datetime(at).astimezone(_PARIS).date()


def _end_of(day: date) -> Micros:
    return to_micros(datetime.combine(day + timedelta(days=1), time.min, _PARIS))
