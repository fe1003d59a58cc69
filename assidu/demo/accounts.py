"""Somebody of each role in the demonstration's organisation, so that every page can be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from lrs.clock import Micros, to_datetime
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.access import Role
from training.accounts import Accounts
from training.accounts.member import Standing
from training.records import Enrolment, Records, TrainingSession
from training.store import RecordReader

_DOMAIN: Final = "assidu.local"
# Who signs in as what: the address before the @, and what they are called where no record says.
_OTHERS: Final = {
    Role.MANAGER: ("responsable", "Dominique Démonstration"),
    Role.FUNDER: ("financeur", "Opco Exemple"),
    Role.AUDITOR: ("auditeur", "Claude Démonstration"),
}
_AUDIT_MICROS: Final = 90 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """One account that the demonstration has, and the password it was made with."""

    role: Role
    email: str
    password: str


def ensure_visitors(
    services: Services, organisation: OrganisationId, password_of: Callable[[str], str]
) -> list[Visitor]:
    """Make an account of each role but the administrator's, unless it is there; nothing while nobody is on record.

    The learner and the trainer are those of a session that runs today, if there is one; `password_of` gives each
    address its password.
    """
    records = RecordReader(services.store, services.clock).records(organisation)
    now = services.clock.now_micros()
    found = _class(records, to_datetime(now).date())
    if found is None:
        return []
    session, enrolment = found
    trainer, learner = records.people[session.trainer_ids[0]], records.people[enrolment.person_id]
    wanted = {
        "stagiaire": (Standing(Role.LEARNER, person_id=learner.id), learner.name),
        "formateur": (Standing(Role.TRAINER, person_id=trainer.id), trainer.name),
    }
    funder = next(iter(records.funders), None)
    for role, (local, name) in _OTHERS.items():
        if role is Role.FUNDER and funder is None:
            continue
        expires = Micros(now + _AUDIT_MICROS) if role is Role.AUDITOR else None
        wanted[local] = Standing(role, funder_id=funder if role is Role.FUNDER else None, expires_at=expires), name
    accounts, visitors = Accounts(services.store, services.clock), []
    for local, (standing, name) in wanted.items():
        email = f"{local}@{_DOMAIN}"
        accounts.ensure(organisation, email, password_of(email), standing, name=name)
        visitors.append(Visitor(standing.role, email, password_of(email)))
    return visitors


def _class(records: Records, today: date) -> tuple[TrainingSession, Enrolment] | None:
    """Return the session to show, and somebody in it who has not left: one that runs now, else the latest."""
    best: tuple[tuple[bool, int, date], TrainingSession, Enrolment] | None = None
    for session in records.sessions.values():
        staying = [item for item in records.enrolments_in(session.id) if item.exit is None]
        if not session.trainer_ids or not staying or session.starts_on > today:
            continue
        # The one furthest along, of those that run: there is most to see.
        rank = (session.ends_on >= today, (today - session.starts_on).days, session.starts_on)
        if best is None or rank > best[0]:
            best = rank, session, staying[0]
    return None if best is None else (best[1], best[2])
