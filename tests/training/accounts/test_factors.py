"""Second factors: nothing in clear, each code once, guesses slowed without keeping the owner out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import Conflict, KeyUnreadable, TooManyRequests, Unauthenticated
from lrs.sealed import SecretBox, Use
from lrs.tenancy import OrganisationId
from tests.training.accounts.conftest import HERE, PASSWORD
from training.access import Role
from training.accounts.factors import FACTORS_MOST, RECOVERY_CODES, Factors, new_totp_secret
from training.accounts.guesses import ACCOUNT, PAIR
from training.accounts.own import owner_of
from training.accounts.policy import Policy
from training.accounts.second import TRIES
from training.accounts.sessions import Stage

THERE = "198.51.100.7"


@pytest.fixture
def lea(house):
    return house.member()


@pytest.fixture
def app(house, lea):
    """The application that has the secret of Léa's account."""
    secret = new_totp_secret()
    sealed = house.factors.seal_totp(owner_of(lea), secret)
    # With the code of the step before, so that the one of now is still good.
    assert house.factors.add_totp(owner_of(lea), sealed, shown(secret, house.clock, -1), "téléphone")
    return secret


def shown(secret: str, clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(clock.now_micros() // 30_000_000 + steps)


def half(house, person):
    """A session whose password was right."""
    return house.session(house.enter(person, Stage.FACTOR))


def test_the_code_that_the_application_shows_opens_and_no_second_time(house, lea, app):
    code = shown(app, house.clock)
    assert house.factors.take_totp(owner_of(lea), f"{code[:3]} {code[3:]}")
    assert not house.factors.take_totp(owner_of(lea), code)


def test_a_code_older_than_one_that_was_used_is_over(house, lea, app):
    before = shown(app, house.clock)
    assert house.factors.take_totp(owner_of(lea), shown(app, house.clock, 1))
    assert not house.factors.take_totp(owner_of(lea), before)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_half_a_minute(house, lea, app, steps, is_taken):
    assert house.factors.take_totp(owner_of(lea), shown(app, house.clock, steps)) is is_taken


def test_a_code_sent_by_many_at_once_opens_once(house, lea, app):
    code = shown(app, house.clock)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: house.factors.take_totp(owner_of(lea), code), range(8)))
    assert taken.count(True) == 1


def test_the_code_that_confirms_an_application_opens_nothing_afterwards(house, lea):
    secret = new_totp_secret()
    code = shown(secret, house.clock)
    assert house.factors.add_totp(owner_of(lea), house.factors.seal_totp(owner_of(lea), secret), code, "")
    assert not house.factors.take_totp(owner_of(lea), code)


def test_no_secret_and_no_recovery_code_is_kept_in_clear(house, lea, app):
    codes = house.factors.draw_recovery_codes(owner_of(lea))
    kept = str(list(house.services.store.collection("account_factors").find()))
    assert app not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_under_another_secret_of_the_deployment_nothing_opens_and_it_says_so(house, lea, app):
    other = Factors(house.services.store, house.clock, house.services.ids, b"another key of this deployment..")
    with pytest.raises(KeyUnreadable, match="ASSIDU_SECRET_KEY"):
        other.take_totp(owner_of(lea), shown(app, house.clock))
    house.factors.draw_recovery_codes(owner_of(lea))


@given(secret=st.binary(max_size=200), purpose=st.sampled_from(["totp", "provider secret"]), owner=st.text(max_size=20))
def test_what_is_sealed_opens_for_its_organisation_purpose_and_owner_alone(secret, purpose, owner):
    sealer = SecretBox(b"a key for tests alone, 32 bytes.", Use.ACCOUNTS)
    sealed = sealer.seal(OrganisationId(7), purpose, owner, secret)
    assert sealer.open(OrganisationId(7), purpose, owner, sealed) == secret
    for organisation, what, whose in ((8, purpose, owner), (7, f"{purpose}x", owner), (7, purpose, f"{owner}x")):
        with pytest.raises(KeyUnreadable):
            sealer.open(OrganisationId(organisation), what, whose, sealed)
    for damaged in (b"", sealed[:10], sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(KeyUnreadable):
            sealer.open(OrganisationId(7), purpose, owner, damaged)


def test_ten_recovery_codes_each_open_once_however_they_are_typed(house, lea):
    codes = house.factors.draw_recovery_codes(owner_of(lea))
    assert len(set(codes)) == RECOVERY_CODES
    assert house.factors.take_recovery_code(owner_of(lea), codes[0].lower().replace("-", "  "))
    assert not house.factors.take_recovery_code(owner_of(lea), codes[0])
    assert house.factors.recovery_codes_left(owner_of(lea)) == RECOVERY_CODES - 1


def test_fresh_recovery_codes_end_the_others(house, lea):
    before = house.factors.draw_recovery_codes(owner_of(lea))
    house.factors.draw_recovery_codes(owner_of(lea))
    assert not house.factors.take_recovery_code(owner_of(lea), before[0])


def test_codes_of_one_account_open_no_other(house, lea, app):
    other = house.member("autre@exemple.fr")
    codes = house.factors.draw_recovery_codes(owner_of(lea))
    assert not house.factors.take_recovery_code(owner_of(other), codes[0])
    assert not house.factors.take_totp(owner_of(other), shown(app, house.clock))


def test_a_password_alone_is_not_enough_where_there_is_a_second_factor(house, lea, app):
    assert house.second.stage(lea) is Stage.FACTOR
    at, person = half(house, lea)
    house.second.check_code(at, person, shown(app, house.clock), HERE)


def test_a_role_that_needs_a_factor_is_led_to_have_one(house, lea):
    assert house.second.stage(lea) is Stage.FULL
    house.administration.set_policy(house.admin, Policy(frozenset((Role.MANAGER,))))
    assert house.second.stage(lea) is Stage.ENROLMENT


def test_after_a_few_wrong_codes_the_password_has_to_be_given_again(house, lea, app):
    token = house.enter(lea, Stage.FACTOR)
    at, person = house.session(token)
    for number in range(TRIES + 1):
        with pytest.raises((Unauthenticated, TooManyRequests)):
            house.second.check_code(at, person, "AAAAA-AAAAA", f"192.0.2.{number}")
    assert house.accounts.find_session(token) is None


def test_wrong_codes_wait_longer_each_time_where_they_come_from_alone(house, lea, app):
    for _ in range(PAIR.free + 1):
        at, person = half(house, lea)
        with pytest.raises(Unauthenticated):
            house.second.check_code(at, person, "000000", THERE)
    with pytest.raises(TooManyRequests):
        house.second.check_code(*half(house, lea), "000000", THERE)
    house.second.check_code(*half(house, lea), shown(app, house.clock), HERE)


def test_codes_guessed_from_many_addresses_are_slowed_and_recovery_codes_still_open(house, lea, app):
    codes = house.factors.draw_recovery_codes(owner_of(lea))
    for number in range(ACCOUNT.free + 1):
        with pytest.raises(Unauthenticated):
            house.second.check_code(*half(house, lea), "000000", f"198.51.100.{number}")
    with pytest.raises(TooManyRequests) as refusal:
        house.second.check_code(*half(house, lea), shown(app, house.clock), HERE)
    assert refusal.value.retry_after <= ACCOUNT.longest_delay_seconds
    house.second.check_code(*half(house, lea), codes[0], HERE)


def test_adding_or_removing_a_factor_ends_every_other_session_and_not_this_one(house, lea):
    here, elsewhere = house.enter(lea), house.enter(lea)
    at, person = house.session(here)
    secret = house.own.totp_secret(at, person)
    assert house.own.totp_secret(at, person) == secret  # until it is confirmed
    house.own.add_totp(at, person, shown(secret, house.clock), "téléphone")
    assert house.accounts.find_session(elsewhere) is None
    at, person = house.session(here)
    elsewhere = house.enter(person)
    (factor,) = house.own.overview(at, person).factors
    house.own.new_recovery_codes(person)
    house.own.remove_factor(at, person, factor.factor_id)
    assert house.accounts.find_session(elsewhere) is None
    at, person = house.session(here)
    assert house.own.overview(at, person).recovery_codes_left == 0


def test_a_wrong_code_adds_no_application(house, lea):
    at, person = house.session(house.enter(lea))
    house.own.totp_secret(at, person)
    with pytest.raises(Unauthenticated):
        house.own.add_totp(at, person, "000000", "téléphone")
    assert house.own.overview(at, person).factors == ()


def test_the_last_factor_stays_where_the_organisation_asks_for_one(house, lea, app):
    house.administration.set_policy(house.admin, Policy(frozenset((Role.MANAGER,))))
    at, person = house.session(house.enter(lea))
    (factor,) = house.own.overview(at, person).factors
    with pytest.raises(Conflict):
        house.own.remove_factor(at, person, factor.factor_id)
    assert house.second.stage(person) is Stage.FACTOR


def test_nobody_removes_a_factor_of_somebody_else(house, lea, app):
    other = house.member("autre@exemple.fr")
    (factor,) = house.factors.all(owner_of(lea))
    assert not house.factors.remove(owner_of(other), factor.factor_id)
    assert house.factors.all(owner_of(lea)) == [factor]


def test_an_account_has_at_most_ten(house, lea):
    for _ in range(FACTORS_MOST):
        secret = new_totp_secret()
        sealed = house.factors.seal_totp(owner_of(lea), secret)
        house.factors.add_totp(owner_of(lea), sealed, shown(secret, house.clock), "")
    at, person = house.session(house.enter(lea))
    with pytest.raises(Conflict):
        house.own.add_totp(at, person, shown(house.own.totp_secret(at, person), house.clock), "")


def test_recovery_codes_are_drawn_only_where_they_stand_in_for_something(house, lea):
    with pytest.raises(Conflict):
        house.own.new_recovery_codes(lea)


@pytest.mark.parametrize(
    "answer", ["", "{", "[]", "null", "{}", "[" * 20_000, '{"rawId": 7}', '{"rawId": "AA"}', "x" * 40_000]
)
def test_what_is_no_answer_of_a_passkey_opens_nothing(house, lea, answer):
    from training.accounts.passkeys import Site

    at, person = half(house, lea)
    site = Site("https://lrs.exemple.fr")
    house.second.passkey_request(at, person, site)
    with pytest.raises(Unauthenticated):
        house.second.check_passkey(at, person, site, answer)
    house.own.passkey_request(at, person, site)
    with pytest.raises(Unauthenticated):
        house.own.add_passkey(at, person, site, answer, "clé")


def test_an_unchanged_password_of_ones_own_is_checked_and_changed(house, lea):
    at, person = house.session(house.enter(lea))
    elsewhere = house.enter(lea)
    with pytest.raises(Unauthenticated):
        house.own.change_password(at, person, "pas celui-ci", "une autre phrase", HERE)
    house.own.change_password(at, person, PASSWORD, "une autre phrase", HERE)
    assert house.accounts.find_session(elsewhere) is None
    assert house.accounts.sign_in("lea@exemple.fr", "une autre phrase", HERE)
