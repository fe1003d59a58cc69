"""A session is a row of ours that a random token opens: it is seen, it is ended, and it ends by itself."""

from __future__ import annotations

import pytest

from lrs.clock import Micros
from lrs.errors import NotFound
from tests.training.accounts.conftest import MINUTE, PHONE
from training.access import Role
from training.accounts.member import Standing
from training.accounts.policy import Policy
from training.accounts.sessions import LONGEST, Stage
from training.accounts.tokens import TOKEN_MOST

DAY = 86_400


def test_a_token_opens_its_session_and_is_not_kept(house):
    token = house.enter(house.member())
    session, person = house.session(token)
    assert (person.email, session.stage) == ("lea@exemple.fr", Stage.FULL)
    assert token not in str(list(house.services.store.collection("account_sessions").find()))
    for other in ("", "x", token[:-1], f"{token}x", "y" * TOKEN_MOST):
        assert house.accounts.find_session(other) is None


def test_a_session_ends_when_it_was_not_used_for_as_long_as_the_organisation_set(house):
    token = house.accounts.sessions.begin(house.member(), Stage.FULL, PHONE, Policy(idle_minutes=30))
    for _ in range(5):
        house.pass_seconds(29 * 60)
        assert house.accounts.find_session(token) is not None
    house.pass_seconds(30 * 60)
    assert house.accounts.find_session(token) is None


def test_a_session_ends_after_a_working_day_however_much_it_is_used(house):
    token = house.enter(house.member())
    began = house.clock.micros
    while house.clock.micros - began < LONGEST - 60 * MINUTE:
        house.pass_seconds(3600)
        assert house.accounts.find_session(token) is not None
    house.clock.micros = Micros(began + LONGEST + 1)
    assert house.accounts.find_session(token) is None


def test_between_password_and_second_factor_there_are_ten_minutes(house):
    token = house.enter(house.member(), Stage.FACTOR)
    house.pass_seconds(600)
    assert house.accounts.find_session(token) is None


def test_what_is_kept_of_a_session_is_coarse(house):
    token = house.enter(house.member())
    session, person = house.session(token)
    house.pass_seconds(299)
    house.session(token)
    (seen,) = house.accounts.sessions.of_account(house.ours, person.account_id, session)
    assert (seen.device, seen.network, seen.is_this) == ("phone", "203.0.113.0/24", True)
    assert seen.seen_at == seen.began_at
    house.pass_seconds(1)
    house.session(token)
    (seen,) = house.accounts.sessions.of_account(house.ours, person.account_id, session)
    assert seen.seen_at == house.clock.micros
    row = house.services.store.collection("account_sessions").find_one()
    assert "203.0.113.77" not in str(row)
    assert "Android" not in str(row)


def test_going_further_changes_the_token(house):
    token = house.enter(house.member(), Stage.FACTOR)
    session, person = house.session(token)
    further = house.accounts.sessions.advance(session, person, Stage.FULL, Policy())
    assert house.accounts.find_session(token) is None
    assert house.session(further)[0].stage is Stage.FULL


def test_a_session_that_was_ended_goes_no_further(house):
    session, person = house.session(house.enter(house.member(), Stage.FACTOR))
    house.accounts.sessions.end_all(house.ours, person.account_id)
    further = house.accounts.sessions.advance(session, person, Stage.FULL, Policy())
    assert house.accounts.find_session(further) is None


def test_one_or_all_others_are_signed_out(house):
    person = house.member()
    tokens = [house.enter(person) for _ in range(4)]
    sessions = [house.session(token)[0] for token in tokens]
    house.own.end_session(person, sessions[1].session_id)
    assert [house.accounts.find_session(token) is not None for token in tokens] == [True, False, True, True]
    house.own.end_other_sessions(sessions[0], person)
    assert [house.accounts.find_session(token) is not None for token in tokens] == [True, False, False, False]


def test_nobody_signs_somebody_else_out(house):
    person, other = house.member(), house.member("autre@exemple.fr")
    token = house.enter(person)
    name = house.session(token)[0].session_id
    with pytest.raises(NotFound):
        house.own.end_session(other, name)
    with pytest.raises(NotFound):
        house.administration.revoke_session(house.stranger, person.account_id, name)
    assert house.accounts.find_session(token) is not None


def test_an_auditor_is_signed_out_when_the_audit_is_over(house):
    expires = Micros(house.clock.micros + 3600 * 1_000_000)
    person = house.member(role=Role.AUDITOR, expires_at=expires)
    token = house.enter(person)
    house.pass_seconds(3599)
    assert house.accounts.find_session(token) is not None
    house.pass_seconds(1)
    assert house.accounts.find_session(token) is None
    from lrs.errors import Unauthenticated

    with pytest.raises(Unauthenticated):
        house.accounts.sign_in("lea@exemple.fr", "une phrase de passe", "192.0.2.1")


def test_closing_changing_resetting_and_asking_for_a_factor_each_end_sessions(house):
    person = house.member()
    acts = [
        lambda: house.administration.change(house.admin, person.account_id, Standing(Role.ADMINISTRATOR)),
        lambda: house.administration.reset_factors(house.admin, person.account_id),
        lambda: house.administration.set_policy(house.admin, Policy(frozenset((Role.ADMINISTRATOR,)))),
        lambda: house.administration.revoke_sessions(house.admin, person.account_id),
        lambda: house.administration.close(house.admin, person.account_id),
    ]
    for act in acts:
        token = house.enter(house.accounts.sign_in("lea@exemple.fr", "une phrase de passe", "192.0.2.1"))
        assert house.accounts.find_session(token) is not None
        act()
        assert house.accounts.find_session(token) is None


def test_a_session_begun_from_an_answer_that_is_over_opens_nothing(house):
    """Somebody signs in while their account is changed: what they were is not what they are."""
    person = house.member()
    house.administration.change(house.admin, person.account_id, Standing(Role.ADMINISTRATOR))
    assert house.accounts.find_session(house.enter(person)) is None


def test_a_challenge_serves_once_for_what_it_was_asked_for(house):
    session, _ = house.session(house.enter(house.member()))
    sessions = house.accounts.sessions
    sessions.put_challenge(session, "show passkey", b"x")
    assert sessions.take_challenge(session, "enrol passkey") is None
    assert sessions.take_challenge(session, "show passkey")
    assert sessions.take_challenge(session, "show passkey") is None
    sessions.put_challenge(session, "show passkey", b"x")
    house.pass_seconds(600)
    assert sessions.take_challenge(session, "show passkey") is None
