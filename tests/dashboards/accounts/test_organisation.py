"""Signing in through one's organisation, against a provider that runs and that can lie."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from lrs.organisations import Organisations
from tests.dashboards.accounts import provider as identity
from tests.dashboards.accounts.conftest import ADMIN, EMAIL, post
from tests.dashboards.conftest import PASSWORD
from training.access import Role, Viewer
from training.accounts import Accounts
from training.accounts.member import State
from training.accounts.provider import Provider, ProviderChange

LINK = "/login/organisation/essai"
RETURN = "/login/organisation/return"


@pytest.fixture
def set_up(house, provider):
    """The organisation's provider, believed for one domain."""

    def set_up(**change):
        wanted = {"issuer": provider.issuer, "client_id": identity.CLIENT, "domains": ("exemple.fr",), **change}
        house.desk.administration.set_provider(house.admin, ProviderChange(Provider(**wanted), identity.SECRET))

    set_up()
    return set_up


def there(client, path=LINK) -> str:
    """Go to the provider; return the path that it sends the browser back to."""
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    back = requests.get(answer.location, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def sign_in(house, path=LINK):
    client = house.app.test_client()
    return client, client.get(there(client, path))


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


@pytest.mark.usefixtures("set_up")
def test_an_invitation_is_taken_up_by_the_providers_word_alone(house):
    house.invite()
    page = house.app.test_client().get(house.letters.link()).text
    assert f'href="{LINK}"' in page

    client, answer = sign_in(house, f"{LINK}?next=/account")

    assert answer.location == "/account"
    assert EMAIL in client.get("/account").text
    assert "Vous vous connectez par votre organisation" in client.get("/account").text
    (member,) = [one for one in house.desk.administration.members(house.admin) if one.email == EMAIL]
    assert (member.state, member.is_linked) == (State.ACTIVE, True)


@pytest.mark.usefixtures("set_up")
def test_an_account_with_a_password_is_linked_once_and_then_known_by_its_subject(house, provider):
    provider.who["email"] = ADMIN
    client, _ = sign_in(house)
    assert ADMIN in client.get("/account").text
    # The address has changed at the provider: it is the same person.
    provider.who["email"] = "anne@exemple.fr"
    client, _ = sign_in(house)
    assert ADMIN in client.get("/account").text
    # And somebody else who was given the address is not.
    provider.who = {"sub": "u-99", "email": ADMIN, "email_verified": True}
    _, answer = sign_in(house)
    assert answer.status_code == 403
    assert house.client(ADMIN, PASSWORD)


@pytest.mark.usefixtures("set_up")
def test_nobody_gets_an_account_by_signing_in(house):
    client, answer = sign_in(house)
    assert answer.status_code == 403
    assert "aucun compte ne vous attend" in answer.text
    assert not is_in(client)
    assert [one.email for one in house.desk.administration.members(house.admin)] == [ADMIN]


@pytest.mark.usefixtures("set_up")
def test_a_provider_opens_no_account_of_another_organisation(house, provider, services):
    theirs = Organisations(services.store, services.clock).find_or_create("ailleurs", "Ailleurs").number
    Accounts(services.store, services.clock).ensure_administrator(theirs, EMAIL, PASSWORD)
    _, answer = sign_in(house)
    assert answer.status_code == 403


@pytest.mark.usefixtures("set_up")
def test_an_address_that_signs_in_elsewhere_stays_where_it_is(house, services):
    theirs = Organisations(services.store, services.clock).find_or_create("ailleurs", "Ailleurs").number
    Accounts(services.store, services.clock).ensure_administrator(theirs, EMAIL, PASSWORD)
    house.invite()
    _, answer = sign_in(house)
    assert answer.status_code == 409


def test_addresses_of_other_domains_are_not_believed(house, provider, set_up):
    house.invite()
    set_up(domains=("autre.fr",))
    _, answer = sign_in(house)
    assert answer.status_code == 403


def test_a_closed_account_stays_closed(house, provider, set_up):
    house.invite()
    sign_in(house)
    (member,) = [one for one in house.desk.administration.members(house.admin) if one.email == EMAIL]
    house.desk.administration.close(house.admin, member.account_id)
    _, answer = sign_in(house)
    assert answer.status_code == 403


LIES = {
    "unverified": {"who": {"sub": "u", "email": EMAIL, "email_verified": False}},
    "verified in words": {"who": {"sub": "u", "email": EMAIL, "email_verified": "true"}},
    "no address": {"who": {"sub": "u", "email_verified": True}},
    "no subject": {"who": {"email": EMAIL, "email_verified": True}},
    "another nonce": {"lies": {"nonce": "x"}},
    "no nonce": {"lies": {"nonce": None}},
    "another audience": {"lies": {"aud": "autre"}},
    "two audiences": {"lies": {"aud": [identity.CLIENT, "autre"]}},
    "another issuer": {"lies": {"iss": "https://autre.exemple.fr"}},
    "over": {"lies": {"exp": 1_767_600_000 - 120}},
    "no end": {"lies": {"exp": None}},
    "another key": {"signs_with": identity.other_key()},
    "no signature": {"algorithm": "none"},
    "our own secret": {"signs_with": identity.secret_as_key(), "algorithm": "HS256"},
    "another name for itself": {"issuer_said": "https://autre.exemple.fr"},
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize("lie", LIES)
def test_a_provider_that_lies_signs_nobody_in(house, provider, lie):
    house.invite()
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    client = house.app.test_client()
    if "issuer_said" in LIES[lie]:  # nobody is even sent there
        assert client.get(LINK).status_code == 404
        return
    answer = client.get(there(client))
    assert answer.status_code in {401, 403}, answer.text
    assert not is_in(client)


@pytest.mark.usefixtures("set_up")
def test_the_way_back_serves_once_and_in_the_browser_that_went(house, provider):
    house.invite()
    client, stranger = house.app.test_client(), house.app.test_client()
    back = there(client)
    # A link that signs whoever follows it in to somebody else's account.
    assert stranger.get(back).status_code == 400
    assert not is_in(stranger)
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 400


@pytest.mark.usefixtures("set_up")
def test_a_code_of_somebody_else_is_worth_nothing_without_their_verifier(house, provider):
    house.invite()
    victim, attacker = house.app.test_client(), house.app.test_client()
    code = parse_qs(urlsplit(there(victim)).query)["code"][0]
    state = parse_qs(urlsplit(there(attacker)).query)["state"][0]
    answer = attacker.get(f"{RETURN}?code={code}&state={state}")
    assert answer.status_code == 401
    assert not is_in(attacker)


@pytest.mark.usefixtures("set_up")
def test_a_state_is_over_after_ten_minutes(house, provider):
    house.invite()
    client = house.app.test_client()
    back = there(client)
    house.pass_seconds(600)
    assert client.get(back).status_code == 401


def test_the_second_factor_is_asked_for_unless_the_provider_asks(house, provider, set_up):
    house.client_with_totp()
    provider.who["email"] = ADMIN
    _, answer = sign_in(house)
    assert answer.location == "/login/factor"
    set_up(asks_factor=True)
    client, answer = sign_in(house)
    assert answer.location == "/dashboards/"
    assert is_in(client)


def test_an_organisation_without_a_provider_is_answered_as_one_that_there_is_not(house, services):
    Organisations(services.store, services.clock).find_or_create("ailleurs", "Ailleurs")
    client = house.app.test_client()
    answers = [post(client, "/login/organisation", slug=slug) for slug in ("ailleurs", "personne", "")]
    assert {answer.status_code for answer in answers} == {404}
    assert all("Aucune connexion par organisation" in answer.text for answer in answers)


@pytest.mark.usefixtures("set_up")
def test_a_provider_that_does_not_answer_is_said_to(house, provider):
    house.desk.administration.set_provider(
        house.admin,
        ProviderChange(Provider("http://127.0.0.1:1", identity.CLIENT, ("exemple.fr",)), identity.SECRET),
    )
    assert house.app.test_client().get(LINK).status_code == 404


@pytest.mark.usefixtures("set_up")
def test_what_an_account_is_led_to_afterwards_is_a_page_of_ours(house, provider):
    house.invite()
    _, answer = sign_in(house, f"{LINK}?next=https://ailleurs.example/")
    assert answer.location == "/dashboards/"


def test_a_provider_is_the_administrators_to_set(house, provider):
    from lrs.errors import Forbidden

    manager = Viewer(house.organisation, Role.MANAGER, "account:x")
    with pytest.raises(Forbidden):
        house.desk.administration.set_provider(manager, None)
