"""People who sign in: one account an address, one price a guess, slowed where it comes from."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import Parameters, extract_parameters

from lrs.clock import FixedClock, Micros
from lrs.errors import InvalidRequest, TooManyRequests, Unauthenticated
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from tests.asked import asked_of
from training.accounts import Accounts, Role, passwords
from training.accounts.guesses import ADDRESS, PAIR
from training.accounts.passwords import HASHER

HERE, THERE = "192.0.2.1", "198.51.100.7"
PASSWORD = "une phrase de passe"
ORGANISATION = OrganisationId(7)


@pytest.fixture
def accounts(store: Store, clock: FixedClock) -> Accounts:
    accounts = Accounts(store, clock)
    accounts.ensure_administrator(ORGANISATION, "Zoé@Exemple.fr ", PASSWORD)
    return accounts


def guess_wrong(accounts: Accounts, times: int, email: str = "zoé@exemple.fr", remote: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(email, "pas celui-ci", remote)


def test_the_right_password_says_who_it_is_however_the_address_is_spelt(accounts):
    person = accounts.sign_in(" ZOÉ@exemple.FR", PASSWORD, HERE)
    assert (person.organisation, person.name, person.role) == (ORGANISATION, "zoé", Role.ADMINISTRATOR)


def test_making_the_administrator_again_changes_nothing(accounts):
    assert accounts.ensure_administrator(OrganisationId(8), "zoé@exemple.fr", "un autre mot de passe") is False
    assert accounts.sign_in("zoé@exemple.fr", PASSWORD, HERE).organisation == ORGANISATION


def test_processes_that_start_together_make_one_administrator(store, clock):
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda _: Accounts(store, clock).ensure_administrator(ORGANISATION, "a@exemple.fr", PASSWORD), range(4)
            )
        )
    assert sorted(made) == [False, False, False, True]


@pytest.mark.parametrize(("email", "password"), [("sans-arobase", PASSWORD), ("a@exemple.fr", "court"), ("", PASSWORD)])
def test_an_account_that_cannot_be_is_refused(accounts, email, password):
    with pytest.raises(InvalidRequest) as refusal:
        accounts.ensure_administrator(ORGANISATION, email, password)
    assert refusal.value.problems


def test_neither_the_password_nor_its_plain_hash_is_kept(accounts, store):
    row = store.collection("accounts").find_one()
    assert row is not None
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in str(row)


def test_an_accent_typed_as_two_code_points_is_the_same_password(store, clock):
    accounts = Accounts(store, clock)
    accounts.ensure_administrator(ORGANISATION, "a@exemple.fr", "clé de voûte")
    assert accounts.sign_in("a@exemple.fr", "cle\u0301 de vou\u0302te", HERE)


def test_an_unknown_address_is_as_much_work_as_a_wrong_password_and_says_the_same(accounts, store, monkeypatch):
    hashed: list[tuple[Parameters, str]] = []

    class Noting:
        """The hasher, with a note of each hash that it compared a password with, and at which price."""

        def verify(self, expected: str, password: str) -> bool:
            hashed.append((extract_parameters(expected), password))
            return HASHER.verify(expected, password)

        def hash(self, password: str) -> str:
            return HASHER.hash(password)

    def work(email: str, remote: str) -> tuple[Counter[tuple[str, str]], list[tuple[Parameters, str]], str]:
        hashed.clear()
        words = []

        def guess() -> None:
            with pytest.raises(Unauthenticated) as refusal:
                accounts.sign_in(email, "pas celui-ci", remote)
            words.append(refusal.value.message)

        return asked_of(store, guess), list(hashed), words[0]

    monkeypatch.setattr(passwords, "HASHER", Noting())
    known = work("zoé@exemple.fr", HERE)
    assert [password for _, password in known[1]] == ["pas celui-ci"]
    assert work("personne@exemple.fr", THERE) == known


def test_wrong_guesses_wait_longer_each_time(accounts, clock):
    guess_wrong(accounts, PAIR.free + 1)
    waits = []
    for _ in range(4):
        with pytest.raises(TooManyRequests) as refusal:
            accounts.sign_in("zoé@exemple.fr", PASSWORD, HERE)
        waits.append(refusal.value.retry_after)
        clock.micros = Micros(clock.micros + refusal.value.retry_after * 1_000_000)
        guess_wrong(accounts, 1)
    assert waits == [2, 4, 8, 16]


def test_a_guesser_elsewhere_does_not_keep_the_owner_out(accounts):
    guess_wrong(accounts, PAIR.free + 1, remote=THERE)
    assert accounts.sign_in("zoé@exemple.fr", PASSWORD, HERE)


def test_the_right_password_forgets_the_wrong_ones(accounts):
    guess_wrong(accounts, PAIR.free)
    accounts.sign_in("zoé@exemple.fr", PASSWORD, HERE)
    guess_wrong(accounts, PAIR.free)


def test_guesses_are_forgotten_after_their_time(accounts, clock):
    guess_wrong(accounts, PAIR.free + 1)
    clock.micros = Micros(clock.micros + PAIR.memory_seconds * 1_000_000)
    guess_wrong(accounts, PAIR.free)


def test_guesses_sent_at_once_are_counted_each(accounts):
    def guess(_: int) -> type[Exception] | None:
        try:
            accounts.sign_in("zoé@exemple.fr", "pas celui-ci", HERE)
        except (Unauthenticated, TooManyRequests) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(guess, range(16)))
    assert outcomes.count(Unauthenticated) == PAIR.free + 1


def test_one_address_going_through_many_accounts_is_slowed(store, clock):
    from training.accounts.guesses import Guesses

    guesses = Guesses(store)
    for n in range(ADDRESS.free + 1):
        guesses.claim(f"{n}@exemple.fr", HERE, clock.now_micros())
    with pytest.raises(TooManyRequests):
        guesses.claim("un-autre@exemple.fr", HERE, clock.now_micros())
    guesses.claim("un-autre@exemple.fr", THERE, clock.now_micros())


def test_a_changed_password_ends_the_sessions_begun_before(accounts):
    before = accounts.sign_in("zoé@exemple.fr", PASSWORD, HERE)
    assert accounts.find_signed_in(before.account_id, before.stamp) == before
    assert accounts.set_password("zoé@exemple.fr", "une autre phrase")
    assert accounts.find_signed_in(before.account_id, before.stamp) is None


def test_a_session_of_no_account_is_nobody(accounts):
    assert accounts.find_signed_in("n’importe quoi", "") is None
    assert accounts.find_signed_in("0" * 24, "") is None
