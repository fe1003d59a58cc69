"""Every page with the keyboard alone: Tab comes to everything and one sees where; and what each role comes for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from dashboards.frame.addresses import PREFIX
from tests.dashboards.conftest import Visit
from tests.dashboards.everything import Everything
from tests.dashboards.school import PASSWORD, ROLES, RUNNING
from tests.dashboards.test_every_page import all_of, before, enter, place, seen, show
from training.attendance import Desk

# Fixtures of the pages that are looked at.
__all__ = ["place", "seen"]
# What Tab must come to is worked out in the page.
WALK: Final = Path(__file__).with_name("walk.js").read_text()
TABS_MOST: Final = 600


def walked(seen: Visit, path: str) -> list[str]:
    """What Tab does not come to on a page, and where one cannot see that it has."""
    show(seen, path)
    page = seen.page
    page.evaluate(WALK)
    left: list[str] = []
    for at in range(TABS_MOST):
        if at % 10 == 0 and not (left := page.evaluate("() => assiduWalk.left()")):
            break
        page.keyboard.press("Tab")
    blind = page.evaluate("() => assiduWalk.blind()")
    return [f"{path} · not reached: {one}" for one in left] + [f"{path} · focus is not seen: {one}" for one in blind]


@pytest.mark.full
@pytest.mark.parametrize("role", ROLES)
def test_tab_comes_to_everything_and_one_sees_where_it_is(place: Everything, seen: Visit, role: str):
    enter(seen, place.people[role])
    # A page that several roles have is the same for each: whoever comes first walks it.
    known = before(place, role)
    found = [fault for path in all_of(place, role) if path not in known for fault in walked(seen, path)]
    assert not found, "\n".join(found)


@pytest.mark.full
def test_tab_comes_to_everything_at_every_door(place: Everything, seen: Visit):
    found = [fault for path in place.public.values() for fault in walked(seen, path)]
    assert not found, "\n".join(found)


def reach(seen: Visit, selector: str, key: str = "Tab") -> None:
    """Go to something with Tab alone; where one is, one sees it."""
    for _ in range(TABS_MOST):
        seen.page.keyboard.press(key)
        if seen.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{key} does not come to {selector}")


def type_into(seen: Visit, selector: str, text: str) -> None:
    reach(seen, selector)
    seen.page.keyboard.press("Control+A")
    seen.page.keyboard.type(text)


def press(seen: Visit, selector: str, key: str = "Enter") -> None:
    reach(seen, selector)
    seen.page.keyboard.press(key)


def at(place: Everything, seen: Visit, role: str, path: str) -> Visit:
    """Sign in without a mouse, and open a page."""
    seen.page.goto(f"{place.address}/login?next={PREFIX}{path}")
    seen.page.locator("#email:focus").wait_for()
    seen.page.keyboard.type(place.people[role])
    type_into(seen, "#password", PASSWORD)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(f"{place.address}{PREFIX}{path}")
    seen.settle()
    return seen


def test_a_learner_shares_a_document_with_the_keyboard_alone(place: Everything, seen: Visit):
    at(place, seen, "learner", "me/sharing")
    press(seen, "#page input[type=checkbox]", "Space")
    type_into(seen, "#share-recipient", "Mission locale")
    type_into(seen, "#share-purpose", "Entretien")
    press(seen, "#share-make")
    expect(seen.page.locator("#said")).to_contain_text("Le lien est créé")


def test_a_trainer_notes_a_talk_with_the_keyboard_alone(place: Everything, seen: Visit):
    at(place, seen, "trainer", f"teaching/learners/{RUNNING}-mehdi")
    type_into(seen, "#note-subject", "Appel")
    type_into(seen, "#note-text", "Revient demain.")
    press(seen, "#note-save")
    expect(seen.page.locator("#said")).to_contain_text("Porté au journal")


def test_a_dialogue_keeps_the_keyboard_and_gives_it_back(place: Everything, seen: Visit):
    at(place, seen, "trainer", f"teaching/learners/{RUNNING}-theo")
    press(seen, "[id*='withdraw-exchange']")
    dialogue = seen.page.get_by_role("dialog")
    expect(dialogue).to_be_visible()
    for _ in range(8):
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("() => Boolean(document.activeElement.closest('[role=dialog]'))")
    seen.page.keyboard.press("Escape")
    expect(dialogue).to_have_count(0)
    expect(seen.page.locator("[id*='withdraw-exchange']:focus")).to_have_count(1)


def test_the_first_stop_leads_past_the_menu_and_a_page_begins_at_its_title(place: Everything, seen: Visit):
    at(place, seen, "manager", "portfolio")
    seen.page.evaluate("() => document.activeElement.blur()")
    press(seen, ".skip")
    assert seen.page.evaluate("() => document.activeElement.id") == "page"
    reach(seen, "#page a, #page button")
    seen.page.evaluate("() => document.querySelector('.skip').focus()")
    press(seen, "#side a[href$='/cohorts']")
    expect(seen.page.locator("#page h1:focus")).to_have_text("Cohortes")


def test_a_manager_finds_a_learner_with_the_keyboard_alone(place: Everything, seen: Visit):
    at(place, seen, "manager", "portfolio")
    type_into(seen, "#portfolio-search", "lea martin")
    # What half a name finds comes before what the whole of it does.
    seen.page.wait_for_load_state("networkidle")
    expect(seen.page.locator("#portfolio-found a").first).to_contain_text("Martin Léa")
    press(seen, "#portfolio-found a")
    expect(seen.page.locator("#page h1")).to_have_text("Léa Martin")


def test_a_funder_takes_a_dossier_with_the_keyboard_alone(place: Everything, seen: Visit):
    at(place, seen, "funder", "files")
    # In a grid, the arrows go from cell to cell.
    reach(seen, ".ag-header-cell, .ag-cell")
    for _ in range(20):
        seen.page.keyboard.press("ArrowDown")
        if seen.page.evaluate("() => Boolean(document.activeElement.querySelector('a[href]'))"):
            break
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("#page .crumbs")).to_be_visible()
    seen.settle()
    reach(seen, "a[href*='/download/dossiers/']")
    with seen.page.expect_download() as got:
        seen.page.keyboard.press("Enter")
    assert got.value.suggested_filename.endswith(".zip")


def test_an_auditor_draws_a_sample_with_the_keyboard_alone(place: Everything, seen: Visit):
    at(place, seen, "auditor", "audit")
    type_into(seen, "#audit-size", "2")
    type_into(seen, "#audit-seed", "Contrôle")
    press(seen, "#audit-go")
    seen.page.wait_for_url("**/audit/sample?*")
    expect(seen.page.locator("#page h1")).to_be_visible()


def test_an_administrator_opens_a_feed_with_the_keyboard_alone(place: Everything, seen: Visit):
    at(place, seen, "administrator", "settings/credentials")
    type_into(seen, '[id=\'{"field":"label","form":"credential-new"}\']', "Moodle de l’annexe")
    press(seen, '[id=\'{"submit":"credential-new"}\']')
    expect(seen.page.locator('[id=\'{"once":"secret"}\']')).to_be_visible()


def test_somebody_signs_a_half_day_with_the_keyboard_alone(place: Everything, seen: Visit):
    seen.page.goto(place.address + place.public["sign"])
    reach(seen, "[name=choice]")
    seen.page.keyboard.press("ArrowDown")
    code = Desk(place.services).display(place.ours, "matin-2").code
    type_into(seen, "[name=code]", code)
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/emargement/signature")
    # Who cannot draw ticks a box, on which they stand then.
    press(seen, "[data-tick]")
    expect(seen.page.locator("[name=agree]:focus")).to_be_visible()
    seen.page.keyboard.press("Space")
    press(seen, "main form button[type=submit]:not([formnovalidate])")
    expect(seen.page.locator("main")).to_contain_text("C’est signé")
