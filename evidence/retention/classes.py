"""Retention classes: how long, counted from when. Pure; the values are data (`training/law/retention.json`).

There are two clocks: that of evidence (documents, attendance, what documents cite) and that of raw traces, which are
many and soon of no use. An organisation decides otherwise by a law override, as of any other provision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from lrs.clock import Micros, to_datetime
from training.law import Law
from training.law.provisions import Provision
from training.records import Records
from training.records.enrolment import Enrolment
from training.records.funder import FunderFamily
from training.records.ids import EnrolmentId, PersonId, SessionId

_MONTHS: Final = 12


class RetentionClass(StrEnum):
    """What a file or a statement is kept as. The value is the name of a provision."""

    DOCUMENTS = "retention.documents"
    ATTENDANCE = "retention.attendance"
    COFINANCED = "retention.cofinanced"
    TRACES = "retention.traces"
    VERIFICATION = "retention.verification"
    DESTRUCTION_CERTIFICATES = "retention.destruction_certificates"


# What European co-funding lengthens.
_LENGTHENED: Final = (RetentionClass.DOCUMENTS, RetentionClass.ATTENDANCE)


@dataclass(frozen=True, slots=True)
class Term:
    """Until when something is kept, that day included, and the provision that says so."""

    until: date
    provision: Provision


class Terms:
    """Works out until when things are kept, by the records and the law of one day."""

    def __init__(self, records: Records, law: Law, on: date) -> None:
        overrides = tuple(records.law_overrides.values())
        self.records = records
        self.provisions = {name: law.provision(name.value, on, overrides) for name in RetentionClass}

    def of(self, retention_class: RetentionClass, about: Iterable[str], recorded_at: Micros) -> Term:
        """Return until when something of a class is kept that concerns `about` (`kind:id`), recorded at an instant.

        What concerns several is kept until the last of them; what concerns nobody on record counts from when it was
        recorded, and so does what was recorded after the training.
        """
        recorded_on = to_datetime(recorded_at).date()
        enrolments, ends = self._concerned(about)
        classes = {retention_class}
        if retention_class in _LENGTHENED and any(map(self.is_cofinanced, enrolments)):
            classes.add(RetentionClass.COFINANCED)
        return max(
            (self._term(name, max(ends, default=recorded_on), recorded_on) for name in classes),
            key=lambda term: term.until,
        )

    def end_of(self, enrolment: Enrolment) -> date | None:
        """Return the last day of an enrolment: its exit, else the end of its session; None for no session on record."""
        if enrolment.exit is not None:
            return enrolment.exit.on
        session = self.records.sessions.get(enrolment.session_id)
        return None if session is None else session.ends_on

    def is_cofinanced(self, enrolment: Enrolment) -> bool:
        """Say whether a European fund pays for an enrolment."""
        funder = None if enrolment.funding is None else self.records.funders.get(enrolment.funding.funder_id)
        return funder is not None and funder.family is FunderFamily.FSE

    def _term(self, name: RetentionClass, end: date, recorded_on: date) -> Term:
        provision = self.provisions[name]
        months, start = int(provision.value["months"]), str(provision.value["from"])
        counted = recorded_on if start == "recorded" else max(end, recorded_on)
        if start == "end_of_year_of_training_end":
            counted = date(counted.year, 12, 31)
        return Term(months_after(counted, months), provision)

    def _concerned(self, about: Iterable[str]) -> tuple[list[Enrolment], list[date]]:
        """Return the enrolments that names stand for, and the days on which what they stand for ended.

        Where enrolments are named, those alone count: the session and the person beside them say the same less exactly.
        """
        found: dict[str, list[str]] = {"enrolment": [], "training_session": [], "person": []}
        for name in about:
            kind, _, record_id = name.partition(":")
            found.setdefault(kind, []).append(record_id)
        records = self.records
        if found["enrolment"]:
            named = (records.enrolments.get(EnrolmentId(item)) for item in found["enrolment"])
            enrolments = [item for item in named if item is not None]
        elif found["training_session"]:
            enrolments = [item for name in found["training_session"] for item in records.enrolments_in(SessionId(name))]
        else:
            enrolments = [item for name in found["person"] for item in records.enrolments_of(PersonId(name))]
        ends = [end for end in map(self.end_of, enrolments) if end is not None]
        if not found["enrolment"]:
            sessions = (records.sessions.get(SessionId(name)) for name in found["training_session"])
            ends += [session.ends_on for session in sessions if session is not None]
        return enrolments, ends


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; the last of a month where that month is shorter.

    >>> months_after(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    for last in range(day.day, 27, -1):
        try:
            return date(min(year, 9999), month + 1, last)
        except ValueError:
            continue
    return date(min(year, 9999), month + 1, day.day)
