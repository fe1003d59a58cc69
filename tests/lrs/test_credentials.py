"""Credentials: who gets in, with what, until when."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from lrs.caller import Scope
from lrs.clock import FixedClock, Micros, RandomIds
from lrs.credential import Credential, Settings
from lrs.credentials import Credentials, Issued
from lrs.errors import Conflict, InsecureDevelopmentWarning, InvalidRequest, NotFound, Unauthenticated
from lrs.recent import Recent
from lrs.store.database import Store
from lrs.tenancy import OrganisationId

KEY = b"a key for tests alone, 32 bytes."
MOODLE = Settings("Moodle de Rennes", frozenset({Scope.STATEMENTS_WRITE}))
ONE, OTHER = OrganisationId(1), OrganisationId(2)
SECOND = 1_000_000


@pytest.fixture
def credentials(store: Store, clock: FixedClock) -> Credentials:
    return Credentials(store, clock, RandomIds(), KEY)


@pytest.fixture
def elsewhere(store: Store, clock: FixedClock) -> Credentials:
    """The same credentials as another web process sees them."""
    return Credentials(store, clock, RandomIds(), KEY)


@pytest.fixture
def issued(credentials: Credentials) -> Issued:
    return credentials.create(ONE, MOODLE)


def opens(credentials: Credentials, issued: Issued) -> bool:
    try:
        caller = credentials.authenticate_basic(issued.credential.key, issued.secret)
    except Unauthenticated:
        return False
    return caller.organisation == issued.credential.organisation


def test_a_new_credential_opens_with_its_secret_and_carries_its_settings(
    credentials: Credentials, issued: Issued
) -> None:
    caller = credentials.authenticate_basic(issued.credential.key, issued.secret)

    assert caller.organisation == ONE
    assert caller.credential == issued.credential.key
    assert caller.scopes == {Scope.STATEMENTS_WRITE}
    assert orjson.loads(caller.authority) == {
        "objectType": "Agent",
        "account": {"homePage": "urn:assidu:lrs", "name": caller.credential},
    }


@pytest.mark.parametrize("secret", ["", "wrong", "é", "\x00", "sk_" + "0" * 43])
def test_a_wrong_secret_opens_nothing(credentials: Credentials, issued: Issued, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        credentials.authenticate_basic(issued.credential.key, secret)


def test_an_unknown_key_and_a_wrong_secret_are_refused_in_the_same_words(
    credentials: Credentials, issued: Issued
) -> None:
    with pytest.raises(Unauthenticated) as unknown:
        credentials.authenticate_basic("nobody", issued.secret)
    with pytest.raises(Unauthenticated) as wrong:
        credentials.authenticate_basic(issued.credential.key, "wrong")

    assert unknown.value.message == wrong.value.message


def test_one_credentials_secret_does_not_open_another(credentials: Credentials, issued: Issued) -> None:
    other = credentials.create(ONE, MOODLE)

    with pytest.raises(Unauthenticated):
        credentials.authenticate_basic(other.credential.key, issued.secret)


def test_the_database_holds_no_secret(store: Store, credentials: Credentials, issued: Issued) -> None:
    token = credentials.issue_token(issued.credential.caller())

    kept = repr(list(store.collection("credentials").find()) + list(store.collection("tokens").find()))

    assert issued.secret not in kept
    assert token.token not in kept
    assert issued.secret not in repr(issued)
    assert token.token not in repr(token)


def test_a_copied_database_opens_nothing_without_the_deployments_key(
    store: Store, clock: FixedClock, issued: Issued
) -> None:
    stolen = Credentials(store, clock, RandomIds(), b"another key")

    assert not opens(stolen, issued)


def test_after_a_rotation_both_secrets_open_until_the_grace_is_over(
    credentials: Credentials, clock: FixedClock, issued: Issued
) -> None:
    rotated = credentials.rotate(ONE, issued.credential.key, grace_seconds=60)

    assert opens(credentials, rotated)
    assert opens(credentials, issued)
    clock.micros = Micros(clock.micros + 60 * SECOND)
    assert opens(credentials, rotated)
    assert not opens(credentials, issued)


def test_a_second_rotation_ends_the_oldest_secret_at_once(credentials: Credentials, issued: Issued) -> None:
    second = credentials.rotate(ONE, issued.credential.key)
    third = credentials.rotate(ONE, issued.credential.key)

    assert [opens(credentials, each) for each in (issued, second, third)] == [False, True, True]


def test_a_rotation_without_grace_ends_the_secret_and_the_tokens(credentials: Credentials, issued: Issued) -> None:
    token = credentials.issue_token(issued.credential.caller())

    rotated = credentials.rotate(ONE, issued.credential.key, grace_seconds=0)

    assert [opens(credentials, each) for each in (issued, rotated)] == [False, True]
    with pytest.raises(Unauthenticated):
        credentials.authenticate_bearer(token.token)


def test_of_rotations_that_cross_the_last_two_secrets_open(credentials: Credentials, issued: Issued) -> None:
    with ThreadPoolExecutor(8) as pool:
        rotated = list(pool.map(lambda _: credentials.rotate(ONE, issued.credential.key), range(8)))

    assert sum(opens(credentials, each) for each in rotated) == 2


@pytest.mark.parametrize("grace_seconds", [-1, 31 * 86_400])
def test_a_grace_out_of_range_is_refused(credentials: Credentials, issued: Issued, grace_seconds: int) -> None:
    with pytest.raises(InvalidRequest):
        credentials.rotate(ONE, issued.credential.key, grace_seconds)


def test_a_revoked_credential_opens_nothing_and_stays_revoked(
    credentials: Credentials, clock: FixedClock, issued: Issued
) -> None:
    assert opens(credentials, issued)

    first = credentials.revoke(ONE, issued.credential.key)

    assert not opens(credentials, issued)
    clock.micros = Micros(clock.micros + SECOND)
    assert credentials.revoke(ONE, issued.credential.key).revoked == first.revoked
    with pytest.raises(Conflict):
        credentials.rotate(ONE, issued.credential.key)
    with pytest.raises(Conflict):
        credentials.change(ONE, issued.credential.key, {"label": "again"})
    with pytest.raises(Conflict):
        credentials.caller(ONE, issued.credential.key)


def test_an_expired_credential_opens_nothing(credentials: Credentials, clock: FixedClock) -> None:
    issued = credentials.create(ONE, MOODLE, expires=Micros(clock.micros + SECOND))

    assert opens(credentials, issued)
    clock.micros = Micros(clock.micros + SECOND)
    assert not opens(credentials, issued)


def test_another_process_feels_a_revocation_once_its_memory_fades(
    credentials: Credentials, elsewhere: Credentials, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    short: Recent[str, Credential | None] = Recent(seconds=0.05)
    monkeypatch.setattr(elsewhere, "_recent", short)
    assert opens(elsewhere, issued)

    credentials.revoke(ONE, issued.credential.key)

    threading.Event().wait(0.06)
    assert not opens(elsewhere, issued)


def test_a_hot_sender_costs_no_read_a_request(mongod_uri: str, clock: FixedClock) -> None:
    finds: list[str] = []

    class Finds(CommandListener):
        def started(self, event: CommandStartedEvent) -> None:
            if event.command_name == "find":
                finds.append(str(event.command["find"]))

        def succeeded(self, event: Any) -> None: ...

        def failed(self, event: Any) -> None: ...

    client: MongoClient[dict[str, Any]] = MongoClient(mongod_uri, event_listeners=[Finds()])
    credentials = Credentials(Store(client, "test_hot_sender"), clock, RandomIds(), KEY)
    issued = credentials.create(ONE, MOODLE)

    for _ in range(50):
        assert opens(credentials, issued)

    client.drop_database("test_hot_sender")
    client.close()
    assert finds == ["credentials"]


def test_no_organisation_sees_or_changes_anothers_credential(credentials: Credentials, issued: Issued) -> None:
    key = issued.credential.key

    assert credentials.all(OTHER) == []
    for act in (
        lambda: credentials.get(OTHER, key),
        lambda: credentials.change(OTHER, key, {"label": "mine now"}),
        lambda: credentials.rotate(OTHER, key),
        lambda: credentials.revoke(OTHER, key),
        lambda: credentials.caller(OTHER, key),
    ):
        with pytest.raises(NotFound):
            act()
    assert credentials.get(ONE, key) == issued.credential
    assert opens(credentials, issued)


def test_changed_settings_are_felt_at_the_next_request(credentials: Credentials, issued: Issued) -> None:
    assert opens(credentials, issued)

    credentials.change(
        ONE, issued.credential.key, {"scopes": frozenset({Scope.STATE}), "origins": ("HTTPS://Cours.Example.fr/",)}
    )

    caller = credentials.authenticate_basic(issued.credential.key, issued.secret)
    assert caller.scopes == {Scope.STATE}
    assert caller.origins == ("https://cours.example.fr",)


def test_two_changes_of_different_settings_both_hold(credentials: Credentials, issued: Issued) -> None:
    key = issued.credential.key

    credentials.change(ONE, key, {"quarantine": True})
    credentials.change(ONE, key, {"requests_per_minute": 60})

    expected = dataclasses.replace(MOODLE, quarantine=True, requests_per_minute=60)
    assert credentials.get(ONE, key).settings == expected


def test_every_problem_of_a_new_credential_is_listed(credentials: Credentials, clock: FixedClock) -> None:
    wrong = Settings(" ", frozenset(), origins=("ftp://a", "*"), requests_per_minute=0, quiet_after_seconds=-1)

    with pytest.raises(InvalidRequest) as refusal:
        credentials.create(ONE, wrong, authority={"objectType": "Group", "member": []}, expires=clock.micros)

    assert [problem.pointer for problem in refusal.value.problems] == [
        "/label",
        "/scopes",
        "/origins/0",
        "/requests_per_minute",
        "/quiet_after_seconds",
        "/authority",
        "/expires",
    ]


def test_an_authority_is_held_to_xapis_rules(credentials: Credentials) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        credentials.create(ONE, MOODLE, authority={"objectType": "Agent", "mbox": "not a mail address"})

    assert refusal.value.problems[0].pointer.startswith("/authority")


def test_a_given_authority_is_the_callers(credentials: Credentials) -> None:
    agent = {"objectType": "Agent", "name": "Moodle", "mbox": "mailto:moodle@example.fr"}

    issued = credentials.create(ONE, MOODLE, authority=agent)

    assert orjson.loads(credentials.caller(ONE, issued.credential.key).authority) == agent


def test_credentials_are_paged_in_order_of_creation(credentials: Credentials, clock: FixedClock) -> None:
    keys = []
    for step in (0, 0, 1):
        clock.micros = Micros(clock.micros + step)
        keys.append(credentials.create(ONE, MOODLE).credential.key)

    first, last = credentials.page(ONE, None, 2), credentials.page(ONE, None, 0)[-1]
    rest = credentials.page(ONE, (first[-1].created, first[-1].key), 2)

    assert sorted(keys[:2]) == [each.key for each in first]
    assert [keys[2]] == [each.key for each in rest] == [last.key]


SEEDED = "a secret that is long enough"


def test_seeding_twice_changes_nothing(credentials: Credentials) -> None:
    assert credentials.seed(ONE, "conteneur", SEEDED)
    before = credentials.get(ONE, "conteneur")

    assert credentials.seed(ONE, "conteneur", SEEDED)

    assert credentials.get(ONE, "conteneur") == before
    assert credentials.authenticate_basic("conteneur", SEEDED).scopes == {Scope.ALL}


def test_processes_that_seed_at_once_make_one_credential(credentials: Credentials) -> None:
    with ThreadPoolExecutor(8) as pool:
        works = list(pool.map(lambda _: credentials.seed(ONE, "conteneur", SEEDED), range(8)))

    assert all(works)
    assert len(credentials.all(ONE)) == 1


def test_seeding_does_not_undo_a_rotation(credentials: Credentials) -> None:
    credentials.seed(ONE, "conteneur", SEEDED)
    rotated = credentials.rotate(ONE, "conteneur", grace_seconds=0)

    works = credentials.seed(ONE, "conteneur", SEEDED)

    assert not works
    assert opens(credentials, rotated)


def test_a_key_of_another_organisation_is_not_taken_over(credentials: Credentials) -> None:
    credentials.seed(ONE, "conteneur", SEEDED)

    with pytest.raises(Conflict):
        credentials.seed(OTHER, "conteneur", SEEDED)


@pytest.mark.parametrize("key", ["", "a:b", "a/b", "é", "a" * 129, "-a"])
def test_a_key_that_cannot_be_one_is_refused(credentials: Credentials, key: str) -> None:
    with pytest.raises(InvalidRequest):
        credentials.seed(ONE, key, SEEDED)


def test_a_short_seeded_secret_warns(credentials: Credentials) -> None:
    with pytest.warns(InsecureDevelopmentWarning):
        credentials.seed(ONE, "conteneur", "short")
