"""What learners see of themselves: each their own, nobody another's, and something sensible where there is nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from analytics.encouragement import Reason
from dashboards.attendance.letters import Delivery
from dashboards.views.learner_badges import encouragement
from dashboards.views.learner_data import my_data
from dashboards.views.learner_documents import documents, read_document
from dashboards.views.learner_home import Stage, home
from dashboards.views.learner_records import records_of
from dashboards.views.learner_requests import answer, ask, extend, my_requests, take_back
from dashboards.views.learner_sharing import share, sharing, withdraw
from dashboards.views.statements_asked import Asked as AskedStatements
from evidence.issuing.document import Status
from evidence.store.archive import Archive
from evidence.store.trail import Trail, TrailQuery
from evidence.trail import Act, Deed
from lrs.errors import Forbidden, InvalidRequest, NotFound
from tests.dashboards.learner.conftest import CERTIFICATE, OTHERS, REVOKED, SHEET, LensOf
from tests.dashboards.school import RUNNING
from tests.dashboards.trainer.conftest import settle
from tests.training.examples import change
from training.access import Role
from training.records import Exit, ExitReason, Milestone
from training.rights import Asked, Outcome, Purpose, Right, State
from training.store import Register

VIEWS = (home, encouragement, documents, my_data, sharing, my_requests)


def write(services, organisation, *records):
    Register(services.store, services.clock).write(organisation, [change(record) for record in records], "essai")
    settle(services, organisation)


# Nobody but oneself


def test_a_learners_own_view_is_for_no_other_role(lens_of: LensOf):
    others = [role for role in Role if role is not Role.LEARNER]
    for view, role in itertools.product(VIEWS, others):
        with pytest.raises(Forbidden):
            view(lens_of("lea", role))


def test_an_account_that_is_tied_to_nobody_sees_that_and_nothing_else(lens_of: LensOf, papers):
    parts = ("courses", "lines", "points", "days", "requests", "choices")
    for view, person in itertools.product(VIEWS, (None, "personne")):
        found = view(lens_of(person))

        assert found.is_known is False
        assert not any(getattr(found, name, ()) for name in parts)


def test_what_one_learner_sees_holds_no_name_of_another(lens_of: LensOf, papers, services, enrolled):
    records = lens_of().records
    others = [person for name, person in records.people.items() if name not in ("lea", "yann", "sara")]
    for view in VIEWS:
        text = repr(view(lens_of("lea")))
        for person in others:
            assert person.last_name not in text
            assert f"-{person.id}'" not in text


def test_the_same_person_of_another_organisation_sees_that_organisation_alone(lens_of: LensOf, papers, neighbour):
    there = lens_of("lea", of=neighbour)

    assert documents(there).lines == ()
    assert my_data(there).recorded.statement_count < my_data(lens_of("lea")).recorded.statement_count
    assert "Voisin" in my_data(there).recorded.name
    with pytest.raises(NotFound):
        read_document(there, CERTIFICATE)


# Where I stand


def test_home_says_what_is_done_what_the_calendar_asks_and_what_comes_next(lens_of: LensOf):
    running, ended = home(lens_of("lea")).courses

    assert (running.stage, ended.stage) == (Stage.ONGOING, Stage.ENDED)
    assert (running.done_count, running.mandatory_count) == (3, 4)
    assert running.done_seconds == 5400 + 1800 + 1800
    assert 0 < running.expected_seconds < running.mandatory_seconds
    assert [step.activity_id for step in running.steps] == ["devoir"]
    assert running.steps[0].estimated_seconds == 3600
    assert running.next_slot.slot_id == "matin-2"
    assert ended.steps == ()
    assert ended.next_slot is None


def test_hours_stand_by_modality_and_the_five_times_beside_each_other(lens_of: LensOf):
    course = home(lens_of("lea")).courses[0]

    credited = {item.modality.value: item.credited_seconds for item in course.hours}
    assert credited == {"IN_PERSON": 2 * 12_600, "SYNC_REMOTE": 12_600, "ASYNC": 9_000}
    assert course.times.credited_seconds == sum(credited.values())
    assert course.times.estimated_seconds == 12_600
    assert course.times.active_seconds <= course.times.connected_seconds


def test_what_the_individual_calendar_asked_for_is_overdue_the_day_after(lens_of: LensOf, services, enrolled):
    lens = lens_of("lea")
    mine = lens.records.enrolments[f"{RUNNING}-lea"]
    yesterday = date(2026, 1, 4)
    write(services, enrolled, replace(mine, individual_calendar=(Milestone(yesterday, activity_id="devoir"),)))

    course = home(lens_of("lea")).courses[0]

    assert [step.activity_id for step in course.overdue] == ["devoir"]
    assert course.steps[0].reasons[0] is Reason.OVERDUE
    assert course.steps[0].due_on == yesterday


def test_an_enrolment_that_was_left_says_when_and_why_and_proposes_nothing(lens_of: LensOf, services, enrolled):
    mine = lens_of("lea").records.enrolments[f"{RUNNING}-lea"]
    write(services, enrolled, replace(mine, exit=Exit(date(2026, 1, 2), ExitReason.TRANSFER)))

    course = next(item for item in home(lens_of("lea")).courses if item.enrolment_id == mine.id)

    assert (course.stage, course.left_why) == (Stage.LEFT, ExitReason.TRANSFER)
    assert course.steps == ()
    assert course.next_slot is None


def test_a_learner_without_enrolment_has_a_home_without_courses(lens_of: LensOf, services, enrolled):
    person = replace(lens_of().records.people["lea"], id="seule", identities=(), email="")
    write(services, enrolled, person)

    found = home(lens_of("seule"))

    assert found.is_known
    assert found.courses == ()
    assert encouragement(lens_of("seule")).total == 0
    assert my_data(lens_of("seule")).recorded.statement_count == 0


def test_whoever_was_merged_sees_everything_under_either_record(lens_of: LensOf, services, enrolled):
    records = lens_of().records
    old = replace(records.people["lea"], id="lea-ancienne", identities=(), merged_into="lea")
    write(services, enrolled, old)
    ask(lens_of("lea"), Asked(Right.ACCESS))

    for name in ("lea", "lea-ancienne"):
        assert len(home(lens_of(name)).courses) == 2
        assert len(my_requests(lens_of(name)).requests) == 1


def test_whoever_was_deleted_is_told_that_their_account_is_tied_to_nobody(lens_of: LensOf, services, enrolled):
    person = replace(lens_of().records.people["lea"], id="partie", identities=())
    register = Register(services.store, services.clock)
    write(services, enrolled, person)
    register.write(enrolled, [replace(change(person), record=None)], "essai")

    assert not home(lens_of("partie")).is_known


# Badges


def test_badges_and_points_lead_to_the_statements_that_gave_them(lens_of: LensOf, services):
    found = encouragement(lens_of("lea"))

    assert {line.badge.id for line in found.badges if line.earned} >= {"first_step", "halfway"}
    assert found.total == sum(line.points for line in found.points) > 0
    assert all(line.source.title or line.source.day for line in found.points)
    ids = {item for line in found.points for item in line.statement_ids}
    kept = services.statements.entries(lens_of().viewer.organisation, ids)
    assert {entry.statement_id for entry in kept} == ids
    assert all(b"lea@" in entry.body or b"automne-lea" in entry.body for entry in kept)


# Documents


def test_documents_are_those_that_name_nobody_else(lens_of: LensOf, papers):
    found = {line.code: line for line in documents(lens_of("lea")).lines}

    assert set(found) == {CERTIFICATE, REVOKED}
    assert found[REVOKED].reason == "Nom mal écrit"
    assert found[CERTIFICATE].verification_path == f"/verify/{CERTIFICATE}"


def test_no_document_of_somebody_else_is_read_by_its_code(lens_of: LensOf, papers):
    for code in (OTHERS, SHEET, "Z" * 26, "x"):
        with pytest.raises(NotFound):
            read_document(lens_of("lea"), code)


def test_reading_a_document_gives_its_bytes_and_leaves_that_in_the_trail(lens_of: LensOf, papers, services, enrolled):
    lens = lens_of("lea")

    assert b"".join(read_document(lens, CERTIFICATE).parts) == papers[CERTIFICATE]
    found = list(Trail(services.store, services.clock).entries(enrolled, TrailQuery(who=lens.viewer.trail_name)))
    assert [(entry.deed.act, entry.deed.why) for entry in found] == [(Act.READ, "me/documents")]


# My data


def test_whoever_read_my_data_is_shown_by_role_and_what_i_read_is_not(lens_of: LensOf, papers, services, enrolled):
    trail = Trail(services.store, services.clock)
    mine, hers = f"enrolment:{RUNNING}-lea", f"enrolment:{RUNNING}-ines"
    trail.record(
        enrolled,
        Deed("credential:essai", Act.READ, mine, "contrôle"),
        Deed("account:ailleurs", Act.READ, hers, "contrôle"),
        Deed("assidu", Act.EXPORTED, mine, "contrôle"),
    )

    found = my_data(lens_of("lea")).seen

    assert [(item.disclosure.place, item.course) for item in found] == [("contrôle", "Automne")]


def test_every_day_leads_to_its_statements_and_to_no_other(lens_of: LensOf, enrolled):
    lens = lens_of("lea")
    day = next(line for line in my_data(lens).days if line.statement_count)

    page = records_of(lens, AskedStatements("", day=day.day))

    assert page.total == day.statement_count
    assert all("lea" in line.text for line in page.lines)


def test_statements_of_somebody_elses_enrolment_or_of_no_page_are_not_there(lens_of: LensOf):
    for asked, page in ((f"{RUNNING}-ines", 1), ("ailleurs", 1), ("", 99), ("", 0)):
        with pytest.raises(NotFound):
            records_of(lens_of("lea"), AskedStatements(asked), page)


def test_each_kind_of_data_says_until_when_it_is_kept_and_by_which_text(lens_of: LensOf):
    kept = my_data(lens_of("lea")).kept

    assert len(kept) == 8
    assert all(item.until > date(2026, 1, 5) and item.reference and item.status for item in kept)


def test_every_use_of_data_has_its_basis_its_source_and_how_sure_that_is(lens_of: LensOf):
    notice = my_data(lens_of("lea")).notice

    assert {use.id for use in notice.uses} >= {"training", "evidence", "analytics", "scoring"}
    assert all(use.article and use.basis[0] and use.status == "recalled" for use in notice.uses)
    assert {use.objectable for use in notice.uses if use.objectable} == set(Purpose)


# Sharing


def offer(lens, codes=(CERTIFICATE,), days=10):
    today = sharing(lens).today
    return share(lens, codes, "Cabinet Exemple", "Candidature", today + timedelta(days=days))


def test_what_is_shared_leaves_the_trail_and_is_shown_until_it_is_withdrawn(
    lens_of: LensOf, papers, services, enrolled
):
    made = offer(lens_of("lea"))

    (line,) = sharing(lens_of("lea")).lines
    assert line.path == made.path
    assert line.is_open
    (entry,) = Trail(services.store, services.clock).entries(enrolled, TrailQuery(act=Act.EXPORTED))
    assert entry.deed.what == f"document:{CERTIFICATE}"
    assert "Cabinet" not in repr(entry)
    withdraw(lens_of("lea"), made.share.id)
    (line,) = sharing(lens_of("lea")).lines
    assert (line.is_open, line.path) == (False, "")


def test_nobody_shares_a_document_that_is_not_theirs_alone(lens_of: LensOf, papers):
    for codes in ((OTHERS,), (SHEET,), (CERTIFICATE, OTHERS)):
        with pytest.raises(NotFound):
            offer(lens_of("lea"), codes)

    assert sharing(lens_of("lea")).lines == ()


def test_a_document_that_was_revoked_is_neither_offered_nor_shared(lens_of: LensOf, papers):
    assert [line.code for line in sharing(lens_of("lea")).choices] == [CERTIFICATE]
    with pytest.raises(InvalidRequest):
        offer(lens_of("lea"), (REVOKED,))


def test_somebody_elses_share_is_neither_seen_nor_ended(lens_of: LensOf, papers):
    made = offer(lens_of("lea"))

    assert sharing(lens_of("ines")).lines == ()
    with pytest.raises(NotFound):
        withdraw(lens_of("ines"), made.share.id)
    assert sharing(lens_of("lea")).lines[0].is_open


# Requests


def test_a_request_is_confirmed_and_answered_by_letter(lens_of: LensOf, post_box):
    made = ask(lens_of("lea"), Asked(Right.RECTIFICATION, "Mon nom s’écrit Léa"))
    closed = answer(lens_of(None, Role.ADMINISTRATOR), made.request.id, Outcome.PARTLY, "Le nom est corrigé.")

    received, told = post_box.letters
    assert received.to == told.to == "lea@exemple.fr"
    assert "5 février 2026" in received.text
    assert "Le nom est corrigé." in told.text
    assert "CNIL" in told.text
    assert my_requests(lens_of("lea")).requests == (closed.request,)


def test_an_extension_says_why_by_letter(lens_of: LensOf, post_box):
    made = ask(lens_of("lea"), Asked(Right.ACCESS))

    longer = extend(lens_of(None, Role.MANAGER), made.request.id, "beaucoup de demandes à la fois")

    assert "beaucoup de demandes" in post_box.letters[-1].text
    assert longer.request.is_extended


def test_where_no_letter_goes_the_request_stands_all_the_same(lens_of: LensOf, post_box):
    post_box.becomes = Delivery.UNAVAILABLE

    made = ask(lens_of("lea"), Asked(Right.ACCESS))

    assert made.delivery is Delivery.UNAVAILABLE
    assert my_requests(lens_of("lea")).requests[0].is_open


def test_whoever_does_not_answer_for_the_organisation_answers_no_request(lens_of: LensOf):
    made = ask(lens_of("lea"), Asked(Right.ACCESS))

    for role in (Role.LEARNER, Role.TRAINER, Role.FUNDER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            answer(lens_of("lea", role), made.request.id, Outcome.GRANTED, "Oui")
    assert my_requests(lens_of("lea")).requests[0].is_open


def test_only_who_asked_takes_a_request_back(lens_of: LensOf):
    made = ask(lens_of("lea"), Asked(Right.OBJECTION, purposes=frozenset({Purpose.SCORING})))
    with pytest.raises(NotFound):
        take_back(lens_of("ines"), made.request.id)
    with pytest.raises(NotFound):
        take_back(lens_of("lea"), UUID(int=5))

    assert take_back(lens_of("lea"), made.request.id).state is State.WITHDRAWN
    assert my_requests(lens_of("ines")).requests == ()


def test_a_document_whose_time_is_over_is_shown_without_its_file(lens_of: LensOf, papers, services, enrolled):
    lens = lens_of("lea")
    found = lens.document(CERTIFICATE)
    archive = Archive(services.store, services.clock, lens.sources.trail)
    services.store.transaction(
        lambda session: archive.destroy(session, enrolled, found.digest, "run", lens.now, claims=1)
    )

    line = next(item for item in documents(lens_of("lea")).lines if item.code == CERTIFICATE)
    assert not line.has_file
    assert line.status is Status.VALID
    with pytest.raises(NotFound):
        read_document(lens_of("lea"), CERTIFICATE)
