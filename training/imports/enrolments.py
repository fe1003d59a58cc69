"""A file of enrolments: one line for each person in a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from training.imports.cells import EXITS, Cells
from training.imports.plan import Context, Plan, find_person, given
from training.imports.table import Column, Row
from training.records.enrolment import Contract, Enrolment, Exit, ExitReason, FundingFile
from training.records.ids import EnrolmentId, FunderId, PersonId, SessionId
from training.records.modality import Modality

COLUMNS: Final = (
    Column("id", ("identifiant", "inscription")),
    Column("session_id", ("session", "code session"), required=True),
    Column("person_id", ("stagiaire", "identifiant stagiaire", "matricule")),
    Column("email", ("e-mail", "courriel", "mail")),
    Column("registration", ("registration xapi",)),
    Column("hours_in_person", ("heures présentiel",)),
    Column("hours_sync_remote", ("heures classe virtuelle", "heures distanciel synchrone")),
    Column("hours_async", ("heures foad", "heures distanciel asynchrone", "heures e-learning")),
    Column("hours_workplace", ("heures afest",)),
    Column("contract_reference", ("convention", "contrat", "référence convention")),
    Column("contract_on", ("date convention", "date contrat")),
    Column("funder_id", ("financeur",)),
    Column("scheme", ("dispositif",)),
    Column("file_no", ("numéro de dossier", "dossier")),
    Column("agreement_no", ("numéro d'accord", "accord")),
    Column("agreed_hours", ("heures accordées", "heures financées")),
    Column("entered_on", ("date d'entrée", "entrée")),
    Column("exit_on", ("date de sortie", "sortie")),
    Column("exit_reason", ("motif de sortie", "motif")),
    Column("exit_detail", ("détail de sortie",)),
    Column("employer", ("employeur", "entreprise")),
)
_HOURS: Final = {
    "hours_in_person": Modality.IN_PERSON,
    "hours_sync_remote": Modality.SYNC_REMOTE,
    "hours_async": Modality.ASYNC,
    "hours_workplace": Modality.WORKPLACE,
}


def plan_enrolments(rows: Sequence[Row], context: Context) -> Plan:
    """Ask for an enrolment for each line.

    Somebody who is in the session already keeps their enrolment and its registration; empty cells leave what is known.
    Hours make a contract, or change the one of the same date.
    """
    plan = Plan()
    for row in rows:
        cells = Cells(row)
        session_id = cells.id("session_id", required=True)
        person_id = find_person(cells, context, "person_id", "email")
        if not (row["person_id"] or row["email"]):
            cells.refuse("person_id", "This line names nobody.", "a person's id or e-mail address")
        enrolment_id, registration = cells.id("id"), _registration(cells)
        known = _known(enrolment_id, session_id, person_id, context)
        contract, exit_ = _contract(cells, known, session_id, context), _exit(cells)
        funding, entered = _funding(cells), cells.day("entered_on")
        if not plan.take(cells) or session_id is None or person_id is None:
            continue
        base = known or Enrolment(
            EnrolmentId(enrolment_id or str(context.ids.new_uuid())),
            SessionId(session_id),
            PersonId(person_id),
            registration or context.ids.new_uuid(),
        )
        said = given(
            registration=registration, funding=funding, entered_on=entered, exit=exit_, employer=cells.text("employer")
        )
        contracts = base.contracts if contract is None else _with(base.contracts, contract)
        base = replace(base, session_id=SessionId(session_id), person_id=PersonId(person_id), contracts=contracts)
        plan.add(replace(base, **said), row.line)
    return plan


def _known(
    enrolment_id: str | None, session_id: str | None, person_id: str | None, context: Context
) -> Enrolment | None:
    if enrolment_id is not None:
        return context.records.enrolments.get(EnrolmentId(enrolment_id))
    if person_id is None:
        return None
    mine = context.records.enrolments_of(PersonId(person_id))
    return next((enrolment for enrolment in mine if enrolment.session_id == session_id), None)


def _registration(cells: Cells) -> UUID | None:
    text = cells.text("registration")
    try:
        return UUID(text) if text else None
    except ValueError:
        cells.refuse("registration", "This is not a UUID.", "a UUID, or nothing to have one made")
        return None


def _contract(cells: Cells, known: Enrolment | None, session_id: str | None, context: Context) -> Contract | None:
    planned = {modality: cells.seconds(column) for column, modality in _HOURS.items()}
    hours: Mapping[Modality, int] = {modality: seconds for modality, seconds in planned.items() if seconds is not None}
    day = cells.day("contract_on")
    if not hours:
        if day is not None or cells.text("contract_reference"):
            cells.refuse("contract_reference", "A contract without hours.", "hours in one column at least")
        return None
    session = None if session_id is None else context.records.sessions.get(SessionId(session_id))
    latest = max((contract.effective_on for contract in known.contracts), default=None) if known else None
    effective = day or latest or (session.starts_on if session is not None else date(1970, 1, 1))
    return Contract(effective, hours, cells.text("contract_reference"))


def _with(contracts: Sequence[Contract], contract: Contract) -> tuple[Contract, ...]:
    same = next((item for item in contracts if item.effective_on == contract.effective_on), None)
    if same is None:
        return (*contracts, contract)
    changed = replace(
        same,
        planned_seconds={**same.planned_seconds, **contract.planned_seconds},
        reference=contract.reference or same.reference,
    )
    return tuple(changed if item is same else item for item in contracts)


def _funding(cells: Cells) -> FundingFile | None:
    funder, agreed = cells.id("funder_id"), cells.seconds("agreed_hours")
    if funder is None:
        if any(cells.text(name) for name in ("scheme", "file_no", "agreement_no", "agreed_hours", "funder_id")):
            cells.refuse("funder_id", "A funding file without a funder.", "a funder's id")
        return None
    return FundingFile(
        FunderId(funder),
        cells.text("scheme"),
        cells.text("file_no"),
        cells.text("agreement_no"),
        agreed_seconds=agreed,
    )


def _exit(cells: Cells) -> Exit | None:
    day, reason = cells.day("exit_on"), cells.word("exit_reason", ExitReason, EXITS)
    if bool(cells.text("exit_on")) != bool(cells.text("exit_reason")):
        cells.refuse("exit_on" if day is None else "exit_reason", "Half of an exit.", "a date and a reason")
    if day is None or reason is None:
        return None
    return Exit(day, reason, cells.text("exit_detail"))
