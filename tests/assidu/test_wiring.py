import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assidu.secret import secret_key
from assidu.wiring import FIRST_ORGANISATION, prepare
from lrs.organisations import Organisations
from training.accounts import Accounts

TOLD = {
    "api_key": "container",
    "api_secret": "a secret of a container",
    "admin_email": "admin@example.org",
    "admin_password": "correct horse battery",
}


def test_eight_processes_that_start_at_once_make_one_of_everything(settings, services):
    told = replace(settings, **TOLD)
    with ThreadPoolExecutor(8) as pool:
        starts = list(pool.map(lambda _: prepare(told, services), range(8)))

    assert {start.organisation.slug for start in starts} == {FIRST_ORGANISATION}
    (only,) = Organisations(services.store, services.clock).all()
    assert services.credentials.authenticate_basic("container", "a secret of a container").credential == "container"
    accounts = Accounts(services.store, services.clock)
    # Its number may be any: those who came second have drawn one too.
    assert accounts.sign_in("admin@example.org", "correct horse battery", "192.0.2.1").organisation == only.number


def test_a_password_is_made_only_when_asked_for_and_told_only_once(settings, services):
    silent = prepare(settings, services)
    first = prepare(settings, services, make_password=True)
    second = prepare(settings, services, make_password=True)

    assert (silent.admin_password, second.admin_password) == (None, None)
    accounts = Accounts(services.store, services.clock)
    assert accounts.sign_in(first.admin_email, first.admin_password, "192.0.2.1").organisation == 1


def test_a_restart_with_another_secret_does_not_undo_a_rotation(settings, services):
    told = replace(settings, **TOLD)
    organisation = prepare(told, services).organisation
    issued = services.credentials.rotate(organisation.number, "container", grace_seconds=0)

    prepare(told, services)

    assert services.credentials.authenticate_basic("container", issued.secret)


def test_a_generated_key_is_made_once_whoever_comes_first_and_is_for_its_owner_alone(settings):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(8)))

    (kept,) = settings.data.iterdir()
    assert [len(key) for key in keys] == [32]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_given_key_is_used_and_nothing_is_written(settings):
    told = replace(settings, secret_key="k" * 32)

    assert secret_key(told) == b"k" * 32
    assert not settings.data.exists()


@pytest.mark.parametrize(
    "told", [{"public_url": "https://lrs.example.org/"}, {"host": "0.0.0.0", "port": 90}, {"host": "::1"}]
)
def test_the_address_shown_to_people_is_one_they_can_open(settings, told):
    shown = replace(settings, **told).address

    assert shown in {"https://lrs.example.org", "http://127.0.0.1:90", "http://[::1]:8080"}
