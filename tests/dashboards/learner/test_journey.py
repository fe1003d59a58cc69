"""A learner on a phone: where they stand, what they take away, what they show and to whom, what they ask."""

from __future__ import annotations

import io
import zipfile

from playwright.sync_api import expect

from tests.browser import Lend
from tests.dashboards.attendance.conftest import Letters
from tests.dashboards.conftest import Visit, watch
from tests.dashboards.learner.conftest import CERTIFICATE
from tests.dashboards.looks import check

LOOKS = ((1280, "dark"), (390, "light"))
PAGES = ("me/requests", "me/records", "me", "me/badges", "me/documents", "me/sharing", "me/data")


def test_every_page_of_a_learner_is_fit_to_be_seen(phone: Visit, papers):
    for path in PAGES:
        phone.go(path)
        check(phone, f"learner-{path.replace('/', '-')}", LOOKS)
    phone.assert_no_console_errors()


def test_a_learner_follows_a_point_to_its_statements_and_takes_everything_away(phone: Visit, papers):
    page = phone.page
    expect(page.get_by_role("heading", name="Bonjour Léa")).to_be_visible()
    expect(page.get_by_text("Étude de cas").first).to_be_visible()

    phone.go("me/badges")
    page.get_by_role("link", name="traces").first.click()
    phone.settle()
    expect(page.get_by_role("heading", name="Mes traces")).to_be_visible()
    page.locator("details.more summary").first.click()
    expect(page.locator("pre").first).to_contain_text("lea@exemple.fr")

    phone.go("me/data")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tout télécharger").click()
    with zipfile.ZipFile(io.BytesIO(taken.value.path().read_bytes())) as file:
        assert "LISEZ-MOI.txt" in file.namelist()
    phone.go("me/documents")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Télécharger Certificat").first.click()
    assert taken.value.path().read_bytes() == papers[CERTIFICATE]


def test_a_learner_shows_a_document_sees_it_opened_and_takes_the_link_back(phone: Visit, lend: Lend, papers):
    page = phone.page
    phone.go("me/sharing")
    page.get_by_role("button", name="Créer le lien").click()
    expect(page.get_by_text("À remplir.").first).to_be_visible()
    page.get_by_label("Avec qui").fill("Cabinet Exemple")
    page.get_by_label("Pourquoi").fill("Candidature")
    page.get_by_role("button", name="Créer le lien").click()
    expect(page.locator("#said")).to_contain_text("Le lien est créé")
    address = page.locator("a[href^='/partage/']").first.text_content() or ""
    check(phone, "learner-sharing-open", LOOKS)

    other = watch(lend(width=390).new_page(), phone.site)
    other.page.goto(address)
    expect(other.page.get_by_role("heading", name="Documents partagés par Léa Martin")).to_be_visible()
    check(other, "learner-shared", LOOKS)
    other.assert_no_console_errors()

    phone.go("me/sharing")
    expect(page.get_by_text("1 ouverture").first).to_be_visible()
    page.get_by_role("button", name="Retirer le lien").click()
    expect(page.locator("#said")).to_contain_text("n’ouvre plus rien")
    expect(page.get_by_text("Vous ne partagez rien.")).to_be_visible()
    assert other.page.goto(address).status == 404  # type: ignore[union-attr]
    check(other, "learner-share-over", LOOKS)


def test_a_learner_asks_by_keyboard_and_is_told_until_when_an_answer_is_due(phone: Visit, letters: Letters):
    page = phone.page
    phone.go("me/requests?right=objection&purpose=scoring")
    page.get_by_role("button", name="Envoyer la demande").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#said")).to_contain_text("5 février 2026")
    expect(page.get_by_role("heading", name="M’opposer à un usage")).to_be_visible()
    check(phone, "learner-requests-open", LOOKS)
    assert letters.messages[-1]["To"] == "lea@exemple.fr"
    page.get_by_role("button", name="Retirer la demande").click()
    expect(page.get_by_text("retirée", exact=True)).to_be_visible()


def test_no_page_of_a_learner_is_there_for_another_role(phone: Visit):
    page = phone.page
    page.context.clear_cookies()
    phone.sign_in("trainer@ici.exemple.fr", path="/dashboards/")
    page.wait_for_url("**/dashboards/**")
    for path in PAGES:
        answer = page.goto(f"{phone.site.address}/dashboards/{path}")
        assert answer is not None
        assert answer.status == 404, path
    for file in ("everything", f"documents/{CERTIFICATE}"):
        answer = page.request.get(f"{phone.site.address}/dashboards/me/files/{file}")
        assert answer.status in (403, 404)
