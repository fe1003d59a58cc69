"""How long things are kept, what nothing may be deleted of, and what was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.rules import RuleView, read_rules
from dashboards.views.lens import Lens
from evidence.archive.entry import Kind
from evidence.retention.erasing import Erasing
from evidence.retention.holds import Hold, HoldScope
from evidence.retention.running import Retention
from evidence.store.retention_runs import Run
from lrs.errors import NotFound
from training.records.ids import EnrolmentId, PersonId, SessionId

_FILES_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold, with the name of what it is on as the records have it; empty where no such record is left."""

    hold: Hold
    name: str


@dataclass(frozen=True, slots=True)
class RetentionView:
    """Periods, holds and runs. Runs are newest first, holds in force first."""

    rules: tuple[RuleView, ...]
    holds: tuple[HoldView, ...]
    runs: tuple[Run, ...]

    @property
    def in_force(self) -> int:
        """How many holds are in force."""
        return sum(item.hold.is_in_force for item in self.holds)


@dataclass(frozen=True, slots=True)
class DueView:
    """What a run would delete today, counted; `kept_…` is what is over and stays all the same, by why."""

    on: str
    files: int
    file_bytes: int
    statements: Mapping[str, int]
    people: int
    kept_files: Mapping[str, int]
    kept_statements: Mapping[str, int]
    first_files: tuple[tuple[str, str, str], ...]

    @property
    def total(self) -> int:
        """How many statements would be erased."""
        return sum(self.statements.values())


def read_retention(lens: Lens) -> RetentionView:
    """Return periods, holds and runs of the viewer's organisation."""
    lens.viewer.require(ADMINISTRATORS)
    organisation = lens.viewer.organisation
    holds = Erasing(lens.services).holds.all(organisation)
    views = sorted(
        (_hold(lens, hold) for hold in holds), key=lambda item: (not item.hold.is_in_force, -item.hold.placed_at)
    )
    return RetentionView(
        read_rules(lens, "retention").rules, tuple(views), tuple(Retention(lens.services).runs.all(organisation))
    )


def forecast_retention(lens: Lens) -> DueView:
    """Say what a run would delete today; nothing is changed. It looks at all that is old, which may take seconds."""
    lens.viewer.require(ADMINISTRATORS)
    found = Retention(lens.services).forecast(lens.viewer.organisation)
    return DueView(
        on=found.on,
        files=found.file_count,
        file_bytes=found.file_bytes,
        statements=dict(found.statements),
        people=len(found.statements_about),
        kept_files=dict(found.kept_files),
        kept_statements=dict(found.kept_statements),
        first_files=tuple(
            (
                item.file.kind.value,
                "" if item.term is None else item.term.until.isoformat(),
                "" if item.term is None else item.term.provision.name,
            )
            for item in found.files[:_FILES_SHOWN]
        ),
    )


def read_certificate(lens: Lens, address: str) -> bytes:
    """Return a certificate of destruction, and leave in the trail that it was read; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    archive, organisation = Erasing(lens.services).archive, lens.viewer.organisation
    kept = archive.find(organisation, address)
    if kept is None or kept.kind is not Kind.DESTRUCTION_CERTIFICATE:
        message = "There is no certificate of destruction at this address."
        raise NotFound(message)
    return archive.read(organisation, address, lens.viewer.trail_name, "settings/retention")


def name_of(lens: Lens, scope: HoldScope, about_id: str) -> str:
    """Return what people call the record that a hold is on."""
    records = lens.records
    if scope is HoldScope.LEARNER:
        person = records.people.get(PersonId(about_id))
        return "" if person is None else person.name
    if scope is HoldScope.ENROLMENT:
        enrolment = records.enrolments.get(EnrolmentId(about_id))
        person = None if enrolment is None else records.people.get(records.survivor(enrolment.person_id))
        session = None if enrolment is None else records.sessions.get(enrolment.session_id)
        return " — ".join(part for part in (person.name if person else "", session.title if session else "") if part)
    if scope is HoldScope.SESSION:
        session = records.sessions.get(SessionId(about_id))
        return "" if session is None else session.title
    return ""


def _hold(lens: Lens, hold: Hold) -> HoldView:
    return HoldView(hold, name_of(lens, hold.scope, hold.about_id))
