"""The product rules: each is broken on purpose, and flags or refuses as the organisation has decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest

from lrs.clock import FixedClock
from lrs.errors import Conflict
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.training.attendance.conftest import PHONE, REGISTRATIONS, TRAINER, Sign, at, micros, png
from tests.training.examples import change, enrolment, session, slot
from training.attendance import Desk, Entrance, Mark, Remark, Rule, Signature, Status
from training.attendance.claims import Claim, Claims
from training.law import load_law
from training.records.law_override import LawOverride
from training.store import Register

Decide = Callable[[Rule, str], None]
BOTH = pytest.mark.parametrize("verdict", ["flag", "refuse"])


@pytest.fixture
def decide(register: Register, school: OrganisationId) -> Decide:
    """Let the organisation decide what becomes of what breaks a rule."""

    def do(rule: Rule, verdict: str) -> None:
        name = rule.value.replace("attendance.", "").replace("_", "-")
        override = LawOverride(f"essai-{name}", rule.value, verdict, date(2026, 1, 1), reason="essai")
        register.write(school, [change(override)], "essai")

    return do


def meets(rule: Rule, verdict: str, act: Callable[[], Mark | None], desk: Desk, school: OrganisationId) -> None:
    """Do what breaks the rule, and check what becomes of it."""
    if verdict == "flag":
        mark = act()
        assert mark is not None
        assert mark.flags == (rule,)
        return
    before = desk.sheet(school, "matin").sha256
    with pytest.raises(Conflict) as refused:
        act()
    assert [problem.requirement for problem in refused.value.problems] == [rule.value]
    assert all(problem.message and problem.accepted for problem in refused.value.problems)
    assert desk.sheet(school, "matin").sha256 == before


@BOTH
def test_before_the_window(desk, sign: Sign, school, decide: Decide, clock: FixedClock, verdict: str):
    decide(Rule.OUTSIDE_WINDOW, verdict)
    at(clock, "07:44")
    desk.open(school, "matin", TRAINER)
    meets(Rule.OUTSIDE_WINDOW, verdict, lambda: sign("Léa").mark, desk, school)


def test_from_a_quarter_of_an_hour_before_the_slot_there_is_nothing_to_flag(
    desk, sign: Sign, school, clock: FixedClock
):
    at(clock, "07:45")
    desk.open(school, "matin", TRAINER)
    assert sign("Léa").mark.flags == ()
    at(clock, "12:00")
    assert sign("Zoé").mark.late_reason is None


@BOTH
def test_after_the_time_for_late_signing(desk, entrance: Entrance, school, decide, clock: FixedClock, verdict: str):
    decide(Rule.OUTSIDE_WINDOW, verdict)
    at(clock, "11:31", day=13)
    ticket = entrance.prove_by_link(desk.personal_link(school, "matin", "e1", TRAINER).token, PHONE).token
    signature = Signature(entrance.read(ticket).text_sha256, None, "hospitalisée")
    meets(Rule.OUTSIDE_WINDOW, verdict, lambda: entrance.sign(ticket, signature, PHONE).mark, desk, school)


def test_a_late_signature_has_its_reason_and_the_date_at_which_it_was_given(
    desk, entrance: Entrance, school, clock: FixedClock
):
    at(clock, "11:30", day=13)
    ticket = entrance.prove_by_link(desk.personal_link(school, "matin", "e1", TRAINER).token, PHONE).token
    reading = entrance.read(ticket)
    assert reading.needs_reason
    assert reading.text.endswith("Je signe après la fin de la demi-journée et j’en indique le motif.")

    mark = entrance.sign(ticket, Signature(reading.text_sha256, None, " réseau coupé "), PHONE).mark

    assert (mark.late_reason, mark.flags) == ("réseau coupé", ())
    assert mark.recorded_at == datetime(2026, 1, 13, 11, 30, tzinfo=UTC)


@BOTH
@pytest.mark.parametrize("day", [date(2026, 1, 11), date(2026, 1, 1)], ids=["Sunday", "holiday"])
def test_a_slot_on_a_day_of_rest(desk, sign: Sign, school, register: Register, decide, clock, verdict: str, day: date):
    decide(Rule.REST_DAY, verdict)
    open_ = session(trainer_ids=("yann",), starts_on=date(2026, 1, 1), allows_sundays_and_holidays=True)
    register.write(school, [change(open_), change(slot("matin", day.day))], "essai")
    at(clock, "08:10", day=day.day)
    desk.open(school, "matin", TRAINER)
    # The session is held on such days: nothing to say.
    assert sign("Zoé").mark.flags == ()

    register.write(school, [change(replace(open_, allows_sundays_and_holidays=False))], "essai")

    meets(Rule.REST_DAY, verdict, lambda: sign("Léa").mark, desk, school)
    meets(
        Rule.REST_DAY, verdict, lambda: desk.mark(school, "matin", "e3", Remark(Status.PRESENT), TRAINER), desk, school
    )
    # An absence is no signature.
    assert desk.mark(school, "matin", "e3", Remark(Status.ABSENT_UNJUSTIFIED), TRAINER) if verdict == "refuse" else True


@BOTH
def test_the_same_drawing_under_two_names(desk, sign: Sign, school, decide: Decide, verdict: str):
    decide(Rule.DRAWING_REUSED, verdict)
    desk.open(school, "matin", TRAINER)
    theirs = {name: replace(PHONE, key=name) for name in ("Léa", "Zoé", "Sam")}
    assert sign("Léa", drawing=png(5), device=theirs["Léa"]).mark.flags == ()
    meets(Rule.DRAWING_REUSED, verdict, lambda: sign("Zoé", drawing=png(5), device=theirs["Zoé"]).mark, desk, school)
    # A refusal leaves no claim behind: drawn anew, it is taken. And a ticked box is no drawing.
    assert sign("Sam", device=theirs["Sam"]).mark.flags == ()
    if verdict == "refuse":
        assert sign("Zoé", drawing=png(6), device=theirs["Zoé"]).mark.flags == ()


def test_a_refused_signature_counts_for_nothing_afterwards(desk, sign: Sign, school, decide: Decide):
    decide(Rule.DRAWING_REUSED, "refuse")
    desk.open(school, "matin", TRAINER)
    sign("Léa", drawing=png(5))
    with pytest.raises(Conflict):
        sign("Zoé", drawing=png(5))
    # The third try from this device is its second signature.
    assert sign("Sam").mark.flags == ()


@BOTH
def test_many_signatures_from_one_device_within_a_minute(
    desk, sign: Sign, school, decide: Decide, clock: FixedClock, verdict: str
):
    decide(Rule.DEVICE_BURST, verdict)
    desk.open(school, "matin", TRAINER)
    assert sign("Léa").mark.flags == ()
    assert sign("Zoé").mark.flags == ()
    meets(Rule.DEVICE_BURST, verdict, lambda: sign("Sam").mark, desk, school)


def test_a_device_that_takes_its_time_or_is_another_is_not_flagged(desk, sign: Sign, school, clock: FixedClock):
    desk.open(school, "matin", TRAINER)
    sign("Léa")
    clock.micros += 61_000_000
    sign("Zoé")
    assert sign("Sam", device=replace(PHONE, key="un autre")).mark.flags == ()


def test_a_device_that_keeps_no_cookie_is_known_by_what_it_shows(desk, sign: Sign, school):
    desk.open(school, "matin", TRAINER)
    shy = replace(PHONE, key="")
    marks = [sign(name, device=shy).mark for name in ("Léa", "Zoé")]
    assert sign("Sam", device=shy).mark.flags == (Rule.DEVICE_BURST,)
    assert len({mark.evidence and mark.evidence.device for mark in marks}) == 1


@pytest.fixture
def twice(desk: Desk, school: OrganisationId, register: Register) -> None:
    """Léa is enrolled in another session too, one slot of which overlaps."""
    other = session(id="fevrier", title="Février", trainer_ids=("yann",))
    late = datetime(2026, 1, 6, 10, tzinfo=UTC)
    elsewhere = slot("ailleurs", 6, session_id="fevrier", starts_at=late, ends_at=late.replace(hour=13))
    again = enrolment("e4", session_id="fevrier", registration=UUID(int=77), contracts=())
    changes = [change(other), change(elsewhere), change(again)]
    register.write(school, changes, "essai")


@BOTH
def test_one_person_in_two_places(desk: Desk, sign: Sign, school, decide: Decide, twice, clock, verdict: str):
    decide(Rule.TWO_PLACES, verdict)
    desk.open(school, "matin", TRAINER)
    at(clock, "10:30")
    absent = desk.mark(school, "ailleurs", "e4", Remark(Status.ABSENT_UNJUSTIFIED), TRAINER)
    assert sign("Zoé").mark.flags == ()
    present = Remark(Status.PRESENT)
    elsewhere = desk.correct(school, "ailleurs", "e4", absent.statement_id, present, "arrivée", TRAINER)
    assert elsewhere.flags == ()

    meets(Rule.TWO_PLACES, verdict, lambda: sign("Léa").mark, desk, school)
    if verdict == "refuse":
        meets(Rule.TWO_PLACES, verdict, lambda: desk.mark(school, "matin", "e1", present, TRAINER), desk, school)
        # Nor by way of a correction.
        noted = desk.mark(school, "matin", "e1", Remark(Status.ABSENT_UNJUSTIFIED), TRAINER)
        meets(
            Rule.TWO_PLACES, verdict,
            lambda: desk.correct(school, "matin", "e1", noted.statement_id, present, "x", TRAINER), desk, school,
        )  # fmt: skip


def test_of_two_places_signed_in_the_same_moment_one_sees_the_other(
    desk: Desk, sign: Sign, school, services: Services, clock: FixedClock, twice
):
    # Another request has just claimed the other slot, and not recorded its mark yet.
    at(clock, "10:30")
    now = clock.now_micros()
    other = Claim(
        school, "ailleurs", "e4", "lea", "x", None, now, micros("2026-01-06T10:00:00Z"), micros("2026-01-06T13:00:00Z")
    )
    Claims(services).put(other, 3600)
    desk.open(school, "matin", TRAINER)

    assert sign("Zoé").mark.flags == ()
    assert sign("Léa").mark.flags == (Rule.TWO_PLACES,)


def test_somebody_under_two_records_is_in_two_places_once_they_are_merged(
    desk: Desk, sign: Sign, school, register: Register, clock, twice
):
    register.write(
        school,
        [change(enrolment("e4", session_id="fevrier", registration=UUID(int=77),
                          person_id="yann", contracts=()))],
        "essai",
    )  # fmt: skip
    at(clock, "10:30")
    desk.open(school, "matin", TRAINER)
    desk.mark(school, "ailleurs", "e4", Remark(Status.PRESENT), TRAINER)
    assert sign("Zoé").mark.flags == ()
    from training.store import RecordReader

    yann = RecordReader(register._store, register._clock).get(school, change(session()).kind.PERSON, "yann").record
    register.write(school, [change(replace(yann, merged_into="lea"))], "essai")

    assert sign("Léa").mark.flags == (Rule.TWO_PLACES,)


@BOTH
def test_a_sheet_without_the_trainer_s_signature(desk: Desk, school, decide: Decide, clock: FixedClock, verdict: str):
    decide(Rule.TRAINER_MISSING, verdict)
    desk.open(school, "matin", TRAINER)
    desk.mark(school, "matin", "e1", Remark(Status.ABSENT_UNJUSTIFIED), TRAINER)
    assert desk.sheet(school, "matin").flags == ()
    at(clock, "11:31")
    assert desk.sheet(school, "matin").flags == (Rule.TRAINER_MISSING,)

    if verdict == "flag":
        assert desk.close(school, "matin", TRAINER).flags == (Rule.TRAINER_MISSING,)
    else:
        with pytest.raises(Conflict) as refused:
            desk.close(school, "matin", TRAINER)
        assert refused.value.problems[0].requirement == Rule.TRAINER_MISSING.value
        desk.countersign(school, "matin", desk.sheet(school, "matin").sha256, TRAINER)
        assert desk.close(school, "matin", TRAINER).flags == ()


@BOTH
def test_a_trainer_does_not_sign_before_the_window(desk: Desk, school, decide: Decide, clock, services, verdict: str):
    decide(Rule.OUTSIDE_WINDOW, verdict)
    at(clock, "07:00")
    desk.mark(school, "matin", "e1", Remark(Status.ABSENT_JUSTIFIED, reason="annoncée"), TRAINER)
    sha256 = desk.sheet(school, "matin").sha256
    if verdict == "refuse":
        with pytest.raises(Conflict):
            desk.countersign(school, "matin", sha256, TRAINER)
        return
    under = desk.countersign(school, "matin", sha256, TRAINER).countersignature
    assert under is not None
    (entry,) = services.statements.entries(school, [under.statement_id])
    extensions = orjson.loads(entry.body)["context"]["extensions"]
    assert extensions["https://assidu.example/xapi/ext/flags"] == ["attendance.outside_window"]


def test_every_rule_broken_is_named_at_once_and_leaves_a_statement(
    desk: Desk, sign: Sign, school, decide: Decide, services: Services, clock: FixedClock
):
    for rule in (Rule.DRAWING_REUSED, Rule.DEVICE_BURST, Rule.OUTSIDE_WINDOW):
        decide(rule, "refuse")
    desk.open(school, "matin", TRAINER)
    sign("Léa", drawing=png(1))
    sign("Zoé", drawing=png(2))

    for _ in range(3):
        with pytest.raises(Conflict) as refused:
            sign("Sam", drawing=png(1))

    names = [problem.requirement for problem in refused.value.problems]
    assert names == [Rule.DRAWING_REUSED.value, Rule.DEVICE_BURST.value]
    bodies = [orjson.loads(entry.body) for entry in services.statements.since(school, 0)]
    told = [body for body in bodies if body["verb"]["id"].endswith("was-refused-signature")]
    # One an hour for the same reasons, however often it is tried.
    assert [body["context"]["extensions"]["https://assidu.example/xapi/ext/flags"] for body in told] == [names]
    assert told[0]["context"]["registration"] == str(REGISTRATIONS["e3"])


def test_what_a_rule_says_is_what_held_on_the_day_of_the_slot(desk, sign: Sign, school, register: Register):
    override = LawOverride("plus-tard", Rule.DEVICE_BURST.value, "refuse", date(2026, 1, 7), reason="essai")
    register.write(school, [change(override)], "essai")
    desk.open(school, "matin", TRAINER)
    marks = [sign(name).mark for name in ("Léa", "Zoé", "Sam")]
    assert marks[2].flags == (Rule.DEVICE_BURST,)


def test_every_rule_has_a_provision_that_takes_both_words():
    law = load_law()
    for rule in Rule:
        assert law.value(rule.value, date(2026, 1, 1)) in ("flag", "refuse")
        assert [law.find_value_problem(rule.value, word) for word in ("flag", "refuse")] == [None, None]
        assert law.find_value_problem(rule.value, "ignore") is not None
