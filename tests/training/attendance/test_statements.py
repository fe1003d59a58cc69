"""The published profile: what is written is what is described, and reads back as what was meant."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from analytics.traces import Role, extract_trace
from analytics.traces.vocabulary import roles
from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.errors import InvalidRequest
from lrs.organisations import Organisation
from lrs.statements.rules import statement_problems
from lrs.store.statements import StoredStatement
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from schemas import loader
from tests.training.attendance.conftest import png
from tests.training.examples import enrolment, person, programme, session, slot
from training.attendance import vocabulary
from training.attendance.drawing import parse_drawing
from training.attendance.mark import DeviceClass, Evidence, Mark, Method, Rule, Status
from training.attendance.reading import read_mark
from training.attendance.roll import Roll
from training.attendance.statement_ids import mark_id, slot_iri
from training.attendance.writing import duration, write_mark
from training.law import load_law
from training.records import Modality

FOLDER = Path(loader.__file__).parent / "attendance"
PROFILE = json.loads((FOLDER / "profile.json").read_text("utf-8"))
MARK_SCHEMA = "attendance/mark.json"
WRITTEN = datetime(2026, 1, 6, 8, 10, 0, 1, tzinfo=UTC)


def roll(mode: Modality = Modality.IN_PERSON) -> Roll:
    people = {one.id: one for one in (person("lea"), person("yann"))}
    return Roll(
        Organisation(OrganisationId(1), "essai", "Organisme d’essai", Micros(0)),
        slot(mode=mode), session(trainer_ids=("yann",)), programme(), (enrolment(),), people, (), load_law(),
    )  # fmt: skip


def entry(statement: dict, *, is_voided: bool = False) -> StoredStatement:
    return StoredStatement(
        0, Micros(2), UUID(statement["id"]), orjson.dumps(statement), CredentialId("x"), Micros(1), is_voided, False,
        None, None, (),
    )  # fmt: skip


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SHA = st.binary(min_size=32, max_size=32).map(bytes.hex)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - with one
EVIDENCE = st.builds(
    Evidence,
    method=st.sampled_from(Method),
    signed_at=INSTANTS,
    device_class=st.sampled_from(DeviceClass),
    network=st.sampled_from(["", "203.0.113.0/24", "2001:db8:1::/48"]),
    device=SHA.map(lambda text: text[:32]),
    text_sha256=SHA,
    drawing_sha256=st.none() | SHA,
)


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    status = draw(st.sampled_from(Status))
    late, early = (draw(st.integers(0, 6000)) for _ in range(2)) if status.is_present else (0, 0)
    evidence = draw(st.none() | EVIDENCE) if status.is_present else None
    replaced = draw(st.none() | st.uuids())
    return Mark(
        statement_id=mark_id("essai", slot().id, enrolment().id, draw(st.integers(0, 9))),
        slot_id=slot().id,
        enrolment_id=enrolment().id,
        status=status,
        credited_seconds=12_600 - late - early if status.is_present else 0,
        recorded_at=draw(INSTANTS),
        recorded_by=draw(st.sampled_from(["account 1", "credential a.$b", "trainee e1"])),
        late_seconds=late,
        early_seconds=early,
        is_justified=draw(st.booleans()) if status.is_present else status is Status.ABSENT_JUSTIFIED,
        reason=draw(TEXTS),
        evidence=evidence,
        late_reason=draw(st.none() | TEXTS) if evidence else None,
        flags=tuple(draw(st.lists(st.sampled_from(Rule), unique=True))),
        replaces=replaced,
        correction_reason=draw(TEXTS) if replaced else "",
        is_voided=draw(st.booleans()),
    )


@given(mark=marks(), mode=st.sampled_from([Modality.IN_PERSON, Modality.SYNC_REMOTE, Modality.WORKPLACE]))
def test_a_mark_is_a_valid_statement_of_the_profile_and_reads_back_the_same(mark: Mark, mode: Modality):
    statement = write_mark(roll(mode), enrolment(), mark)

    assert list(statement_problems(statement, Version.V2_0_0)) == []
    assert list(statement_problems(statement, Version.V1_0_3)) == []
    assert list(Draft202012Validator(loader.definition(MARK_SCHEMA)).iter_errors(statement)) == []
    assert read_mark(entry(statement, is_voided=mark.is_voided), mark.slot_id, mark.enrolment_id) == mark


@given(mark=marks())
def test_facts_read_a_mark_as_it_was_meant(mark: Mark):
    found = extract_trace(entry(write_mark(roll(), enrolment(), mark))).mark

    assert found is not None
    assert found.half_day == "2026-01-06/AM"
    assert (found.is_present, found.seconds) == (mark.status.is_present, mark.credited_seconds)
    assert (found.is_justified, found.is_signed) == (mark.is_justified, mark.evidence is not None)
    assert (found.status, found.reason) == (mark.status.value, mark.reason)


def some_mark() -> Mark:
    return Mark(
        mark_id("essai", slot().id, enrolment().id, 0), slot().id, enrolment().id, Status.PRESENT, 12_600,
        WRITTEN, "account 1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("verb", "id"), "http://adlnet.gov/expapi/verbs/completed"),
        (("object", "id"), "https://assidu.example/xapi/organisations/essai/slots/autre"),
        (("timestamp",), "hier"),
        (("result", "duration"), "longtemps"),
        (("result",), []),
        (("context", "extensions"), {}),
        (("context",), None),
    ],
)
def test_what_is_no_mark_is_read_as_none(where: tuple[str, ...], value: object):
    statement = write_mark(roll(), enrolment(), some_mark())
    part = statement
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = value
    assert read_mark(entry(statement), slot().id, enrolment().id) is None


@pytest.mark.parametrize(
    ("verb", "member", "value"),
    [
        ("attended", "attendance-status", "ABSENT_JUSTIFIED"),
        ("attended", "evidence", [{"type": "e-signature", "sha256": "ab"}]),
        ("attended", "unheard-of", 1),
        ("attended", "half-day", "2026-01-06"),
    ],
)
def test_the_schema_refuses_what_the_profile_does_not_say(verb: str, member: str, value: object):
    statement = write_mark(roll(), enrolment(), some_mark())
    statement["context"]["extensions"][vocabulary.ext(member)] = value
    assert list(Draft202012Validator(loader.definition(MARK_SCHEMA)).iter_errors(statement))


def test_the_profile_publishes_every_iri_of_ours_and_none_that_is_not_used():
    published = {concept["id"] for concept in PROFILE["concepts"]}
    source = "".join(
        path.read_text("utf-8") for path in Path(vocabulary.__file__).parent.glob("*.py") if path.name != "reading.py"
    )
    extensions = {vocabulary.ext(name) for name in re.findall(r'\bext\("([a-z-]+)"\)', source)}
    others = {
        *(verb["id"] for verb in vocabulary.VERBS),
        *vocabulary.SLOT_TYPES.values(),
        vocabulary.DRAWING,
        vocabulary.SIGNED_TEXT,
        vocabulary.SIGNED_SHEET,
    }
    assert published == extensions | {iri for iri in others if iri.startswith(vocabulary.BASE)}
    assert PROFILE["versions"][0]["id"] == vocabulary.PROFILE
    for template in PROFILE["templates"]:
        assert template["verb"] in {verb["id"] for verb in vocabulary.VERBS}


def test_each_concept_speaks_french_and_english_and_each_schema_of_one_is_sound():
    for concept in (*PROFILE["concepts"], *PROFILE["templates"]):
        assert concept["definition"].keys() >= {"fr", "en"}
        if "inlineSchema" in concept:
            Draft202012Validator.check_schema(json.loads(concept["inlineSchema"]))
    Draft202012Validator.check_schema(loader.definition(MARK_SCHEMA))


def test_facts_know_every_verb_of_the_profile_and_take_none_for_work():
    known = roles()
    for verb in vocabulary.VERBS:
        role, is_act = known[verb["id"]]
        assert not is_act
        assert role in (Role.ATTENDED, Role.ABSENT, Role.VOIDED, Role.REPORTED)


@given(seconds=st.integers(0, 200_000))
def test_a_length_of_time_is_written_as_it_is_read(seconds: int):
    from lrs.statements.times import parse_duration_seconds

    assert parse_duration_seconds(duration(seconds)) == seconds


@given(content=st.binary(max_size=200) | st.binary(max_size=200).map(lambda rest: png()[:33] + rest))
def test_no_bytes_are_too_strange_for_a_drawing(content: bytes):
    try:
        drawing = parse_drawing(content)
    except InvalidRequest:
        return
    assert drawing.content == content


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", png()[:-1], png() + b"x", png().replace(b"IDAT", b"IDAX"), png()[:8],
        png().replace(b"IHDR" + (4).to_bytes(4, "big"), b"IHDR" + (5000).to_bytes(4, "big")), png() * 4000,
    ],
)  # fmt: skip
def test_what_is_no_png_of_that_size_is_refused(content: bytes):
    with pytest.raises(InvalidRequest):
        parse_drawing(content)


def test_ids_of_marks_differ_wherever_anything_differs():
    names = {
        mark_id(slug, slot_id, enrolment_id, number)  # type: ignore[arg-type]
        for slug in ("a", "b") for slot_id in ("s", "t") for enrolment_id in ("e", "f") for number in range(3)
    }  # fmt: skip
    assert len(names) == 24
    assert slot_iri("essai", "matin").rpartition("/")[2] == "matin"
    assert replace(some_mark(), is_voided=True) != some_mark()
