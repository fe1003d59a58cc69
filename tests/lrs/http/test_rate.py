"""Rate limits: one allowance across all web processes, and only for those who have one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.caller import Caller, CredentialId
from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.store.database import Store
from lrs.store.rates import RateStore

XAPI = {"X-Experience-API-Version": "2.0.0"}
KEY = CredentialId("ak_limited")
SECOND = 1_000_000


def test_a_minutes_worth_passes_and_the_next_waits(store: Store, clock: FixedClock) -> None:
    rates = RateStore(store)

    waits = [rates.take(KEY, 3, clock.micros) for _ in range(5)]

    assert waits == [0, 0, 0, 20 * SECOND, 20 * SECOND]


def test_what_is_refused_takes_nothing(store: Store, clock: FixedClock) -> None:
    rates = RateStore(store)
    for _ in range(100):
        rates.take(KEY, 3, clock.micros)

    later = Micros(clock.micros + 20 * SECOND)

    assert rates.take(KEY, 3, later) == 0
    assert rates.take(KEY, 3, later) > 0


def test_processes_share_one_allowance(store: Store, clock: FixedClock) -> None:
    processes = [RateStore(store), RateStore(store)]

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: processes[n % 2].take(KEY, 20, clock.micros), range(60)))

    assert waits.count(0) == 20


def test_credentials_do_not_use_up_each_others_allowance(store: Store, clock: FixedClock) -> None:
    rates = RateStore(store)
    assert rates.take(KEY, 1, clock.micros) == 0

    assert rates.take(CredentialId("ak_other"), 1, clock.micros) == 0


@given(steps=st.lists(st.integers(0, 30 * SECOND), min_size=1, max_size=60), per_minute=st.integers(1, 20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_no_window_lets_more_than_its_share_and_one_burst_through(
    store: Store, steps: list[int], per_minute: int
) -> None:
    rates, now, taken = RateStore(store), 1_700_000_000 * SECOND, []
    store.collection("rates").delete_many({})

    for step in steps:
        now += step
        if rates.take(KEY, per_minute, Micros(now)) == 0:
            taken.append(now)

    for start in taken:
        inside = [at for at in taken if start <= at < start + 60 * SECOND]
        assert len(inside) <= 2 * per_minute


def test_over_the_limit_is_429_with_when_to_come_back(
    client: FlaskClient, services: Services, clock: FixedClock, caller: Caller, auth: dict[str, str]
) -> None:
    services.credentials.change(caller.organisation, caller.credential, {"requests_per_minute": 2})

    responses = [client.get("/xapi/statements", headers={**XAPI, **auth}) for _ in range(3)]

    assert [response.status_code for response in responses] == [200, 200, 429]
    assert responses[2].headers["Retry-After"] == "30"
    assert responses[2].get_json()["code"] == 429
    clock.micros = Micros(clock.micros + 30 * SECOND)
    assert client.get("/xapi/statements", headers={**XAPI, **auth}).status_code == 200


def test_a_credential_without_a_limit_leaves_no_trace(client: FlaskClient, store: Store, auth: dict[str, str]) -> None:
    client.get("/xapi/statements", headers={**XAPI, **auth})

    assert store.collection("rates").count_documents({}) == 0


def test_the_api_and_the_token_endpoint_count_too(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str]
) -> None:
    services.credentials.change(caller.organisation, caller.credential, {"requests_per_minute": 2})

    codes = [
        client.get("/api/v1/organisation", headers=auth).status_code,
        client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=auth).status_code,
        client.get("/api/v1/organisation", headers=auth).status_code,
        client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=auth).status_code,
    ]

    assert codes == [200, 200, 429, 429]


@pytest.mark.parametrize("per_minute", [1, 7, 60, 1_000_000])
def test_any_limit_lets_the_first_request_through(store: Store, clock: FixedClock, per_minute: int) -> None:
    assert RateStore(store).take(KEY, per_minute, clock.micros) == 0
