"""What an administrator does with accounts: of their own organisation, noted, and never so that nobody is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lrs.errors import AssiduError, Conflict, Forbidden, InvalidRequest, NotFound
from tests.training.accounts.conftest import HERE, PASSWORD
from training.access import Role
from training.accounts.member import Invitation, Standing, State
from training.accounts.policy import Policy
from training.accounts.provider import Provider, ProviderChange, Providers
from training.records.ids import FunderId, PersonId

PROVIDER = Provider("https://id.exemple.fr", "assidu", ("exemple.fr",))


def acts(house, account_id):
    """Everything that can be done, but for what needs no account."""
    administration = house.administration
    return {
        "get": lambda viewer: administration.get(viewer, account_id),
        "resend": lambda viewer: administration.resend(viewer, account_id),
        "withdraw": lambda viewer: administration.withdraw(viewer, account_id),
        "change": lambda viewer: administration.change(viewer, account_id, Standing(Role.MANAGER)),
        "close": lambda viewer: administration.close(viewer, account_id),
        "reopen": lambda viewer: administration.reopen(viewer, account_id),
        "reset_factors": lambda viewer: administration.reset_factors(viewer, account_id),
        "sessions_of": lambda viewer: administration.sessions_of(viewer, account_id),
        "revoke_session": lambda viewer: administration.revoke_session(viewer, account_id, "x"),
        "revoke_sessions": lambda viewer: administration.revoke_sessions(viewer, account_id),
    }


def of_the_organisation(house):
    administration = house.administration
    return {
        "members": administration.members,
        "invite": lambda viewer: administration.invite(viewer, Invitation("x@x.fr", "X", Standing(Role.MANAGER))),
        "policy": administration.policy,
        "set_policy": lambda viewer: administration.set_policy(viewer, Policy()),
        "provider": administration.provider,
        "set_provider": lambda viewer: administration.set_provider(viewer, None),
    }


def refusal_of(act, viewer):
    try:
        act(viewer)
    except AssiduError as error:
        return type(error)
    return None


def test_every_act_is_one_of_those_that_are_tested(house):
    public = {name for name in dir(house.administration) if not name.startswith("_")}
    assert public == {*acts(house, "x"), *of_the_organisation(house)}


def test_nothing_is_done_to_an_account_of_another_organisation(house):
    ids = [house.member().account_id, house.administration.members(house.admin)[0].account_id]
    house.invite("invitee@exemple.fr")
    ids.append(house.administration.members(house.admin, state=State.INVITED)[0].account_id)
    before = house.administration.members(house.admin)
    for account_id in ids:
        for name, act in acts(house, account_id).items():
            assert refusal_of(act, house.stranger) is NotFound, name
    assert house.administration.members(house.admin) == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_does_any_of_it(house, role):
    viewer = replace(house.admin, role=role)
    person = house.member()
    for name, act in {**acts(house, person.account_id), **of_the_organisation(house)}.items():
        assert refusal_of(act, viewer) is Forbidden, name


def test_what_is_no_id_is_not_there(house):
    for account_id in ("", "x", "0" * 24, "\ud800"):
        with pytest.raises(NotFound):
            house.administration.get(house.admin, account_id)


def test_an_account_is_listed_with_what_is_known_of_it(house):
    person = house.member(role=Role.TRAINER, person_id=PersonId("lea"))
    member = house.administration.get(house.admin, person.account_id)
    assert member in house.administration.members(house.admin)
    assert (member.state, member.standing) == (State.ACTIVE, Standing(Role.TRAINER, PersonId("lea")))
    assert (member.invited_at, member.factors, member.is_linked) == (None, (), False)


def test_the_last_administrator_who_can_sign_in_stays_one(house):
    (only,) = house.administration.members(house.admin)
    house.invite("second@exemple.fr", Role.ADMINISTRATOR)  # who has not come yet
    for act in ("close", "change"):
        with pytest.raises(Conflict):
            acts(house, only.account_id)[act](house.admin)
    assert house.administration.get(house.admin, only.account_id) == only
    assert house.accounts.sign_in("direction@exemple.fr", PASSWORD, HERE)


def test_of_two_administrators_who_close_each_other_at_once_one_stays(house):
    second = house.member(role=Role.ADMINISTRATOR).account_id
    first = next(one.account_id for one in house.administration.members(house.admin) if one.account_id != second)

    def close(account_id: str) -> None:
        try:
            house.administration.close(house.admin, account_id)
        except Conflict:
            return

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(close, (first, second)))
    states = [one.state for one in house.administration.members(house.admin)]
    assert State.ACTIVE in states


def test_who_is_closed_and_reopened_has_their_password_again(house):
    person = house.member()
    assert house.administration.close(house.admin, person.account_id).state is State.CLOSED
    assert house.administration.close(house.admin, person.account_id).state is State.CLOSED
    assert house.administration.reopen(house.admin, person.account_id).state is State.ACTIVE
    assert house.accounts.sign_in("lea@exemple.fr", PASSWORD, HERE)


def test_an_invitation_is_withdrawn_and_not_closed_an_account_closed_and_not_withdrawn(house):
    house.invite("invitee@exemple.fr")
    (invited,) = house.administration.members(house.admin, state=State.INVITED)
    for act in ("close", "reopen"):
        with pytest.raises(Conflict):
            acts(house, invited.account_id)[act](house.admin)
    person = house.member()
    for act in ("withdraw", "resend"):
        with pytest.raises(Conflict):
            acts(house, person.account_id)[act](house.admin)


@pytest.mark.parametrize(
    ("standing", "pointer"),
    [
        (Standing(Role.LEARNER), "/person_id"),
        (Standing(Role.TRAINER, PersonId("personne")), "/person_id"),
        (Standing(Role.FUNDER), "/funder_id"),
        (Standing(Role.FUNDER, funder_id=FunderId("aucun")), "/funder_id"),
        (Standing(Role.AUDITOR), "/expires_at"),
        (Standing(Role.AUDITOR, expires_at=1), "/expires_at"),
        (Standing(Role.MANAGER, PersonId("lea")), "/person_id"),
        (Standing(Role.ADMINISTRATOR, funder_id=FunderId("x")), "/funder_id"),
    ],
)
def test_a_role_without_what_it_needs_is_refused_and_nothing_changes(house, standing, pointer):
    person = house.member()
    before = house.administration.get(house.admin, person.account_id)
    with pytest.raises(InvalidRequest) as refusal:
        house.administration.change(house.admin, person.account_id, standing)
    assert {problem.pointer for problem in refusal.value.problems} == {pointer}
    assert house.administration.get(house.admin, person.account_id) == before


def test_every_change_is_noted_and_names_nobody(house):
    person = house.member()
    house.administration.change(house.admin, person.account_id, Standing(Role.TRAINER, PersonId("lea")))
    house.administration.close(house.admin, person.account_id)
    house.administration.set_policy(house.admin, Policy(idle_minutes=60))
    assert [(note.who, note.what, note.change) for note in house.notes] == [
        ("account:essai", f"account:{person.account_id}", "account_invited"),
        ("account:essai", f"account:{person.account_id}", "account_changed"),
        ("account:essai", f"account:{person.account_id}", "account_closed"),
        ("account:essai", f"organisation:{house.ours}", "account_policy_changed"),
    ]
    assert "exemple.fr" not in str(house.notes)


def test_a_policy_that_cannot_be_is_refused(house):
    for policy in (Policy(invitation_days=0), Policy(idle_minutes=4), Policy(idle_minutes=721)):
        with pytest.raises(InvalidRequest):
            house.administration.set_policy(house.admin, policy)
    assert house.administration.policy(house.admin) == Policy()


def test_a_policy_is_of_its_organisation_alone(house):
    house.administration.set_policy(house.admin, Policy(frozenset((Role.AUDITOR,)), 3, 30))
    assert house.administration.policy(house.stranger) == Policy()


def test_a_provider_is_kept_with_its_secret_sealed(house):
    house.administration.set_provider(house.admin, ProviderChange(PROVIDER, "le secret du client"))
    assert house.administration.provider(house.admin) == PROVIDER
    assert house.administration.provider(house.stranger) is None
    assert "le secret du client" not in str(list(house.services.store.collection("account_providers").find()))
    kept = Providers(house.services.store, house.services.secret_key)
    assert kept.secret(house.ours) == "le secret du client"


def test_a_secret_is_kept_for_the_same_issuer_and_never_sent_to_another(house):
    house.administration.set_provider(house.admin, ProviderChange(PROVIDER, "le secret du client"))
    house.administration.set_provider(house.admin, ProviderChange(replace(PROVIDER, client_id="autre")))
    assert house.administration.provider(house.admin).client_id == "autre"
    with pytest.raises(InvalidRequest):
        house.administration.set_provider(house.admin, ProviderChange(replace(PROVIDER, issuer="https://autre.fr")))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"issuer": "http://id.exemple.fr"}, "/issuer"),
        ({"issuer": "https://id.exemple.fr?x=1"}, "/issuer"),
        ({"issuer": "https://[::1"}, "/issuer"),
        ({"client_id": ""}, "/client_id"),
        ({"domains": ()}, "/domains"),
        ({"domains": ("exemple.fr", "Exemple.fr")}, "/domains/1"),
        ({"domains": ("*",)}, "/domains/0"),
    ],
)
def test_a_provider_that_cannot_be_is_refused(house, change, pointer):
    with pytest.raises(InvalidRequest) as refusal:
        house.administration.set_provider(house.admin, ProviderChange(replace(PROVIDER, **change), "secret"))
    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
