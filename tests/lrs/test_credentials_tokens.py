"""Access tokens: what they allow, and what ends them."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.caller import Scope
from lrs.clock import FixedClock, Micros, RandomIds
from lrs.credential import Settings
from lrs.credentials import Credentials
from lrs.errors import InvalidRequest, Unauthenticated
from lrs.keyring import Keyring
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.tokens import TOKEN_SECONDS, narrowed

ONE = OrganisationId(1)
scopes = st.frozensets(st.sampled_from(Scope))


@pytest.fixture
def credentials(store: Store, clock: FixedClock) -> Credentials:
    return Credentials(store, clock, RandomIds(), b"a key for tests alone, 32 bytes.")


def a_credential(credentials: Credentials, *scopes: Scope) -> str:
    return credentials.create(ONE, Settings("Moodle", frozenset(scopes))).credential.key


def test_a_token_opens_with_the_scopes_it_was_given(credentials: Credentials) -> None:
    key = a_credential(credentials, Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ)
    issued = credentials.issue_token(credentials.caller(ONE, key), frozenset({Scope.STATEMENTS_WRITE}))

    caller = credentials.authenticate_bearer(issued.token)

    assert (caller.organisation, caller.credential) == (ONE, key)
    assert caller.scopes == {Scope.STATEMENTS_WRITE}


def test_a_token_opens_nothing_after_an_hour(credentials: Credentials, clock: FixedClock) -> None:
    issued = credentials.issue_token(credentials.caller(ONE, a_credential(credentials, Scope.ALL)))

    assert credentials.authenticate_bearer(issued.token)
    clock.micros = Micros(clock.micros + TOKEN_SECONDS * 1_000_000)
    with pytest.raises(Unauthenticated):
        credentials.authenticate_bearer(issued.token)


def test_revoking_the_credential_ends_its_tokens(credentials: Credentials, store: Store) -> None:
    key = a_credential(credentials, Scope.ALL)
    issued = credentials.issue_token(credentials.caller(ONE, key))
    assert credentials.authenticate_bearer(issued.token)

    credentials.revoke(ONE, key)

    with pytest.raises(Unauthenticated):
        credentials.authenticate_bearer(issued.token)
    assert store.collection("tokens").count_documents({}) == 0


def test_a_token_loses_what_its_credential_loses(credentials: Credentials) -> None:
    key = a_credential(credentials, Scope.ALL)
    issued = credentials.issue_token(credentials.caller(ONE, key))

    credentials.change(ONE, key, {"scopes": frozenset({Scope.STATE})})

    assert credentials.authenticate_bearer(issued.token).scopes == {Scope.STATE}


def test_a_token_with_more_scopes_than_its_credential_is_refused(credentials: Credentials) -> None:
    caller = credentials.caller(ONE, a_credential(credentials, Scope.STATEMENTS_WRITE))

    with pytest.raises(InvalidRequest):
        credentials.issue_token(caller, frozenset({Scope.STATEMENTS_READ}))


@pytest.mark.parametrize("token", ["", "at_unknown", "é", "at_\x00"])
def test_an_unknown_token_opens_nothing(credentials: Credentials, token: str) -> None:
    with pytest.raises(Unauthenticated):
        credentials.authenticate_bearer(token)


@given(held=scopes, wanted=scopes)
def test_narrowing_never_widens(held: frozenset[Scope], wanted: frozenset[Scope]) -> None:
    got = narrowed(held, wanted)

    assert narrowed(held, got) == got
    assert Scope.ALL in wanted or got <= wanted
    assert Scope.ALL in held or Scope.ALL not in got


def test_a_hash_is_the_hmac_of_the_framed_parts_whatever_was_hashed_before() -> None:
    keyring = Keyring(b"key")
    keyring.digest("another", "part")
    framed = b"\0\0\0\x01p\0\0\0\x02\xc3\xa9"

    assert keyring.digest("p", "\xe9") == hmac.digest(b"key", framed, "sha256")


@given(one=st.lists(st.text()), other=st.lists(st.text()))
def test_two_lists_of_parts_never_hash_alike(one: list[str], other: list[str]) -> None:
    keyring = Keyring(b"key")

    assert (keyring.digest("p", *one) == keyring.digest("p", *other)) == (one == other)
