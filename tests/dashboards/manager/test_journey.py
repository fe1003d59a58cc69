"""A manager's morning in a browser: from the portfolio to one statement, what waits, and a file as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import expect

from lrs.clock import to_datetime
from tests.dashboards.conftest import Visit
from tests.dashboards.looks import check
from tests.dashboards.school import PARIS, RUNNING


def test_from_the_portfolio_to_the_statement_behind_a_figure(manager):
    seen = manager
    page, title = seen.page, seen.page.locator("#page h1")
    expect(title).to_have_text("Portefeuille de sessions")
    check(seen, "manager-portfolio")

    page.get_by_role("link", name="Automne").first.click()
    expect(title).to_contain_text("Automne")
    check(seen, "manager-session")

    page.get_by_role("link", name="Martin Léa").first.click()
    expect(title).to_have_text("Léa Martin")
    check(seen, "manager-enrolment")

    page.locator(".figure", has_text="Traces").get_by_role("link").click()
    expect(title).to_have_text("Traces")
    check(seen, "manager-statements")

    page.get_by_role("link", name="voir").first.click()
    expect(title).to_have_text("Trace")
    expect(page.locator("pre").first).to_contain_text('"verb"')
    expect(page.locator(".facts")).to_contain_text("Preuve d’inclusion")
    check(seen, "manager-statement")
    seen.assert_no_console_errors()


def test_what_waits_and_how_groups_compare(manager):
    seen, page = manager, manager.page
    seen.go("decisions")
    expect(page.locator("#page h1")).to_have_text("À décider")
    check(seen, "manager-decisions")
    for name in ("content", "modalities", "cohorts"):
        seen.go(name)
        check(seen, name)
    seen.assert_no_console_errors()


def test_a_learner_is_found_and_their_file_seen_as_it_was(manager, clock):
    seen, page = manager, manager.page
    page.fill("#portfolio-search", "leonie")
    expect(page.locator("#portfolio-found")).to_have_text("Personne ne correspond.")
    page.fill("#portfolio-search", "lea martin")
    page.locator("#portfolio-found").get_by_role("link", name="Martin Léa").first.click()
    expect(page.locator("#page h1")).to_have_text("Léa Martin")

    now = to_datetime(clock.now_micros()).astimezone(PARIS)
    seen.go(f"enrolments/{RUNNING}-lea")
    _look_at(seen, now + timedelta(days=1))
    expect(page.get_by_text("Ce moment n’est pas encore passé.")).to_be_visible()
    _look_at(seen, now - timedelta(days=3))
    expect(page.locator("#page")).to_contain_text("cette inscription n’était pas encore enregistrée")
    seen.go(f"enrolments/{RUNNING}-lea")
    _look_at(seen, now - timedelta(hours=1))
    expect(page.locator(".notice").first).to_contain_text("Ce dossier est montré tel qu’il était")
    page.get_by_role("link", name="Revenir à aujourd’hui").click()
    expect(page.get_by_text("Ce dossier est montré tel qu’il était")).to_have_count(0)
    seen.assert_no_console_errors()


def _look_at(seen: Visit, moment: datetime) -> None:
    """Ask for a learner's file as of a moment, as its reader does."""
    if not seen.page.locator("#enrolment-as-of").is_visible():
        seen.page.get_by_text("Voir le dossier à une date").click()
    seen.page.fill("#enrolment-as-of", f"{moment:%Y-%m-%dT%H:%M}")
    seen.page.get_by_role("button", name="Voir", exact=True).click()
