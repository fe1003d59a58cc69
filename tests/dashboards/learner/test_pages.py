"""The learner's pages as they are drawn: in both languages, without gaps, also where there is nothing to show."""

from __future__ import annotations

import re
from typing import Any

import pytest
from plotly.io.json import to_json_plotly

from dashboards.frame.page import Page
from dashboards.frame.texts import FRAME_TEXTS
from dashboards.frame.visit import Visit
from dashboards.pages.learner import PAGES
from dashboards.reader import Reader
from dashboards.views.learner_requests import answer, ask, extend
from dashboards.views.learner_sharing import share, sharing
from dashboards.words import Words
from evidence.store.trail import Trail
from evidence.trail import Act, Deed
from lrs.errors import Forbidden, NotFound
from tests.dashboards.learner.conftest import CERTIFICATE, LensOf
from tests.dashboards.school import RUNNING
from training.access import Role
from training.rights import Asked, Outcome, Purpose, Right


def drawn(lens, page: Page, language: Any = "fr", **place: str) -> str:
    reader = Reader(
        lens.viewer.organisation, "Centre", "65f0", lens.viewer, "Léa", language, "jeton", "http://localhost/"
    )
    visit = Visit(lens, reader, Words(language, FRAME_TEXTS, page.texts), place)
    return to_json_plotly(page.draw(visit))


def test_every_page_is_drawn_in_both_languages_and_leaves_no_gap(lens_of: LensOf, papers, services, enrolled):
    lens = lens_of("lea")
    share(lens, (CERTIFICATE,), "Cabinet", "Candidature", sharing(lens).today)
    desk = lens_of(None, Role.ADMINISTRATOR)
    made = ask(lens, Asked(Right.ERASURE, "Tout"))
    answer(desk, made.request.id, Outcome.REFUSED, "La loi le garde.")
    made = ask(lens, Asked(Right.OBJECTION, purposes=frozenset(Purpose)))
    extend(desk, made.request.id, "Vérification")
    trail = Trail(services.store, services.clock)
    trail.record(enrolled, Deed("assidu", Act.READ, f"enrolment:{RUNNING}-lea", "contrôle"))
    for page in PAGES:
        for language in ("fr", "en"):
            text = drawn(lens_of("lea"), page, language)
            assert not re.findall(r'[^"\\]\{[a-z_]+\}', text), page.name
            assert "compliant" not in text.lower()
            assert "conforme" not in text.lower()


def test_every_page_says_something_sensible_where_there_is_nothing(lens_of: LensOf):
    for page in PAGES:
        if page.name == "learner.records":
            with pytest.raises(NotFound):
                drawn(lens_of(None), page)
        else:
            assert "relié" in drawn(lens_of(None), page), page.name
        with pytest.raises(Forbidden):
            drawn(lens_of("lea", Role.MANAGER), page)
    # Nour is enrolled and has done nothing at a distance; Sara is nobody's learner.
    for person in ("nour", "sara"):
        assert all(drawn(lens_of(person), page) for page in PAGES)


def test_statements_of_one_half_day_an_activity_or_a_page_are_drawn(lens_of: LensOf):
    (page,) = [one for one in PAGES if one.name == "learner.records"]

    for place in ({"slot": "matin-0"}, {"activity": "quiz", "enrolment": f"{RUNNING}-lea"}, {"day": "2025-12-22"}):
        assert "lea@exemple.fr" in drawn(lens_of("lea"), page, **place)
    assert "Aucune trace ici" in drawn(lens_of("lea"), page, day="2020-01-01")
