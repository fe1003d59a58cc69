"""Legal holds: whom and what nothing may be deleted of, however old it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from lrs.clock import Micros
from lrs.tenancy import OrganisationId
from training.records import Records
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, PersonId, SessionId


class HoldScope(StrEnum):
    """What a hold is on. The value is what is stored and stands in `about` of archived files."""

    EVERYTHING = "everything"
    LEARNER = "person"
    ENROLMENT = "enrolment"
    SESSION = "training_session"


@dataclass(frozen=True, slots=True)
class Hold:
    """One legal hold, in force until somebody releases it. `about_id` names the record, empty for everything."""

    hold_id: UUID
    organisation: OrganisationId
    scope: HoldScope
    about_id: str
    reason: str
    placed_at: Micros
    placed_by: str
    released_at: Micros | None = None
    released_by: str | None = None
    release_reason: str = ""

    @property
    def is_in_force(self) -> bool:
        """Whether nothing may be deleted of what it is on."""
        return self.released_at is None

    @property
    def about(self) -> str:
        """What it is on, as `kind:id`."""
        return f"{self.scope.value}:{self.about_id}" if self.about_id else self.scope.value


class Held:
    """Everything that is on hold, worked out once for many questions."""

    def __init__(self, holds: Iterable[Hold], records: Records) -> None:
        self._everything: Hold | None = None
        self._names: dict[str, Hold] = {}
        self._sheets: dict[str, Hold] = {}
        self._identities: dict[str, Hold] = {}
        self._registrations: dict[UUID, Hold] = {}
        self._records = records
        for hold in holds:
            if hold.is_in_force:
                self._add(hold)

    def find(self, *, about: Iterable[str] = (), identities: Iterable[str] = (), registration: UUID | None = None
             ) -> Hold | None:  # fmt: skip
        """Return a hold on any of this, None when there is none.

        `about` are names as `kind:id`. A statement with a registration that is on record is of that enrolment alone;
        any other is of whoever its actor is.
        """
        if self._everything is not None:
            return self._everything
        names = list(about)
        # A sheet of a session is about each of its trainees, unless it says of which.
        is_of_all = not any(name.startswith("enrolment:") for name in names)
        for name in names:
            hold = self._names.get(name) or (self._sheets.get(name) if is_of_all else None)
            if hold is not None:
                return hold
        if registration is not None and registration in self._registrations:
            return self._registrations[registration]
        enrolment = None if registration is None else self._records.enrolment_of(registration)
        return next((self._identities[text] for text in identities if self._is_of(text, enrolment)), None)

    def _is_of(self, text: str, enrolment: Enrolment | None) -> bool:
        hold = self._identities.get(text)
        return hold is not None and (enrolment is None or hold.scope is HoldScope.LEARNER)

    def _add(self, hold: Hold) -> None:
        self._names[hold.about] = hold
        if hold.scope is HoldScope.EVERYTHING:
            self._everything = hold
        elif hold.scope is HoldScope.LEARNER:
            person = PersonId(hold.about_id)
            self._people(hold, person, self._records.enrolments_of(person))
        elif hold.scope is HoldScope.ENROLMENT:
            found = self._records.enrolments.get(EnrolmentId(hold.about_id))
            if found is not None:
                self._people(hold, found.person_id, (found,))
        else:
            for enrolment in self._records.enrolments_in(SessionId(hold.about_id)):
                self._people(hold, enrolment.person_id, (enrolment,))

    def _people(self, hold: Hold, person: PersonId, enrolments: Iterable[Enrolment]) -> None:
        if hold.scope is HoldScope.LEARNER:
            self._names[f"person:{self._records.survivor(person)}"] = hold
            for text in self._records.identities_of(person):
                self._identities[text] = hold
        for text in self._records.identities_of(person):
            self._identities.setdefault(text, hold)
        for enrolment in enrolments:
            self._names[f"enrolment:{enrolment.id}"] = hold
            self._sheets[f"training_session:{enrolment.session_id}"] = hold
            self._registrations[enrolment.registration] = hold
