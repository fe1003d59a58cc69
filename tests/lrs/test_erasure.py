"""Erased: the bytes and whatever could be found by them are gone, the leaf stays, and the log says who had it done."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from lrs.caller import Caller
from lrs.documents.resources import STATE
from lrs.documents.selection import Context
from lrs.erasure import CREDENTIAL, GROUND_EXTENSION, STATEMENTS_EXTENSION, VERB, Eraser, Order, Plan
from lrs.errors import Conflict, InvalidRequest, Problem
from lrs.services import Services
from lrs.statements.query import PageQuery
from lrs.store.erasure import PART_STATEMENTS, Erasure, Ground, State
from lrs.versions import Version

LEA, YANN = {"mbox": "mailto:lea@exemple.fr", "name": "Léa Martin"}, {"mbox": "mailto:yann@exemple.fr"}
LEA_TEXT = "mbox mailto:lea@exemple.fr"
ORDER = Order(Ground.REQUEST, "demande du 5 janvier", "credential:essai")
HEADERS = {"X-Experience-API-Version": "1.0.3"}


def name(number: int) -> UUID:
    return UUID(int=number + (4 << 76) + (8 << 60))


def statement(number: int, actor: dict[str, Any] = LEA, **more: Any) -> dict[str, Any]:
    return {
        "id": str(name(number)),
        "actor": actor,
        "verb": {"id": "urn:v"},
        "object": {"id": "urn:a"},
        "timestamp": "2026-01-05T08:00:00Z",
        **more,
    }


def voids(number: int, target: int, actor: dict[str, Any] = YANN) -> dict[str, Any]:
    found = statement(number, actor)
    return {
        **found,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": str(name(target))},
    }


@pytest.fixture
def eraser(services: Services) -> Eraser:
    return Eraser(services)


def post(services: Services, caller: Caller, *statements: dict[str, Any]) -> None:
    services.ingest.post(caller, Version.V1_0_3, json.dumps(list(statements)).encode())


def plan(eraser: Eraser, caller: Caller, *numbers: int) -> Plan:
    return eraser.plan(caller.organisation, map(name, numbers))


def erase(eraser: Eraser, caller: Caller, *numbers: int, **more: Any) -> Erasure:
    return eraser.run(eraser.begin(caller.organisation, ORDER, plan(eraser, caller, *numbers), **more))


def rows(services: Services) -> dict[int, dict[str, Any]]:
    return {row["n"]: row for row in services.store.collection("statements").find()}


def shown(client: FlaskClient, auth: dict[str, str], **query: Any) -> list[str]:
    """Return the ids of a search, every page of it, but for the deletion statements."""
    answer = client.get("/xapi/statements", query_string={"limit": 2, **query}, headers={**HEADERS, **auth}).get_json()
    found = list(answer["statements"])
    while answer["more"]:
        answer = client.get(answer["more"], headers={**HEADERS, **auth}).get_json()
        found += answer["statements"]
    return [item["id"] for item in found if item["verb"]["id"] != VERB["id"]]


def test_an_erased_statement_is_found_by_nothing_and_its_leaf_stays(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str], eraser: Eraser
) -> None:
    post(services, caller, *(statement(number) for number in range(5)))
    before = rows(services)

    done = erase(eraser, caller, 1, 2)

    assert (done.state, done.statements) == (State.DONE, 2)
    rest = [str(name(number)) for number in (4, 3, 0)]
    assert shown(client, auth) == rest
    assert shown(client, auth, agent=json.dumps({"mbox": LEA["mbox"]})) == rest
    assert shown(client, auth, activity="urn:a", ascending="true") == rest[::-1]
    for asked in ("statementId", "voidedStatementId"):
        url = f"/xapi/statements?{asked}={name(1)}"
        assert client.get(url, headers={**HEADERS, **auth}).status_code == 404
    after = rows(services)
    for position in (1, 2):
        assert set(after[position]) == {"_id", "o", "t", "n", "l", "er"}
        assert after[position]["l"] == before[position]["l"]
    assert {number: after[number] for number in (0, 3, 4)} == {number: before[number] for number in (0, 3, 4)}
    for position in (0, 3, 4, 5):
        row = after[position]
        assert sha256(b"\0" + row["s"] + row["b"]).digest() == row["l"]


def test_a_statement_says_who_had_it_done_when_and_on_what_ground(
    services: Services, caller: Caller, eraser: Eraser
) -> None:
    post(services, caller, *(statement(number) for number in range(3)))

    erase(eraser, caller, 2, 0)

    row = rows(services)[3]
    said = json.loads(row["b"])
    assert row["k"] == CREDENTIAL
    assert said["verb"]["id"] == VERB["id"]
    assert said["actor"]["account"]["name"] == "credential:essai"
    extensions = said["context"]["extensions"]
    assert extensions[STATEMENTS_EXTENSION] == [str(name(0)), str(name(2))]
    assert extensions[GROUND_EXTENSION] == "request"
    assert [rows(services)[position]["er"] for position in (0, 2)] == [UUID(said["id"]).bytes] * 2


def test_a_batch_larger_than_a_part_is_erased_whole_and_each_statement_is_named_once(
    services: Services, caller: Caller, eraser: Eraser
) -> None:
    count = 2 * PART_STATEMENTS + 5
    post(services, caller, *(statement(number) for number in range(count)))

    erase(eraser, caller, *range(count))

    kept = [json.loads(row["b"]) for row in rows(services).values() if "b" in row]
    named = [item for said in kept for item in said["context"]["extensions"][STATEMENTS_EXTENSION]]
    assert len(kept) == 3
    assert sorted(named) == sorted(str(name(number)) for number in range(count))


def test_what_was_erased_does_not_come_back_when_it_is_sent_again(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str], eraser: Eraser
) -> None:
    post(services, caller, statement(0))
    erase(eraser, caller, 0)

    answer = client.post("/xapi/statements", json=[statement(0), statement(1)], headers={**HEADERS, **auth})

    assert (answer.status_code, answer.get_json()) == (200, [str(name(0)), str(name(1))])
    assert shown(client, auth) == [str(name(1))]
    assert "b" not in rows(services)[0]


def test_nothing_of_a_person_is_left_anywhere(services: Services, caller: Caller, eraser: Eraser) -> None:
    post(services, caller, statement(0), statement(1, YANN), statement(2, YANN, object={"objectType": "Agent", **LEA}))
    held = [statement(7), statement(8, YANN)]
    quarantine = services.quarantine
    for body in (json.dumps(held).encode(), b'{"actor": {"mbox": "mailto:Lea@exemple.fr"', b"[] of nobody"):
        problems = [Problem("/0/actor", "mailto:lea@exemple.fr is wrong")] if b"xemple" in body else []
        quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", body, problems)
    documents = services.store.collection("documents")
    for text in (LEA_TEXT, "mbox mailto:yann@exemple.fr"):
        documents.insert_one({"_id": text, "o": caller.organisation, "g": text, "b": text.encode()})
    ids = eraser.of_agents(caller.organisation, [LEA_TEXT])

    erasure = eraser.begin(
        caller.organisation, ORDER, eraser.plan(caller.organisation, ids), [LEA_TEXT], documents=True
    )
    eraser.run(erasure)

    assert ids == [name(0), name(2)]
    database = services.store.database
    everything = [row for each in database.list_collection_names() for row in database[each].find()]
    assert [row for row in everything if "lea@exemple" in repr(row).lower() or "Léa" in repr(row)] == []
    kept = [row for row in everything if "last_received" in row and row["body"] is not None]
    assert sorted(bytes(row["body"]) for row in kept) == sorted([json.dumps([held[1]], separators=(",", ":")).encode(),
                                                                 b"[] of nobody"])  # fmt: skip
    assert documents.count_documents({}) == 1


def test_the_documents_of_a_person_stay_when_only_statements_are_asked_for(
    services: Services, caller: Caller, eraser: Eraser
) -> None:
    services.store.collection("documents").insert_one({"_id": 1, "o": caller.organisation, "g": LEA_TEXT})
    post(services, caller, statement(0))

    erase(eraser, caller, 0, identities=[LEA_TEXT])

    assert services.store.collection("documents").count_documents({}) == 1
    assert list(services.documents.entries(caller.organisation, Context(STATE))) == []


def test_what_targets_an_erased_statement_is_no_longer_found_by_it(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str], eraser: Eraser
) -> None:
    reference = {"objectType": "StatementRef", "id": str(name(0))}
    post(services, caller, statement(0), statement(1, YANN, object=reference))
    post(services, caller, statement(2, YANN, object={**reference, "id": str(name(1))}, verb={"id": "urn:w"}))
    agent = json.dumps({"mbox": LEA["mbox"]})
    assert len(shown(client, auth, agent=agent)) == 3

    erase(eraser, caller, 0)

    assert shown(client, auth, agent=agent) == []
    assert shown(client, auth, verb="urn:v") == [str(name(2)), str(name(1))]
    assert "via" not in rows(services)[1]
    post(services, caller, statement(3, YANN, object=reference))
    assert "via" not in rows(services)[4]


def test_copies_of_an_erased_statement_go_with_it(services: Services, caller: Caller, eraser: Eraser) -> None:
    unnamed = {key: value for key, value in statement(0).items() if key != "id"}
    post(services, caller, unnamed)
    post(services, caller, unnamed)
    first = UUID(bytes=bytes(rows(services)[0]["_id"])[4:])

    eraser.run(eraser.begin(caller.organisation, ORDER, eraser.plan(caller.organisation, [first])))

    assert [number for number, row in rows(services).items() if "b" in row] == [2]


def test_what_voids_goes_with_what_it_voids_or_not_at_all(services: Services, caller: Caller, eraser: Eraser) -> None:
    post(services, caller, statement(0), voids(1, 0), statement(2))

    with pytest.raises(Conflict) as refused:
        erase(eraser, caller, 1, 2)

    assert [problem.accepted for problem in refused.value.problems] == ["voids"]
    assert all("b" in row for row in rows(services).values())
    assert len(rows(services)) == 3
    erase(eraser, caller, 1, 0)
    assert [number for number, row in rows(services).items() if "b" in row] == [2, 3]
    erase(eraser, caller, 2)


def test_the_proof_of_an_erasure_is_not_erased(services: Services, caller: Caller, eraser: Eraser) -> None:
    post(services, caller, statement(0))
    erase(eraser, caller, 0)
    proof = UUID(bytes=bytes(rows(services)[1]["_id"])[4:])

    found = eraser.plan(caller.organisation, [proof])

    assert [item.kind for item in found.obstacles] == ["deletion_statement"]


def test_an_attachment_stays_as_long_as_a_statement_has_it(services: Services, caller: Caller, eraser: Eraser) -> None:
    from lrs.statements.multipart import Part

    content = b"signature"
    described = {
        "usageType": "urn:u", "display": {"fr": "x"}, "contentType": "text/plain", "length": len(content),
        "sha2": sha256(content).hexdigest(),
    }  # fmt: skip
    part = Part(described["sha2"], "text/plain", content)
    for number in (0, 1):
        body = json.dumps(statement(number, attachments=[described])).encode()
        services.ingest.post(caller, Version.V1_0_3, body, [part])

    erase(eraser, caller, 0)
    assert services.store.collection("attachments").count_documents({}) == 1
    erase(eraser, caller, 1)
    assert services.store.collection("attachments").count_documents({}) == 0


@pytest.mark.parametrize("stop", range(5))
def test_what_was_begun_goes_on_wherever_it_stopped(services: Services, caller: Caller, stop: int) -> None:
    class Stopped(Exception):
        pass

    told: list[int] = []

    def within(_session: Any, _organisation: int, entries: Any) -> None:
        told.append(len(entries))
        if len(told) == stop + 1:
            raise Stopped

    post(services, caller, *(statement(number) for number in range(2 * PART_STATEMENTS + 1)))
    eraser = Eraser(services, [within])
    erasure = eraser.begin(caller.organisation, ORDER, plan(eraser, caller, *range(2 * PART_STATEMENTS + 1)))
    if stop < 3:
        with pytest.raises(Stopped):
            eraser.run(erasure)

    other = Eraser(services)
    while other.go_on():
        pass

    assert other.erasures.get(caller.organisation, erasure.erasure_id).state is State.DONE
    found = rows(services)
    assert len(found) == 2 * PART_STATEMENTS + 1 + 3
    assert sum("b" in row for row in found.values()) == 3
    assert not other.go_on()


def test_only_one_erasure_of_an_organisation_is_under_way(services: Services, caller: Caller, eraser: Eraser) -> None:
    post(services, caller, statement(0), statement(1))
    second = plan(eraser, caller, 1)
    first = eraser.begin(caller.organisation, ORDER, plan(eraser, caller, 0))

    with pytest.raises(Conflict):
        eraser.begin(caller.organisation, ORDER, second)
    with pytest.raises(Conflict):
        services.store.transaction(lambda session: eraser.erasures.note_change(session, caller.organisation))

    eraser.run(first)
    services.store.transaction(lambda session: eraser.erasures.note_change(session, caller.organisation))
    with pytest.raises(Conflict, match="since"):
        eraser.begin(caller.organisation, ORDER, second)
    eraser.run(eraser.begin(caller.organisation, ORDER, plan(eraser, caller, 1)))


def test_an_erasure_without_a_reason_is_refused(services: Services, caller: Caller, eraser: Eraser) -> None:
    post(services, caller, statement(0))

    with pytest.raises(InvalidRequest):
        eraser.begin(caller.organisation, Order(Ground.ORDER, "  ", "credential:essai"), plan(eraser, caller, 0))


def test_what_is_unknown_another_organisations_or_gone_is_told_apart(
    services: Services, caller: Caller, eraser: Eraser
) -> None:
    post(services, caller, statement(0))
    erase(eraser, caller, 0)

    found = plan(eraser, caller, 0, 1)

    assert (found.entries, found.gone, found.unknown) == ((), (name(0),), (name(1),))


def test_a_search_by_time_passes_over_what_was_erased(services: Services, caller: Caller, eraser: Eraser) -> None:
    post(services, caller, *(statement(number) for number in range(4)))
    erase(eraser, caller, 0, 3)

    entries = list(services.statements.since(caller.organisation, 0))
    page = list(services.statements.page(caller.organisation, PageQuery(), 10, follow=True, writer=None))

    assert [entry.is_erased for entry in entries] == [True, False, False, True, False]
    assert [entry.position for entry in entries] == [0, 1, 2, 3, 4]
    assert [len(block.bodies) for block in page] == [3]
    assert [entry.position for entry in services.statements.latest(caller.organisation, 9)] == [4, 2, 1]
