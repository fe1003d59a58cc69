"""Invitations, forgotten passwords and second steps, form by form."""

from __future__ import annotations

import re
from collections import Counter

from dashboards.attendance.letters import Delivery
from tests.asked import asked_of
from tests.dashboards.accounts.conftest import ADMIN, EMAIL, form_token, found, post
from tests.dashboards.conftest import PASSWORD
from training.access import Role
from training.accounts.guesses import PAIR


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def test_an_invitation_is_a_letter_whose_link_opens_the_account(house):
    sent = house.invite()
    assert sent.delivery is Delivery.SENT
    assert sent.link == ""
    letter = house.letters.last()
    assert letter["To"] == EMAIL
    assert letter["Subject"] == "Organisme d’essai vous ouvre un compte"
    assert "Responsable pédagogique" in letter.get_content()
    assert "12 janvier 2026 à 09:00" in letter.get_content()
    client, link = house.app.test_client(), house.letters.link()

    answer = post(client, link, name="Léa Martin", password=PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/dashboards/")
    assert is_in(client)
    assert client.get(link).status_code == 404


def test_without_a_mail_server_the_administrator_has_the_link_to_hand_over(house, app, services):
    with app.test_request_context("/"):
        app.preprocess_request()
        from dashboards.accounts.desk import current_desk
        from training.accounts.member import Invitation, Standing

        sent = current_desk().invite(house.admin, Invitation(EMAIL, "Léa", Standing(Role.MANAGER)))
    assert sent.delivery is Delivery.UNAVAILABLE
    path = sent.link.removeprefix("http://127.0.0.1:8080")
    assert app.test_client().get(path).status_code == 200
    assert path.rpartition("/")[2] not in repr(sent)


def test_what_is_done_at_the_desk_is_in_the_trail(house, services):
    from evidence.store.trail import Trail

    sent = house.invite()
    (entry,) = Trail(services.store, services.clock).entries(house.organisation)
    assert (entry.deed.what, entry.deed.details["change"]) == (
        f"account:{sent.member.account_id}",
        "account_invited",
    )
    assert EMAIL not in str(entry)


def test_a_letter_is_in_the_language_it_was_asked_for(house):
    from training.accounts.member import Invitation, Standing

    house.desk.invite(house.admin, Invitation(EMAIL, "Léa", Standing(Role.MANAGER), "en"))
    assert "To open your account" in house.letters.last().get_content()
    page = house.app.test_client().get(house.letters.link()).text
    assert "Open my account" in page


def test_a_short_password_is_told_and_the_invitation_stays(house):
    house.invite()
    client, link = house.app.test_client(), house.letters.link()
    answer = post(client, link, name="Léa", password="court")
    assert answer.status_code == 400
    assert "trop court" in answer.text
    assert post(client, link, name="Léa", password=PASSWORD).status_code == 303


def test_a_forgotten_password_is_answered_alike_for_everybody(house):
    house.invite("invitee@exemple.fr")
    answers = []
    for email in (ADMIN, "personne@exemple.fr", "invitee@exemple.fr", "", "pas une adresse"):
        client = house.app.test_client()
        answer = post(client, "/login/forgotten", email=email)
        text = re.sub(r'name="csrf" value="[^"]+"', "", answer.text)
        headers = {name: value for name, value in answer.headers if name not in {"Set-Cookie", "X-Request-ID"}}
        answers.append((answer.status_code, text, headers))
    assert all(answer == answers[0] for answer in answers)
    assert house.letters.last(2)["To"] == ADMIN


def test_signing_in_is_refused_alike_for_everybody(house):
    house.invite("invitee@exemple.fr")
    house.client_with_totp()
    answers = []
    for email in (ADMIN, "personne@exemple.fr", "invitee@exemple.fr"):
        client = house.app.test_client()
        answer = post(client, "/login", email=email, password="pas celui-ci")
        text = re.sub(r'name="csrf" value="[^"]+"', "", answer.text).replace(email, "")
        answers.append((answer.status_code, text))
    assert all(answer == answers[0] for answer in answers)


def test_asking_for_a_letter_is_as_much_work_for_nobody_as_for_somebody(house, services):
    def work(email: str) -> Counter[tuple[str, str]]:
        client = house.app.test_client()
        token = form_token(client.get("/login/forgotten").text)
        return asked_of(services.store, lambda: client.post("/login/forgotten", data={"csrf": token, "email": email}))

    somebody = work(ADMIN)
    assert somebody["insert", "account_tokens"] == 1
    assert work("personne@exemple.fr") == somebody


def test_nobody_waits_for_the_letter_that_they_asked_for(house):
    house.letters.answers.clear()
    answer = post(house.app.test_client(), "/login/forgotten", email=ADMIN)
    assert (answer.status_code, house.letters.messages) == (200, [])
    house.letters.answers.set()
    assert house.letters.last()["To"] == ADMIN


def test_a_forgotten_password_is_chosen_again_and_other_browsers_are_signed_out(house):
    elsewhere = house.client()
    client = house.app.test_client()
    post(client, "/login/forgotten", email=ADMIN)
    link = house.letters.link()
    assert link.startswith("/reset/")

    assert post(client, link, password="court").status_code == 400
    assert post(client, link, password="une autre phrase").status_code == 303

    assert is_in(client)
    assert not is_in(elsewhere)
    assert client.get(link).status_code == 404
    assert "a été changé" in house.letters.last(2).get_content()


def test_links_of_letters_lead_to_the_deployment_whatever_a_request_calls_it(house):
    client = house.app.test_client()
    base = "http://ailleurs.example"
    token = form_token(client.get("/login/forgotten", base_url=base).text)
    client.post("/login/forgotten", base_url=base, data={"csrf": token, "email": ADMIN})
    assert "ailleurs" not in house.letters.last().get_content()


def test_the_second_step_opens_with_the_code_of_the_application(house):
    _, secret, _ = house.client_with_totp()
    client = house.app.test_client()
    answer = post(client, "/login", email=ADMIN, password=PASSWORD, next="/account")
    assert answer.location == "/login/factor"
    assert not is_in(client)
    assert client.get("/dashboards/_dash-layout").status_code == 401

    assert post(client, "/login/factor", code="000000").status_code == 401
    answer = post(client, "/login/factor", code=house.code(secret))

    assert (answer.status_code, answer.location) == (303, "/account")
    assert is_in(client)


def test_a_recovery_code_opens_once_and_its_owner_is_told(house):
    _, _, codes = house.client_with_totp()
    assert len(codes) == 10
    client = house.client()
    answer = post(client, "/login/factor", code=codes[0].lower())
    assert answer.location == "/account?done=recovery"
    assert "9 sur 10" in client.get("/account").text
    assert "code de secours a ouvert" in house.letters.last(2).get_content()
    again = house.client()
    assert post(again, "/login/factor", code=codes[0]).status_code == 401


def test_recovery_codes_are_shown_once(house):
    client, _, codes = house.client_with_totp()
    assert not any(code in client.get("/account").text for code in codes)
    page = post(client, "/account", "/account/recovery", password=PASSWORD)
    fresh = re.findall(r"<li>([0-9A-Z-]{11})</li>", page.text)
    assert len(fresh) == 10
    assert page.headers["Cache-Control"] == "no-store"
    assert set(fresh).isdisjoint(codes)


def test_wrong_codes_from_here_have_to_wait(house):
    house.client_with_totp()
    for _ in range(PAIR.free + 1):
        assert post(house.client(), "/login/factor", code="000000").status_code == 401
    answer = post(house.client(), "/login/factor", code="000000")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"


def test_whoever_has_come_half_way_is_led_on_and_let_in_nowhere(house):
    _, secret, _ = house.client_with_totp()
    client = house.client()
    for path in ("/account", "/account/factors", "/account/factors/code", "/account/factors/passkey", "/login"):
        assert client.get(path).location == "/login/factor", path
    post(client, "/login/factor", code=house.code(secret))
    assert client.get("/login/factor").location == "/dashboards/"


def test_a_role_that_needs_a_factor_sees_nothing_before_it_has_one(house):
    before = house.client()
    house.ask_factor(Role.ADMINISTRATOR)
    assert not is_in(before)
    client = house.client()
    for path in ("/account", "/login", "/login/factor"):
        assert client.get(path).location == "/account/factors", path
    assert client.get("/dashboards/").location.startswith("/login")
    page = client.get("/account/factors").text
    assert "Votre organisation en demande un" in page
    assert page.index("Clé d’accès") < page.index("Application à codes")
    secret = found(r'class="secret"[^>]*>([^<]+)<', client.get("/account/factors/code").text)

    page = post(client, "/account/factors/code", code=house.code(secret))

    assert "codes de secours" in page.text
    assert is_in(client)


def test_without_a_factor_an_administrator_is_told_that_one_is_recommended(house):
    assert "un second facteur est recommandé" in house.client().get("/account").text
    client, _, _ = house.client_with_totp()
    assert "un second facteur est recommandé" not in client.get("/account").text


def test_a_factor_is_removed_with_the_password_alone(house):
    client, _, _ = house.client_with_totp()
    path = found(r'action="(/account/factors/[^"]+/remove)"', client.get("/account").text)
    assert post(client, "/account", path, password="pas celui-ci").status_code == 403
    assert post(client, "/account", path, password=PASSWORD).location == "/account?done=removed"
    assert "Vous n’en avez pas encore" in client.get("/account").text


def test_name_language_and_password_are_ones_own_to_change(house):
    client, elsewhere = house.client(), house.client()
    assert post(client, "/account", name="Anne L.", locale="en").status_code == 303
    page = client.get("/account").text
    assert "My account" in page
    assert 'value="Anne L."' in page
    assert post(client, "/account", name=" ", locale="en").status_code == 400
    refused = post(client, "/account", "/account/password", before="pas celui-ci", after="une autre phrase")
    assert refused.status_code == 403
    changed = post(client, "/account", "/account/password", before=PASSWORD, after="une autre phrase")
    assert changed.location == "/account?done=password"
    assert is_in(client)
    assert not is_in(elsewhere)


def test_sessions_are_listed_and_ended_one_by_one_and_all_others(house):
    client, second, third = house.client(), house.client(), house.client()
    page = client.get("/account").text
    ends = re.findall(r'action="(/account/sessions/[^"/]+/end)"', page)
    assert len(ends) == 2
    assert "réseau 127.0.0.0/24" in page
    assert post(client, "/account", ends[0]).location == "/account?done=ended"
    assert [is_in(one) for one in (second, third)].count(True) == 1
    assert post(client, "/account", "/account/sessions/end").location == "/account?done=ended_others"
    assert [is_in(one) for one in (client, second, third)] == [True, False, False]


def test_signing_out_ends_the_session_and_not_only_the_cookie(house):
    client = house.client()
    kept = client.get_cookie("assidu").value
    post(client, "/account", "/logout")
    client.set_cookie("assidu", kept)
    assert not is_in(client)


def test_the_token_of_a_session_changes_at_each_step(house):
    _, secret, _ = house.client_with_totp()
    client = house.app.test_client()
    tokens = []
    for step in (
        lambda: client.get("/login"),
        lambda: post(client, "/login", email=ADMIN, password=PASSWORD),
        lambda: post(client, "/login/factor", code=house.code(secret)),
    ):
        step()
        with client.session_transaction() as session:
            tokens.append((session.get("session"), session.get("csrf")))
    assert len({token for token, _ in tokens}) == 3
    assert is_in(client)


def test_over_https_the_cookie_is_one_that_nobody_else_can_set(house, settings, services):
    from dataclasses import replace

    from assidu.app import create_app

    client = create_app(replace(settings, public_url="https://lrs.exemple.fr"), services).test_client()
    cookie = client.get("/login", base_url="https://lrs.exemple.fr").headers["Set-Cookie"]
    assert cookie.startswith("__Host-assidu=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_form_sent_too_often_from_one_address_has_to_wait(house):
    client = house.app.test_client()
    token = form_token(client.get("/login/forgotten").text)
    answers = [client.post("/login/forgotten", data={"csrf": token, "email": "x@y.fr"}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    # From another address nothing has to wait.
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    other = client.post("/login/forgotten", data={"csrf": token, "email": "x@y.fr"}, environ_base=elsewhere)
    assert other.status_code == 200


def test_tokens_are_not_tried_faster_than_people_follow_links(house):
    client = house.app.test_client()
    answers = {client.get(f"/invitation/{number}").status_code for number in range(60)}
    assert answers == {404}
    assert client.get("/invitation/61").status_code == 429
