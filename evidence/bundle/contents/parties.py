"""Who issues, about whom, for which action, at whose expense: the values that most documents share."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

import msgspec

from evidence import content
from evidence.bundle.case import Case
from lrs.errors import InvalidRequest, Problem
from training.records import Enrolment, Provider, TrainingSession
from training.records.funder import FunderFamily


def provider_of(case: Case) -> Provider:
    """Return the training provider on record; raises InvalidRequest when there is none."""
    found = case.records.provider
    return found if found is not None else _missing("There is no provider.")


def print_provider(
    provider: Provider, *, logo: str | None, stamp: str | msgspec.UnsetType = msgspec.UNSET
) -> content.Provider:
    """Return the provider as documents name it; `logo` and `stamp` are the SHA-256 of their pictures."""
    return content.Provider(
        legal_name=provider.legal_name,
        trade_name=provider.trade_name,
        activity_number=provider.activity_number,
        registered_with=provider.registered_with,
        siret=provider.siret,
        address=provider.address,
        email=provider.email,
        phone=provider.phone,
        website=provider.website,
        logo=logo,
        stamp=stamp,
    )


def signatory(case: Case) -> content.Signatory:
    """Return who signs on the day of `as_of`."""
    found = provider_of(case).signatory_on(case.today)
    if found is None:
        _missing("The provider has no signatory on this day.")
    return content.Signatory(name=found.name, quality=found.quality)


def place(case: Case) -> str:
    """Return where the document is given: « Fait à … »."""
    return provider_of(case).place


def trainee(case: Case) -> content.Trainee:
    """Return whom the document is about, by the name of who they are now known as."""
    person = case.records.people.get(case.person_of(case.enrolment))
    if person is None:
        _missing("The trainee is not among the records.")
    return content.Trainee(
        last_name=person.last_name,
        first_name=person.first_name,
        civility=person.civility,
        employer=employer(case, case.enrolment),
    )


def employer(case: Case, enrolment: Enrolment) -> str:
    """Return the company whose employee a trainee is: that of the enrolment, else the one that pays for it."""
    if enrolment.employer or enrolment.funding is None:
        return enrolment.employer
    funder = case.records.funders.get(enrolment.funding.funder_id)
    return funder.name if funder is not None and funder.family is FunderFamily.EMPLOYER else ""


def action(case: Case) -> content.Action:
    """Return the action with the days on which this trainee was in it."""
    first, last = bounds(case.session, case.enrolment)
    return _action(case, first, last)


def planned_action(case: Case) -> content.Action:
    """Return the action with the days that were planned."""
    return _action(case, case.session.starts_on, case.session.ends_on)


def bounds(session: TrainingSession, enrolment: Enrolment) -> tuple[date, date]:
    """Return the first and the last day of a trainee in a session."""
    first = enrolment.entered_on or session.starts_on
    last = session.ends_on if enrolment.exit is None else enrolment.exit.on
    return first, max(first, last)


def funding(case: Case) -> content.Funding | None:
    """Return who pays, and under which references."""
    file = case.enrolment.funding
    if file is None:
        return None
    funder = case.records.funders.get(file.funder_id)
    if funder is None:
        return None
    return content.Funding(funder=funder.name, scheme=file.scheme, file_no=file.file_no, agreement_no=file.agreement_no)


def _action(case: Case, first: date, last: date) -> content.Action:
    contract = case.enrolment.contract_on(case.today)
    return content.Action(
        title=case.programme.title,
        starts_on=first,
        ends_on=last,
        nature=case.programme.nature,
        modality=case.session.modality,
        place=case.session.place,
        reference="" if contract is None else contract.reference,
        session=case.session.title,
    )


def _missing(what: str) -> NoReturn:
    message = "What the document prints cannot be filled in."
    raise InvalidRequest(message, [Problem("/records", what)])
