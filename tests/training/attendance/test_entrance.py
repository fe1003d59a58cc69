"""Links, codes and tickets: who gets in, for how long, and that nothing opens anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from lrs.clock import FixedClock
from lrs.errors import Conflict, Forbidden, InvalidRequest, NotFound, PreconditionFailed, TooManyRequests
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from tests.training.attendance.conftest import PHONE, TRAINER, Sign, at, png
from tests.training.examples import change, slot
from training.attendance import Desk, Device, Entrance, Method, Remark, Signature, Status
from training.store import Register

WRONG = "000000"


@pytest.fixture
def opened(desk: Desk, school: OrganisationId) -> str:
    return desk.open(school, "matin", TRAINER).token


def test_a_visitor_sees_the_slot_and_no_more_of_names_than_tells_people_apart(entrance: Entrance, opened: str):
    visit = entrance.visit(opened)

    assert (visit.organisation_name, visit.title, visit.trainers) == (
        "Organisme d’essai", "Droit du travail", ("Yann Le Gall",),
    )  # fmt: skip
    assert sorted(choice.label for choice in visit.choices) == ["Léa M.", "Sam D.", "Zoé M."]
    assert {choice.label: choice.has_mail for choice in visit.choices} == {
        "Léa M.": True,
        "Sam D.": False,
        "Zoé M.": True,
    }
    assert not visit.is_early
    assert not visit.needs_reason


def test_each_way_in_is_what_the_evidence_says(desk: Desk, entrance: Entrance, school, opened: str, choice, sign: Sign):
    by_code = sign("Sam", drawing=png(1)).mark
    mailed = entrance.mail_code(opened, choice("Zoé"), PHONE)
    ticket = entrance.prove_by_mail(opened, choice("Zoé"), mailed.code, PHONE).token
    by_mail = entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256), PHONE).mark
    link = desk.personal_link(school, "matin", "e1", TRAINER)
    ticket = entrance.prove_by_link(link.token, PHONE).token
    by_link = entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256), PHONE).mark

    assert (mailed.address, mailed.hint, link.address) == ("zoe@exemple.fr", "z…@exemple.fr", "lea@exemple.fr")
    assert [mark.evidence and mark.evidence.method for mark in (by_code, by_mail, by_link)] == [
        Method.DISPLAYED_CODE,
        Method.MAILED_CODE,
        Method.PERSONAL_LINK,
    ]
    assert by_code.evidence is not None
    assert (by_code.evidence.network, by_code.evidence.device_class.value) == ("203.0.113.0/24", "phone")


def test_what_is_signed_is_what_was_read(desk: Desk, entrance: Entrance, school, opened: str, choice):
    shown = desk.display(school, "matin")
    ticket = entrance.prove_by_code(opened, choice("Léa"), shown.code, PHONE).token
    reading = entrance.read(ticket)
    assert reading.text == (
        "Je soussigné(e) Léa Martin certifie ma présence à la formation «\u00a0Droit du travail\u00a0», module "
        "«\u00a0Ateliers\u00a0», organisée par Organisme d’essai, le mardi 6 janvier 2026 (matin), de "
        "9\u00a0h\u00a000 à 12\u00a0h\u00a030, en présentiel. Formation animée par Yann Le Gall."
    )

    desk.mark(school, "matin", "e1", Remark(Status.LATE, late_seconds=1500), TRAINER)

    with pytest.raises(PreconditionFailed):
        entrance.sign(ticket, Signature(reading.text_sha256), PHONE)
    again = entrance.read(ticket)
    assert "de 9\u00a0h\u00a025 à 12\u00a0h\u00a030" in again.text
    mark = entrance.sign(ticket, Signature(again.text_sha256), PHONE).mark
    assert (mark.status, mark.credited_seconds) == (Status.LATE, 12_600 - 1500)


def test_a_signature_sent_again_answers_the_same_mark(
    desk: Desk, entrance: Entrance, school, opened: str, choice, services: Services, clock: FixedClock
):
    code = desk.display(school, "matin").code
    ticket = entrance.prove_by_code(opened, choice("Léa"), code, PHONE).token
    other = entrance.prove_by_code(opened, choice("Léa"), code, replace(PHONE, key="autre")).token
    signature = Signature(entrance.read(ticket).text_sha256, png())
    first = entrance.sign(ticket, signature, PHONE)
    count = len(list(services.statements.since(school, 0)))
    clock.micros += 5_000_000

    again = [entrance.sign(one, signature, PHONE) for one in (ticket, other)]

    assert [(receipt.mark, receipt.is_new) for receipt in again] == [(first.mark, False)] * 2
    assert len(list(services.statements.since(school, 0))) == count
    assert entrance.read(ticket).mark == first.mark


def test_the_drawing_and_the_text_stand_beside_the_statement(sign: Sign, opened, services: Services, school):
    mark = sign("Léa", drawing=png(7)).mark

    (entry,) = services.statements.entries(school, [mark.statement_id])
    parts = {part.sha2: part for part in services.read.parts(school, entry.attachments)}
    assert mark.evidence is not None
    assert parts[mark.evidence.drawing_sha256 or ""].content == png(7)
    assert parts[mark.evidence.text_sha256].content.decode().startswith("Je soussigné(e) Léa Martin certifie")
    # The statement itself has no name, no address in full, and says where to look.
    for personal in ("Martin", "Léa", "lea@exemple.fr", "203.0.113.77", "Pixel"):
        assert personal not in entry.body.decode()


def test_a_displayed_code_lasts_two_periods(desk: Desk, entrance: Entrance, school, opened, choice, clock: FixedClock):
    shown, key = desk.display(school, "matin"), choice("Léa")
    assert shown.code_changes_at.isoformat() == "2026-01-06T08:15:00+00:00"
    at(clock, "08:19")
    assert desk.display(school, "matin").code != shown.code
    entrance.prove_by_code(opened, key, f" {shown.code[:3]} {shown.code[3:]}", PHONE)

    at(clock, "08:20")
    with pytest.raises(Forbidden):
        entrance.prove_by_code(opened, key, shown.code, PHONE)


def test_guessing_a_code_is_slowed_where_it_comes_from(desk: Desk, entrance: Entrance, school, opened, choice):
    key = choice("Léa")
    for _ in range(5):
        with pytest.raises(Forbidden):
            entrance.prove_by_code(opened, key, WRONG, PHONE)
    with pytest.raises(TooManyRequests) as refused:
        entrance.prove_by_code(opened, key, desk.display(school, "matin").code, PHONE)

    assert refused.value.retry_after > 0
    # Neither another trainee of the class nor Léa elsewhere is kept out by that.
    entrance.prove_by_code(opened, choice("Zoé"), desk.display(school, "matin").code, PHONE)
    entrance.prove_by_code(opened, key, desk.display(school, "matin").code, replace(PHONE, address="198.51.100.9"))


def test_a_mailed_code_works_once_in_its_time_and_is_sent_a_few_times_an_hour(
    entrance: Entrance, opened, choice, clock: FixedClock
):
    key = choice("Zoé")
    first = entrance.mail_code(opened, key, PHONE)
    second = entrance.mail_code(opened, key, PHONE)
    with pytest.raises(Forbidden):
        entrance.prove_by_mail(opened, key, first.code, PHONE)
    entrance.prove_by_mail(opened, key, second.code, PHONE)
    clock.micros += 1_000_000
    with pytest.raises(Forbidden):
        entrance.prove_by_mail(opened, key, second.code, PHONE)
    third = entrance.mail_code(opened, key, PHONE)
    at(clock, "08:26")
    with pytest.raises(Forbidden):
        entrance.prove_by_mail(opened, key, third.code, PHONE)
    for _ in range(2):
        entrance.mail_code(opened, key, PHONE)
    with pytest.raises(TooManyRequests):
        entrance.mail_code(opened, key, PHONE)
    at(clock, "09:30")
    entrance.mail_code(opened, key, PHONE)


def test_a_mailed_code_is_guessed_at_five_times(entrance: Entrance, opened, choice):
    key = choice("Zoé")
    code = entrance.mail_code(opened, key, PHONE).code
    for number in range(5):
        with pytest.raises(Forbidden):
            entrance.prove_by_mail(opened, key, WRONG, replace(PHONE, address=f"198.51.100.{number}"))
    with pytest.raises(Forbidden):
        entrance.prove_by_mail(opened, key, code, replace(PHONE, address="198.51.100.9"))


def test_nobody_without_an_address_is_sent_a_code(entrance: Entrance, opened, choice):
    with pytest.raises(Conflict) as refused:
        entrance.mail_code(opened, choice("Sam"), PHONE)
    assert refused.value.problems[0].requirement == "attendance.no_address"


def test_what_is_over_opens_nothing(desk: Desk, entrance: Entrance, school, opened, choice, clock: FixedClock):
    key, code = choice("Léa"), desk.display(school, "matin").code
    ticket = entrance.prove_by_code(opened, key, code, PHONE).token
    text = entrance.read(ticket).text_sha256
    desk.close(school, "matin", TRAINER)

    with pytest.raises(NotFound):
        entrance.visit(opened)
    with pytest.raises(NotFound):
        entrance.prove_by_code(opened, key, code, PHONE)
    with pytest.raises(Conflict) as refused:
        entrance.sign(ticket, Signature(text), PHONE)
    assert refused.value.problems[0].requirement == "attendance.closed"
    with pytest.raises(Conflict):
        desk.display(school, "matin")

    reopened = desk.open(school, "matin", TRAINER)
    assert reopened.token != opened
    with pytest.raises(NotFound):
        entrance.visit(opened)
    # Who proved who they are at the opening before does it again.
    with pytest.raises(Conflict):
        entrance.sign(ticket, Signature(text), PHONE)
    entrance.visit(reopened.token)
    clock.micros += 12 * 3600 * 1_000_000
    with pytest.raises(NotFound):
        entrance.visit(reopened.token)


def test_a_ticket_lasts_half_an_hour(desk: Desk, entrance: Entrance, school, opened, choice, clock: FixedClock):
    ticket = entrance.prove_by_code(opened, choice("Léa"), desk.display(school, "matin").code, PHONE).token
    at(clock, "08:40")
    with pytest.raises(NotFound):
        entrance.read(ticket)


def test_a_token_that_was_never_given_out_opens_nothing(entrance: Entrance, opened):
    for token in ("", "x", "é" * 40, "\ud800", "y" * 10_000, "secret-000000000000000000000000000000000001"):
        for attempt in (
            entrance.visit,
            lambda token: entrance.prove_by_code(token, "x", "123456", PHONE),
            lambda token: entrance.mail_code(token, "x", PHONE),
            lambda token: entrance.prove_by_link(token, PHONE),
            entrance.read,
            lambda token: entrance.sign(token, Signature("x"), PHONE),
        ):
            with pytest.raises(NotFound):
                attempt(token)


def test_a_token_is_worth_nothing_for_what_it_is_not(desk: Desk, entrance: Entrance, school, opened, choice):
    code, key = desk.display(school, "matin").code, choice("Léa")
    ticket = entrance.prove_by_code(opened, key, code, PHONE).token
    link = desk.personal_link(school, "matin", "e1", TRAINER).token

    for token in (ticket, link):
        with pytest.raises(NotFound):
            entrance.prove_by_code(token, key, code, PHONE)
    for token in (opened, link):
        with pytest.raises(NotFound):
            entrance.read(token)
    with pytest.raises(NotFound):
        entrance.prove_by_link(opened, PHONE)
    with pytest.raises(NotFound):
        entrance.prove_by_code(opened, "\ud800", code, PHONE)


def test_nothing_of_one_slot_or_organisation_is_worth_anything_in_another(
    desk: Desk, entrance: Entrance, school, opened, choice, services: Services, register: Register
):
    # The same ids in another organisation, and another slot of the same session.
    neighbour = Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number
    from tests.training.examples import organisation_records

    register.write(neighbour, [change(record) for record in organisation_records()], "essai")
    register.write(school, [change(slot("lendemain", 6, starts_at=slot().starts_at, trainer_id="yann"))], "essai")
    theirs = desk.open(neighbour, "matin", TRAINER)
    next_ = desk.open(school, "lendemain", TRAINER)
    mine, key = desk.display(school, "matin"), choice("Léa")

    for token, code in ((theirs.token, theirs.code), (next_.token, next_.code)):
        assert code != mine.code
        assert token != mine.token
        with pytest.raises(NotFound):
            entrance.prove_by_code(token, key, code, PHONE)
        own = next(one.key for one in entrance.visit(token).choices if one.label.startswith("Léa"))
        assert own != key
        with pytest.raises(Forbidden):
            entrance.prove_by_code(token, own, mine.code, PHONE)
    ticket = entrance.prove_by_code(mine.token, key, mine.code, PHONE).token
    entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256), PHONE)
    assert desk.sheet(neighbour, "matin").lines[0].mark is None
    assert [line.mark for line in desk.sheet(school, "lendemain").lines] == [None] * 3


def test_a_personal_link_signs_once(desk: Desk, entrance: Entrance, school, clock: FixedClock):
    link = desk.personal_link(school, "matin", "e1", TRAINER).token
    # A mail server that looks at links uses nothing up.
    assert entrance.visit(link).is_personal
    entrance.prove_by_link(link, PHONE)
    ticket = entrance.prove_by_link(link, PHONE).token
    text = entrance.read(ticket).text_sha256
    mark = entrance.sign(ticket, Signature(text), PHONE).mark
    again = entrance.prove_by_link(link, PHONE).token
    assert entrance.read(again).mark == mark

    desk.void(school, "matin", "e1", mark.statement_id, "ce n’était pas elle", TRAINER)

    for one in (ticket, again):
        with pytest.raises(NotFound):
            entrance.sign(one, Signature(text), PHONE)
    with pytest.raises(NotFound):
        entrance.prove_by_link(link, PHONE)
    fresh = desk.personal_link(school, "matin", "e1", TRAINER).token
    clock.micros += 24 * 3600 * 1_000_000
    with pytest.raises(NotFound):
        entrance.visit(fresh)


def test_two_tickets_of_one_link_are_one_signature(desk: Desk, entrance: Entrance, school):
    link = desk.personal_link(school, "matin", "e1", TRAINER).token
    first, second = (entrance.prove_by_link(link, PHONE).token for _ in range(2))
    text = entrance.read(first).text_sha256
    mark = entrance.sign(first, Signature(text), PHONE).mark
    corrected = desk.correct(
        school, "matin", "e1", mark.statement_id, Remark(Status.ABSENT_UNJUSTIFIED), "pas là", TRAINER
    )
    corrected = desk.correct(
        school, "matin", "e1", corrected.statement_id, Remark(Status.PRESENT), "là tout de même", TRAINER
    )
    assert corrected.evidence is None

    # The trainee may sign again, but not by what has served.
    with pytest.raises(NotFound):
        entrance.sign(second, Signature(text), PHONE)


def test_who_need_not_come_is_not_on_the_list_and_does_not_sign(
    desk: Desk, entrance: Entrance, school, opened, register: Register, choice: Callable[[str], str]
):
    key = choice("Sam")
    from datetime import date

    from tests.training.attendance.conftest import REGISTRATIONS
    from tests.training.examples import enrolment
    from training.records import Exit, ExitReason

    gone = enrolment(
        "e3", person_id="sam", registration=REGISTRATIONS["e3"], contracts=(),
        exit=Exit(date(2026, 1, 5), ExitReason.ABANDON),
    )  # fmt: skip
    ticket = entrance.prove_by_code(opened, key, desk.display(school, "matin").code, PHONE).token
    text = entrance.read(ticket).text_sha256
    register.write(school, [change(gone)], "essai")

    assert "Sam D." not in {one.label for one in entrance.visit(opened).choices}
    with pytest.raises(NotFound):
        entrance.prove_by_code(opened, key, desk.display(school, "matin").code, PHONE)
    with pytest.raises(Conflict) as refused:
        entrance.sign(ticket, Signature(text), PHONE)
    assert refused.value.problems[0].requirement == "attendance.not_expected"
    with pytest.raises(Conflict):
        desk.personal_link(school, "matin", "e3", TRAINER)


def test_everything_that_is_wrong_with_a_signature_is_said_at_once(
    desk: Desk, entrance: Entrance, school, clock: FixedClock
):
    at(clock, "18:00")
    ticket = entrance.prove_by_link(desk.personal_link(school, "matin", "e1", TRAINER).token, PHONE).token
    text = entrance.read(ticket).text_sha256

    with pytest.raises(InvalidRequest) as refused:
        entrance.sign(ticket, Signature(text, b"GIF89a", "  "), PHONE)

    assert [problem.pointer for problem in refused.value.problems] == ["/drawing", "/late_reason"]
    assert all(problem.accepted for problem in refused.value.problems)
    for reason in ("x" * 2001, "\0", "\ud800"):
        with pytest.raises(InvalidRequest):
            entrance.sign(ticket, Signature(text, None, reason), PHONE)


def test_what_is_kept_of_links_codes_and_devices_opens_and_tells_nothing(
    desk: Desk, entrance: Entrance, school, opened, choice, sign: Sign, store: Store
):
    mailed = entrance.mail_code(opened, choice("Zoé"), PHONE)
    link = desk.personal_link(school, "matin", "e1", TRAINER)
    sign("Sam", drawing=png(3))

    kept = str(
        [list(store.database[name].find()) for name in store.database.list_collection_names() if "attend" in name]
    ) + str(list(store.database["sign_in_guesses"].find()))
    for secret in (opened, link.token, mailed.code, desk.display(school, "matin").code, "téléphone", "Pixel"):
        assert secret not in kept
    for personal in ("203.0.113.77", "Martin", "Zoé", "zoe@exemple.fr", "Yann"):
        assert personal not in kept


def test_codes_and_tokens_are_not_in_what_is_printed_of_them(desk: Desk, entrance: Entrance, school, opened, choice):
    shown = desk.display(school, "matin")
    mailed = entrance.mail_code(opened, choice("Zoé"), PHONE)
    ticket = entrance.prove_by_code(opened, choice("Zoé"), shown.code, PHONE)
    for value, secrets in (
        (shown, (shown.token, shown.code)),
        (mailed, (mailed.code, mailed.address, mailed.name)),
        (ticket, (ticket.token,)),
        (Device("a", "b", "clef"), ("clef",)),
    ):
        assert not any(secret in repr(value) for secret in secrets)
    assert orjson.loads(orjson.dumps(mailed.hint)) == "z…@exemple.fr"
