"""Statements held to profiles where a credential asks for it: broken rules counted, or the request refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from lrs.caller import Caller, CredentialId
from lrs.clock import Clock, Micros, to_datetime
from lrs.errors import InvalidRequest, Problem
from lrs.in_force import in_force
from lrs.profiles.checks import CheckMode, Checks
from lrs.statements.candidate import Candidate
from lrs.store.database import DriverError, Store
from lrs.store.profile_findings import LOOKED, Count, FindingStore, Row
from lrs.tenancy import OrganisationId

# As many as any refusal lists.
PROBLEMS_MOST: Final = 1_000


class Found:
    """The rules that the statements of one request break, by statement."""

    def __init__(self) -> None:
        self.rules: dict[UUID, list[str]] = {}
        self.problems: list[Problem] = []

    def add(self, statement: UUID, problems: Sequence[Problem]) -> None:
        """Note what one statement breaks, which may be nothing; a problem's requirement is the rule's id."""
        self.rules[statement] = list(dict.fromkeys(problem.requirement for problem in problems))
        self.problems += problems

    def counts(self, stored: Collection[UUID] | None) -> dict[str, Count]:
        """Return counts by rule, of those statements that were stored; None for a request that was refused."""
        counts: dict[str, Count] = {}
        for statement, rules in self.rules.items():
            if stored is not None and statement not in stored:
                # It was there already, and was counted when it came.
                continue
            for rule in (LOOKED, *rules):
                count = counts.setdefault(rule, Count())
                if stored is None:
                    count.refused += 1
                else:
                    count.stored += 1
                    if rule != LOOKED:
                        count.examples.append(statement)
        return counts


class Findings:
    """Which rules the statements of each credential break, counted by day."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = FindingStore(store)
        self._clock = clock

    def look(self, caller: Caller, candidates: Sequence[Candidate], checks: Checks) -> Found:
        """Hold statements to profiles; raise InvalidRequest with every problem where that is what was asked for."""
        found = Found()
        for candidate in candidates:
            text = candidate.text
            found.add(candidate.statement_id, [each.problem for each in checks.findings(text.value, text.base)])
        if checks.mode is CheckMode.REFUSE and found.problems:
            self.refuse(caller, found)
        return found

    def refuse(self, caller: Caller, found: Found) -> None:
        """Count what is refused, and raise InvalidRequest with every problem."""
        self._add(caller.organisation, caller.credential, found.counts(None))
        count = len(found.problems)
        message = f"Nothing was stored: {count} rule{'s' if count > 1 else ''} of profiles broken."
        raise InvalidRequest(message, found.problems[:PROBLEMS_MOST])

    def note(self, caller: Caller, found: Found, stored: Collection[UUID]) -> None:
        """Count what was stored: one write, and none for statements that were all there already."""
        self._add(caller.organisation, caller.credential, found.counts(set(stored)))

    def rows(self, organisation: OrganisationId, since: date, until: date, credential: str | None = None) -> list[Row]:
        """Return the counts of these days, both included."""
        first, last = (day.toordinal() - _EPOCH for day in (since, until))
        return self._rows.rows(organisation, first, last, credential)

    def _add(self, organisation: OrganisationId, credential: CredentialId, counts: dict[str, Count]) -> None:
        if not counts:
            return
        now = self._clock.now_micros()
        try:
            self._rows.add(organisation, credential, now, counts, kept_days_at(now))
        except DriverError:
            # The statements are durable, or refused, and whoever sent them is to be told so: a report with a gap is
            # the smaller harm.
            return


_EPOCH: Final = date(1970, 1, 1).toordinal()


def kept_days_at(at: Micros) -> int:
    """Return for how many days counts are kept, as in force at an instant."""
    return int(in_force("lrs.profiles", "kept.json", to_datetime(at).date())["findings"]["days"])
