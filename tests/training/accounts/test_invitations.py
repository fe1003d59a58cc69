"""An invitation opens one account, once, for a while; a forgotten password tells nobody whether there is an account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from lrs.errors import Conflict, InvalidRequest, NotFound, Unauthenticated
from tests.training.accounts.conftest import HERE, MINUTE, PASSWORD
from training.access import Role
from training.accounts.invitations import RESET_SECONDS, RESETS_MOST
from training.accounts.member import Invitation, Standing, State
from training.accounts.policy import Policy
from training.accounts.sessions import Stage
from training.records.ids import PersonId

DAY = 86_400


def test_an_invitation_that_is_taken_up_signs_in_under_the_role_and_record_it_was_for(house):
    token = house.invite(role=Role.LEARNER, person_id=PersonId("lea"))
    assert house.invitations.invited(token).email == "lea@exemple.fr"

    house.invitations.accept(token, "Léa M.", PASSWORD, "en")

    person = house.accounts.sign_in("lea@exemple.fr", PASSWORD, HERE)
    assert (person.name, person.role, person.person_id, person.locale) == ("Léa M.", Role.LEARNER, "lea", "en")
    assert person.viewer.person_id == "lea"


def test_whoever_is_invited_cannot_sign_in_before_they_have_taken_it_up(house):
    house.invite()
    with pytest.raises(Unauthenticated):
        house.accounts.sign_in("lea@exemple.fr", "", HERE)


def test_an_invitation_serves_once(house):
    token = house.invite()
    house.invitations.accept(token, "Léa", PASSWORD, "fr")
    with pytest.raises(NotFound):
        house.invitations.accept(token, "Quelqu’un d’autre", "un autre mot de passe", "fr")
    assert house.accounts.sign_in("lea@exemple.fr", PASSWORD, HERE).name == "Léa"


def test_of_several_who_take_it_up_at_once_one_does(house):
    token = house.invite()

    def accept(number: int) -> bool:
        try:
            house.invitations.accept(token, f"n° {number}", PASSWORD, "fr")
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == [False, False, False, True]


def test_an_invitation_ends_after_the_days_that_the_organisation_set(house):
    house.administration.set_policy(house.admin, Policy(invitation_days=2))
    token = house.invite()
    house.pass_seconds(2 * DAY - 1)
    assert house.invitations.invited(token)
    house.pass_seconds(1)
    with pytest.raises(NotFound):
        house.invitations.invited(token)


def test_only_the_last_letter_opens(house):
    first = house.invite()
    (member,) = house.administration.members(house.admin, state=State.INVITED)
    second = house.administration.resend(house.admin, member.account_id).token
    with pytest.raises(NotFound):
        house.invitations.invited(first)
    assert house.invitations.invited(second)


def test_what_was_withdrawn_opens_nothing_and_leaves_no_account(house):
    token = house.invite()
    (member,) = house.administration.members(house.admin, state=State.INVITED)
    house.administration.withdraw(house.admin, member.account_id)
    with pytest.raises(NotFound):
        house.invitations.accept(token, "Léa", PASSWORD, "fr")
    assert house.administration.members(house.admin, state=State.INVITED) == []


def test_a_refused_password_or_name_leaves_the_invitation_as_it_was(house):
    token = house.invite()
    for name, password in (("Léa", "court"), ("", PASSWORD), ("x" * 201, PASSWORD)):
        with pytest.raises(InvalidRequest):
            house.invitations.accept(token, name, password, "fr")
    assert house.invitations.accept(token, "Léa", PASSWORD, "fr")


def test_neither_token_nor_password_is_kept(house):
    token = house.invite()
    assert token not in str(list(house.services.store.collection("account_tokens").find()))
    house.member("autre@exemple.fr")
    assert PASSWORD not in str(list(house.services.store.collection("accounts").find()))


def test_an_address_of_another_organisation_is_invited_as_any_other_and_told_so_to_its_owner_alone(house):
    token = house.invite("direction@ailleurs.fr")
    with pytest.raises(Conflict, match="another organisation"):
        house.invitations.accept(token, "Léa", PASSWORD, "fr")
    assert house.accounts.sign_in("direction@ailleurs.fr", PASSWORD, HERE).organisation == house.theirs
    assert house.invitations.invited(token)


def test_an_address_is_invited_once_in_an_organisation_however_it_is_spelt(house):
    house.invite()
    with pytest.raises(Conflict):
        house.invite(" LEA@exemple.fr")


def test_a_forgotten_password_is_changed_once_and_every_session_ends(house):
    person = house.member()
    token = house.enter(person)
    reset = house.invitations.forgotten("Lea@exemple.fr")
    assert reset.person.account_id == person.account_id

    house.invitations.reset(reset.token, "une autre phrase")

    assert house.accounts.find_session(token) is None
    assert house.accounts.sign_in("lea@exemple.fr", "une autre phrase", HERE)
    with pytest.raises(NotFound):
        house.invitations.reset(reset.token, "une troisième")


def test_a_reset_leaves_second_factors_as_they_are(house):
    person = house.member()
    at, person = house.session(house.enter(person))
    code = pyotp.TOTP(house.own.totp_secret(at, person)).generate_otp(house.clock.micros // 30_000_000)
    house.own.add_totp(at, person, code, "téléphone")
    reset = house.invitations.forgotten("lea@exemple.fr")
    again = house.invitations.reset(reset.token, "une autre phrase")
    assert house.second.stage(again) is Stage.FACTOR


def test_nobody_is_written_to_who_is_closed_invited_or_unknown(house):
    house.invite("invitee@exemple.fr")
    person = house.member()
    house.administration.close(house.admin, person.account_id)
    for email in ("lea@exemple.fr", "invitee@exemple.fr", "personne@exemple.fr"):
        assert house.invitations.forgotten(email) is None


def test_asking_for_a_letter_writes_as_much_for_nobody_as_for_somebody(house):
    house.member()
    tokens = house.services.store.collection("account_tokens")
    for email in ("lea@exemple.fr", "personne@exemple.fr"):
        for _ in range(RESETS_MOST + 2):
            house.invitations.forgotten(email)
    assert tokens.count_documents({"k": "reset"}) == 2 * RESETS_MOST


def test_a_mailbox_is_not_filled_and_what_was_sent_still_opens(house):
    house.member()
    letters = [house.invitations.forgotten("lea@exemple.fr") for _ in range(RESETS_MOST + 2)]
    assert [letter is not None for letter in letters] == [True] * RESETS_MOST + [False, False]
    assert house.invitations.resetting(letters[0].token)
    house.pass_seconds(RESET_SECONDS)
    assert house.invitations.forgotten("lea@exemple.fr") is not None


def test_a_letter_is_too_old_after_an_hour(house):
    house.member()
    reset = house.invitations.forgotten("lea@exemple.fr")
    house.clock.micros += 60 * MINUTE
    with pytest.raises(NotFound):
        house.invitations.reset(reset.token, "une autre phrase")


def test_a_token_of_one_kind_is_none_of_another(house):
    invitation = house.invite("autre@exemple.fr")
    house.member()
    reset = house.invitations.forgotten("lea@exemple.fr")
    with pytest.raises(NotFound):
        house.invitations.resetting(invitation)
    with pytest.raises(NotFound):
        house.invitations.invited(reset.token)


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\ud800"])
def test_what_is_no_token_opens_nothing(house, token):
    with pytest.raises(NotFound):
        house.invitations.invited(token)


def test_an_auditor_who_comes_after_the_audit_is_told_that_it_is_over(house):
    expires = house.clock.micros + DAY * 1_000_000
    token = house.invite(role=Role.AUDITOR, expires_at=expires)
    house.pass_seconds(DAY)
    with pytest.raises(NotFound):
        house.invitations.accept(token, "Léa", PASSWORD, "fr")


def test_an_invitation_without_what_its_role_needs_is_refused_with_every_problem(house):
    bad = Invitation("sans-arobase", " ", Standing(Role.FUNDER, person_id=PersonId("lea")), locale="de")
    with pytest.raises(InvalidRequest) as refusal:
        house.administration.invite(house.admin, bad)
    pointers = {problem.pointer for problem in refusal.value.problems}
    assert pointers == {"/email", "/name", "/funder_id", "/person_id", "/locale"}
