"""The one write path: all of a request, or none of it, and everything that is wrong with it."""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from lrs.caller import Caller, Scope
from lrs.draft import PROBLEMS_MOST
from lrs.errors import AssiduError, Conflict, Forbidden, InvalidRequest, TooLarge
from lrs.ingest import Ingest, Receipt
from lrs.services import Services
from lrs.statements.keys import VOIDED_VERB
from lrs.statements.multipart import Part
from lrs.statements.signatures import USAGE_TYPE
from lrs.store.heads import find_head
from lrs.turns import Turns
from lrs.versions import Version

Json = dict[str, Any]
Take = Callable[..., Receipt]
ID, OTHER_ID = "12345678-1234-4234-8234-123456789abc", "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"


def statement(**changes: Any) -> Json:
    return {"actor": {"mbox": "mailto:a@example.org"}, "verb": {"id": "urn:v"}, "object": {"id": "urn:a"}, **changes}


def attachment(content: bytes, **changes: Any) -> Json:
    described = {"usageType": "urn:u", "display": {}, "contentType": "text/plain", "length": len(content)}
    return {**described, "sha2": sha256(content).hexdigest(), **changes}


def part(content: bytes) -> Part:
    return Part(sha256(content).hexdigest(), "text/plain", content)


@pytest.fixture
def take(services: Services, caller: Caller) -> Take:
    def _take(value: Any, *parts: Part, version: Version = Version.V1_0_3, **options: Any) -> Receipt:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return services.ingest.take(options.pop("caller", caller), version, body, parts, **options)

    return _take


@pytest.fixture
def refused(take: Take) -> Callable[..., list[str]]:
    """Take what must be refused, and return the pointers of its problems."""

    def _refused(value: Any, *parts: Part, kind: type[AssiduError] = InvalidRequest, **options: Any) -> list[str]:
        with pytest.raises(kind) as caught:
            take(value, *parts, **options)
        return [problem.pointer for problem in caught.value.problems]

    return _refused


@pytest.fixture
def nothing_stored(services: Services, caller: Caller) -> Callable[[], bool]:
    """Whether the log, its head and what is known beside it are as they were when the test began."""
    names = ("statements", "heads", "activities", "agents", "attachments")

    def everything() -> list[list[Any]]:
        return [list(services.store.collection(name).find().sort("_id")) for name in names]

    before = everything()
    return lambda: everything() == before


def test_one_bad_statement_of_a_batch_refuses_all_of_it(refused, nothing_stored):
    batch = [statement(), statement(verb={"id": "not an iri"}), statement()]

    assert refused(batch) == ["/1/verb/id"]
    assert nothing_stored()


def test_every_problem_of_every_statement_is_listed_with_its_place_in_the_body(refused, nothing_stored):
    batch = [
        statement(actor={"mbox": "a@example.org"}),
        statement(),
        {"verb": {"id": "urn:v"}, "object": {"id": "no"}},
        statement(result={"score": {"scaled": 2}, "extra": 1}),
    ]

    found = refused(batch)

    assert found == sorted(found, key=lambda pointer: int(pointer[1]))
    assert {"/0/actor/mbox", "/2/object/id", "/3/result/score/scaled", "/3/result/extra"} <= set(found)
    assert any(pointer.startswith("/2") and pointer != "/2/object/id" for pointer in found)
    assert not any(pointer.startswith("/1") for pointer in found)
    assert nothing_stored()


def test_the_problems_of_a_lone_statement_are_placed_from_its_root(refused):
    assert refused(statement(verb={"id": "x"})) == ["/verb/id"]


def test_a_refusal_lists_so_many_problems_and_says_that_there_are_more(take):
    with pytest.raises(InvalidRequest) as caught:
        take([statement(verb={"id": "x"})] * (PROBLEMS_MOST + 1))

    assert len(caught.value.problems) == PROBLEMS_MOST
    assert f"more than {PROBLEMS_MOST:,} problems" in caught.value.message


def test_the_same_id_twice_in_a_batch_is_refused_at_both_places(refused, nothing_stored):
    batch = [statement(id=ID), statement(id=OTHER_ID), statement(id=ID.upper())]

    assert refused(batch) == ["/0/id", "/2/id"]
    assert nothing_stored()


def test_a_batch_sent_again_is_answered_with_the_same_ids_and_stores_nothing_new(services, caller, take):
    batch = [statement(id=ID), statement(id=OTHER_ID, timestamp="2026-01-05T07:00:00Z")]
    first = take(batch)
    before = list(services.statements.since(caller.organisation, 0))

    again = take(batch)

    assert again.ids == first.ids == [UUID(ID), UUID(OTHER_ID)]
    assert list(services.statements.since(caller.organisation, 0)) == before


def test_a_batch_that_repeats_some_and_brings_some_stores_what_is_new(services, caller, take):
    take(statement(id=ID))

    take([statement(id=OTHER_ID), statement(id=ID), statement()])

    assert [entry.position for entry in services.statements.since(caller.organisation, 0)] == [0, 1, 2]


def test_the_same_id_with_other_content_is_a_conflict_and_nothing_of_the_batch_is_stored(
    services, caller, take, refused
):
    take(statement(id=ID))

    found = refused([statement(), statement(id=ID, verb={"id": "urn:w"}), statement(id=OTHER_ID)], kind=Conflict)

    assert found == ["/1/id"]
    assert find_head(services.store, caller.organisation).count == 1


def test_an_empty_batch_is_nothing_to_do(take, nothing_stored):
    assert take([]) == Receipt([], None)
    assert nothing_stored()


def test_put_stores_the_statement_under_the_id_it_names(services, caller, take):
    receipt = take(statement(), statement_id=UUID(ID))

    assert receipt.ids == [UUID(ID)]
    (entry,) = services.statements.since(caller.organisation, 0)
    assert (entry.statement_id, json.loads(entry.body)["id"]) == (UUID(ID), ID)
    assert take(statement(id=ID), statement_id=UUID(ID)).ids == [UUID(ID)]
    assert find_head(services.store, caller.organisation).count == 1


@pytest.mark.parametrize("value", [[statement()], [], [statement(), statement()], statement(id=OTHER_ID)])
def test_put_of_anything_but_that_one_statement_is_refused(take, nothing_stored, value):
    with pytest.raises(InvalidRequest):
        take(value, statement_id=UUID(ID))

    assert nothing_stored()


def test_a_put_of_other_content_is_a_conflict(take, refused):
    take(statement(), statement_id=UUID(ID))

    assert refused(statement(verb={"id": "urn:w"}), statement_id=UUID(ID), kind=Conflict) == ["/id"]


@pytest.mark.parametrize(
    "scopes",
    [
        set(),
        {Scope.STATEMENTS_READ, Scope.ALL_READ, Scope.STATE, Scope.PROFILE, Scope.DEFINE, Scope.STATEMENTS_READ_MINE},
    ],
)
def test_only_who_may_write_writes(caller, refused, nothing_stored, scopes):
    assert refused(statement(), caller=replace(caller, scopes=frozenset(scopes)), kind=Forbidden) == []
    assert nothing_stored()


def test_who_may_not_define_leaves_no_trace_in_what_is_known(services, caller, take):
    named = {"mbox": "mailto:a@example.org", "name": "Anne"}
    defined = statement(actor=named, object={"id": "urn:a", "definition": {"name": {"fr": "Cours"}}})

    take(defined, caller=replace(caller, scopes=frozenset({Scope.STATEMENTS_WRITE})))
    unknown = services.read.activity(caller, "urn:a"), services.read.person(caller, {"mbox": "mailto:a@example.org"})
    take(defined, caller=replace(caller, scopes=frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE})))

    assert "definition" not in unknown[0]
    assert "name" not in unknown[1]
    assert services.read.activity(caller, "urn:a")["definition"] == {"name": {"fr": "Cours"}}
    assert services.read.person(caller, {"mbox": "mailto:a@example.org"})["name"] == ["Anne"]


def test_a_statement_over_its_limit_is_too_large_wherever_it_stands(services, caller, take, nothing_stored):
    large = statement(result={"response": "x" * services.limits.statement_bytes})
    for body in (large, [statement(), large]):
        with pytest.raises(TooLarge):
            take(body)

    assert nothing_stored()


def test_a_statement_whose_keys_would_not_fit_its_record_is_too_large(take, refused, nothing_stored, monkeypatch):
    crowd = {"objectType": "Group", "member": [{"mbox": f"mailto:{at}@example.org"} for at in range(100)]}
    size = len(json.dumps([statement(actor=crowd)]))
    monkeypatch.setattr("lrs.draft.RECORD_MOST_BYTES", size + 16 * 150)

    assert refused([statement(), statement(actor=crowd)], kind=TooLarge) == ["/1"]
    assert nothing_stored()
    monkeypatch.setattr("lrs.draft.RECORD_MOST_BYTES", size + 16 * 205)
    assert take([statement(actor=crowd)]).ids


def test_attachments_are_kept_with_their_statements(services, caller, take):
    take([statement(attachments=[attachment(b"one")]), statement()], part(b"one"))

    (found,) = services.read.parts(caller.organisation, [sha256(b"one").hexdigest()])
    assert found == part(b"one")


def test_an_attachment_of_many_megabytes_comes_back_whole(services, caller, take):
    content = bytes(range(256)) * 40_000
    take(statement(attachments=[attachment(content)]), part(content))

    (found,) = services.read.parts(caller.organisation, [sha256(content).hexdigest()])
    assert found.content == content


@pytest.mark.parametrize(
    ("attachments", "parts", "pointers"),
    [
        ([attachment(b"one")], (), ["/attachments/0/sha2"]),
        ([attachment(b"one"), attachment(b"two")], (b"one",), ["/attachments/1/sha2"]),
        ([], (b"one",), [f"part:{sha256(b'one').hexdigest()[:12]}…"]),
        (
            [attachment(b"one", usageType=USAGE_TYPE, contentType="application/octet-stream")],
            (b"one",),
            ["/attachments/0"],
        ),
    ],
)
def test_attachments_that_do_not_fit_their_parts_are_refused(refused, nothing_stored, attachments, parts, pointers):
    value = statement(attachments=attachments) if attachments else statement()

    assert refused(value, *map(part, parts)) == pointers
    assert nothing_stored()


def test_what_was_refused_is_counted_and_so_is_what_was_taken(services, take, refused):
    counts = services.ingest.counts
    before = replace(counts)

    refused(b"{")
    take([statement(id=ID), statement()])
    take(statement(id=ID))

    assert (counts.refused, counts.stored, counts.replayed) == (
        before.refused + 1,
        before.stored + 2,
        before.replayed + 1,
    )


def test_the_receipt_says_through_when_the_log_is_consistent(services, caller, take):
    receipt = take([statement(), statement()])

    entries = list(services.statements.since(caller.organisation, 0))
    assert receipt.consistent_through == entries[-1].stored == services.read.consistent_through(caller.organisation)


def test_a_voiding_statement_needs_a_reference(refused):
    assert refused(statement(verb={"id": VOIDED_VERB}))[0].startswith("/object")


def test_requests_that_come_together_share_a_transaction_and_are_answered_apart(services, caller, clock, ids):
    """Some good, some bad, some the same, some in conflict, all at once through one process."""
    bodies = [
        [statement(), statement()],
        [statement(id=ID)],
        [statement(id=ID)],
        [statement(id=OTHER_ID, verb={"id": "urn:w"}), statement(id=ID)],
        [statement(id=ID, verb={"id": "urn:w"}), statement()],
        [statement(), {"bad": 1}],
    ]
    services.ingest.post(caller, Version.V1_0_3, json.dumps([statement(id=ID)]).encode())
    outcomes: list[Any] = [None] * 60

    def one(at: int) -> None:
        try:
            outcomes[at] = services.ingest.take(caller, Version.V1_0_3, json.dumps(bodies[at % 6]).encode())
        except AssiduError as refusal:
            outcomes[at] = refusal

    threads = [threading.Thread(target=one, args=(at,)) for at in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    kinds = [Receipt, Receipt, Receipt, Receipt, Conflict, InvalidRequest]
    assert [type(outcome) for outcome in outcomes] == kinds * 10
    entries = list(services.statements.since(caller.organisation, 0))
    assert [entry.position for entry in entries] == list(range(1 + 20 + 1))
    assert len({entry.statement_id for entry in entries}) == len(entries)
    assert all(one.stored < two.stored for one, two in itertools.pairwise(entries))
    assert len({outcome.consistent_through for outcome in outcomes if isinstance(outcome, Receipt)}) < 40


def test_two_processes_worth_of_ingests_do_not_store_one_id_twice(services, caller, clock, ids):
    others = [replaced(services, clock, ids) for _ in range(4)]
    results: list[Any] = []

    def one(ingest: Ingest, verb: str) -> None:
        try:
            results.append(
                ingest.post(caller, Version.V1_0_3, json.dumps(statement(id=ID, verb={"id": verb})).encode())
            )
        except Conflict as conflict:
            results.append(conflict)

    threads = [threading.Thread(target=one, args=(ingest, f"urn:{at % 2}")) for at, ingest in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "list", "list"]
    assert find_head(services.store, caller.organisation).count == 1


def replaced(services: Services, clock: Any, ids: Any) -> Ingest:
    mine = services.ingest
    return Ingest(services.store, clock, ids, services.limits, mine.activities, mine.agents, mine.attachments,
                  mine.horizons, Turns(None))  # fmt: skip


def test_a_signed_statement_is_taken_with_its_signature(services, caller, take):
    value = statement(id=ID)
    pieces = [json.dumps({"alg": "RS256"}).encode(), json.dumps(value).encode(), b"not checked without a certificate"]
    content = b".".join(base64.urlsafe_b64encode(piece).rstrip(b"=") for piece in pieces)
    signature = attachment(content, usageType=USAGE_TYPE, contentType="application/octet-stream")

    receipt = take(
        {**value, "attachments": [signature]}, Part(sha256(content).hexdigest(), "application/octet-stream", content)
    )

    assert receipt.ids == [UUID(ID)]
