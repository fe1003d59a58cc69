"""Why a document is not issued: for now, or not at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lrs.errors import Conflict, Overloaded, Problem


class Reason(StrEnum):
    """What stands in the way of a document."""

    RECORD_MISSING = "record_missing"
    WRONG_SUBJECT = "wrong_subject"
    NOBODY_ENROLLED = "nobody_enrolled"
    NO_HALF_DAY = "no_half_day"
    HALF_DAY_UNRESOLVED = "half_day_unresolved"
    HALF_DAY_UPCOMING = "half_day_upcoming"
    SESSION_NOT_OVER = "session_not_over"
    PERIOD_NOT_OVER = "period_not_over"
    PERIOD_OUTSIDE = "period_outside"
    PERIOD_NEEDED = "period_needed"
    PERIOD_TOO_LONG = "period_too_long"
    NOT_ENTERED = "not_entered"
    NOT_EXITED = "not_exited"
    EXIT_REASON_MISSING = "exit_reason_missing"
    HOURS_OVER_CONTRACT = "hours_over_contract"
    CONTRACT_MISSING = "contract_missing"
    NOTHING_CREDITED = "nothing_credited"
    RULE_UNMET = "rule_unmet"
    PROVIDER_INCOMPLETE = "provider_incomplete"
    PERSON_INCOMPLETE = "person_incomplete"
    SEAL = "seal"
    FACTS_BEHIND = "facts_behind"
    NOT_IN_LEDGER = "not_in_ledger"
    EVIDENCE_DIFFERS = "evidence_differs"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing. `message` is French, for people; `about` names the slot, record or member.

    `passes` says that it goes away by itself, with nobody doing anything.
    """

    reason: Reason
    message: str
    about: str = ""
    passes: bool = False


class NotReady(Conflict):
    """The document cannot be issued yet: `missing` is everything that stands in the way, never only the first."""

    def __init__(self, missing: Iterable[Missing]) -> None:
        self.missing = tuple(missing)
        problems = [Problem(item.about, item.message, requirement=item.reason) for item in self.missing]
        super().__init__("Le document ne peut pas encore être émis.", problems)

    @property
    def passes(self) -> bool:
        """Whether to wait is all that can be done now: while facts are behind, the rest may be missing only yet."""
        reasons = {item.reason for item in self.missing}
        return Reason.FACTS_BEHIND in reasons or all(item.passes for item in self.missing)


class IssuingDelayed(Overloaded):
    """The seal's timestamp cannot be had at this moment; nothing was issued. Ask again after `retry_after` seconds."""
