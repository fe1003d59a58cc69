"""Which page an address leads to, for whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.frame.addresses import below_prefix
from dashboards.frame.page import Page
from dashboards.frame.routes import Routes
from training.access import EVERYBODY, STAFF, Role


def page(name: str, path: str, roles: frozenset[Role] = EVERYBODY, *, menu: bool = True) -> Page:
    return Page(name, path, roles, (name, name), lambda _: [], (name, name) if menu else None)


ROUTES = Routes(
    [
        page("one", "sessions/<session_id>", menu=False),
        page("new", "sessions/new", STAFF),
        page("all", "sessions"),
        page("mine", "me", frozenset((Role.LEARNER,))),
        page("theirs", "me", STAFF),
    ]
)


def test_a_named_segment_is_what_the_page_is_about():
    found = ROUTES.find("sessions/automne", "?tri=nom", Role.MANAGER)

    assert found is not None
    assert (found.page.name, dict(found.place)) == ("one", {"session_id": "automne", "tri": "nom"})


def test_a_query_string_cannot_say_what_the_path_says():
    found = ROUTES.find("sessions/automne", "?session_id=autre", Role.MANAGER)

    assert found is not None
    assert found.place["session_id"] == "automne"


def test_of_two_pages_that_fit_the_one_with_more_fixed_words_is_shown():
    assert ROUTES.find("sessions/new", "", Role.MANAGER).page.name == "new"
    assert ROUTES.find("sessions/new", "", Role.LEARNER).page.name == "one"


def test_an_address_may_be_one_page_for_one_role_and_another_for_another():
    assert ROUTES.find("me", "", Role.LEARNER).page.name == "mine"
    assert ROUTES.find("me", "", Role.MANAGER).page.name == "theirs"


@pytest.mark.parametrize("path", ["", "nowhere", "sessions/automne/x", "sessions//x", "Sessions"])
def test_what_fits_no_page_is_not_there(path):
    assert ROUTES.find(path, "", Role.MANAGER) is None


def test_a_page_of_another_role_is_not_there():
    assert ROUTES.find("me", "", Role.FUNDER) is None


def test_the_menu_has_the_pages_of_the_role_in_order_and_leads_to_the_first():
    assert [found.name for found in ROUTES.menu(Role.MANAGER)] == ["new", "all", "theirs"]
    assert ROUTES.first(Role.FUNDER).name == "all"
    assert Routes([]).first(Role.FUNDER) is None


@pytest.mark.parametrize(
    "pages",
    [
        [page("a", "x"), page("a", "y")],
        [page("a", "x/<one>"), page("b", "x/<other>", STAFF)],
    ],
)
def test_two_pages_of_one_name_or_at_one_address_are_refused(pages):
    with pytest.raises(ValueError, match="two pages"):
        Routes(pages)


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_an_address_says_it_is_a_page_or_none(path, search):
    found = ROUTES.find(below_prefix(path), search, Role.MANAGER)

    assert found is None or all(isinstance(text, str) for text in found.place.values())


def test_the_pages_of_every_role_stand_side_by_side_and_their_pictures_exist():
    from dashboards.frame.gathering import gather_pages
    from dashboards.frame.icons import ICONS

    pages = gather_pages()

    Routes(pages)
    assert {found.icon for found in pages if found.menu} <= ICONS.keys()
    for found in pages:
        assert found.roles, found.name
        assert all(text.strip() for text in found.title), found.name
