"""Entry and exit: that a trainee has begun, and that they have left, when and why (compliance 2.3, 2.4)."""

from __future__ import annotations

from typing import NoReturn

from evidence.bundle.case import Case
from evidence.bundle.contents import parties
from evidence.bundle.contents.hours import hours, print_rate
from evidence.content import EntryAttestation, ExitAttestation
from lrs.errors import InvalidRequest, Problem


def entry_attestation(case: Case) -> EntryAttestation:
    """Return the attestation d'entrée. Hours done are not on it: they are the planned ones."""
    entered_on = case.facts.entered_at
    if entered_on is None:
        _refuse("The trainee has not entered.")
    rows = tuple(type(row)(modality=row.modality, planned_seconds=row.planned_seconds, credited_seconds=0)
                 for row in hours(case) if row.planned_seconds)  # fmt: skip
    return EntryAttestation(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.planned_action(case),
        entered_on=entered_on,
        planned_seconds=sum(row.planned_seconds for row in rows),
        hours=rows,
        place=parties.place(case),
        funding=parties.funding(case),
    )


def exit_attestation(case: Case) -> ExitAttestation:
    """Return the attestation de sortie."""
    left = case.enrolment.exit
    if left is None:
        _refuse("The trainee has not left.")
    rows = hours(case)
    return ExitAttestation(
        signatory=parties.signatory(case),
        trainee=parties.trainee(case),
        action=parties.planned_action(case),
        entered_on=case.facts.entered_at,
        left_on=left.on,
        reason=left.reason,
        detail=left.detail,
        realised_seconds=sum(row.credited_seconds for row in rows),
        planned_seconds=sum(row.planned_seconds for row in rows),
        hours=rows,
        rate=print_rate(case.facts.figure("realisation_rate")),
        place=parties.place(case),
        funding=parties.funding(case),
    )


def _refuse(what: str) -> NoReturn:
    message = "What the document prints cannot be filled in."
    raise InvalidRequest(message, [Problem("/records", what)])
