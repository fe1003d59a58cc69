"""Every table that analysts can ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Final

from analytics.anomalies import Anomaly
from analytics.facts import Change, DayFact, EnrolmentFacts, SlotFact, Standing
from analytics.frames.described import columns_of, rate_value
from analytics.frames.kinds import Kind, Nature
from analytics.frames.rows import ActivityRow, EnrolmentPlace, PersonRow, SessionRow, SlotPlace
from analytics.frames.statements import StatementRow
from analytics.frames.table import Column, Table
from analytics.rates import Figure

_ID: Final = Nature(Kind.TEXT)
_ID_OR_NONE: Final = Nature(Kind.TEXT, is_nullable=True)
# Texts that return in line after line: kept once, and numbered.
_REPEATED: Final = ("verb", "platform", "credential", "activity", "rules_version", "formula", "version", "unit")


def _with(columns: Iterable[Column], *, on_request: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Return the columns, texts that repeat as words, and those named kept out until they are asked for."""
    return tuple(
        replace(
            column,
            nature=replace(column.nature, kind=Kind.WORD) if column.name in _REPEATED else column.nature,
            is_on_request=column.is_on_request or column.name in on_request,
        )
        for column in columns
    )


STATEMENTS: Final = Table(
    "statements",
    "One statement of the log, voided ones and those that void them included.",
    _with(columns_of(StatementRow), on_request=("actor", "body")),
)
DAYS: Final = Table(
    "days",
    "One person on one local day, on one activity or in one slot, or beside them, of one enrolment.",
    _with(columns_of(DayFact)),
)
ATTENDANCE: Final = Table(
    "attendance",
    "One trainee in one half-day slot.",
    (*columns_of(SlotPlace, "place"), *_with(columns_of(SlotFact, "fact"))),
)
STANDINGS: Final = Table(
    "standings",
    "Where one person stands on one activity of one enrolment.",
    (
        Column("person_id", _ID_OR_NONE, "Who, merges followed.", attrgetter("person_id")),
        Column("session_id", _ID_OR_NONE, "In which training session.", attrgetter("session_id")),
        *columns_of(Standing, "fact"),
    ),
)
CHANGES: Final = Table(
    "changes",
    "One line of an activity's history: nothing that was once true is lost.",
    (
        Column("enrolment_id", _ID, "In which enrolment.", attrgetter("of.enrolment_id")),
        Column("activity_id", _ID, "On which activity.", attrgetter("of.activity_id")),
        *columns_of(Change, "change"),
    ),
)
ENROLMENTS: Final = Table(
    "enrolments",
    "One enrolment at one instant: hours due and done by modality, and the rates.",
    (*_with(columns_of(EnrolmentFacts, "fact")), *columns_of(EnrolmentPlace, "place")),
)
FIGURES: Final = Table(
    "figures",
    "One rate of one enrolment, with its formula.",
    (
        Column("enrolment_id", _ID, "Of which enrolment.", attrgetter("of.enrolment_id")),
        Column("session_id", _ID, "In which training session.", attrgetter("of.session_id")),
        Column(
            "value",
            Nature(Kind.NUMBER, is_nullable=True),
            "The rate, capped where its formula says so; empty when nothing was due.",
            lambda row: rate_value(row.figure),
        ),
        *_with(columns_of(Figure, "figure")),
    ),
)
ANOMALIES: Final = Table("anomalies", "One thing that a person should look at.", _with(columns_of(Anomaly)))
SESSIONS: Final = Table("sessions", "One training session on record.", columns_of(SessionRow))
ACTIVITIES: Final = Table("activities", "One activity of a programme, at its newest version.", columns_of(ActivityRow))
PEOPLE: Final = Table("people", "One person on record, by name: personal data.", columns_of(PersonRow))

TABLES: Final = {
    table.name: table
    for table in (
        STATEMENTS, DAYS, ATTENDANCE, STANDINGS, CHANGES, ENROLMENTS, FIGURES, ANOMALIES, SESSIONS, ACTIVITIES, PEOPLE
    )
}  # fmt: skip
