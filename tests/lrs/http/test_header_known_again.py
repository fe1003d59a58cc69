"""A header that let somebody in a moment ago is known again, and lets nobody in whom it would not let in anew."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from lrs.caller import Caller, Scope
from lrs.clock import FixedClock, Micros, RandomIds
from lrs.credential import Settings
from lrs.credentials import Credentials, Issued
from lrs.errors import Unauthenticated
from lrs.http.authentication import authenticate
from lrs.recent import Recent
from lrs.services import Services
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

ONE = OrganisationId(1)
MOODLE = Settings("Moodle de Rennes", frozenset({Scope.STATEMENTS_WRITE}))
SECOND = 1_000_000
KEY = b"a key for tests alone, 32 bytes."

Change = Callable[[Credentials, Issued], object]
ENDED = pytest.mark.parametrize(
    "change",
    [
        lambda credentials, issued: credentials.revoke(ONE, issued.credential.key),
        lambda credentials, issued: credentials.rotate(ONE, issued.credential.key, grace_seconds=0),
    ],
    ids=["revoked", "rotated without grace"],
)


class Counted(Credentials):
    """Credentials that count how often a secret was hashed to look it up."""

    hashed = 0

    def _digest(self, key: str, secret: str) -> bytes:
        self.hashed += 1
        return super()._digest(key, secret)


@pytest.fixture
def credentials(store: Store, clock: FixedClock) -> Counted:
    return Counted(store, clock, RandomIds(), KEY)


@pytest.fixture
def issued(credentials: Counted) -> Issued:
    return credentials.create(ONE, MOODLE)


@pytest.fixture
def door(services: Services, credentials: Counted) -> Services:
    return replace(services, credentials=credentials)


@pytest.fixture
def enter(door: Services, issued: Issued) -> Callable[[], Caller]:
    """Ask to be let in with the header of the credential as it was issued."""
    return lambda: authenticate({"Authorization": header(issued.credential.key, issued.secret)}, door)


def header(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def test_who_comes_again_is_the_same_and_the_secret_is_not_hashed_again(
    credentials: Counted, enter: Callable[[], Caller]
) -> None:
    first, hashed = enter(), credentials.hashed

    assert enter() == first
    assert credentials.hashed == hashed


@ENDED
def test_what_ends_it_here_is_felt_at_once(
    credentials: Counted, issued: Issued, enter: Callable[[], Caller], change: Change
) -> None:
    enter()
    change(credentials, issued)

    with pytest.raises(Unauthenticated):
        enter()


def test_what_changes_it_here_is_felt_at_once(
    credentials: Counted, issued: Issued, enter: Callable[[], Caller]
) -> None:
    enter()
    credentials.change(ONE, issued.credential.key, {"scopes": frozenset({Scope.STATEMENTS_READ})})

    assert enter().scopes == {Scope.STATEMENTS_READ}


@ENDED
def test_what_ends_it_in_another_process_is_felt_once_the_credential_is_read_again(
    store: Store, clock: FixedClock, credentials: Counted, issued: Issued, enter: Callable[[], Caller], change: Change
) -> None:
    credentials._recent = Recent(seconds=0)  # every look-up is one in the store, as after two seconds
    enter()
    change(Credentials(store, clock, RandomIds(), KEY), issued)

    with pytest.raises(Unauthenticated):
        enter()


def test_what_was_known_of_it_does_not_outlive_its_being_read_anew(
    credentials: Counted, issued: Issued, enter: Callable[[], Caller]
) -> None:
    enter()
    credentials.rotate(ONE, issued.credential.key, grace_seconds=0)
    with pytest.raises(Unauthenticated):  # another header of the same credential: it is read for that one
        credentials.authenticate_basic(issued.credential.key, "no secret of it")

    with pytest.raises(Unauthenticated):
        enter()


def test_the_end_of_a_grace_is_the_end_of_the_header(
    clock: FixedClock, credentials: Counted, issued: Issued, enter: Callable[[], Caller]
) -> None:
    credentials.rotate(ONE, issued.credential.key, grace_seconds=60)
    enter()
    hashed = credentials.hashed
    enter()
    assert credentials.hashed == hashed  # known again, and still within its grace

    clock.micros = Micros(clock.now_micros() + 61 * SECOND)

    with pytest.raises(Unauthenticated):
        enter()


def test_a_credential_that_expires_meanwhile_lets_nobody_in(
    door: Services, clock: FixedClock, credentials: Counted
) -> None:
    issued = credentials.create(ONE, MOODLE, expires=Micros(clock.now_micros() + SECOND))
    headers = {"Authorization": header(issued.credential.key, issued.secret)}
    assert authenticate(headers, door) == authenticate(headers, door)

    clock.micros = Micros(clock.now_micros() + 2 * SECOND)

    with pytest.raises(Unauthenticated):
        authenticate(headers, door)


def test_a_wrong_secret_stays_wrong_beside_a_header_that_is_known(
    door: Services, issued: Issued, enter: Callable[[], Caller]
) -> None:
    enter()

    for _ in range(2):
        with pytest.raises(Unauthenticated):
            authenticate({"Authorization": header(issued.credential.key, issued.secret + "x")}, door)


def test_neither_header_nor_secret_is_kept(credentials: Counted, issued: Issued, enter: Callable[[], Caller]) -> None:
    enter()
    kept = repr(credentials._opened._entries)

    assert issued.credential.key in kept
    assert issued.secret not in kept
    assert header(issued.credential.key, issued.secret).removeprefix("Basic ") not in kept
