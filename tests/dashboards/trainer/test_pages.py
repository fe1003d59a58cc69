"""The trainer's pages as they are drawn: each for who may have it, in both languages, with nothing left to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from plotly.io.json import to_json_plotly

from dashboards.frame.page import Page
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.frame.visit import Visit
from dashboards.pages.trainer import PAGES
from dashboards.reader import Reader
from dashboards.views.trainer_writing import helper_of, note
from dashboards.words import Words
from lrs.errors import NotFound
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.dashboards.school import ENDED, RUNNING
from tests.dashboards.trainer.conftest import LensOf
from training.access import STAFF, Role
from training.assistance import Channel, Entry, Kind, Outcome
from training.followups import FollowUps
from training.records.ids import EnrolmentId

Places = Callable[[str, str], dict[str, str]]
OWN = [page for page in PAGES if page.roles == {Role.TRAINER}]


@pytest.fixture
def places(services: Services, taught: OrganisationId, lens_of: LensOf) -> Callable[[str, str], dict[str, str]]:
    """What stands in the addresses of pages about one learner of a session, whom somebody follows up."""
    followups, records = FollowUps(services.store, services.clock, services.ids), lens_of().records

    def find(session: str, name: str) -> dict[str, str]:
        enrolment = EnrolmentId(f"{session}-{name}")
        followup = followups.open_by_hand(taught, records, enrolment, "Ne répond plus.", "account yann")
        return {"session_id": session, "enrolment_id": enrolment, "followup_id": str(followup.id)}

    return find


def drawn(lens, page: Page, language: Any = "fr", **place: str) -> str:
    reader = Reader(
        lens.viewer.organisation, "Centre", "65f0", lens.viewer, "Yann Le Gall", language, "jeton", "http://localhost/"
    )
    visit = Visit(lens, reader, Words(language, FRAME_TEXTS, page.texts), place)
    return to_json_plotly(page.draw(visit))


def test_every_page_is_drawn_in_both_languages_and_leaves_no_gap_in_its_sentences(lens_of: LensOf, places: Places):
    lens, place = lens_of(), places(RUNNING, "theo")

    gaps = {
        (page.name, language): re.findall(r"\{[a-z_]+\}", drawn(lens, page, language, **place))
        for page in OWN
        for language in ("fr", "en")
    }

    assert len(gaps) == 2 * len(OWN)
    assert not any(gaps.values())


def test_whoever_answers_for_the_organisation_has_the_same_pages_outside_the_menu(lens_of: LensOf, places: Places):
    lens, place = lens_of(Role.MANAGER, None), places(RUNNING, "theo")

    for page in OWN:
        (twin,) = [other for other in PAGES if other.path == page.path and other.roles == STAFF]
        assert twin.menu is None
        assert drawn(lens, twin, **place)


def test_pages_of_what_another_trainer_teaches_are_not_there(lens_of: LensOf, places: Places):
    other, mine = lens_of(person="sara"), lens_of()
    taught, foreign = places(RUNNING, "theo"), places(ENDED, "lea")

    for page in (page for page in OWN if "<" in page.path):
        with pytest.raises(NotFound):
            drawn(other, page, **taught)
        with pytest.raises(NotFound):
            drawn(mine, page, **foreign)


def test_the_log_of_a_learner_says_what_was_said_when_by_whom_and_what_came_of_it(lens_of: LensOf):
    lens, enrolment = lens_of(), f"{RUNNING}-theo"
    entry = Entry(Kind.TALK, "1", Channel.TELEPHONE, "Absences", "Reprend lundi.", outcome=Outcome.RESUMES)
    note(lens, helper_of(lens, "65f0", ""), enrolment, entry)
    page = next(page for page in OWN if page.name == "trainer.learner")

    text = drawn(lens_of(), page, session_id=RUNNING, enrolment_id=enrolment)

    for said in ("Absences", "Reprend lundi.", "Téléphone", "Yann Le Gall", "Reprend"):
        assert said in text


def test_reasons_stand_in_words_with_the_way_to_their_facts(lens_of: LensOf):
    page = next(page for page in OWN if page.name == "trainer.contacts")

    text = drawn(lens_of(), page)

    assert "demi-journées manquées de suite" in text
    assert f"statements?enrolment={RUNNING}-theo" in text
