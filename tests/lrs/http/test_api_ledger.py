"""`/api/v1/ledger`: what an auditor fetches, and that it is enough to check everything without us."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from lrs.caller import Caller, Scope
from lrs.clock import FixedClock
from lrs.credential import Settings
from lrs.ledger import (
    ConsistencyProof,
    InclusionProof,
    VerifierKey,
    open_checkpoint,
    verify_consistency,
    verify_inclusion,
)
from lrs.ledger.proofs import make_root
from lrs.ledger.tiles import TileKey, TileRange, Tiles, tile_path, width_at
from lrs.organisations import Organisations
from lrs.sealing import HEAD_MICROS
from lrs.services import Services
from lrs.stamping import HeadStamping
from lrs.timestamps import NoAuthority, Stamp
from tests.lrs.http.test_error_shape import assert_shape
from tests.lrs.sealers import sealer, store_statements

Get = Callable[..., Any]
SECOND = 1_000_000


class Now:
    """In place of an authority: what a stamp is, others test."""

    is_development = True

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock

    def stamp(self, data: bytes) -> Stamp:
        return Stamp(b"der " + sha256(data).digest(), self._clock.now_micros(), "Essai", is_qualified=False)


@pytest.fixture
def get(client: FlaskClient, auth: dict[str, str]) -> Get:
    def get(path: str, status: int = 200, **query: object) -> Any:
        answer = client.get(f"/api/v1/ledger{path}", headers=auth, query_string=query)
        if status != 200:
            return assert_shape(answer, status)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data) if answer.mimetype == "application/json" else answer

    return get


@pytest.fixture
def seal(services: Services, caller: Caller, clock: FixedClock) -> Callable[[int], None]:
    """Store statements and publish a head over them."""

    def seal(count: int) -> None:
        store_statements(services, caller, count)
        clock.micros += HEAD_MICROS
        sealer(services.store, clock, services.secret_key).step(caller.organisation)

    return seal


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def test_before_the_first_statement_there_is_a_state_and_no_head(get: Get):
    state = get("")

    assert (state["origin"], state["statements"], state["sealed"], state["waiting"]) == (None, 0, 0, 0)
    assert (state["head"], state["keys"], state["trouble"]) == (None, [], None)
    get("/checkpoint", 404)
    get("/heads/1", 404)
    assert get("/heads") == {"items": [], "next": None}
    get("/inclusion", 404, position=0)
    get("/consistency", 404, old_size=0)
    get("/tile/0/000.p/1", 404)


def test_the_state_says_what_is_sealed_what_waits_and_which_key_signs(
    get: Get, seal, services: Services, caller: Caller
):
    seal(5)
    store_statements(services, caller, 2)

    state = get("")

    assert (state["statements"], state["sealed"], state["waiting"]) == (7, 5, 2)
    key = VerifierKey.parse(state["head"]["verifier_key"])
    assert key.name == state["origin"]
    said = open_checkpoint(state["head"]["checkpoint"].encode(), key)
    assert (said.size, said.root) == (5, raw(state["head"]["root"]))
    assert state["keys"] == [
        {"verifier_key": str(key), "since": 1, "made_at": state["keys"][0]["made_at"]},
    ]
    assert state["timestamps"] == {
        "head": None, "at": None, "waiting_since": state["head"]["signed_at"], "trouble": None, "next_try": None,
    }  # fmt: skip


def test_timestamps_show_in_the_state_and_with_their_heads(
    get: Get, seal, services: Services, caller: Caller, clock: FixedClock
):
    seal(2)
    down = HeadStamping(services.store, clock, NoAuthority(), 600)
    down.stamp(down.due()[0])
    failing = get("")["timestamps"]
    assert "ASSIDU_TIMESTAMP_URL" in failing["trouble"]["message"]
    assert failing["next_try"] > failing["trouble"]["since"] == failing["waiting_since"]

    clock.micros += 60 * SECOND
    works = HeadStamping(services.store, clock, Now(clock), 600)
    works.stamp(works.due()[0])

    state = get("")
    stamp = state["head"]["timestamp"]
    assert state["timestamps"] == {
        "head": 1, "at": stamp["at"], "waiting_since": None, "trouble": None, "next_try": None,
    }  # fmt: skip
    assert (stamp["authority"], stamp["qualified"]) == ("Essai", False)
    assert raw(stamp["token"]) == b"der " + sha256(state["head"]["checkpoint"].encode()).digest()
    assert get("/heads/1") == state["head"]


def test_trouble_shows_in_the_state(get: Get, seal, services: Services, caller: Caller, clock: FixedClock):
    seal(2)
    store_statements(services, caller, 1)
    clock.micros += HEAD_MICROS
    with pytest.raises(Exception, match="another secret"):
        sealer(services.store, clock, b"another secret than the first one").step(caller.organisation)

    trouble = get("")["trouble"]

    assert "ASSIDU_SECRET_KEY" in trouble["message"]
    assert trouble["since"].startswith("2026-01-05T08:00:02")


def test_the_checkpoint_is_the_newest_head_s_note_as_text(get: Get, seal):
    seal(3)
    seal(4)

    answer = get("/checkpoint")

    assert answer.mimetype == "text/plain"
    assert answer.data.decode() == get("/heads/2")["checkpoint"] == get("")["head"]["checkpoint"]


def test_heads_come_in_pages(get: Get, seal):
    for _ in range(5):
        seal(1)

    first = get("/heads", limit=2)
    second = get("/heads", limit=2, after=first["next"])
    last = get("/heads", limit=2, after=second["next"])

    assert [head["number"] for page in (first, second, last) for head in page["items"]] == [1, 2, 3, 4, 5]
    assert (first["next"], second["next"], last["next"]) == (2, 4, None)


def test_an_auditor_proves_a_statement_with_what_get_returns(client: FlaskClient, auth, get: Get, seal):
    """From the bytes of GET and the answer alone, by the rule that docs/ledger.md gives."""
    seal(300)
    headers = {**auth, "X-Experience-API-Version": "1.0.3"}
    newest = json.loads(client.get("/xapi/statements?limit=1", headers=headers).data)["statements"][0]["id"]
    body = client.get(f"/xapi/statements?statementId={newest}", headers=headers).data

    found = get("/inclusion", statement=newest)

    assert (found["statement"], found["position"], found["size"]) == (newest, 299, 300)
    leaf = sha256(b"\x00" + raw(found["salt"]) + body).digest()
    assert leaf == raw(found["leaf"])
    said = open_checkpoint(found["checkpoint"].encode(), VerifierKey.parse(get("")["keys"][0]["verifier_key"]))
    verify_inclusion(leaf, InclusionProof(299, 300, tuple(map(raw, found["path"]))), said.root)
    assert get("/inclusion", position=299) == found


def test_a_proof_may_be_asked_for_in_an_earlier_tree(get: Get, seal):
    seal(7)
    seal(9)

    found = get("/inclusion", position=4, size=7)

    root = raw(get("/heads/1")["root"])
    verify_inclusion(raw(found["leaf"]), InclusionProof(4, 7, tuple(map(raw, found["path"]))), root)
    assert found["checkpoint"] is None


def test_a_statement_that_no_head_covers_yet_is_refused_for_the_moment(
    get: Get, seal, services: Services, caller: Caller
):
    seal(1)
    store_statements(services, caller, 1)
    row = services.store.collection("statements").find_one({"n": 1}) or {}

    get("/inclusion", 409, statement=str(UUID(bytes=bytes(row["_id"])[4:])))


def test_an_erased_statement_is_proved_by_position_and_not_found_by_id(get: Get, seal, services: Services):
    seal(3)
    row = services.store.collection("statements").find_one({"n": 1}) or {}
    services.store.collection("statements").update_one({"n": 1}, {"$unset": {"b": "", "s": ""}})

    get("/inclusion", 404, statement=str(UUID(bytes=bytes(row["_id"])[4:])))
    found = get("/inclusion", position=1)

    assert (found["statement"], found["salt"], raw(found["leaf"])) == (None, None, row["l"])


def test_a_leaf_that_was_changed_since_it_was_sealed_is_not_proved(get: Get, seal, services: Services):
    seal(3)
    services.store.collection("statements").update_one({"n": 1}, {"$set": {"l": bytes(32)}})

    problem = get("/inclusion", 500, position=1)

    assert "not what was sealed" in problem["message"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"statement": "x"}, 400),
        ({"position": -1}, 400),
        ({"position": 1, "statement": str(UUID(int=1))}, 400),
        ({"position": 3}, 404),
        ({"position": 2**48}, 404),
        ({"position": 2**48 + 1}, 400),
        ({"position": 1, "size": 4}, 404),
        ({"position": 1, "size": 1}, 404),
        ({"statement": str(UUID(int=1))}, 404),
    ],
)
def test_what_cannot_be_proved_is_refused(get: Get, seal, query, status):
    seal(3)

    get("/inclusion", status, **query)


def test_a_kept_head_is_shown_to_be_the_beginning_of_the_newest(get: Get, seal):
    for count in (5, 300, 2):
        seal(count)
    roots = {head["size"]: raw(head["root"]) for head in get("/heads")["items"]}

    for old_size in (5, 305, 307):
        found = get("/consistency", old_size=old_size)
        proof = ConsistencyProof(old_size, 307, tuple(map(raw, found["path"])))
        verify_consistency(proof, roots[old_size], roots[307])
        assert found["checkpoint"] == get("/checkpoint").data.decode()
    assert get("/consistency", old_size=5, size=305)["checkpoint"] is None
    get("/consistency", 404, old_size=308)
    get("/consistency", 404, old_size=5, size=308)
    get("/consistency", 404, old_size=306, size=305)
    get("/consistency", 400)


def test_tiles_alone_give_the_root_of_the_checkpoint(get: Get, seal):
    seal(600)
    said = open_checkpoint(get("/checkpoint").data, VerifierKey.parse(get("")["keys"][0]["verifier_key"]))
    keys = [TileKey(0, 0), TileKey(0, 1), TileKey(0, 2), TileKey(1, 0)]

    paths = [tile_path(TileRange(key, width_at(key, said.size))) for key in keys]
    answers = [get(f"/tile/{path}") for path in paths]

    assert paths == ["0/000", "0/001", "0/002.p/88", "1/000.p/2"]
    assert {answer.mimetype for answer in answers} == {"application/octet-stream"}
    tiles = Tiles({key: answer.data for key, answer in zip(keys, answers, strict=True)})
    assert make_root(said.size, tiles) == said.root
    get("/tile/0/002.p/89", 404)
    get("/tile/entries/000", 404)


def test_a_new_key_is_made_and_signs_the_next_head(client: FlaskClient, auth, get: Get, seal):
    assert client.post("/api/v1/ledger/keys", headers=auth).status_code == HTTPStatus.NOT_FOUND
    seal(1)
    made = client.post("/api/v1/ledger/keys", headers=auth)
    seal(1)

    assert made.status_code == HTTPStatus.CREATED
    state = get("")
    assert [key["since"] for key in state["keys"]] == [1, 2]
    assert state["keys"][1] == json.loads(made.data)
    assert [head["verifier_key"] for head in get("/heads")["items"]] == [key["verifier_key"] for key in state["keys"]]


def test_nothing_of_another_organisation_s_ledger_is_shown(
    client: FlaskClient, services: Services, caller: Caller, seal, get: Get
):
    seal(3)
    other = Organisations(services.store, services.clock).create("voisins", "Voisins").number
    issued = services.credentials.create(other, Settings("voisins", frozenset({Scope.ALL})))
    pair = base64.b64encode(f"{issued.credential.key}:{issued.secret}".encode()).decode()
    row = services.store.collection("statements").find_one({"n": 1}) or {}
    statement = UUID(bytes=bytes(row["_id"])[4:])

    def theirs(path: str) -> int:
        return client.get(f"/api/v1/ledger{path}", headers={"Authorization": f"Basic {pair}"}).status_code

    for path in ("/checkpoint", "/heads/1", f"/inclusion?statement={statement}", "/tile/0/000.p/3"):
        assert theirs(path) == HTTPStatus.NOT_FOUND
    sealer(services.store, services.clock, services.secret_key)._begun(other)
    assert theirs(f"/inclusion?statement={statement}") == HTTPStatus.NOT_FOUND
    assert get("")["statements"] == 3


def test_the_ledger_takes_a_credential_of_scope_all(client: FlaskClient, services: Services, caller: Caller):
    assert client.get("/api/v1/ledger").status_code == HTTPStatus.UNAUTHORIZED
    issued = services.credentials.create(caller.organisation, Settings("lecture", frozenset({Scope.STATEMENTS_READ})))
    pair = base64.b64encode(f"{issued.credential.key}:{issued.secret}".encode()).decode()

    answer = client.get("/api/v1/ledger/checkpoint", headers={"Authorization": f"Basic {pair}"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
