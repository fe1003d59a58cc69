"""One mark of a trainee and a slot is in effect, whatever is said, corrected, sent again or sent at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.clock import FixedClock
from lrs.errors import AssiduError, Conflict, InvalidRequest, PreconditionFailed
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.training.attendance.conftest import PHONE, TRAINER, Sign, at, png
from tests.training.examples import change, slot
from training.attendance import Desk, Entrance, Mark, Remark, Signature, Status
from training.attendance.decisions import check_remark
from training.attendance.marks import CREDENTIAL, desk_caller
from training.attendance.statement_ids import mark_id
from training.records import Cancellation, CancelledBy
from training.store import Register

ABSENT = Remark(Status.ABSENT_UNJUSTIFIED)
LATE = Remark(Status.LATE, late_seconds=900, reason="train")


def marks_in_effect(services: Services, organisation: OrganisationId, enrolment_id: str) -> list[dict[str, Any]]:
    """The statements of the log that are marks of this trainee and that nothing voids, read without our own reader."""
    bodies = [
        orjson.loads(entry.body)
        for entry in services.statements.since(organisation, 0)
        if not entry.is_voided and entry.credential == CREDENTIAL
    ]
    kept = [body for body in bodies if body["verb"]["id"].rpartition("/")[2] in ("attended", "was-absent")]
    own = {str(mark_id("essai", "matin", enrolment_id, number)) for number in range(100)}  # type: ignore[arg-type]
    return [body for body in kept if body["id"] in own]


def test_a_remark_sent_again_is_one_mark(desk: Desk, school, services: Services, clock: FixedClock):
    first = desk.mark(school, "matin", "e1", LATE, TRAINER)
    clock.micros += 1_000_000
    assert desk.mark(school, "matin", "e1", LATE, TRAINER) == first
    assert len(marks_in_effect(services, school, "e1")) == 1


def test_lateness_and_early_leaving_shorten_what_was_signed_and_keep_the_signature(
    desk: Desk, school, sign: Sign, services: Services, clock: FixedClock
):
    desk.open(school, "matin", TRAINER)
    signed = sign("Léa", drawing=png()).mark
    clock.micros += 1_000_000
    late = desk.mark(school, "matin", "e1", LATE, TRAINER)
    both = desk.mark(school, "matin", "e1", Remark(Status.LEFT_EARLY, 900, 600, reason="train"), TRAINER)

    assert (late.credited_seconds, both.credited_seconds) == (12_600 - 900, 12_600 - 1500)
    assert both.evidence == late.evidence == signed.evidence
    assert (late.replaces, both.replaces) == (signed.statement_id, late.statement_id)
    line = desk.sheet(school, "matin").line("e1")
    assert line is not None
    assert [mark.is_voided for mark in line.history] == [True, True, False]
    assert line.mark == both
    assert len(marks_in_effect(services, school, "e1")) == 1


def test_what_contradicts_the_mark_there_is_takes_a_correction(desk: Desk, school, sign: Sign):
    desk.open(school, "matin", TRAINER)
    sign("Léa")
    desk.mark(school, "matin", "e2", ABSENT, TRAINER)
    for enrolment_id, remark in (("e1", ABSENT), ("e1", Remark(Status.PRESENT, reason="x")), ("e2", LATE)):
        with pytest.raises(Conflict) as refused:
            desk.mark(school, "matin", enrolment_id, remark, TRAINER)
        assert refused.value.problems[0].requirement == "attendance.marked"


def test_whom_the_trainer_marked_absent_does_not_sign_that_away(desk: Desk, school, sign: Sign):
    desk.open(school, "matin", TRAINER)
    absent = desk.mark(school, "matin", "e1", ABSENT, TRAINER)
    with pytest.raises(Conflict) as refused:
        sign("Léa")
    assert refused.value.problems[0].requirement == "attendance.marked_absent"

    desk.void(school, "matin", "e1", absent.statement_id, "arrivée à 9 h 05", TRAINER)

    assert sign("Léa").is_new


def test_a_correction_is_void_and_replace_in_one_step_with_reason_and_author(
    desk: Desk, school, services: Services, clock: FixedClock
):
    absent = desk.mark(school, "matin", "e1", ABSENT, TRAINER)
    at(clock, "18:00")
    justified = Remark(Status.ABSENT_JUSTIFIED, reason="arrêt")
    mark = desk.correct(school, "matin", "e1", absent.statement_id, justified, "certificat reçu", TRAINER)
    again = desk.correct(school, "matin", "e1", absent.statement_id, justified, "certificat reçu", TRAINER)

    assert again == mark
    assert (mark.replaces, mark.correction_reason, mark.recorded_by) == (
        absent.statement_id, "certificat reçu", "account 65f0",
    )  # fmt: skip
    (effective,) = marks_in_effect(services, school, "e1")
    assert effective["id"] == str(mark.statement_id)
    voiding = next(orjson.loads(entry.body) for entry in services.statements.since(school, 0) if entry.is_voiding)
    assert voiding["object"]["id"] == str(absent.statement_id)
    assert voiding["context"]["extensions"]["https://assidu.example/xapi/ext/correction-reason"] == "certificat reçu"
    assert voiding["actor"]["account"]["name"] == "account 65f0"
    with pytest.raises(PreconditionFailed):
        desk.correct(school, "matin", "e1", absent.statement_id, ABSENT, "non", TRAINER)
    with pytest.raises(PreconditionFailed):
        desk.void(school, "matin", "e1", absent.statement_id, "non", TRAINER)


def test_a_mark_is_voided_once_and_the_trainee_may_sign_again(desk: Desk, school, sign: Sign, services: Services):
    desk.open(school, "matin", TRAINER)
    first = sign("Léa", drawing=png(1)).mark
    for _ in range(2):
        desk.void(school, "matin", "e1", first.statement_id, "ce n’était pas elle", TRAINER)
    assert marks_in_effect(services, school, "e1") == []

    second = sign("Léa", drawing=png(2)).mark

    assert second.statement_id == mark_id("essai", "matin", "e1", 1)  # type: ignore[arg-type]
    assert sum(entry.is_voiding for entry in services.statements.since(school, 0)) == 1


def test_more_corrections_than_are_asked_for_at_once(desk: Desk, school, services: Services, clock: FixedClock):
    mark = desk.mark(school, "matin", "e1", ABSENT, TRAINER)
    for number in range(8):
        clock.micros += 1_000_000
        remark = Remark(Status.ABSENT_JUSTIFIED, reason=str(number))
        mark = desk.correct(school, "matin", "e1", mark.statement_id, remark, "encore", TRAINER)
    line = desk.sheet(school, "matin").line("e1")
    assert line is not None
    assert (line.mark, len(line.history)) == (mark, 9)
    assert len(marks_in_effect(services, school, "e1")) == 1


def test_a_correction_without_a_reason_is_refused_with_whatever_else_is_wrong(desk: Desk, school):
    absent = desk.mark(school, "matin", "e1", ABSENT, TRAINER)
    for reason in ("", "   ", "x" * 2001, "\0", "\ud800"):
        with pytest.raises(InvalidRequest) as refused:
            desk.correct(school, "matin", "e1", absent.statement_id, Remark(Status.LATE), reason, TRAINER)
        assert {problem.pointer for problem in refused.value.problems} == {"/remark/late_seconds", "/reason"}
        with pytest.raises(InvalidRequest):
            desk.void(school, "matin", "e1", absent.statement_id, reason, TRAINER)
    assert desk.mark(school, "matin", "e1", ABSENT, TRAINER) == absent


@pytest.mark.parametrize(
    ("remark", "pointers"),
    [
        (Remark(Status.PRESENT, late_seconds=60), {"/remark/status"}),
        (Remark(Status.LATE), {"/remark/late_seconds"}),
        (Remark(Status.LEFT_EARLY, late_seconds=60), {"/remark/early_seconds"}),
        (Remark(Status.LATE, late_seconds=12_600), {"/remark/late_seconds"}),
        (Remark(Status.LATE, late_seconds=-1), {"/remark/late_seconds"}),
        (Remark(Status.LATE, late_seconds=7000, early_seconds=6000), {"/remark"}),
        (Remark(Status.PRESENT, is_justified=True), {"/remark/is_justified"}),
        (Remark(Status.ABSENT_UNJUSTIFIED, is_justified=True), {"/remark/is_justified"}),
    ],
)
def test_a_remark_that_contradicts_itself_is_refused(remark: Remark, pointers: set[str]):
    with pytest.raises(InvalidRequest) as refused:
        check_remark(remark, planned_seconds=12_600)
    assert {problem.pointer for problem in refused.value.problems} == pointers
    assert all(problem.accepted for problem in refused.value.problems)


def test_a_cancelled_slot_takes_nothing(desk: Desk, school, register: Register):
    register.write(school, [change(slot(cancelled=Cancellation(CancelledBy.PROVIDER, "formateur malade")))], "essai")
    for act in (
        lambda: desk.open(school, "matin", TRAINER),
        lambda: desk.mark(school, "matin", "e1", ABSENT, TRAINER),
        lambda: desk.personal_link(school, "matin", "e1", TRAINER),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.problems[0].requirement == "attendance.cancelled"


def test_somebody_else_s_statement_under_a_mark_s_id_stops_nobody(desk: Desk, school, services: Services, caller):
    squatting = {
        "id": str(mark_id("essai", "matin", "e1", 0)),  # type: ignore[arg-type]
        "actor": {"mbox": "mailto:x@exemple.fr"},
        "verb": {"id": "urn:x"},
        "object": {"id": "urn:y"},
    }
    services.ingest.post(caller, Version.V2_0_0, orjson.dumps(squatting))

    mark = desk.mark(school, "matin", "e1", ABSENT, TRAINER)

    assert mark.statement_id == mark_id("essai", "matin", "e1", 1)  # type: ignore[arg-type]
    assert desk.mark(school, "matin", "e1", ABSENT, TRAINER) == mark


def test_of_many_who_act_at_once_one_decides_and_the_others_see_it(
    desk: Desk, entrance: Entrance, school, services: Services, choice
):
    shown = desk.open(school, "matin", TRAINER)
    tickets = [entrance.prove_by_code(shown.token, choice("Léa"), shown.code, PHONE).token for _ in range(4)]
    text = entrance.read(tickets[0]).text_sha256
    acts: list[Callable[[], object]] = [
        *(lambda ticket=ticket: entrance.sign(ticket, Signature(text), PHONE) for ticket in tickets),
        *(lambda: desk.mark(school, "matin", "e1", ABSENT, TRAINER) for _ in range(2)),
        *(lambda: desk.mark(school, "matin", "e1", LATE, TRAINER) for _ in range(2)),
    ]
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except AssiduError as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        outcomes = list(pool.map(run, acts))

    assert "done" in outcomes
    assert set(outcomes) <= {"done", "Conflict", "PreconditionFailed"}
    (effective,) = marks_in_effect(services, school, "e1")
    line = desk.sheet(school, "matin").line("e1")
    assert line is not None
    assert line.mark is not None
    assert str(line.mark.statement_id) == effective["id"]


STATUSES = st.sampled_from(
    [
        Remark(Status.PRESENT),
        LATE,
        Remark(Status.LEFT_EARLY, early_seconds=600),
        ABSENT,
        Remark(Status.ABSENT_JUSTIFIED),
    ]
)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("sign"), st.none(), st.none()),
        st.tuples(st.just("mark"), STATUSES, st.none()),
        st.tuples(st.sampled_from(["correct", "void"]), STATUSES, st.integers(0, 4)),
        st.tuples(st.just("void elsewhere"), st.none(), st.none()),
    ),
    max_size=7,
)


@given(acts=ACTS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_after_any_history_there_is_one_mark_in_effect_or_none_and_the_sheet_says_which(
    acts, desk: Desk, entrance: Entrance, school, services: Services, caller, clock: FixedClock
):
    # Each example goes on where the one before ended: the log keeps everything.
    for verb, remark, which in acts:
        clock.micros += 1_000_000
        line = desk.sheet(school, "matin").line("e1")
        assert line is not None
        known: list[UUID] = [mark.statement_id for mark in line.history] or [uuid4()]
        target = known[-1 - (which or 0) % len(known)]
        try:
            _do(verb, remark, target, desk, entrance, school, services, caller)
        except (Conflict, PreconditionFailed):
            # What is refused changes nothing.
            after = desk.sheet(school, "matin").line("e1")
            assert after == line
        effective = marks_in_effect(services, school, "e1")
        mark = desk.sheet(school, "matin").line("e1").mark  # type: ignore[union-attr]
        assert [body["id"] for body in effective] == ([] if mark is None else [str(mark.statement_id)])
    mark = desk.sheet(school, "matin").line("e1").mark  # type: ignore[union-attr]
    if mark is not None:
        desk.void(school, "matin", "e1", mark.statement_id, "fin de l’essai", TRAINER)


def _do(verb, remark, target: UUID, desk: Desk, entrance: Entrance, school, services: Services, caller) -> Mark | None:
    if verb == "sign":
        ticket = entrance.prove_by_link(desk.personal_link(school, "matin", "e1", TRAINER).token, PHONE).token
        return entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256), PHONE).mark
    if verb == "mark":
        return desk.mark(school, "matin", "e1", remark, TRAINER)
    if verb == "correct":
        return desk.correct(school, "matin", "e1", target, remark, "motif", TRAINER)
    if verb == "void":
        desk.void(school, "matin", "e1", target, "motif", TRAINER)
        return None
    # Somebody voids it without the desk, as any sender of the organisation can.
    voiding = {
        "actor": {"mbox": "mailto:x@exemple.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(target)},
    }
    services.ingest.post(caller, Version.V2_0_0, orjson.dumps(voiding))
    return None


def test_the_desk_writes_for_one_organisation_and_reads_nothing():
    caller = desk_caller(OrganisationId(7))
    assert caller.organisation == 7
    assert {scope.value for scope in caller.scopes} == {"statements/write", "define"}
