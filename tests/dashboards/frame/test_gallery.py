"""The frame and its parts in a real browser, on pages made for it."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_part_fits_is_named_and_has_enough_contrast(open_as, width, scheme):
    seen = open_as("manager", width=width, scheme=scheme)

    assert seen.axe() == []
    seen.assert_no_console_errors()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    seen.picture(f"gallery-{scheme}-{width}")
    assert seen.page.locator(".table-list").is_visible() is (width == 390)
    assert seen.page.locator(".ag-root").is_visible() is (width == 1280)


def test_a_page_of_another_role_is_told_of_in_the_words_for_what_is_not_there(open_as):
    said = []
    for path in ("only/managers", "only/nobody"):
        seen = open_as("learner", path)
        said.append(seen.page.inner_text("#page").partition("Référence")[0])
        assert seen.page.title() == "Cette page n’existe pas · Assidu"
    assert said[0] == said[1]
    assert "Cette page n’existe pas" in said[0]
    assert "Réservée" not in open_as("learner").page.inner_text("#side")
    expect(open_as("manager", "only/managers").page.get_by_role("heading", level=1)).to_be_visible()


def test_going_from_page_to_page_loads_nothing_again_and_takes_the_keyboard_along(open_as):
    page = open_as("manager", "gallery/ete?tri=nom").page
    page.evaluate("window.notReloaded = true")
    expect(page.get_by_role("heading", level=1)).to_have_text("Partie ete")
    assert "nom" in page.inner_text("#page")

    page.get_by_role("link", name="Galerie").last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Galerie")
    expect(page).to_have_title("Galerie · Assidu")
    expect(page.locator("#page h1")).to_be_focused()
    expect(page.locator("#menu [aria-current=page]")).to_have_text("Galerie")
    expect(page.locator("#announced")).to_have_text("Galerie")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partie ete")
    assert page.evaluate("window.notReloaded")


def test_what_is_not_there_and_what_breaks_are_pages_that_say_what_to_do(open_as):
    absent = open_as("manager", "gallery/absent")
    expect(absent.page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    assert absent.axe() == []
    broken = open_as("manager", "gallery/casse", scheme="dark")
    expect(broken.page.get_by_role("heading", level=1)).to_have_text("Cette page n’a pas pu être préparée")
    expect(broken.page.locator("#page")).to_contain_text("Référence")
    assert broken.axe() == []
    broken.picture("frame-broken-1280")
    broken.page.get_by_role("link", name="Aller à l’accueil").click()
    expect(broken.page.get_by_role("heading", level=1)).to_have_text("Galerie")


def test_the_keyboard_alone_goes_everywhere(open_as):
    page = open_as("manager").page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_be_focused()

    # A figure's formula opens and closes without the mouse, and the keyboard stays where it was.
    page.locator(".how-mark").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".how-text").first).to_be_visible()
    expect(page.locator(".how-text").first).to_contain_text("tout le temps retenu")
    page.keyboard.press("Escape")
    expect(page.locator(".how-text").first).to_be_hidden()
    expect(page.locator(".how-mark").first).to_be_focused()

    # A table is sorted and a link in it followed.
    first = page.locator(".ag-row[row-index='0'] .ag-cell").first
    expect(first).to_have_text("Été indien")
    page.locator(".ag-header-cell").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ag-row[row-index='0'] .ag-cell").nth(0)).to_contain_text("<b>Hiver</b>")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Partie automne")


def test_a_dialogue_keeps_the_keyboard_and_lets_it_go(open_as):
    seen = open_as("manager")
    page = seen.page
    page.locator("#ask").press("Enter")
    dialogue = page.get_by_role("dialog", name="Supprimer ?")
    expect(dialogue).to_be_visible()
    assert seen.axe() == []
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(dialogue).to_be_hidden()
    page.locator("#ask").press("Enter")
    page.get_by_role("button", name="Annuler").click()
    expect(dialogue).to_be_hidden()


def test_an_act_answers_beside_the_field_and_at_the_top_and_its_failures_are_told(open_as):
    page = open_as("manager").page
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Indiquez un nom.")).to_be_visible()
    expect(page.locator("#name")).to_have_attribute("aria-invalid", "true")
    page.fill("#name", "Léa")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#said")).to_have_text("C’est enregistré")
    expect(page.locator("#done")).to_contain_text("Léa")
    page.get_by_role("button", name="Être refusé").click()
    expect(page.locator("#said")).to_contain_text("Quelqu’un l’a changé entre-temps")
    # The button stands far below the top.
    assert page.evaluate("scrollY") > 300
    expect(page.locator("#said .notice")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Échouer").click()
    expect(page.locator("#said")).to_contain_text("L’erreur vient de nous")
    page.get_by_role("button", name="Partir").click()
    expect(page.locator("#said")).to_contain_text("Votre rôle ne le permet pas.")
    expect(page.locator("#done")).to_contain_text("Léa")


class Full:
    """Refuses the first so many callbacks as a process does that is full; refreshes apart, which come by themselves.

    `of` is what it refuses callbacks of: all of them, or those of one button; `again` when it asks to be asked again.
    """

    def __init__(self, times, of="", again=1):
        self.left = times
        self.of = of
        self.again = again
        self.refused = 0

    def __call__(self, route):
        asked = route.request.post_data or ""
        if '"tick.n_intervals"' in asked or self.of not in asked or not self.left:
            route.fallback()
            return
        self.left -= 1
        self.refused += 1
        route.fulfill(status=503, headers={"Retry-After": f"{self.again}"}, content_type="application/json", body="{}")


def test_what_a_full_server_refused_is_asked_again_by_itself(open_as):
    seen = open_as("manager", scheme="dark")
    page, full = seen.page, Full(2)
    page.route("**/_dash-update-component*", full)
    page.fill("#name", "Léa")

    page.get_by_role("button", name="Enregistrer").click()

    expect(page.locator("#busy")).to_contain_text("Votre demande est renvoyée toute seule.")
    expect(page.locator("#busy")).to_be_in_viewport(ratio=1)
    around, text = (page.locator(each).bounding_box() for each in ("#busy", "#busy .waiting"))
    assert around["y"] <= text["y"] <= text["y"] + text["height"] <= around["y"] + around["height"]
    assert seen.axe() == []
    expect(page.locator("#said")).to_have_text("C’est enregistré")
    expect(page.locator("#busy")).to_be_hidden()
    assert full.refused == 2


def test_what_a_full_server_goes_on_refusing_is_told_to_have_changed_nothing(open_as):
    seen = open_as("manager")
    page = seen.page
    page.clock.install()
    page.route("**/_dash-update-component*", Full(1_000))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#busy .waiting")).to_be_visible()

    for _ in range(30):
        page.clock.run_for(2_000)
        page.wait_for_timeout(50)

    expect(page.locator("#busy .refused").first).to_be_visible()
    expect(page.locator("#busy .waiting")).to_be_hidden()
    seen.picture("frame-busy-1280")
    page.unroute("**/_dash-update-component*")
    page.get_by_role("link", name="Recharger").and_(page.locator("#busy a")).click()
    expect(page.locator("#busy")).to_be_hidden()


def test_what_was_refused_goes_on_being_told_when_something_else_is_taken(open_as):
    page = open_as("manager").page
    page.clock.install()
    page.route("**/_dash-update-component*", Full(1_000, of='"save.n_clicks"', again=10))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#busy .waiting")).to_be_visible()
    page.get_by_role("button", name="Être refusé").click()
    expect(page.locator("#said .notice")).to_be_visible()
    # Not only when it is refused once more.
    assert page.locator("#busy .waiting").is_visible()

    for _ in range(30):
        page.clock.run_for(2_000)
        page.wait_for_timeout(50)
    expect(page.locator("#busy .refused").first).to_be_visible()

    # What is taken of what was asked since says that there is room again.
    page.get_by_role("button", name="Être refusé").click()
    expect(page.locator("#busy")).to_be_hidden()


def test_an_act_can_lead_elsewhere(open_as):
    page = open_as("administrator").page
    page.get_by_role("button", name="Partir").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partie ete")
    assert page.url.endswith("/dashboards/gallery/ete?tri=nom")


def test_a_table_goes_away_as_it_is_shown(open_as):
    page = open_as("manager").page
    page.get_by_label("Filtrer le tableau").fill("t")  # État of all, so that nothing goes
    page.get_by_label("Filtrer le tableau").fill("automne")
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(1)

    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Session", "Automne"]
    assert taken.value.suggested_filename.startswith("sessions-de-l-annee-20")

    page.get_by_label("Filtrer le tableau").fill("")
    page.locator(".ag-header-cell").first.click()
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(3)
    with page.expect_download() as taken:
        page.get_by_role("button", name="XLSX").click()
    sheet = load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes())).active
    assert [cell.value for cell in sheet["A"]] == [
        "Session",
        "[<b>Hiver</b>](javascript:alert(1))",
        "Automne",
        "Été indien",
    ]
    assert sheet["H4"].value == "'=2+5+cmd|' /C calc'!A0"


def test_a_chart_goes_away_as_a_picture(open_as):
    seen = open_as("manager", scheme="dark")
    with seen.page.expect_download() as taken:
        seen.page.get_by_role("button", name="PNG").click()
    assert taken.value.suggested_filename == "activity.png"
    assert Path(taken.value.path()).read_bytes().startswith(b"\x89PNG")
    seen.assert_no_console_errors()


def test_colours_are_chosen_once_and_stay(open_as):
    page = open_as("manager", fresh=True).page
    page.get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(page.get_by_role("button", name="Sombre")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Automatique").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")


def test_on_a_phone_the_menu_opens_closes_and_leads_on(open_as):
    seen = open_as("manager", "gallery/ete", width=390)
    page = seen.page
    button = page.get_by_role("button", name="Menu")
    expect(page.locator("#side")).to_be_hidden()
    button.press("Enter")
    expect(page.locator("#side")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert seen.axe() == []
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.locator("#menu").get_by_role("link", name="Galerie").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Galerie")
    expect(page.locator("#side")).to_be_hidden()


def test_the_end_of_the_session_leads_to_the_sign_in_page_and_back(open_as):
    page = open_as("auditor", "gallery/ete?tri=nom", fresh=True).page
    page.context.clear_cookies()
    page.wait_for_url("**/login?next=*", timeout=30_000)
    assert "gallery%2Fete" in page.url or "gallery/ete" in page.url
    page.goto(page.url.split("/login")[0] + "/dashboards/gallery/ete?tri=nom")
    assert "/login?next=/dashboards/gallery/ete" in page.url


def test_english_is_one_click_away_and_the_place_is_kept(open_as):
    page = open_as("trainer", "gallery/ete?tri=nom", fresh=True).page
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Français")).to_be_visible()
    assert page.url.endswith("/dashboards/gallery/ete?tri=nom")
    expect(page).to_have_title("One part · Assidu")
    page.get_by_role("link", name="Français").click()
    expect(page).to_have_title("Une partie · Assidu")


def test_the_first_page_is_drawn_once(open_as):
    seen = open_as("manager", "gallery/ete")
    time.sleep(1)
    asked = [address for address in seen.requests if "_dash-update-component" in address]
    assert asked == []


def test_on_a_phone_a_table_is_a_list_of_all_the_rows_that_the_grid_has(open_as):
    seen = open_as("manager", "gallery/tableaux", width=390)
    page = seen.page
    many, few = (page.locator(".card", has_text=name).locator(".table-list > li") for name in ("many", "few"))
    expect(many.first).to_contain_text("Stagiaire 0")
    expect(many.nth(59)).to_contain_text("59 min")
    expect(many).to_have_count(61)

    page.get_by_role("button", name="Afficher la suite (70 de plus)").click()

    expect(many).to_have_count(121)
    expect(page.get_by_role("link", name="Stagiaire 60")).to_be_focused()
    page.get_by_label("Filtrer le tableau « many »").fill("stagiaire 129")
    expect(many).to_have_count(1)
    expect(few).to_have_count(3)
    page.get_by_label("Filtrer le tableau « many »").fill("personne")
    expect(many).to_have_text(["Aucune ligne ne correspond."])
    assert seen.axe() == []

    few.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partie 0")
    page.go_back()
    expect(many).to_have_count(61)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator(".ag-center-cols-container .ag-row").first).to_be_visible()


def test_a_filter_and_an_export_are_those_of_their_own_table(open_as):
    page = open_as("manager", "gallery/tableaux").page
    many, few = (page.locator(".card", has_text=name) for name in ("many", "few"))
    few.get_by_label("Filtrer le tableau").fill("stagiaire 2")
    expect(few.locator(".ag-center-cols-container .ag-row")).to_have_count(1)
    expect(many.locator(".ag-center-cols-container .ag-row").nth(3)).to_be_visible()

    with page.expect_download() as taken:
        few.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Stagiaire", "Stagiaire 2"]
    assert taken.value.suggested_filename.startswith("few")


def test_every_script_is_kept_by_the_browser_for_good(open_as):
    seen = open_as("manager", fresh=True)
    answers = []
    seen.page.on("response", lambda row: answers.append(row))  # noqa: PLW0108 - playwright marks what it calls
    seen.go("gallery")
    scripts = {row.url for row in answers if row.request.resource_type == "script"}
    assert any(url.endswith("plotly.min.js") for url in scripts)
    assert any(url.endswith("async-community.js") for url in scripts)
    assert {row.headers["cache-control"].partition(", ")[2] for row in answers if row.url in scripts} == {
        "max-age=31536000, immutable"
    }
