"""Whether an organisation has chances of giving up estimated: who decided that, when and why. All of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lrs.clock import Clock, Micros
from lrs.errors import Conflict, InvalidRequest, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.followups.followup import REASON_MOST

DECISIONS: Final = "risk_decisions"
# Nobody is scored before somebody answerable has decided so: the impact assessment comes before the processing
# (RGPD, article 35 (1)), and its date is asked for with the decision.
IS_ON_BEFORE: Final = False


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: on or off, when, by whom as the trail has them, why, and of which day the impact assessment is."""

    number: int
    is_on: bool
    at: Micros
    by: str
    name: str
    reason: str
    assessed_on: date | None = None


class Switch:
    """Collection `risk_decisions`: `_id` organisation and number, `on`, `at`, `by`, `name`, `why`, `assessed`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = store.collection(DECISIONS)
        self._clock = clock

    def is_on(self, organisation: OrganisationId) -> bool:
        """Say whether chances are estimated now; they are not before anybody has decided so."""
        last = self._last(organisation)
        return IS_ON_BEFORE if last is None else last.is_on

    def history(self, organisation: OrganisationId) -> list[Decision]:
        """Return every decision, newest first."""
        rows = self._rows.find({"o": organisation}).sort("n", -1)
        return [_decision(row) for row in rows]

    def turn(
        self, organisation: OrganisationId, *, on: bool, reason: str, by: str, name: str = "",
        assessed_on: date | None = None,
    ) -> Decision:  # fmt: skip
        """Decide; the same again changes nothing and is answered with what there is.

        Raises InvalidRequest without a reason, or when something is turned on and no impact assessment is dated; and
        Conflict when somebody else has decided meanwhile.
        """
        problems = []
        if not reason.strip() or len(reason) > REASON_MOST:
            problems.append(Problem("/reason", "A decision has a reason.", f"1 to {REASON_MOST} characters"))
        now = self._clock.now_micros()
        if on and assessed_on is None:
            problems.append(Problem("/assessed_on", "The impact assessment comes first (RGPD, 35).", "its date"))
        if problems:
            message = "This cannot be decided."
            raise InvalidRequest(message, problems)
        last = self._last(organisation)
        if last is not None and last.is_on is on:
            return last
        number = 1 if last is None else last.number + 1
        row = {
            "_id": f"{organisation}/{number}", "o": organisation, "n": number, "on": on, "at": now, "by": by,
            "name": name, "why": reason.strip(),
            "assessed": None if assessed_on is None or not on else assessed_on.isoformat(),
        }  # fmt: skip
        made = self._rows.update_one({"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True)
        if made.upserted_id is None:
            message = "Somebody else has decided meanwhile; nothing was done."
            raise Conflict(message)
        return _decision(row)

    def _last(self, organisation: OrganisationId) -> Decision | None:
        row = self._rows.find_one({"o": organisation}, sort=[("n", -1)])
        return None if row is None else _decision(row)


def _decision(row: Mapping[str, Any]) -> Decision:
    assessed = row["assessed"]
    return Decision(
        row["n"], row["on"], Micros(row["at"]), row["by"], row["name"], row["why"],
        None if assessed is None else date.fromisoformat(assessed),
    )  # fmt: skip
