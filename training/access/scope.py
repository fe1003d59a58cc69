"""The part of an organisation's records that one viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from training.access.role import Role
from training.access.viewer import Viewer
from training.records.enrolment import Enrolment
from training.records.ids import EnrolmentId, PersonId, SessionId
from training.records.session import TrainingSession
from training.records.snapshot import Records


@dataclass(frozen=True)
class Scope:
    """What `viewer` may see of `records`. Both are of one organisation."""

    viewer: Viewer
    records: Records

    @property
    def is_whole(self) -> bool:
        """Whether everything of the organisation lies within."""
        return self.viewer.role in (Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)

    @property
    def has_whole_sessions(self) -> bool:
        """Whether everybody in each session within lies within too: not of a funder, nor of a learner."""
        return self.is_whole or self.viewer.role is Role.TRAINER

    @cached_property
    def sessions(self) -> frozenset[SessionId]:
        """The training sessions within: taught by the trainer, or of the enrolments within."""
        if self.is_whole:
            return frozenset(self.records.sessions)
        if self.viewer.role is Role.TRAINER:
            return frozenset(self._taught())
        return frozenset(enrolment.session_id for enrolment in self._own())

    @cached_property
    def enrolments(self) -> frozenset[EnrolmentId]:
        """The enrolments within."""
        if self.is_whole:
            return frozenset(self.records.enrolments)
        if self.viewer.role is Role.TRAINER:
            return frozenset(item.id for session in self.sessions for item in self.records.enrolments_in(session))
        return frozenset(enrolment.id for enrolment in self._own())

    @cached_property
    def people(self) -> frozenset[PersonId]:
        """The people within, by their surviving record: trainees of the enrolments within, and the reader."""
        survivor = self.records.survivor
        found = {survivor(self.records.enrolments[name].person_id) for name in self.enrolments}
        return frozenset(found if self.viewer.person_id is None else {*found, survivor(self.viewer.person_id)})

    def _own(self) -> list[Enrolment]:
        """Return the enrolments of the learner, or those that the funder funds; nobody else's."""
        viewer = self.viewer
        if viewer.role is Role.LEARNER and viewer.person_id is not None:
            return list(self.records.enrolments_of(viewer.person_id))
        if viewer.role is Role.FUNDER and viewer.funder_id is not None:
            every = self.records.enrolments.values()
            return [item for item in every if item.funding is not None and item.funding.funder_id == viewer.funder_id]
        return []

    def _taught(self) -> set[SessionId]:
        """Return the sessions that name the trainer, and those of which a slot does."""
        if self.viewer.person_id is None:
            return set()
        survivor = self.records.survivor
        me = survivor(self.viewer.person_id)

        def names_me(session: TrainingSession) -> bool:
            return any(survivor(trainer) == me for trainer in session.trainer_ids)

        found = {session.id for session in self.records.sessions.values() if names_me(session)}
        for slot in self.records.slots.values():
            if slot.trainer_id is not None and survivor(slot.trainer_id) == me:
                found.add(slot.session_id)
        return found & self.records.sessions.keys()
