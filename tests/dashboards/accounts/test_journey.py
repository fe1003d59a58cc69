"""The way in, in a real browser: a letter, a password, a passkey, the account, and in again."""

from __future__ import annotations

import pytest

from tests.dashboards.accounts.conftest import ADMIN, EMAIL
from tests.dashboards.conftest import PASSWORD
from training.access import Role

SIZES = [(1280, "light"), (390, "dark")]


def looks_right(visit, name: str) -> None:
    assert visit.axe() == [], name
    assert visit.overflow() <= 0, name


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_from_the_letter_to_the_pages_and_in_again_with_a_passkey(house, open_page, width, scheme):
    house.ask_factor(Role.MANAGER)
    house.invite()
    visit = open_page(width=width, scheme=scheme)
    page = visit.page
    visit.add_authenticator()

    visit.go(house.letters.link())
    looks_right(visit, "invitation")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/account/factors")
    looks_right(visit, "factors")
    page.click("a.way >> nth=0")
    looks_right(visit, "enrol passkey")
    page.fill("#name", "Téléphone de Léa")
    page.click("main button[type=submit]")
    page.wait_for_selector(".codes")
    looks_right(visit, "recovery codes")
    assert page.locator(".codes li").count() == 10
    assert page.get_attribute("main a.button", "href") == "/dashboards/"

    visit.go("/account")
    looks_right(visit, "account")
    assert "Téléphone de Léa" in page.inner_text("main")
    page.click(".bar button")
    page.wait_for_url("**/login")
    looks_right(visit, "sign in")
    visit.sign_in(EMAIL)
    page.wait_for_url("**/login/factor")
    looks_right(visit, "second factor")
    page.click("form[data-passkey] button")
    page.wait_for_selector("#sessions")

    assert page.locator("#sessions").is_visible()
    assert visit.complaints == []
    assert [one for one in visit.requests if not one.startswith(visit.address)] == []


def test_a_device_that_has_a_passkey_makes_no_second_one_and_says_so(house, open_page):
    visit = open_page()
    visit.add_authenticator()
    visit.sign_in()
    for _ in range(2):
        visit.go("/account/factors/passkey")
        visit.page.click("main button[type=submit]")
        visit.page.wait_for_selector(".codes, [data-said]:not([hidden])")
    assert "déjà une clé" in visit.page.inner_text("[data-said]")


ALLOWED = "() => JSON.parse(document.querySelector('form[data-passkey]').dataset.options).allowCredentials"
ASK_FOR = """(keys) => { const form = document.querySelector('form[data-passkey]');
                       const options = JSON.parse(form.dataset.options);
                       form.dataset.options = JSON.stringify({ ...options, allowCredentials: keys }); }"""


def test_a_passkey_of_another_account_does_not_open_this_one(house, open_page):
    visit = open_page()
    page = visit.page
    visit.add_authenticator()

    def add_passkey_and_leave():
        visit.go("/account/factors/passkey")
        page.click("main button[type=submit]")
        page.wait_for_selector(".codes")
        visit.go("/account")
        page.click(".bar button")
        page.wait_for_url("**/login")

    # One device has a passkey of each of two accounts.
    visit.sign_in()
    add_passkey_and_leave()
    house.invite()
    visit.go(house.letters.link(2))
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/dashboards/**")
    add_passkey_and_leave()
    visit.sign_in()
    page.wait_for_url("**/login/factor")
    theirs = page.evaluate(ALLOWED)
    page.context.clear_cookies()

    # It answers the very challenge that this session was given, with the other account's passkey.
    visit.sign_in(EMAIL)
    page.wait_for_url("**/login/factor")
    assert page.evaluate(ALLOWED) != theirs
    page.evaluate(ASK_FOR, theirs)
    page.click("form[data-passkey] button")
    page.wait_for_selector(".notice.problem[role=alert]:not([hidden])")
    assert "n’ouvre pas ce compte" in page.inner_text("main")

    # And with its own, it opens.
    page.click("form[data-passkey] button")
    page.wait_for_selector("#sessions")


def test_the_keyboard_alone_signs_in_and_changes_a_name(house, open_page):
    visit = open_page()
    page = visit.page
    visit.go("/login?next=/account")
    page.locator("#email:focus").wait_for()
    for text in (ADMIN, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#sessions")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == "name":
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("Anne au clavier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account?done=saved")
    assert page.input_value("#name") == "Anne au clavier"


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_other_doors_look_right_in_both_languages(house, open_page, width, scheme):
    visit = open_page(width=width, scheme=scheme)
    for language in ("fr", "en"):
        for path in ("/login", "/login/forgotten", "/login/organisation", "/invitation/x", "/reset/x"):
            visit.go(f"{path}?lang={language}")
            looks_right(visit, f"{path} {language}")
    visit.sign_in()
    visit.page.wait_for_selector("#sessions")
    visit.go("/account/factors/code")
    visit.page.click("summary")
    looks_right(visit, "enrol totp")
