"""Whatever happened, a document follows from what is inside it; and whatever of that is changed shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.bundle import encode, parse_bundle, recompute
from evidence.bundle.contents import fill
from evidence.bundle.deciding import Reach
from evidence.bundle.figures import figures_of
from evidence.content import DocumentType, Period
from lrs.errors import InvalidRequest
from tests.evidence.bundle.school import ABSENT, ADL, EXT, LMS, REGISTRATION, School, bundle_of, changed

WEEK = Period(first=date(2026, 1, 5), last=date(2026, 1, 7))
KINDS = [kind for kind in DocumentType if kind is not DocumentType.ATTSORT]
SLOTS = ("matin", "lendemain", "classe")
# A statement of anything that facts look at, told by its kind, what it is about, and when, in minutes.
ACTS = st.tuples(
    st.sampled_from(("attended", "absent", "half-day", "join", "leave", "completed", "passed", "failed", "uncompleted",
                     "experienced", "void", "waived", "stranger")),
    st.integers(0, 2),
    st.integers(0, 4000),
    st.integers(0, 4),
)  # fmt: skip


def lives(school: School, acts: list[tuple[str, int, int, int]]) -> None:
    for kind, where, minute, how in acts:
        slot_id, what = SLOTS[where], ("cours", "quiz", "quiz")[where]
        if kind == "attended":
            school.marks(slot_id, hours=0.5 + how, minute=minute)
        elif kind == "absent":
            school.marks(slot_id, hours=0, minute=minute, **{"absence-justified": how > 2})
        elif kind == "half-day":
            names = {EXT + "half-day": f"2026-01-0{6 + where}/AM"}
            school.send(verb={"id": ADL + "attended"}, object={"id": "https://ailleurs.exemple/feuille"},
                        result={"duration": f"PT{1 + how}H"},
                        timestamp=f"2026-01-06T{9 + minute % 10:02}:00:00Z",
                        context={"registration": REGISTRATION, "extensions": names})  # fmt: skip
        elif kind in ("join", "leave"):
            day = 6 + where
            school.send(verb={"id": f"http://activitystrea.ms/{kind}"},
                        object={"id": f"https://assidu.example/xapi/slots/{slot_id}"},
                        timestamp=f"2026-01-{day:02}T{8 + minute % 4:02}:{minute % 60:02}:00Z")  # fmt: skip
        elif kind == "void" and school.statements:
            school.voids(school.statements[minute % len(school.statements)].statement_id)
        elif kind == "stranger":
            school.send(actor={"mbox": "mailto:yann@exemple.fr"}, verb={"id": ADL + "completed"},
                        object={"id": f"{LMS}/{what}"})  # fmt: skip
        elif kind != "void":
            more = {"score": {"scaled": how / 4}} if kind in ("passed", "failed") else {}
            school.does(kind, what, minute=minute, **more)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(acts=st.lists(ACTS, max_size=14), data=st.data())
def test_what_is_printed_follows_from_what_is_included(kind, acts, data):
    school = School.furnished()
    school.does("experienced", "cours")
    lives(school, acts)
    period = WEEK if kind is DocumentType.CERTINT else None
    whole = school.case(kind, period=period)
    if kind is DocumentType.ATTENT and whole.facts.entered_at is None:
        return

    found = school.draft(kind, period=period) or school.draft(kind, period=period, reach=Reach.EVERY_MARK)

    assert found is not None
    bundle = parse_bundle(encode(bundle_of(found)))
    assert bundle.content == fill(whole)
    assert bundle.figures == figures_of(fill(whole), bundle.as_of)
    assert recompute(bundle).differences == ()
    if bundle.statements:
        _a_change_that_matters_shows(school, bundle, kind, period, data)


def _a_change_that_matters_shows(school: School, bundle, kind, period, data) -> None:
    """Change one included statement, everywhere: where the truth would be another, the bundle is not what it was."""
    part = data.draw(st.sampled_from(bundle.statements))
    change = data.draw(st.sampled_from((
        {"actor": {"mbox": "mailto:personne@exemple.fr"}},
        {"verb": {"id": ABSENT}, "result": {}},
        {"verb": {"id": ADL + "experienced"}, "result": {}},
        {"result": {"duration": "PT1S", "score": {"scaled": -1}}},
    )))  # fmt: skip
    forged = changed(school.statements, UUID(part.id), **change)
    try:
        truth = fill(school.case(kind, period=period, statements=forged))
    except InvalidRequest:
        truth = None
    texts = {str(item.statement_id): item.body.decode() for item in forged}
    parts = tuple(msgspec.structs.replace(item, text=texts[item.id]) for item in bundle.statements)
    try:
        found = recompute(msgspec.structs.replace(bundle, statements=parts))
    except InvalidRequest:
        return
    if truth != bundle.content:
        assert not found.holds


def test_a_waived_module_is_still_waived_in_the_bundle():
    school = School.furnished()
    lives(school, [("waived", 0, 0, 0), ("passed", 1, 5, 4)])

    bundle = school.bundle(DocumentType.RELCOMP)

    assert recompute(bundle).holds


def test_another_enrolment_in_the_same_programme_takes_nothing_away():
    school = School.furnished()
    other = replace(next(iter(school.snapshot().enrolments.values())), id="e9", registration=UUID(int=9))
    school.write(other)
    school.is_there()

    assert recompute(school.bundle()).holds


def test_a_mark_that_another_covers_is_included_for_it_would_decide_without_that_one():
    school = School.furnished()
    lives(school, [("attended", 0, 0, 0), ("absent", 0, 1, 0)])
    attended, absent = (item.statement_id for item in school.statements)
    bundle = school.bundle(DocumentType.ATTASS)
    forged = changed(school.statements, absent, actor={"mbox": "mailto:personne@exemple.fr"})
    texts = {str(item.statement_id): item.body.decode() for item in forged}

    parts = tuple(msgspec.structs.replace(item, text=texts[item.id]) for item in bundle.statements)

    assert {UUID(item.id) for item in bundle.statements} == {attended, absent}
    assert not recompute(msgspec.structs.replace(bundle, statements=parts)).holds
