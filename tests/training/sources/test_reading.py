"""Whatever stands in a file, reading it says what is wrong and raises nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import AssiduError, InvalidRequest, Problem
from lrs.tenancy import OrganisationId
from tests.training.sources.school import records
from training.law import load_law
from training.records import Records
from training.records.kinds import KINDS, Kind
from training.sources.definition import parse_source, write_source
from training.sources.half_days import parse_half
from training.sources.kinds import KINDS as READERS
from training.sources.plan import Asked, Context
from training.sources.source import SourceKind

_WORDS = st.sampled_from(
    ["badge", "entrée", "sortie", "0042", "Léa Martin", "lea@exemple.fr", "06/01/2026", "06/01/2026 matin", "P", "A",
     "R 15", "2026-01-06 09:00", "nom complet", "email", "Quiz (Percentage)", "85 %", "Time", "User full name",
     "Description", "The user with id '5' viewed the course with id '3'.", '"', "", "date", "activité", "Quiz"]
)  # fmt: skip
_FILES = st.lists(st.lists(_WORDS | st.text(max_size=8), max_size=6).map(";".join), max_size=8).map("\n".join)


def context(kind: SourceKind) -> Context:
    by_kind: dict[Kind, dict[Any, Any]] = {}
    for record in records():
        by_kind.setdefault(KINDS[type(record)], {})[record.id] = record
    known = Records(
        OrganisationId(1), people=by_kind[Kind.PERSON], programmes=by_kind[Kind.PROGRAMME],
        sessions=by_kind[Kind.TRAINING_SESSION], slots=by_kind[Kind.SLOT], enrolments=by_kind[Kind.ENROLMENT],
    )  # fmt: skip
    plain = {"kind": kind.value, "title": "x", "session_id": "janvier", "home_page": "https://lms.exemple.fr"}
    latest = datetime(2026, 2, 1, tzinfo=UTC)
    return Context(known, parse_source("x", plain), Asked(), "essai", "0" * 64, latest, load_law())


@pytest.mark.parametrize("kind", sorted(READERS))
@given(text=_FILES)
def test_no_file_makes_a_reader_fail(kind: SourceKind, text: str):
    try:
        plan = READERS[kind].plan(text.encode(), context(kind))
    except AssiduError:
        return
    assert all(problem.line >= 1 and problem.message for problem in plan.problems)


@given(data=st.binary(max_size=200))
def test_no_bytes_make_a_reader_fail(data: bytes):
    for kind, reader in READERS.items():
        for file in (data, b"PK\x03\x04" + data, b"\x89PNG\r\n\x1a\n" + data):
            try:
                reader.plan(file, context(kind))
            except AssiduError:
                continue


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(["kind", "title", "columns", "values", "keys", "activities", "remote", "tolerance_seconds"])


@given(plain=st.dictionaries(_MEMBERS, _JSON, max_size=5))
def test_a_source_is_read_or_refused_with_where(plain: dict[str, Any]):
    problems: list[Problem] = []
    try:
        source = parse_source("x", {"kind": "badge", "title": "x", **plain})
    except InvalidRequest as refusal:
        problems.extend(refusal.problems)
    else:
        assert parse_source("x", write_source(source)) == source
    assert all(problem.pointer and problem.accepted for problem in problems)


@pytest.mark.parametrize(
    ("text", "half"),
    [("mardi 06/01/2026 - après-midi", "PM"), ("2026-01-06 AM", "AM"), ("6 janvier 2026 soir", "EVENING"),
     ("06.01.26 Matin", "AM"), ("matin", None), ("06/01/2026", None), ("Note du 06/01/2026", None)],
)  # fmt: skip
def test_half_days_are_read_as_people_write_them(text: str, half: str | None):
    found = parse_half(text)
    assert (None if found is None else found.half_day.value) == half
