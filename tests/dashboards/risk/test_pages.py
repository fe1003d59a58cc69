"""Estimates and follow-ups in a browser: seen on a screen and on a phone, light and dark, and carried on."""

from __future__ import annotations

from playwright.sync_api import expect

from lrs.services import Services
from tests.dashboards.estimates import WHY, estimate
from tests.dashboards.looks import check
from tests.dashboards.risk.conftest import VisitAs
from tests.dashboards.school import RUNNING

ALL = ((1280, "light"), (390, "dark"), (390, "light"), (1280, "dark"))


def test_a_trainer_sees_why_notes_a_contact_and_says_how_it_ended(visit_as: VisitAs, flagged):
    seen = visit_as("trainer", "teaching/contacts")
    page = seen.page
    expect(page.locator("#page")).to_contain_text(WHY)
    expect(page.locator("#page")).not_to_contain_text("% des situations")
    check(seen, "risk-contacts", ALL)
    page.get_by_role("link", name="Ouvrir le suivi").first.click()
    seen.settle()
    expect(page.get_by_text("Aucun contact pour l’instant")).to_be_visible()
    check(seen, "risk-followup", ALL)

    page.fill("#contact-note", "A repris le travail, reprend lundi.")
    page.get_by_role("button", name="Noter le contact").click()
    expect(page.locator("#said")).to_contain_text("Contact noté")
    expect(page.get_by_text("A repris le travail, reprend lundi.").first).to_be_visible()
    page.locator("#close-outcome").click()
    page.get_by_role("option", name="Reprise").click()
    page.get_by_role("button", name="Clore le suivi").click()
    expect(page.get_by_text("Suivi clos")).to_be_visible()
    check(seen, "risk-followup-closed", ALL)
    seen.assert_no_console_errors()


def test_a_trainer_sets_an_alert_aside_and_opens_a_followup_by_hand(visit_as: VisitAs, flagged):
    seen = visit_as("trainer", f"teaching/followups/{flagged[0].id}")
    page = seen.page
    page.get_by_role("button", name="Suspendre les alertes").click()
    expect(page.get_by_text("Donnez un motif.")).to_be_visible()
    page.fill("#override-reason", "En congé, prévenu.")
    page.get_by_role("button", name="Suspendre les alertes").click()
    expect(page.get_by_role("heading", name="Reprendre les alertes")).to_be_visible()

    seen.go(f"teaching/learners/{RUNNING}-lea")
    check(seen, "risk-learner-by-hand", ALL)
    page.fill("#followup-reason", "Ne répond plus depuis lundi.")
    page.get_by_role("button", name="Commencer un suivi").click()
    expect(page.get_by_text("Ouvert le")).to_be_visible()
    expect(page.locator("#page")).to_contain_text("Ne répond plus depuis lundi.")
    seen.assert_no_console_errors()


def test_a_calibrated_estimate_shows_what_became_of_similar_situations(
    visit_as: VisitAs, services: Services, taught, flagged
):
    estimate(services, taught, days=4, calibrated=True)

    seen = visit_as("trainer", f"teaching/followups/{flagged[0].id}")

    expect(seen.page.locator("#page")).to_contain_text("des situations semblables n’ont pas été menées à leur terme")


def test_a_manager_sees_follow_ups_sessions_the_model_and_profiles(visit_as: VisitAs, flagged):
    seen = visit_as("manager", "followups")
    expect(seen.page.locator("#page")).to_contain_text("Haddad Nour")
    check(seen, "risk-followups", ALL)
    for name, title in (
        ("followups/sessions", "Estimations par session"),
        ("followups/model", "Le modèle et sa fiabilité"),
        ("profiles", "Profils qui réussissent"),
    ):
        seen.go(name)
        expect(seen.page.get_by_role("heading", name=title).first).to_be_visible()
        check(seen, name.replace("/", "-"))
    seen.assert_no_console_errors()


def test_a_learner_is_told_reads_their_reasons_objects_and_takes_it_back(visit_as: VisitAs, services, taught, flagged):
    estimate(services, taught, days=4, ranked=("lea", "nour", "mehdi", "noemie", "theo", "zoe", "ines"))
    seen = visit_as("learner", "me")
    page = seen.page
    page.get_by_role("link", name="Ce qui est calculé sur moi").last.click()
    expect(page.get_by_role("heading", name="Ce qui est calculé sur moi")).to_be_visible()
    seen.settle()
    expect(page.locator("#page")).to_contain_text(WHY)
    check(seen, "risk-mine", ALL)
    page.get_by_role("button", name="J’ai lu").click()
    expect(page.get_by_role("button", name="J’ai lu")).to_have_count(0)

    page.get_by_role("button", name="Je m’oppose à cette estimation").click()
    expect(page.get_by_text("Votre opposition est prise en compte")).to_be_visible()
    expect(page.locator("#page")).not_to_contain_text(WHY)
    check(seen, "risk-mine-objected", ALL)
    page.get_by_role("button", name="Retirer mon opposition").click()
    expect(page.get_by_role("button", name="Je m’oppose à cette estimation")).to_be_visible()
    seen.assert_no_console_errors()


def test_an_administrator_turns_estimates_off_and_the_reason_stands(visit_as: VisitAs, flagged):
    seen = visit_as("administrator", "settings/estimates")
    page = seen.page
    check(seen, "risk-switch-on", ALL)
    page.get_by_role("button", name="Arrêter").click()
    expect(page.get_by_text("Donnez un motif.")).to_be_visible()
    page.fill("#turn-reason", "Bilan de six mois")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.get_by_role("button", name="Mettre en service")).to_be_visible()
    expect(page.locator("#page")).to_contain_text("Bilan de six mois")
    check(seen, "risk-switch-off", ALL)
    seen.assert_no_console_errors()
