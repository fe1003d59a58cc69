"""A trainer's day in a browser, on a phone: a half-day from opening to closing, and a learner who is written to."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.dashboards.attendance.conftest import Letters
from tests.dashboards.conftest import Visit
from tests.dashboards.looks import check
from tests.dashboards.school import RUNNING
from tests.dashboards.trainer.conftest import settle
from training.assistance.vocabulary import KINDS, PROFILE
from training.attendance import Desk, Device, Entrance, Signature

PHONE = Device("203.0.113.77", "Mozilla/5.0 (Linux; Android 9; Pixel 2) Chrome/90 Mobile Safari/537.36", "téléphone")


def sign(services: Services, organisation: OrganisationId, slot_id: str, label: str, clock: FixedClock) -> None:
    """Sign an open half-day as a trainee does on their own phone, which takes them a few seconds."""
    clock.micros = Micros(clock.micros + 5_000_000)
    desk, entrance = Desk(services), Entrance(services)
    shown = desk.display(organisation, slot_id)
    choice = next(one.key for one in entrance.visit(shown.token).choices if one.label.startswith(label))
    ticket = entrance.prove_by_code(shown.token, choice, shown.code, PHONE).token
    entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256, None, ""), PHONE)


def test_a_half_day_is_opened_signed_seen_live_countersigned_and_closed(
    trainer: Visit, services: Services, taught: OrganisationId, clock: FixedClock
):
    page = trainer.page
    check(trainer, "trainer-day")
    page.get_by_role("button", name="Ouvrir la signature").first.click()
    expect(page.locator("#said")).to_contain_text("La signature est ouverte")
    expect(page.get_by_text("0 sur 7 ont signé")).to_be_visible()

    sign(services, taught, "matin-2", "Léa", clock)

    # Nobody reloads anything.
    expect(page.get_by_text("1 sur 7 ont signé")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Léa Martin")
    check(trainer, "trainer-day-open")
    page.get_by_role("link", name="Afficher le QR code").click()
    expect(page.locator(".big-code")).to_be_visible()
    trainer.go("teaching")
    page.get_by_role("link", name="Fermer", exact=True).click()
    page.get_by_role("button", name="Fermer").click()
    trainer.go("teaching")
    page.get_by_role("link", name="Relire et contresigner").first.click()
    page.get_by_role("button", name="Cocher une case à la place").click()
    page.get_by_label("Je certifie que cette feuille dit ce qui s’est passé.").check()
    page.get_by_role("button", name="Contresigner").click()
    expect(page.get_by_text("Contresignée par Yann Le Gall")).to_be_visible()
    trainer.go("teaching")
    expect(page.locator("section.card", has_text="12:30 · Automne").get_by_text("terminée")).to_be_visible()
    trainer.assert_no_console_errors()


def test_a_learner_is_contacted_and_the_message_is_in_the_log(
    trainer: Visit, services: Services, taught: OrganisationId, letters: Letters
):
    page = trainer.page
    page.goto(f"{trainer.site.address}/dashboards/teaching/contacts")
    trainer.settle()
    check(trainer, "trainer-contacts")
    page.get_by_role("link", name="Théo Lefèvre").first.click()
    trainer.settle()
    expect(page.get_by_role("heading", level=1)).to_have_text("Théo Lefèvre")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Donnez un objet.")).to_be_visible()
    page.locator("#answer-subject").fill("Vos absences")
    page.locator("#answer-text").fill("Bonjour Théo, que se passe-t-il ?")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#said")).to_contain_text("Message envoyé et porté au journal")
    expect(page.locator("#page")).to_contain_text("Bonjour Théo, que se passe-t-il ?")

    page.locator("#note-subject").fill("Appel")
    page.locator("#note-text").fill("Reprend lundi.")
    page.locator("#note-until").fill("2026-01-09")
    page.get_by_role("button", name="Noter", exact=True).click()
    expect(page.locator("#said")).to_contain_text("Porté au journal")
    expect(page.locator("#page")).to_contain_text("Reprend lundi.")
    check(trainer, "trainer-learner")
    page.get_by_role("button", name="Retirer du journal : Échange").click()
    page.locator("#withdraw-reason").fill("noté deux fois")
    page.locator("#withdraw-confirm").click()
    expect(page.get_by_text("Retiré du journal").first).to_be_visible()

    assert [letter["Subject"] for letter in letters.messages] == ["Vos absences"]
    entries = [json.loads(entry.body) for entry in services.statements.since(taught, 0)]
    logged = [item for item in entries if PROFILE in json.dumps(item) and item["verb"]["id"] in KINDS]
    assert [KINDS[item["verb"]["id"]].value for item in logged] == ["message", "talk", "postponed"]
    trainer.assert_no_console_errors()


def test_sessions_lead_to_their_learners_and_results(trainer: Visit, services: Services, taught: OrganisationId):
    settle(services, taught)
    for path, name in (
        ("teaching/sessions", "sessions"),
        (f"teaching/sessions/{RUNNING}", "session"),
        (f"teaching/sessions/{RUNNING}/results", "results"),
    ):
        trainer.go(path)
        check(trainer, name)
    trainer.assert_no_console_errors()
