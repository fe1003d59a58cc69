"""Access keys: what opens what, and what never does."""

from __future__ import annotations

import pytest

from lrs.clock import FixedClock, Micros
from lrs.errors import Conflict, InvalidRequest, NotFound, TooManyRequests, Unauthenticated
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.access import Role
from training.accounts.keys import COLLECTION, AccessKeys, IssuedKey
from training.records import Person
from training.records.funder import Funder
from training.records.kinds import Kind
from training.store import Change, Register

DAY = 86_400_000_000
BY = "account:0123"


@pytest.fixture
def keys(services: Services) -> AccessKeys:
    return AccessKeys(services)


@pytest.fixture
def people(services: Services, organisation: OrganisationId) -> None:
    records = [
        Change(Kind.PERSON, "lea", Person("lea", "Martin", "Léa")),
        Change(Kind.FUNDER, "opco", Funder("opco", "Opco Avenir")),
    ]
    Register(services.store, services.clock).write(organisation, records, "essai")


def managing(keys: AccessKeys, organisation: OrganisationId, **more: object) -> IssuedKey:
    return keys.create(organisation, Role.MANAGER, " Tableau de bord ", by=BY, **more)


def test_a_key_opens_with_its_own_secret_as_basic_and_as_bearer(keys, organisation):
    issued = managing(keys, organisation)

    found = keys.authenticate(issued.access_key.key, issued.secret)

    assert keys.authenticate_bearer(issued.bearer).viewer == found.viewer
    assert (found.label, found.role, found.viewer.organisation) == ("Tableau de bord", Role.MANAGER, organisation)
    assert found.viewer.trail_name == f"key:{issued.access_key.key}"


@pytest.mark.parametrize("spoil", ["", "x", "ds_", "{secret}x", "x{secret}", "{other}"])
def test_nothing_else_opens_it(keys, organisation, spoil):
    issued, other = managing(keys, organisation), managing(keys, organisation)
    secret = spoil.format(secret=issued.secret, other=other.secret)

    with pytest.raises(Unauthenticated):
        keys.authenticate(issued.access_key.key, secret)
    with pytest.raises(Unauthenticated):
        keys.authenticate_bearer(f"{issued.access_key.key}.{secret}")


def test_the_secret_is_kept_nowhere(keys, services, organisation):
    issued = managing(keys, organisation)

    assert issued.secret not in repr(list(services.store.collection(COLLECTION).find()))
    assert issued.secret not in repr(issued)


def test_a_revoked_key_opens_nothing_at_once_and_stays_on_the_list(keys, organisation, clock):
    issued = managing(keys, organisation)
    keys.authenticate_bearer(issued.bearer)

    revoked = keys.revoke(organisation, issued.access_key.key)

    with pytest.raises(Unauthenticated):
        keys.authenticate_bearer(issued.bearer)
    assert [key.state(clock.now_micros()) for key in keys.list(organisation)] == ["revoked"]
    assert keys.revoke(organisation, issued.access_key.key).revoked == revoked.revoked
    with pytest.raises(Conflict):
        keys.rotate(organisation, issued.access_key.key)


def test_a_key_ends_when_it_is_said_to(keys, organisation, clock: FixedClock):
    issued = managing(keys, organisation, expires=Micros(clock.now_micros() + DAY))
    keys.authenticate_bearer(issued.bearer)

    clock.micros = Micros(clock.micros + DAY)

    with pytest.raises(Unauthenticated):
        keys.authenticate_bearer(issued.bearer)


def test_rotating_leaves_the_old_secret_for_its_grace_and_no_longer(keys, organisation, clock: FixedClock):
    first = managing(keys, organisation)
    second = keys.rotate(organisation, first.access_key.key, grace_seconds=60)

    assert keys.authenticate_bearer(first.bearer).key == keys.authenticate_bearer(second.bearer).key
    clock.micros = Micros(clock.micros + 60_000_000)
    with pytest.raises(Unauthenticated):
        keys.authenticate_bearer(first.bearer)
    third = keys.rotate(organisation, first.access_key.key, grace_seconds=0)
    with pytest.raises(Unauthenticated):
        keys.authenticate_bearer(second.bearer)
    assert keys.authenticate_bearer(third.bearer).key == first.access_key.key


def test_asking_too_often_is_refused_with_when_to_ask_again(keys, organisation):
    issued = managing(keys, organisation, requests_per_minute=2)
    for _ in range(2):
        keys.authenticate_bearer(issued.bearer)

    with pytest.raises(TooManyRequests) as refused:
        keys.authenticate_bearer(issued.bearer)
    assert refused.value.retry_after == 30


def test_only_the_day_of_the_last_use_is_kept(keys, organisation, clock: FixedClock):
    issued = managing(keys, organisation)
    assert keys.get(organisation, issued.access_key.key).last_used_on is None

    keys.authenticate_bearer(issued.bearer)
    clock.micros = Micros(clock.micros + DAY)
    keys.authenticate_bearer(issued.bearer)

    assert str(keys.get(organisation, issued.access_key.key).last_used_on) == "2026-01-06"


@pytest.mark.usefixtures("people")
def test_a_learners_key_reads_as_a_person_and_a_funders_as_a_funder(keys, organisation):
    learner = keys.create(organisation, Role.LEARNER, "Appli", by=BY, person_id="lea").access_key
    funder = keys.create(organisation, Role.FUNDER, "Opco", by=BY, funder_id="opco").access_key

    assert (learner.viewer.person_id, funder.viewer.funder_id) == ("lea", "opco")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("role", "more", "wrong"),
    [
        (Role.LEARNER, {}, ["/person_id"]),
        (Role.TRAINER, {"funder_id": "opco"}, ["/person_id", "/funder_id"]),
        (Role.FUNDER, {"funder_id": "inconnu"}, ["/funder_id"]),
        (Role.MANAGER, {"person_id": "lea"}, ["/person_id"]),
        (Role.AUDITOR, {}, ["/expires"]),
        (Role.MANAGER, {"expires": Micros(1), "requests_per_minute": 0}, ["/expires", "/requests_per_minute"]),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_all_that_is_wrong(keys, organisation, role, more, wrong):
    with pytest.raises(InvalidRequest) as refused:
        keys.create(organisation, role, "Essai", by=BY, **more)

    assert [problem.pointer for problem in refused.value.problems] == wrong
    assert keys.list(organisation) == ()


def test_a_key_of_another_organisation_is_not_there(keys, organisation):
    issued = managing(keys, OrganisationId(organisation + 1))

    assert keys.list(organisation) == ()
    for refused in (keys.get, keys.revoke, keys.rotate):
        with pytest.raises(NotFound):
            refused(organisation, issued.access_key.key)
    assert keys.authenticate_bearer(issued.bearer).organisation == organisation + 1
