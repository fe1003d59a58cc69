"""Where it is counted which rules of profiles each credential's statements break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from bson import Binary
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from lrs.caller import CredentialId
from lrs.clock import Micros, to_datetime
from lrs.store.database import Document, Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "profile_findings"
# Enough to look at; the count says how many there are.
EXAMPLES_MOST: Final = 5
DAY_MICROS: Final = 86_400 * 1_000_000
# In place of a rule's id: how many statements were looked at.
LOOKED: Final = ""
_DUPLICATE_KEY: Final = 11000


@dataclass(slots=True)
class Count:
    """What one request, or several days, had of one rule: statements stored, refused, and some that were stored."""

    stored: int = 0
    refused: int = 0
    examples: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """What a credential had of one rule within the days asked for; `last_day` is the number of a day since 1970."""

    credential: CredentialId
    rule: str
    count: Count
    last_day: int


class FindingStore:
    """Collection `profile_findings`: `o` organisation, `c` credential, `d` day (UTC), `r` rule, counts, examples.

    `n` counts what was stored, `x` what was refused; `ids` are the first few that were stored. `expires_at` ends it.
    """

    def __init__(self, store: Store) -> None:
        self._findings = store.collection(COLLECTION)

    def add(
        self, organisation: OrganisationId, credential: CredentialId, now: Micros, counts: Mapping[str, Count],
        kept_days: int,
    ) -> None:  # fmt: skip
        """Add what one request had to the counts of today, in one write."""
        day = now // DAY_MICROS
        ends = to_datetime(Micros((day + 1 + kept_days) * DAY_MICROS))
        writes = [
            UpdateOne(
                {"o": organisation, "c": credential, "d": day, "r": rule}, _changes(count, {"expires_at": ends}),
                upsert=True,
            )
            for rule, count in counts.items()
        ]  # fmt: skip
        try:
            self._findings.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if any(each["code"] != _DUPLICATE_KEY for each in failed):
                raise
            # Two requests began the same day at once; now there is a row to add to.
            self._findings.bulk_write([writes[each["index"]] for each in failed], ordered=False)

    def rows(
        self, organisation: OrganisationId, first_day: int, last_day: int, credential: str | None = None
    ) -> list[Row]:
        """Return the counts of these days, by credential and rule."""
        query: Document = {"o": organisation, "d": {"$gte": first_day, "$lte": last_day}}
        if credential is not None:
            query["c"] = credential
        found: dict[tuple[str, str], Row] = {}
        for each in self._findings.find(query).sort("d", 1):
            before = found.get((each["c"], each["r"]))
            count = Count() if before is None else before.count
            count.stored += each["n"]
            count.refused += each["x"]
            count.examples += [UUID(bytes=bytes(one)) for one in each.get("ids", ())]
            del count.examples[EXAMPLES_MOST:]
            found[each["c"], each["r"]] = Row(CredentialId(each["c"]), each["r"], count, each["d"])
        return list(found.values())


def _changes(count: Count, first: Document) -> Document:
    changes: Document = {"$inc": {"n": count.stored, "x": count.refused}, "$setOnInsert": first}
    if count.examples:
        examples: Sequence[Binary] = _names(count.examples[:EXAMPLES_MOST])
        changes["$push"] = {"ids": {"$each": examples, "$slice": EXAMPLES_MOST}}
    return changes


def _names(ids: Iterable[UUID]) -> list[Binary]:
    return [Binary(each.bytes) for each in ids]
