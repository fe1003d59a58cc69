"""The live feed, in a real browser, served by real processes."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import new_profile
from tests.dashboards.conftest import PASSWORD, add_tenant, make_statement, wait_for, watch

WIDTHS = (390, 768, 1280, 1600)
NEWEST = '.ag-row[row-index="0"]'
CHART = "#activity-card .bars path >> nth=50"


@pytest.fixture(scope="session")
def fed(site):
    """The site with a small year of training in two organisations of its own: their figures are counted here."""
    ours = add_tenant(site.services, "flux", "Mon organisme de formation", "flux@exemple.fr")
    theirs = add_tenant(site.services, "flux-voisin", "Organisme voisin", "flux-voisin@exemple.fr")
    site = replace(site, ours=ours, theirs=theirs)
    now = datetime.now(UTC)
    actors, verbs = ("Zoé Martin", "Éric Lefèvre", "Inès Garcia"), ("completed", "attended", "answered")
    courses = ("Prévention des risques : repérer les dangers", "Secourisme du travail", "Bureautique")
    batch = [
        make_statement(
            actors[n % 3], verbs[n % 7 % 3], courses[n % 5 % 3], (now - timedelta(days=n, hours=2)).isoformat()
        )
        for n in range(120)
    ]
    site.post(site.ours, *batch)
    site.post(site.theirs, make_statement("Personne Voisine", "passed", "Cours du voisin"))
    facts = site.services.store.collection("feed_progress")
    wait_for(lambda: (facts.find_one({"_id": site.ours.number}) or {}).get("n", 0) >= 120, seconds=30)
    return site


@pytest.fixture(scope="session")
def newcomer(site):
    """An organisation that has not sent anything."""
    return add_tenant(site.services, "flux-nouveau", "Tout nouveau", "flux-nouveau@exemple.fr")


@pytest.fixture(scope="session")
def home(browser, fed):
    """A browser profile that is signed in to our organisation and has the scripts: most tests start from here."""
    context = new_profile(browser)
    seen = watch(context.new_page(), fed)
    seen.sign_in(fed.ours, path="/dashboards/live")
    seen.page.wait_for_selector("#as-of")
    seen.page.close()
    yield context
    context.close()


@pytest.fixture
def live(home, fed):
    """The page of our organisation, signed in and shown."""
    seen = watch(home.new_page(), fed)
    seen.page.goto(f"{fed.address}/dashboards/live")
    seen.page.wait_for_selector(CHART, state="attached")
    yield seen
    seen.page.close()


def test_a_wrong_password_stays_outside_and_the_right_one_goes_in(visit, fed):
    seen = visit()
    seen.sign_in(fed.ours, "pas celui-ci", "/dashboards/live")
    expect(seen.page.get_by_role("alert")).to_have_text("Cette adresse et ce mot de passe ne vont pas ensemble.")
    seen.picture("sign-in-wrong")
    seen.page.fill("#password", PASSWORD)
    seen.page.click("button[type=submit]")
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Flux en direct")


def test_the_page_shows_the_figures_of_what_was_received(live):
    page = live.page
    expect(page.locator("header .organisation")).to_have_text("Mon organisme de formation")
    counted = int(re.sub(r"\D", "", page.inner_text("#figure-total")))
    assert counted >= 120
    expect(page.locator("#figure-active_senders")).to_have_text("1 sur 1")
    expect(page.locator("#verbs li").first).to_contain_text("a ")
    expect(page.locator("#activities")).to_contain_text("Prévention des risques : repérer les dangers")
    expect(page.locator("#senders")).to_contain_text("moodle-flux")
    expect(page.locator("#senders")).to_contain_text("Actif")
    expect(page.locator(NEWEST)).to_contain_text("Garcia")
    expect(page.locator("#as-of")).to_contain_text("heure de Paris")
    expect(page.locator("#standing")).to_contain_text("Le flux arrive\u00a0:")
    assert page.locator("html").get_attribute("lang") == "fr"


def test_nothing_is_asked_of_anybody_else_nothing_is_complained_of_and_the_policy_is_strict(visit, fed):
    seen = visit(fresh=True)
    answers = []
    seen.page.on("response", lambda row: answers.append(row))  # noqa: PLW0108 - playwright marks what it calls
    seen.sign_in(fed.ours, path="/dashboards/live")
    seen.page.wait_for_selector(CHART, state="attached")
    seen.page.wait_for_selector(".ag-row")
    before = seen.page.inner_text("#as-of")
    expect(seen.page.locator("#as-of")).not_to_have_text(before, timeout=20_000)
    assert seen.elsewhere() == []
    assert seen.complaints == []
    page = next(row for row in answers if row.url == f"{fed.address}/dashboards/live" and row.status == 200)
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[A-Za-z0-9+/=]+')+", policy["script-src"])
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


def test_scripts_are_small_and_kept_by_the_browser(visit, fed):
    seen = visit(fresh=True)
    answers = []
    seen.page.on("response", lambda row: answers.append(row))  # noqa: PLW0108 - playwright marks what it calls
    seen.sign_in(fed.ours, path="/dashboards/live")
    seen.page.wait_for_selector(CHART, state="attached")
    scripts = [row for row in answers if "_dash-component-suites" in row.url]
    assert all(row.headers["content-encoding"] == "gzip" for row in scripts)
    assert all(row.headers["cache-control"].startswith("private") for row in scripts)
    assert not any("cookie" in row.headers.get("vary", "").lower() for row in scripts)
    assert sum(int(row.headers["content-length"]) for row in scripts) < 3_000_000
    answers.clear()
    seen.page.reload()
    seen.page.wait_for_selector(CHART, state="attached")
    # What is asked for again at all is answered with "not modified".
    again = [row for row in answers if "_dash-component-suites" in row.url and row.request.sizes()["responseBodySize"]]
    assert sum(row.request.sizes()["responseBodySize"] for row in again) < 10_000


def test_a_new_statement_appears_within_ten_seconds_without_reloading(live, fed):
    page = live.page
    page.evaluate("window.notReloaded = true")
    before = page.inner_text("#figure-total")
    fed.post(fed.ours, make_statement("Nour Benali", "passed", "Évaluation finale"))
    posted = time.monotonic()
    expect(page.locator(NEWEST)).to_contain_text("Nour Benali", timeout=20_000)
    expect(page.locator(NEWEST)).to_contain_text("a réussi")
    expect(page.locator("#figure-total")).not_to_have_text(before, timeout=20_000)
    assert time.monotonic() - posted < 10
    assert page.evaluate("window.notReloaded")


def test_the_selector_shows_days_or_weeks(live):
    page = live.page
    expect(page.locator("#activity-caption")).to_contain_text("53 dernières semaines")
    page.get_by_text("Par jour", exact=True).click()
    expect(page.locator("#activity-caption")).to_contain_text("90 derniers jours")
    expect(page.locator("#activity-card .bars path")).to_have_count(90)


def test_english_is_one_click_away_and_stays(visit, fed):
    seen = visit()
    seen.sign_in(fed.ours, path="/dashboards/live")
    page = seen.page
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Live feed")
    assert page.locator("html").get_attribute("lang") == "en"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Live feed")
    page.wait_for_selector(CHART, state="attached")
    assert not re.search(r"traces|reçue|Émetteur", page.inner_text("main"))
    seen.picture("live-english-1280")
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Flux en direct")


def test_the_french_page_has_no_english_on_it(live):
    text = live.page.inner_text("body")
    assert not re.search(r"\b(loading|last|received|statements?|sort|column|no rows)\b", text, re.IGNORECASE)


def test_another_organisations_data_is_never_shown(live, visit, fed):
    theirs = visit()
    theirs.sign_in(fed.theirs, path="/dashboards/live")
    page = theirs.page
    expect(page.locator("header .organisation")).to_have_text("Organisme voisin")
    expect(page.locator("#figure-total")).to_have_text("1")
    expect(page.locator(NEWEST)).to_contain_text("Cours du voisin")
    assert "Zoé Martin" not in page.content()
    assert "moodle-flux-voisin" in page.content()
    assert re.search("moodle-flux(?!-)", page.content()) is None
    assert "voisin" not in live.page.content().lower()


def test_an_organisation_without_statements_is_told_where_to_send_them(visit, fed, newcomer):
    seen = visit()
    seen.sign_in(newcomer, path="/dashboards/live")
    expect(seen.page.locator("#standing")).to_contain_text("Aucune trace reçue pour l’instant")
    expect(seen.page.locator("#standing")).to_contain_text(f"{fed.address}/xapi")
    expect(seen.page.locator("#senders")).to_contain_text("Jamais envoyé")
    expect(seen.page.locator("#activity-card")).to_be_hidden()
    seen.picture("live-empty-1280")
    assert seen.complaints == []


def test_a_sender_that_has_gone_quiet_raises_the_alarm_on_the_page(visit, fed):
    from lrs.credentials import Changes

    fed.services.credentials.change(fed.theirs.number, fed.theirs.key, Changes(quiet_after_seconds=1))
    seen = visit()
    seen.sign_in(fed.theirs, path="/dashboards/live")
    expect(seen.page.locator("#standing")).to_contain_text("est silencieux", timeout=20_000)
    expect(seen.page.locator("#senders")).to_contain_text("Silencieux")
    seen.picture("live-quiet-1280")


def test_when_figures_stop_moving_the_page_says_so_and_recovers(live):
    page = live.page
    page.route("**/_dash-update-component*", lambda route: route.abort())
    expect(page.locator("#lost")).to_be_visible(timeout=60_000)
    expect(page.locator("#lost")).to_contain_text("ne se mettent plus à jour")
    live.picture("live-lost-1280")
    page.unroute("**/_dash-update-component*")
    expect(page.locator("#lost")).to_be_hidden(timeout=60_000)


def test_signing_out_goes_back_to_the_sign_in_page(visit, fed, newcomer):
    seen = visit()
    seen.sign_in(newcomer, path="/dashboards/live")
    seen.page.get_by_role("button", name="Se déconnecter").click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Connexion")
    seen.page.goto(fed.address + "/dashboards/")
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Connexion")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_width_in_light_and_dark(visit, fed, scheme):
    seen = visit(scheme=scheme)
    page = seen.page
    page.goto(fed.address + "/login")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        seen.picture(f"sign-in-{scheme}-{width}")
    seen.sign_in(fed.ours, path="/dashboards/live")
    page.wait_for_selector(CHART, state="attached")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(900)
        seen.picture(f"live-{scheme}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # The state of a sender is what the table is there for: it must not stand outside the picture.
        assert page.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)")
        assert page.locator(".only-wide").is_visible() is (width >= 768)
        assert page.locator(".only-narrow").is_visible() is (width < 768)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background))) > 380) is (scheme == "light")
