"""A manager's morning in a browser: from the portfolio to one statement, what waits, and a file as it was."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from lrs.clock import to_datetime
from tests.dashboards.conftest import Visit
from tests.dashboards.school import PARIS, RUNNING

LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"))


def check(seen: Visit, name: str) -> None:
    """Look at a page in both schemes and on a phone: axe finds nothing, and nothing lies outside it."""
    for width, scheme in LOOKS:
        seen.page.set_viewport_size({"width": width, "height": 900})
        seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of LOOKS
        seen.settle()
        seen.picture(f"manager-{name}-{width}-{scheme}")
        assert seen.page.locator(".failure").count() == 0, name
        found = seen.axe()
        assert not found, (name, width, scheme, found)
        outside = seen.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert outside <= 0, (name, width, outside)
    seen.page.set_viewport_size({"width": 1280, "height": 900})
    seen.page.emulate_media(color_scheme="light")


def test_from_the_portfolio_to_the_statement_behind_a_figure(sign_in):
    seen = sign_in("manager", path="portfolio")
    page, title = seen.page, seen.page.locator("#page h1")
    expect(title).to_have_text("Portefeuille de sessions")
    check(seen, "portfolio")

    page.get_by_role("link", name="Automne").first.click()
    expect(title).to_contain_text("Automne")
    check(seen, "session")

    page.get_by_role("link", name="Martin Léa").first.click()
    expect(title).to_have_text("Léa Martin")
    check(seen, "enrolment")

    page.locator(".figure", has_text="Traces").get_by_role("link").click()
    expect(title).to_have_text("Traces")
    check(seen, "statements")

    page.get_by_role("link", name="voir").first.click()
    expect(title).to_have_text("Trace")
    expect(page.locator("pre").first).to_contain_text('"verb"')
    expect(page.locator(".facts")).to_contain_text("Preuve d’inclusion")
    check(seen, "statement")
    seen.assert_no_console_errors()


def test_a_learner_is_found_by_their_name(sign_in):
    seen = sign_in("manager", path="portfolio")
    seen.page.fill("#portfolio-search", "leonie")
    expect(seen.page.locator("#portfolio-found")).to_have_text("Personne ne correspond.")
    seen.page.fill("#portfolio-search", "lea martin")
    seen.page.locator("#portfolio-found").get_by_role("link", name="Martin Léa").first.click()
    expect(seen.page.locator("#page h1")).to_have_text("Léa Martin")


def test_what_waits_and_how_groups_compare(sign_in):
    seen = sign_in("manager", path="decisions")
    expect(seen.page.locator("#page h1")).to_have_text("À décider")
    check(seen, "decisions")
    for name in ("content", "modalities", "cohorts"):
        seen.go(name)
        check(seen, name)
    seen.assert_no_console_errors()


def test_a_file_is_seen_as_it_was(sign_in, campus):
    name = f"{RUNNING}-lea"
    seen = sign_in("manager", path=f"enrolments/{name}")
    now = to_datetime(campus.services.clock.now_micros()).astimezone(PARIS)
    seen.page.get_by_text("Voir le dossier à une date").click()
    seen.page.fill("#enrolment-as-of", f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}")
    seen.page.get_by_role("button", name="Voir", exact=True).click()
    expect(seen.page.get_by_text("Ce moment n’est pas encore passé.")).to_be_visible()
    # Nothing was on record yesterday: the page says so.
    seen.page.fill("#enrolment-as-of", f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}")
    seen.page.get_by_role("button", name="Voir", exact=True).click()
    expect(seen.page.locator("#page")).to_contain_text("cette inscription n’était pas encore enregistrée")
    seen.go(f"enrolments/{name}?as_of={now:%Y-%m-%dT%H:%M:%S}")
    expect(seen.page.locator(".notice").first).to_contain_text("Ce dossier est montré tel qu’il était")
    check(seen, "enrolment-as-of")
    seen.page.get_by_role("link", name="Revenir à aujourd’hui").click()
    expect(seen.page.locator(".notice")).to_have_count(0)
