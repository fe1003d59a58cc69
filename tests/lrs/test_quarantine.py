"""What was refused: kept once, found by its organisation alone, replayed once."""

from __future__ import annotations

import dataclasses
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from flask.testing import FlaskClient

import lrs.store.quarantine as store_quarantine
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros, to_datetime
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.quarantine import replay
from lrs.services import Services
from lrs.store.database import Store
from lrs.store.quarantine import State
from lrs.tenancy import OrganisationId
from lrs.versions import Version

PROBLEM = Problem("/actor/mbox", "This is not a mailto IRI.", "mailto:…", "XAPI-00022")
OTHER = OrganisationId(999)
GOOD = {
    "actor": {"mbox": "mailto:a@example.fr"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://example.fr/cours/1"},
}
BAD = {**GOOD, "actor": {"mbox": "a@example.fr"}}
XAPI = {"X-Experience-API-Version": "1.0.3"}


def held(services: Services, caller: Caller, body: bytes = b'[{"bad"', content_type: str = "application/json") -> UUID:
    return services.quarantine.hold(caller, Version.V1_0_3, "POST", content_type, body, [PROBLEM])


def test_a_refused_body_is_kept_byte_for_byte_with_its_problems(
    services: Services, clock: FixedClock, caller: Caller
) -> None:
    kept = services.quarantine.get(caller.organisation, held(services, caller, b"\xff\x00{"))

    assert (kept.body, kept.size_bytes) == (b"\xff\x00{", 3)
    assert kept.problems == (PROBLEM,)
    assert (kept.credential, kept.version, kept.method) == (caller.credential, Version.V1_0_3, "POST")
    assert (kept.received, kept.times, kept.state) == (clock.micros, 1, State.HELD)


def test_the_same_body_refused_again_is_counted_not_kept_twice(
    services: Services, clock: FixedClock, caller: Caller
) -> None:
    first = held(services, caller)
    clock.micros = Micros(clock.micros + 60_000_000)

    assert held(services, caller) == first

    kept = services.quarantine.get(caller.organisation, first)
    assert (kept.times, kept.last_received - kept.received) == (2, 60_000_000)
    assert len(services.quarantine.page(caller.organisation)) == 1


def test_a_body_over_a_documents_size_leaves_only_its_problems(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_quarantine, "BODY_MOST_BYTES", 10)

    kept = services.quarantine.get(caller.organisation, held(services, caller, b"x" * 11))

    assert (kept.body, kept.size_bytes, kept.problems) == (None, 11, (PROBLEM,))
    with pytest.raises(Conflict, match="too long"):
        replay(services, caller.organisation, kept.held_id)


def test_a_sender_that_is_broken_for_months_does_not_fill_the_disk(
    services: Services, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_quarantine, "HELD_BODIES_MOST", 2)

    kept = [services.quarantine.get(caller.organisation, held(services, caller, body)) for body in (b"1", b"2", b"3")]

    assert [each.body for each in kept] == [b"1", b"2", None]


def test_what_is_held_ends_by_itself(services: Services, store: Store, clock: FixedClock, caller: Caller) -> None:
    held(services, caller)

    row = store.collection("quarantine").find_one({})

    assert row is not None
    assert row["expires_at"] == to_datetime(clock.micros) + timedelta(days=services.limits.quarantine_days)
    indexes = store.collection("quarantine").index_information().values()
    assert any(index.get("expireAfterSeconds") == 0 for index in indexes)


def test_pages_are_newest_first_and_show_each_once(services: Services, clock: FixedClock, caller: Caller) -> None:
    for number in range(5):
        clock.micros = Micros(clock.micros + number % 2)
        held(services, caller, str(number).encode())

    seen: list[UUID] = []
    before = None
    while page := services.quarantine.page(caller.organisation, None, before, 2):
        seen += [each.held_id for each in page]
        before = page[-1].received, page[-1].held_id
        assert all(each.body is None for each in page)

    assert seen == [each.held_id for each in services.quarantine.page(caller.organisation)]
    assert len(set(seen)) == 5


def test_no_organisation_finds_anothers_quarantine(services: Services, caller: Caller) -> None:
    held_id = held(services, caller)

    assert services.quarantine.page(OTHER) == []
    for act in (
        lambda: services.quarantine.get(OTHER, held_id),
        lambda: services.quarantine.drop(OTHER, held_id),
        lambda: replay(services, OTHER, held_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert services.quarantine.get(caller.organisation, held_id).state is State.HELD


def test_a_mended_body_is_stored_and_the_replay_remembers_its_ids(services: Services, caller: Caller) -> None:
    held_id = held(services, caller, orjson.dumps(BAD))

    replayed = replay(services, caller.organisation, held_id, orjson.dumps([GOOD, GOOD]))

    assert replayed.state is State.REPLAYED
    assert len(replayed.statement_ids) == 2
    assert services.quarantine.get(caller.organisation, held_id).statement_ids == replayed.statement_ids


def test_a_body_refused_again_stays_held_and_lists_its_problems(services: Services, caller: Caller) -> None:
    held_id = held(services, caller, orjson.dumps(BAD))

    with pytest.raises(InvalidRequest) as refusal:
        replay(services, caller.organisation, held_id)

    assert refusal.value.problems
    assert services.quarantine.get(caller.organisation, held_id).state is State.HELD
    assert replay(services, caller.organisation, held_id, orjson.dumps(GOOD)).state is State.REPLAYED


def test_a_put_is_replayed_under_the_id_it_named(services: Services, caller: Caller) -> None:
    named = UUID("6690e6c9-3ef0-4ed3-8b37-7f3964730bee")
    held_id = services.quarantine.hold(
        caller, Version.V2_0_0, "PUT", "application/json", orjson.dumps(GOOD), [PROBLEM], named
    )

    assert replay(services, caller.organisation, held_id).statement_ids == (named,)


def test_a_request_with_attachments_is_replayed_with_them(services: Services, caller: Caller) -> None:
    content = b"une signature"
    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {
        "usageType": "http://id.tincanapi.com/attachment/supporting_media",
        "display": {"fr": "Pièce"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha2,
    }
    statement = orjson.dumps({**GOOD, "attachments": [attachment]})
    body = (
        b"--cut\r\nContent-Type: application/json\r\n\r\n" + statement + b"\r\n--cut\r\nContent-Type: text/plain\r\n"
        b"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: " + sha2.encode() + b"\r\n\r\n" + content
        + b"\r\n--cut--\r\n"
    )  # fmt: skip
    held_id = held(services, caller, body, "multipart/mixed; boundary=cut")

    replayed = replay(services, caller.organisation, held_id)

    assert replayed.state is State.REPLAYED
    assert [part.content for part in services.read.parts(caller.organisation, [sha2])] == [content]


def test_what_is_replayed_once_is_not_replayed_again(services: Services, caller: Caller) -> None:
    held_id = held(services, caller)

    def attempt(_: int) -> bool:
        try:
            replay(services, caller.organisation, held_id, orjson.dumps(GOOD))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        succeeded = list(pool.map(attempt, range(8)))

    assert succeeded.count(True) == 1


def test_a_replay_that_died_may_be_taken_up_again(services: Services, clock: FixedClock, caller: Caller) -> None:
    held_id = held(services, caller)
    services.quarantine.claim(caller.organisation, held_id)
    with pytest.raises(Conflict, match="just now"):
        replay(services, caller.organisation, held_id, orjson.dumps(GOOD))

    clock.micros = Micros(clock.micros + store_quarantine.CLAIM_SECONDS * 1_000_000)

    assert replay(services, caller.organisation, held_id, orjson.dumps(GOOD)).state is State.REPLAYED


def test_what_a_revoked_credential_sent_is_not_replayed(services: Services, caller: Caller) -> None:
    held_id = held(services, caller)
    services.credentials.revoke(caller.organisation, caller.credential)

    with pytest.raises(Conflict):
        replay(services, caller.organisation, held_id, orjson.dumps(GOOD))


def test_dropping_forgets_the_body_and_keeps_why(services: Services, caller: Caller) -> None:
    held_id = held(services, caller)

    dropped = services.quarantine.drop(caller.organisation, held_id)

    assert (dropped.state, dropped.body, dropped.problems) == (State.DROPPED, None, (PROBLEM,))
    with pytest.raises(Conflict, match="dropped"):
        replay(services, caller.organisation, held_id)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_refused_post_is_held_only_where_its_credential_asks_for_it(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str], *, wanted: bool
) -> None:
    services.credentials.change(caller.organisation, caller.credential, {"quarantine": wanted})

    response = client.post("/xapi/statements", json=BAD, headers={**XAPI, **auth})

    kept = services.quarantine.page(caller.organisation)
    assert response.status_code == 400
    assert len(kept) == int(wanted)
    if wanted:
        pointers = [problem["pointer"] for problem in response.get_json()["errors"]]
        assert [problem.pointer for problem in kept[0].problems] == pointers


def test_a_caller_is_not_changed_by_holding(services: Services, caller: Caller) -> None:
    held(services, dataclasses.replace(caller, quarantine=True))

    assert services.credentials.caller(caller.organisation, caller.credential) == caller
