"""What an auditor sees first: who the provider is, and how much there is, by category; nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dashboards.views.files import FileState, state_of
from dashboards.views.lens import Lens
from evidence.dossier.asked import Asked, Scope, population_of
from lrs.organisations import Organisations
from training.records.enrolment import Enrolment
from training.records.funder import FunderFamily
from training.records.modality import Modality
from training.records.programme import ActionNature
from training.records.provider import Provider


@dataclass(frozen=True, slots=True)
class AuditedProvider:
    """Who is audited, as it stands on record; all but `name` is empty where no provider is."""

    name: str
    trade_name: str
    activity_number: str
    registered_with: str
    siret: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """How much there is in a period: sessions that meet it, and their enrolments, cancelled ones left out.

    `first_on` and `last_on` are the first day of the first session and the last of the last.
    """

    as_of: int
    provider: AuditedProvider
    first_on: date | None
    last_on: date | None
    sessions: int
    enrolments: int
    people: int
    ended: int
    natures: Mapping[ActionNature, int]
    modalities: Mapping[Modality, int]
    families: Mapping[FunderFamily, int]


def audit(lens: Lens, first_on: date | None = None, last_on: date | None = None) -> Audit:
    """Return what there is to audit in a period, of all time without one."""
    records = lens.records
    within = [item for item in audited(lens, first_on, last_on) if item.id in lens.scope.enrolments]
    sessions = [records.sessions[name] for name in {item.session_id for item in within}]
    families = Counter(
        records.funders[item.funding.funder_id].family
        for item in within
        if item.funding is not None and item.funding.funder_id in records.funders
    )
    return Audit(
        as_of=lens.as_of,
        provider=_provider(lens, records.provider),
        first_on=min((session.starts_on for session in sessions), default=None),
        last_on=max((session.ends_on for session in sessions), default=None),
        sessions=len(sessions),
        enrolments=len(within),
        people=len({records.survivor(item.person_id) for item in within}),
        ended=sum(state_of(lens, item) is FileState.ENDED for item in within),
        natures=dict(Counter(nature_of(lens, item) for item in within)),
        modalities=dict(Counter(records.sessions[item.session_id].modality for item in within)),
        families=dict(families),
    )


def audited(lens: Lens, first_on: date | None, last_on: date | None) -> list[Enrolment]:
    """Return the enrolments of a period that samples are drawn from, as dossiers draw them."""
    return population_of(Asked(Scope.SAMPLE, first_on=first_on, last_on=last_on), lens.records)


def nature_of(lens: Lens, enrolment: Enrolment) -> ActionNature:
    """Return the category of the action (L6313-1) that an enrolment is in."""
    programme = lens.records.programme_of(enrolment.session_id)
    return ActionNature.TRAINING if programme is None else programme.nature


def _provider(lens: Lens, provider: Provider | None) -> AuditedProvider:
    if provider is None:
        found = Organisations(lens.services.store, lens.services.clock).get(lens.viewer.organisation)
        return AuditedProvider(found.name, "", "", "", "", ())
    return AuditedProvider(
        provider.legal_name, provider.trade_name, provider.activity_number, provider.registered_with, provider.siret,
        provider.address,
    )  # fmt: skip
