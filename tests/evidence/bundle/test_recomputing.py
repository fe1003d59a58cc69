"""A document follows from what is inside it, and from nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from uuid import UUID

import msgspec
import orjson
import pytest

from evidence.bundle import encode, parse_bundle, recompute
from evidence.bundle.deciding import Reach
from evidence.bundle.form import schema
from evidence.content import DocumentType, Period
from lrs.errors import InvalidRequest
from tests.evidence.bundle.school import ABSENT, REGISTRATION, School, ids
from tests.training.examples import enrolment, person, session
from training.records import ExitReason, Identity
from training.records.kinds import Kind

JANUARY = Period(first=date(2026, 1, 1), last=date(2026, 1, 31))
PERIODS = (DocumentType.CERTINT,)


@pytest.fixture
def school() -> School:
    school = School.furnished()
    school.is_there()
    return school


def of(school: School, kind: DocumentType):
    if kind is DocumentType.ATTSORT:
        school.has_left(date(2026, 1, 30))
    return school.bundle(kind, period=JANUARY if kind in PERIODS else None)


@pytest.mark.parametrize("kind", DocumentType)
def test_every_kind_of_document_follows_from_what_is_inside_it(school, kind):
    bundle = parse_bundle(encode(of(school, kind)))

    assert recompute(bundle).differences == ()


@pytest.mark.parametrize("kind", DocumentType)
def test_the_same_bundle_has_the_same_bytes(school, kind):
    bundle = of(school, kind)

    assert encode(parse_bundle(encode(bundle))) == encode(bundle)


def test_hours_are_those_credited_and_every_figure_says_what_it_is_made_of(school):
    bundle = school.bundle()

    assert bundle.content.realised_seconds == 3 * 12_600 + 7200
    figure = bundle.figures[0]
    assert (figure.formula, figure.numerator, figure.denominator, figure.unit) == (
        "credited_hours",
        45_000,
        3600,
        "second",
    )
    assert (figure.value, figure.about, figure.as_of) == ("12.5", "/content/realised_seconds", bundle.as_of)


def test_a_rate_stands_beside_what_it_is_made_of(school):
    bundle = school.bundle(DocumentType.ATTASS)

    rate = next(figure for figure in bundle.figures if figure.formula == "attendance_rate_net")
    assert (rate.numerator, rate.denominator, rate.value) == (37_800, 37_800, "1")


def test_what_does_not_decide_is_not_included(school):
    clicks = {school.does("experienced", "cours", minute=minute) for minute in range(5)}
    absence = school.marks("lendemain", hours=0, minute=2000, **{"absence-reason": "arrêt maladie"})

    bundle = school.bundle()

    assert not ids(bundle) & clicks
    assert absence not in ids(bundle)
    assert b"maladie" not in encode(bundle)


def test_an_absence_is_included_where_it_is_printed(school):
    absence = school.marks("lendemain", hours=0, minute=2000, **{"absence-reason": "arrêt maladie"})

    bundle = school.bundle(DocumentType.ATTASS)

    assert absence in ids(bundle)
    assert [item.reason for item in bundle.content.absences] == ["arrêt maladie"]


def test_of_people_only_names_and_the_identities_that_speak_are_included(school):
    lea = person(email="lea@prive.fr", phone="0600000000",
                 identities=(Identity.mbox("lea@exemple.fr"), Identity.mbox("autre@exemple.fr")))  # fmt: skip
    school.write(lea)

    data = encode(school.bundle())

    assert b"prive.fr" not in data
    assert b"0600000000" not in data
    assert b"autre@exemple.fr" not in data
    part = next(item for item in parse_bundle(data).records if item.kind == "person")
    assert part.omits == ("/email", "/phone", "/identities")


def test_statements_of_somebody_merged_into_the_trainee_count(school):
    school.write(person(identities=()), replace(person("ancienne"), merged_into="lea",
                                                identities=(Identity.mbox("lea@exemple.fr"),)))  # fmt: skip

    bundle = school.bundle()

    assert bundle.content.realised_seconds == 45_000
    assert recompute(bundle).holds


def test_a_completion_taken_back_and_given_again_counts_from_the_day_it_stands(school):
    school.does("completed", "cours", minute=4000)
    school.send(verb={"id": "http://adlnet.gov/expapi/verbs/uncompleted"}, timestamp="2026-01-20T09:00:00Z",
                object={"id": "https://lms.exemple.fr/cours"})  # fmt: skip
    bundle = school.bundle()

    assert recompute(bundle).holds


def test_a_mark_that_also_covers_another_half_day_brings_the_mark_that_took_it_over():
    school = School.furnished()
    school.write(replace(school.records[Kind.SLOT, "lendemain"], held_on=date(2026, 1, 6)))
    whole = school.send(
        verb={"id": "http://adlnet.gov/expapi/verbs/attended"}, object={"id": "https://ailleurs.exemple/feuille"},
        result={"duration": "PT7H"},
        context={"registration": REGISTRATION,
                 "extensions": {"https://assidu.example/xapi/ext/half-day": "2026-01-06/AM"}},
    )  # fmt: skip
    absence = school.marks("lendemain", hours=0, minute=100)
    school.joins("classe")

    assert school.draft() is None
    bundle = school.bundle(reach=Reach.EVERY_MARK)

    assert bundle.content.realised_seconds == 2 * 12_600
    assert {whole, absence} <= ids(bundle)
    assert recompute(bundle).holds


def test_time_spent_in_two_enrolments_at_once_is_counted_once_in_the_bundle_too(school):
    school.write(session(id="autre", title="Autre"), enrolment("e9", session_id="autre", registration=UUID(int=9)))
    for minute in range(600, 660, 7):
        school.does("experienced", "cours", minute=minute)
        school.send(verb={"id": "http://adlnet.gov/expapi/verbs/experienced"},
                    object={"id": "https://lms.exemple.fr/cours"},
                    timestamp=f"2026-01-06T19:{(minute + 3) % 60:02}:00Z",
                    context={"registration": str(UUID(int=9))})  # fmt: skip

    bundle = school.bundle(DocumentType.RELCO)

    assert recompute(bundle).holds
    assert bundle.content.times.connected_seconds < 3600 * 5


def test_a_printed_figure_that_was_changed_is_named(school):
    bundle = school.bundle()
    forged = msgspec.structs.replace(bundle, content=msgspec.structs.replace(bundle.content, realised_seconds=99_999))

    found = recompute(forged).differences

    assert [item.pointer for item in found] == ["/content/realised_seconds"]
    assert (found[0].printed, found[0].recomputed) == (99_999, 45_000)


def test_an_embedded_mark_that_was_changed_changes_the_figures(school):
    value = orjson.loads(encode(school.bundle()))
    mark = next(item for item in value["statements"] if "attended" in item["text"])
    mark["text"] = mark["text"].replace("http://adlnet.gov/expapi/verbs/attended", ABSENT)

    found = recompute(parse_bundle(orjson.dumps(value)))

    assert {item.pointer for item in found.differences} >= {"/content/realised_seconds", "/figures/0/value"}


def test_a_statement_stored_after_the_instant_is_refused(school):
    value = orjson.loads(encode(school.bundle()))
    value["as_of"] = "2026-01-15T00:00:00.000000Z"

    with pytest.raises(InvalidRequest) as refusal:
        recompute(parse_bundle(orjson.dumps(value)))

    assert all("stored after" in problem.message for problem in refusal.value.problems)


def test_a_statement_that_is_included_twice_is_refused(school):
    value = orjson.loads(encode(school.bundle()))
    value["statements"].append(value["statements"][0])

    with pytest.raises(InvalidRequest):
        recompute(parse_bundle(orjson.dumps(value)))


def test_a_record_that_was_left_out_is_a_clear_refusal(school):
    value = orjson.loads(encode(school.bundle()))
    value["records"] = [item for item in value["records"] if item["kind"] != "provider"]

    with pytest.raises(InvalidRequest):
        recompute(parse_bundle(orjson.dumps(value)))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"null", b'{"format": "assidu-evidence/2"}', b"\xff"])
def test_what_is_no_evidence_is_refused_with_what_is_wrong(data):
    with pytest.raises(InvalidRequest) as refusal:
        parse_bundle(data)

    assert refusal.value.problems


def test_every_problem_of_a_bundle_is_listed(school):
    value = orjson.loads(encode(school.bundle()))
    value["statements"][0]["position"] = "zero"
    del value["as_of"]

    with pytest.raises(InvalidRequest) as refusal:
        parse_bundle(orjson.dumps(value))

    assert {problem.pointer for problem in refusal.value.problems} == {"", "/statements/0/position"}


def test_the_published_schema_is_that_of_the_values():
    published = json.loads(files("schemas").joinpath("evidence", "bundle.json").read_bytes())

    assert published == json.loads(json.dumps(schema()))


def test_new_contact_details_and_a_new_signatory_change_no_substance(school):
    before = school.draft()
    school.write(person(phone="0600000001"))
    again = school.draft()
    provider = school.records[Kind.PROVIDER, "of"]
    school.write(replace(provider, signatories=(replace(provider.signatories[0], name="Paul Autre"),)))
    after = school.draft()

    assert before.inputs == again.inputs
    assert after.inputs != before.inputs
    assert after.substance == before.substance


def test_when_it_is_asked_changes_no_inputs(school):
    before = school.draft()
    school.as_of = school.as_of.replace(month=6)

    assert school.draft().inputs == before.inputs


def test_a_later_statement_that_matters_changes_the_inputs(school):
    before = school.draft()
    school.voids(next(item.statement_id for item in school.statements))

    assert school.draft().inputs != before.inputs


def test_an_exit_is_printed_with_its_reason(school):
    school.has_left(date(2026, 1, 7), ExitReason.ABANDON)

    content = school.bundle(DocumentType.ATTSORT).content

    assert (content.left_on, content.reason) == (date(2026, 1, 7), ExitReason.ABANDON)
