"""An auditor's way: a sample drawn and drawn again, a learner of it, its dossier, the log verified."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import expect

from tests.dashboards.conftest import SignIn
from tests.dashboards.looks import check
from tests.dashboards.school import RUNNING, TRAINEES

DRAWN = "audit/sample?seed=essai&size=3"
PATHS = ("audit", DRAWN, f"{DRAWN}&by=session", "audit/sample?entered=Léa Martin; personne", "audit/log", "audit/trail")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_drawn_and_breaks_no_rule_of_axe(sign_in: SignIn, path: str):
    seen = sign_in("auditor", path=path)
    name = "".join(letter if letter.isalnum() else "-" for letter in path)
    check(seen, f"auditor-{name}", ((1280, "light"), (1280, "dark"), (390, "light")))
    seen.assert_no_console_errors()


def test_an_auditor_draws_a_sample_reads_somebody_in_it_and_takes_the_dossier(sign_in: SignIn):
    seen = sign_in("auditor")
    page = seen.page
    home = page.locator("#page").inner_text()
    assert not any(last in home for _, _, last in TRAINEES)

    page.fill("#audit-size", "2")
    page.fill("#audit-seed", "Contrôle n° 7")
    page.click("#audit-go")
    page.wait_for_url("**/audit/sample?*")
    seen.settle()
    drawn = page.locator(".ag-row [col-id=learner] a")
    expect(drawn).to_have_count(2)
    names = drawn.all_inner_texts()
    outside = {last for _, _, last in TRAINEES} - {
        last for _, _, last in TRAINEES if any(last in name for name in names)
    }
    assert not any(last in page.locator("#page").inner_text() for last in outside)
    with page.expect_download() as got:
        page.get_by_role("link", name="Télécharger le dossier de l’échantillon (zip)").click()
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes())).namelist()

    page.locator(".ag-row [col-id=learner] a").first.click()
    expect(page.locator("h1")).to_have_text(names[0])
    seen.settle()
    seen.picture("auditor-learner-1280-light")
    assert seen.axe() == []
    seen.assert_no_console_errors()


def test_somebody_outside_the_sample_is_not_there(sign_in: SignIn):
    seen = sign_in("auditor", path=f"audit/learners/{RUNNING}-nour?entered=Léa Martin")

    expect(seen.page.locator("h1")).to_have_text("Cette page n’existe pas")


def test_the_log_is_verified(sign_in: SignIn):
    seen = sign_in("auditor", path="audit/log")
    page = seen.page
    page.click("#log-check")
    expect(page.locator("#log-continuity")).to_contain_text("prolonge")
    page.click("#trail-check")
    expect(page.locator("#trail-checked")).to_contain_text("Le journal d’audit est entier")
    seen.picture("auditor-log-verified-1280-light")
    assert seen.axe() == []
