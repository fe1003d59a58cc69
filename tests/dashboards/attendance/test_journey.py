"""A half-day from beginning to end, in a real browser: the trainer's screen, a trainee's phone."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import picture
from tests.dashboards.attendance.conftest import HOME, SLOT, post

WIDTHS = (360, 768, 1280)
# A person's eyes and fingers (WCAG 2.2: 1.4.3 contrast, 2.5.8 target size, with the 44 pixels of 2.5.5; 1.3.1 labels).
CHECKS = (Path(__file__).parent / "accessibility.js").read_text()


def draw(page: Page) -> None:
    """Draw something with a finger's slowness."""
    page.wait_for_load_state()
    box = page.locator("#drawing").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + 22 * step, box["y"] + 20 + 45 * (step % 2))
    page.mouse.up()


def check(page: Page, name: str) -> None:
    """Look at a page at each width, light and dark: nothing outside it, nothing too pale, nothing too small."""
    # A page that a click has led to may have its text and no style yet.
    page.wait_for_load_state()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(CHECKS)
            assert not any(found.values()), (name, scheme, width, found)
            if scheme == "light" or width == WIDTHS[0]:
                picture(page, f"attendance-{name}-{scheme}-{width}", full_page=True)
    page.emulate_media(color_scheme="light")


def test_a_half_day_is_opened_signed_followed_countersigned_and_closed(desk, open_page, services, school):
    page = desk.page
    check(page, "week")
    page.get_by_role("link", name="Droit du travail").first.click()
    page.get_by_role("button", name="Ouvrir la signature").click()
    code = page.locator(".big-code").inner_text()
    link = page.locator(".link").text_content()
    assert page.get_by_role("img", name="QR code de la page de signature").is_visible()

    # A trainee, on a phone.
    phone = open_page(width=390)
    phone.page.goto(link)
    check(phone.page, "who")
    phone.page.set_viewport_size({"width": 390, "height": 844})
    phone.page.get_by_label("Léa M.").check()
    phone.page.get_by_label("Code affiché par le formateur").fill(code)
    phone.page.get_by_role("button", name="Continuer").click()
    expect(phone.page.locator(".text")).to_contain_text("Je soussigné(e) Léa Martin certifie ma présence")
    phone.page.get_by_role("button", name="Signer").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("Il manque la signature")
    check(phone.page, "signature")
    phone.page.set_viewport_size({"width": 390, "height": 844})
    draw(phone.page)
    phone.page.get_by_role("button", name="Signer").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("C’est signé")
    expect(phone.page.locator("main")).to_contain_text("tracé à la main, code affiché par le formateur")
    check(phone.page, "signed")

    # The trainer sees it without doing anything, and says what is known of the others.
    expect(page.locator(".people li", has_text="Martin Léa")).to_contain_text("signé à 9\xa0h\xa000")
    check(page, "half-day")
    page.get_by_role("link", name="Noter Théo Lefèvre").click()
    expect(page.get_by_label("Heure d’arrivée")).to_be_hidden()
    page.get_by_label("Retard", exact=True).check()
    page.get_by_label("Heure d’arrivée").fill("09:25")
    check(page, "note")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Fermer la signature").click()
    check(page, "close")
    page.get_by_label("Noter en absence").check()
    page.get_by_role("button", name="Fermer").click()
    page.get_by_role("link", name="Relire et contresigner").click()
    draw(page)
    page.get_by_role("button", name="Contresigner").click()
    expect(page.get_by_text("Contresignée par Yann Le Gall")).to_be_visible()
    check(page, "sheet")

    # What is kept: on the sheet, in its file, in the log.
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger (CSV)").click()
    table = download.value.path().read_text("utf-8-sig")
    assert ";Martin;Léa;e-lea;présent;210;" in table
    assert ";Lefèvre;Théo;e-theo;en retard;185;25;" in table
    assert table.count("absence non justifiée") == 4
    page.goto(f"{desk.address}{HOME}sessions/janvier")
    check(page, "session")
    marks = [json.loads(entry.body) for entry in services.statements.since(school, 0)]
    signed = [
        mark for mark in marks if "attended" in mark["verb"]["id"] and mark["actor"]["mbox"] == "mailto:lea@exemple.fr"
    ]
    assert len(signed) == 1

    for visit in (desk, phone):
        assert not visit.complaints
        assert not visit.elsewhere()


def test_without_a_script_a_trainee_signs_by_code_alone(opened, open_page, address):
    page = open_page(width=390, java_script_enabled=False).page
    page.goto(f"{address}{opened.link}")
    page.get_by_label("Inès G.").check()
    page.get_by_label("Code affiché par le formateur").fill(opened.code)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("canvas")).to_be_hidden()
    page.get_by_label("Je confirme ce qui est écrit ci-dessus.").check()
    page.get_by_role("button", name="Signer").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("C’est signé")
    assert opened.mark("e-ines") == "Garcia Inès Présence signé à 9 h 00"


def test_the_wall_shows_code_and_count_and_no_name(opened, desk):
    page = desk.page
    page.goto(f"{desk.address}{SLOT}/display")
    expect(page.locator(".big-code")).to_have_text(f"{opened.code[:3]}\xa0{opened.code[3:]}")
    expect(page.locator(".as-of")).to_have_text("0 sur 6 ont signé")
    expect(page.get_by_role("status")).to_have_text("0 sur 6 ont signé")
    check(page, "wall")
    assert "Martin" not in page.content()

    post(opened.trainer, SLOT, f"{SLOT}/close")
    expect(page.get_by_text("La signature n’est pas ouverte.")).to_be_visible()


def test_a_page_that_is_not_fed_any_more_says_so(opened, desk):
    page = desk.page
    page.goto(f"{desk.address}{SLOT}")
    expect(page.get_by_text("Cette page ne se met plus à jour.")).to_be_hidden()
    page.context.clear_cookies()
    expect(page.get_by_text("Cette page ne se met plus à jour.")).to_be_visible()


def test_a_click_that_lasts_while_the_page_brings_itself_up_to_date_is_not_lost(desk, services, school):
    page = desk.page
    page.get_by_role("link", name="Droit du travail").first.click()
    page.get_by_role("button", name="Ouvrir la signature").click()
    page.wait_for_load_state()
    box = page.get_by_role("link", name="Noter Théo Lefèvre").bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    # What comes now differs from what is shown: it says an instant of its own.
    services.clock.micros += 60_000_000
    for _ in range(2):
        with page.expect_response("**/live"):
            pass
    page.mouse.up()

    page.wait_for_url("**/trainees/**")
