"""Who sits there shows again who they are, before what only the owner of an account should do."""

from __future__ import annotations

from tests.dashboards.accounts.conftest import PASSWORD, post
from training.accounts.sessions import CONFIRMED, SESSIONS

ASKED = 'action="/account/confirm"'
MINUTE = 60


def pass_a_quarter(house) -> None:
    house.pass_seconds(CONFIRMED // 1_000_000)


def test_who_has_just_signed_in_is_not_asked_again(house):
    page = house.client().get("/account/confirm")
    assert page.status_code == 200
    assert ASKED not in page.text
    assert "C’est confirmé" in page.text


def test_after_a_quarter_of_an_hour_the_password_is_asked_and_serves_for_another(house):
    client = house.client()
    pass_a_quarter(house)
    assert ASKED in client.get("/account/confirm").text
    wrong = post(client, "/account/confirm", password="deviné, peut-être")
    assert (wrong.status_code, ASKED in wrong.text) == (403, True)

    assert post(client, "/account/confirm", password=PASSWORD).status_code == 303

    assert ASKED not in client.get("/account/confirm").text
    pass_a_quarter(house)
    assert ASKED in client.get("/account/confirm").text


def test_a_code_of_the_application_serves_as_well_and_once(house):
    client, secret, _ = house.client_with_totp()
    pass_a_quarter(house)
    code = house.code(secret)
    assert post(client, "/account/confirm", "/account/confirm/code", code=code).status_code == 303
    assert ASKED not in client.get("/account/confirm").text
    pass_a_quarter(house)
    assert post(client, "/account/confirm", "/account/confirm/code", code=code).status_code == 403


def test_five_wrong_codes_end_the_session(house):
    client, _, _ = house.client_with_totp()
    pass_a_quarter(house)
    for _ in range(5):
        assert post(client, "/account/confirm", "/account/confirm/code", code="ABCDE-FGHIJ").status_code == 403
        house.pass_seconds(MINUTE)
    post(client, "/account/confirm", "/account/confirm/code", code="ABCDE-FGHIJ")
    assert client.get("/account").location.startswith("/login")


def test_nobody_is_asked_who_has_not_signed_in(house):
    assert house.app.test_client().get("/account/confirm").location.startswith("/login")
    assert house.services.store.collection(SESSIONS).count_documents({}) == 0
