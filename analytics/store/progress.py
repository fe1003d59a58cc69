"""How far facts have come: which statements and which changes of records are in them, and who is at work on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from analytics.kept.form import FORM
from lrs.clock import Micros
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

COLLECTION: Final = "fact_progress"
# A worker that died holds its organisations up for this long.
LEASE_MICROS: Final = 15_000_000
LOG_START: Final = Micros(0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one organisation's facts have come.

    `position` is the first statement that is not among the traces yet, `stored` the `stored` of the one before it,
    `change` the last change of records that was noted. Facts of people whose mark is still there are older than that.
    `as_of` is an instant at which nothing was left to do: facts were, then, what `derive` says. `round` counts every
    step; each is taken only from the round that it began in, so that nothing happens twice. `form` is that of what is
    kept, `rules` the mark of the rule book it was counted by. `sweep` says behind which person everybody is being
    marked, None when nobody is. While `is_forgetting`, what was kept in an older form is being deleted.
    """

    position: int = 0
    stored: Micros = LOG_START
    change: int = 0
    as_of: Micros = LOG_START
    round: int = 0
    form: int = FORM
    rules: str = ""
    sweep: str | None = None
    is_forgetting: bool = False


class ProgressOf:
    """The progress of every organisation; moved in the transaction of what it led to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.collection(COLLECTION)

    def find(self, organisation: OrganisationId, session: ClientSession | None = None) -> Progress:
        """Return how far an organisation's facts have come."""
        row = self._rows.find_one({"_id": organisation}, session=session)
        if row is None:
            return Progress()
        return Progress(
            position=row["n"],
            stored=Micros(int(row["t"])),
            change=row["change"],
            as_of=Micros(int(row["as_of"])),
            round=row["round"],
            form=row["form"],
            rules=row["rules"],
            sweep=row["sweep"],
            is_forgetting=row["forgetting"],
        )

    def move(
        self, organisation: OrganisationId, before: Progress, session: ClientSession | None, **changes: object
    ) -> bool:
        """Take one step from `before`; False, with nothing changed, when somebody else has taken one since."""
        still = {"_id": organisation, "round": before.round}
        moved = self._rows.update_one(still, {"$inc": {"round": 1}, "$set": changes}, session=session)
        return moved.matched_count == 1

    def interrupt(self, organisation: OrganisationId, session: ClientSession) -> None:
        """Count the round up inside a transaction: whoever has begun a step on what was there before takes none."""
        self._rows.update_one({"_id": organisation}, {"$inc": {"round": 1}}, session=session)

    def hold(self, organisation: OrganisationId, holder: str, now: Micros) -> bool:
        """Take or renew the lease of an organisation; False while another worker holds it.

        It only keeps two workers from doing the same work: that nothing happens twice is the business of `move`.
        """
        free = {"$or": [{"holder": holder}, {"until": {"$lte": now}}, {"until": None}]}
        first = {**row_of(Progress()), "round": 0}
        change = {"$set": {"holder": holder, "until": now + LEASE_MICROS}, "$setOnInsert": first}
        try:
            return self._store.write_alone(
                lambda: self._rows.update_one({"_id": organisation, **free}, change, upsert=True).acknowledged
            )
        except DuplicateKeyError:
            return False

    def release(self, holder: str) -> None:
        """Give back every lease of `holder`: another worker need not wait."""
        self._rows.update_many({"holder": holder}, {"$set": {"holder": None, "until": None}})


def row_of(progress: Progress) -> dict[str, Any]:
    """Write progress as it is kept, but for the round, which only ever rises."""
    return {
        "n": progress.position,
        "t": progress.stored,
        "change": progress.change,
        "as_of": progress.as_of,
        "form": progress.form,
        "rules": progress.rules,
        "sweep": progress.sweep,
        "forgetting": progress.is_forgetting,
    }
