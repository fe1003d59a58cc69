"""Every form of these pages, found by walking the routes: none is taken from anybody else's page."""

from __future__ import annotations

import re

import pytest

from tests.dashboards.accounts.conftest import ADMIN, post
from tests.dashboards.conftest import PASSWORD

OURS = ("/login", "/logout", "/invitation/", "/reset/", "/account")


def forms(app) -> list[str]:
    rules = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    return sorted(rule for rule in rules if rule.startswith(OURS))


def dump(house) -> dict[str, list]:
    names = ("accounts", "account_sessions", "account_tokens", "account_factors", "account_policies")
    return {name: list(house.services.store.collection(name).find().sort("_id", 1)) for name in names}


def test_there_are_as_many_forms_as_are_known(house):
    assert forms(house.app) == [
        "/account",
        "/account/confirm",
        "/account/confirm/code",
        "/account/confirm/passkey",
        "/account/factors/<factor_id>/remove",
        "/account/factors/code",
        "/account/factors/passkey",
        "/account/password",
        "/account/recovery",
        "/account/sessions/<session_id>/end",
        "/account/sessions/end",
        "/invitation/<token>",
        "/login",
        "/login/factor",
        "/login/factor/passkey",
        "/login/forgotten",
        "/login/organisation",
        "/logout",
        "/reset/<token>",
    ]


@pytest.mark.parametrize("guess", [{}, {"csrf": ""}, {"csrf": "deviné"}])
def test_no_form_is_taken_without_what_its_own_page_put_into_it(house, guess):
    client, secret, _ = house.client_with_totp()
    other = house.client()
    client.get("/account")
    factor = house.services.store.collection("account_factors").find_one({"k": "totp"})["_id"]
    house.invite()
    invitation = house.letters.link(2)
    before = dump(house)
    values = {
        "email": ADMIN,
        "password": PASSWORD,
        "before": PASSWORD,
        "after": "une autre phrase",
        "name": "Quelqu’un",
        "locale": "en",
        "code": house.code(secret),
        "answer": "{}",
        "slug": "essai",
    }
    for rule in forms(house.app):
        path = rule.replace("<factor_id>", factor).replace("<session_id>", "x")
        path = path.replace("/invitation/<token>", invitation).replace("<token>", "x")
        answer = client.post(path, data={**values, **guess})
        assert answer.status_code == 400, path
        assert "ouverte depuis trop longtemps" in answer.text
    assert dump(house) == before
    assert client.get("/account").status_code == 200
    assert other.get("/login/factor").status_code == 200


def test_the_token_of_another_browser_is_not_mine(house):
    theirs = house.client()
    token = re.search(r'name="csrf" value="([^"]+)"', theirs.get("/account").text)[1]
    mine = house.client()
    mine.get("/account")
    answer = mine.post("/account", data={"csrf": token, "name": "Quelqu’un", "locale": "fr"})
    assert answer.status_code == 400


def test_every_page_has_its_policy_and_is_kept_by_nobody(house):
    client = house.client()
    pages = ("/login/forgotten", "/login/organisation", "/account", "/account/factors", "/account/factors/code")
    for path in (*pages, "/account/factors/passkey", "/invitation/x", "/reset/x"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy
        assert ("script-src" in policy) == (path == "/account/factors/passkey"), path
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?! src=)|<style| style=| on[a-z]+=", answer.text), path


def test_what_the_callbacks_of_a_page_send_is_compared_with_the_session(house):
    from flask import Flask, Response, request

    from dashboards.sessions import is_own_callback, set_callback_token

    app = Flask("essai")
    app.secret_key = "x"
    app.config["SESSION_COOKIE_SECURE"] = True

    @app.get("/page")
    def page() -> Response:
        response = Response("")
        set_callback_token(response)
        return response

    @app.post("/call")
    def call() -> str:
        return str(is_own_callback(request))

    client = app.test_client()
    base = "https://lrs.exemple.fr"
    assert client.post("/call", base_url=base, headers={"X-CSRFToken": ""}).text == "False"
    cookie = client.get("/page", base_url=base).headers.getlist("Set-Cookie")[0]
    assert {"Secure", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "HttpOnly" not in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert client.post("/call", base_url=base, headers={"X-CSRFToken": token}).text == "True"
    assert client.post("/call", base_url=base, headers={"X-CSRFToken": token[:-1]}).text == "False"
    assert client.post("/call", base_url=base).text == "False"
    # A planted cookie, sent back as its header, is not what the session holds.
    client.set_cookie("_csrf_token", "planté", domain="lrs.exemple.fr")
    assert client.post("/call", base_url=base, headers={"X-CSRFToken": "plante"}).text == "False"


def test_signing_out_is_a_form_too(house):
    client = house.client()
    assert client.get("/logout").status_code == 405
    assert post(client, "/account", "/logout").location == "/login"
