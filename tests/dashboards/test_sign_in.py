"""Signing in: one's own form, one's own session, nothing behind it without."""

from __future__ import annotations

import re

import pytest

from dashboards.sessions import SESSION_MICROS
from lrs.clock import Micros
from training.accounts import Accounts

EMAIL, PASSWORD = "direction@exemple.fr", "une phrase de passe"


@pytest.fixture
def accounts(services, organisation):
    accounts = Accounts(services.store, services.clock)
    accounts.ensure_administrator(organisation, EMAIL, PASSWORD, name="Anne Leroy")
    return accounts


def token(client) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)[1]


def sign_in(client, password=PASSWORD, **form):
    return client.post("/login", data={"csrf": token(client), "email": EMAIL, "password": password, **form})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/dashboards/", 302),
        ("GET", "/dashboards", 302),
        ("GET", "/dashboards/whatever", 302),
        ("GET", "/dashboards/_dash-layout", 401),
        ("GET", "/dashboards/_dash-dependencies", 401),
        ("POST", "/dashboards/_dash-update-component", 401),
        ("GET", "/dashboards/assets/live.css", 401),
        ("GET", "/dashboards/_dash-component-suites/dash/dcc/async-graph.js", 401),
        ("GET", "/dashboards//_dash-layout", 302),
        ("GET", "/dashboards/%2e%2e/dashboards/_dash-layout", 302),
        ("POST", "/dashboards/", 401),
    ],
)
def test_nothing_under_dashboards_is_shown_to_who_has_not_signed_in(client, method, path, status):
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert "WWW-Authenticate" not in answer.headers
    if status == 302:
        assert answer.location.startswith("/login?next=/dashboards/")


@pytest.mark.usefixtures("accounts")
def test_the_right_password_opens_the_page_and_the_cookie_is_guarded(client):
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/dashboards/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # this test's site is plain http
    assert client.get("/login").status_code == 302


@pytest.mark.usefixtures("accounts")
def test_over_https_the_cookie_is_secure(settings, services):
    from dataclasses import replace

    from assidu.app import create_app

    client = create_app(replace(settings, public_url="https://lrs.exemple.fr"), services).test_client()
    page = client.get("/login", base_url="https://lrs.exemple.fr")
    assert "Secure" in page.headers["Set-Cookie"]


@pytest.mark.usefixtures("accounts")
def test_a_wrong_password_says_so_in_one_sentence_and_keeps_the_address(client):
    answer = sign_in(client, "pas celui-ci")
    assert answer.status_code == 401
    assert "ne vont pas ensemble" in answer.text
    assert f'value="{EMAIL}"' in answer.text
    assert "pas celui-ci" not in answer.text


@pytest.mark.usefixtures("accounts")
def test_too_many_wrong_passwords_are_told_to_wait(client):
    for _ in range(5):
        sign_in(client, "pas celui-ci")
    answer = sign_in(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    assert "Réessayez dans 2\u00a0s" in answer.text


@pytest.mark.usefixtures("accounts")
def test_a_form_that_is_not_ours_signs_nobody_in_or_out(client):
    answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 400
    sign_in(client)
    client.post("/logout", data={"csrf": "deviné"})
    assert client.get("/login").status_code == 302


@pytest.mark.usefixtures("accounts")
def test_a_session_planted_before_signing_in_is_not_the_one_after(client):
    planted = token(client)
    sign_in(client)
    with client.session_transaction() as session:
        assert session.get("csrf") != planted


@pytest.mark.usefixtures("accounts")
def test_signing_out_closes_the_door(client):
    sign_in(client)
    with client.session_transaction() as session:
        session["csrf"] = "le nôtre"
    answer = client.post("/logout", data={"csrf": "le nôtre"})
    assert answer.location == "/login"
    assert client.get("/dashboards/_dash-layout").status_code == 401


@pytest.mark.usefixtures("accounts")
def test_a_session_ends_after_a_working_day(client, clock):
    sign_in(client)
    clock.micros = Micros(clock.micros + SESSION_MICROS + 1)
    assert client.get("/dashboards/_dash-layout").status_code == 401


def test_a_changed_password_ends_the_sessions_that_are_open(client, accounts):
    sign_in(client)
    accounts.set_password(EMAIL, "une autre phrase")
    assert client.get("/dashboards/_dash-layout").status_code == 401


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "/xapi/about",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client, elsewhere):
    assert sign_in(client, next=elsewhere).location == "/dashboards/"


def test_the_page_speaks_the_language_asked_for_else_french(client):
    assert "Connexion" in client.get("/login").text
    assert "Sign in" in client.get("/login", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert "Sign in" in client.get("/login?lang=en").text
    assert "Sign in" in client.get("/login").text
    assert "Connexion" in client.get("/login?lang=fr", headers={"Accept-Language": "en"}).text


def test_the_sign_in_page_may_run_no_script_at_all(client):
    answer = client.get("/login")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
