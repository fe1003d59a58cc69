"""Erasing on somebody's word: by person or by statements, with everything that stands against it, and on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from analytics.store.erasing import Forgetting
from analytics.store.risk_scores import ScoreRows
from evidence.retention.guard import Guard
from evidence.store.archive import Archive
from evidence.store.holds import Holds
from evidence.store.trail import Trail
from evidence.trail.entry import Act, Deed
from lrs.clock import to_datetime
from lrs.erasure import Eraser, Order, Plan
from lrs.errors import NotFound
from lrs.services import Services
from lrs.store.erasure import Erasure
from lrs.store.personal import Personal
from lrs.tenancy import OrganisationId
from training.followups import FollowUps, Told
from training.records.ids import PersonId
from training.rights import Shares
from training.store import RecordReader


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would take, and what stands against it.

    `people` are the records of one person, merged ones included, and `identities` theirs; `mentions` are statements of
    others that name them, which stay; `documents` those of state and profile that are theirs.
    """

    plan: Plan
    people: tuple[PersonId, ...] = ()
    identities: tuple[str, ...] = ()
    mentions: int = 0
    documents: int = 0


class Erasing:
    """Plans and carries out erasures."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.trail = Trail(services.store, services.clock)
        self.archive = Archive(services.store, services.clock, self.trail)
        self.holds = Holds(services.store, services.clock, services.ids, self.trail)
        self.eraser = Eraser(services, [Forgetting(services.store)])
        self._personal = Personal(services.store)

    def guard(self, organisation: OrganisationId) -> Guard:
        """Return what stands against erasing anything of an organisation now."""
        return self.guard_on(organisation, to_datetime(self._services.clock.now_micros()).date())

    def guard_on(self, organisation: OrganisationId, on: date) -> Guard:
        """Return the same by the law of a day, and the records and holds of now."""
        return Guard(self._services, self.archive, self.holds, organisation, on)

    def of_person(self, organisation: OrganisationId, person_id: PersonId) -> Preview:
        """Look at what erasing a person's statements would take; raises NotFound for nobody on record.

        Everybody merged with them is them.
        """
        records = RecordReader(self._services.store, self._services.clock).records(organisation)
        if person_id not in records.people:
            message = "There is nobody of this id on record."
            raise NotFound(message)
        identities, survivor = records.identities_of(person_id), records.survivor(person_id)
        preview = self.of_statements(organisation, self.eraser.of_agents(organisation, identities))
        return replace(
            preview,
            people=tuple(sorted(one for one in records.people if records.survivor(one) == survivor)),
            identities=identities,
            mentions=len(set(self.eraser.mentioning(organisation, identities)) - _ids(preview.plan)),
            documents=self._personal.count_documents(organisation, identities),
        )

    def of_statements(self, organisation: OrganisationId, ids: Iterable[UUID]) -> Preview:
        """Look at what erasing these statements would take."""
        plan = self.eraser.plan(organisation, ids)
        against = self.guard(organisation).obstacles(plan.entries)
        return Preview(replace(plan, obstacles=(*plan.obstacles, *against)))

    def erase(
        self, organisation: OrganisationId, order: Order, preview: Preview, about: str, *, documents: bool = False
    ) -> Erasure:
        """Begin an erasure that was looked at; `run` or the worker carries it out.

        What its people share ends at once; what was estimated of them goes, with what was done about it.
        `about` says what was asked (`person:…`, `statements`) and stands in the trail, with whether it was refused.
        Raises Conflict with everything that stands against it, and then nothing is erased.
        """
        count = {"statements": str(len(preview.plan.entries)), "ground": order.ground.value}
        if preview.plan.obstacles:
            refused = {**count, "obstacles": str(len(preview.plan.obstacles))}
            self.trail.record(organisation, Deed(order.by, Act.REFUSED, about, order.reason, refused))
        erasure = self.eraser.begin(organisation, order, preview.plan, preview.identities, documents=documents)
        ended = Shares(self._services).withdraw_all(organisation, preview.people)
        self._forget_estimates(organisation, preview.people)
        named = {**count, "erasure": str(erasure.erasure_id), **({"shares": str(ended)} if ended else {})}
        self.trail.record(organisation, Deed(order.by, Act.ERASED, about, order.reason, named))
        return erasure

    def _forget_estimates(self, organisation: OrganisationId, people: Iterable[PersonId]) -> None:
        """Delete what was estimated of people from what is being erased, and what was done about it."""
        services, people = self._services, tuple(people)
        if not people:
            return
        records = RecordReader(services.store, services.clock).records(organisation)
        names = sorted({item.id for name in people for item in records.enrolments_of(name)})
        ScoreRows(services.store).forget(organisation, names)
        FollowUps(services.store, services.clock, services.ids).forget(organisation, names)
        Told(services.store, services.clock).forget(organisation, people)

    def run(self, erasure: Erasure) -> Erasure:
        """Carry an erasure out to its end."""
        return self.eraser.run(erasure)


def _ids(plan: Plan) -> set[UUID]:
    return {entry.statement_id for entry in plan.entries}
