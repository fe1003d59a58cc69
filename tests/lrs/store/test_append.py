"""The one way into the log: whole requests, in one order, with what they say of each other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import pytest

from lrs.caller import Caller, CredentialId
from lrs.clock import Micros, to_text
from lrs.errors import Conflict
from lrs.services import Services
from lrs.statements.candidate import prepare
from lrs.statements.gist import gist_of
from lrs.statements.keys import VOIDED_VERB, key
from lrs.statements.parse import parse_statements
from lrs.statements.query import PageQuery
from lrs.store import append as append_module
from lrs.store.append import Appended, IdTaken, Request, append, request_of
from lrs.store.heads import find_head
from lrs.store.references import INHERITED_MOST
from lrs.store.statements import statement_key
from lrs.tenancy import OrganisationId
from lrs.versions import Version

Json = dict[str, Any]
MONDAY = 1_767_600_000_000_000


def number(at: int) -> UUID:
    # The variant sets these apart from the counted ids that the store gives.
    return UUID(int=(at << 80) | (4 << 76) | (9 << 60))


def statement(at: int | None = None, **changes: Any) -> Json:
    value: Json = {
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": "urn:v"},
        "object": {"id": "urn:a"},
        **changes,
    }
    return value if at is None else {"id": str(number(at)), **value}


def reference(at: int, target: int, **changes: Any) -> Json:
    return statement(at, object={"objectType": "StatementRef", "id": str(number(target))}, **changes)


def void(at: int, target: int) -> Json:
    return reference(at, target, verb={"id": VOIDED_VERB})


@pytest.fixture
def post(services: Services, caller: Caller) -> Callable[..., list[UUID]]:
    def _post(*values: Json) -> list[UUID]:
        return services.ingest.post(caller, Version.V1_0_3, json.dumps(values).encode())

    return _post


@pytest.fixture
def found(services: Services, caller: Caller) -> Callable[..., list[int]]:
    """Search, and return the numbers of the statements found, oldest first."""

    def _found(**asked: Any) -> list[int]:
        page = services.read.page(caller, PageQuery(ascending=True, limit=500, **asked), [])
        return [UUID(orjson.loads(body)["id"]).int >> 80 for body in page.bodies]

    return _found


def document(services: Services, caller: Caller, at: int) -> Json:
    row = services.store.collection("statements").find_one({"_id": statement_key(caller.organisation, number(at))})
    assert row is not None
    return row


def request(services: Services, caller: Caller, *values: Json) -> Request:
    texts = parse_statements(json.dumps(values).encode(), statement_bytes=10**6)
    candidates = [
        prepare(text, gist_of(caller.organisation, text.value), caller, Version.V1_0_3, services.ids) for text in texts
    ]
    return request_of(caller, candidates)


def append_all(
    services: Services, organisation: OrganisationId, requests: Sequence[Request]
) -> list[Appended | Conflict]:
    return services.store.transaction(
        lambda session: append(services.store, session, services.clock, organisation, requests)
    )


def test_what_is_stored_beside_the_bytes_says_what_the_bytes_say(services, caller, post):
    post(statement(1, result={"success": True, "completion": False, "score": {"scaled": 0.5}, "duration": "PT1M"},
                   timestamp="2026-01-05T08:00:01Z"))  # fmt: skip

    row = document(services, caller, 1)

    assert (row["o"], row["t"], row["n"], row["k"], row["ts"]) == (
        caller.organisation,
        MONDAY,
        0,
        "essai",
        MONDAY + 1_000_000,
    )
    assert (row["su"], row["co"], row["sc"], row["du"]) == (True, False, 0.5, 60.0)
    assert key(caller.organisation, "verb", "urn:v") in row["q"]
    assert row["l"] == sha256(b"\x00" + row["s"] + row["b"]).digest()
    assert len(row["s"]) == 16
    assert json.loads(row["b"])["stored"] == to_text(Micros(MONDAY))
    assert not {"x", "ref", "via", "e", "dup", "at", "vd"} & set(row)


def test_statements_of_a_batch_are_a_microsecond_and_a_position_apart_in_the_order_sent(services, caller, post):
    post(statement(3), statement(), statement(1))

    entries = list(services.statements.since(caller.organisation, 0))

    assert [(entry.stored - MONDAY, entry.position) for entry in entries] == [(0, 0), (1, 1), (2, 2)]
    assert [entry.statement_id for entry in entries][::2] == [number(3), number(1)]


def test_a_conflict_of_one_request_leaves_the_others_of_its_transaction_untouched(services, caller, post):
    post(statement(1))
    other = replace(caller, credential=CredentialId("other"))
    requests = [
        request(services, caller, statement(2), statement(3)),
        request(services, other, statement(4), statement(1, verb={"id": "urn:w"}), statement(5)),
        request(services, caller, statement(6), statement(1)),
    ]

    first, conflict, last = append_all(services, caller.organisation, requests)

    assert isinstance(conflict, Conflict)
    assert [problem.pointer for problem in conflict.problems] == ["/1/id"]
    assert isinstance(first, Appended)
    assert isinstance(last, Appended)
    assert (first.stored, last.stored, last.replayed) == ((number(2), number(3)), (number(6),), (number(1),))
    entries = list(services.statements.since(caller.organisation, 0))
    assert [(entry.position, entry.statement_id) for entry in entries] == list(enumerate(map(number, (1, 2, 3, 6))))
    head = find_head(services.store, caller.organisation)
    assert head.count == 4
    assert {name: sender.count for name, sender in head.senders.items()} == {"essai": 4, "other": 0}
    assert entries[-1].stored <= first.through == last.through == head.stored


def test_the_same_new_id_in_two_requests_of_one_transaction_is_a_replay_or_a_conflict(services, caller):
    requests = [
        request(services, caller, value) for value in (statement(1), statement(1), statement(1, verb={"id": "urn:w"}))
    ]

    first, second, third = append_all(services, caller.organisation, requests)

    assert isinstance(first, Appended)
    assert isinstance(second, Appended)
    assert (first.stored, first.replayed) == ((number(1),), ())
    assert (second.stored, second.replayed) == ((), (number(1),))
    assert isinstance(third, Conflict)
    assert find_head(services.store, caller.organisation).count == 1


def test_a_replay_alone_stores_nothing_and_takes_no_position(services, caller, post):
    post(statement(1), statement(2))
    before = document(services, caller, 1)

    (outcome,) = append_all(services, caller.organisation, [request(services, caller, statement(2), statement(1))])

    assert isinstance(outcome, Appended)
    assert (outcome.stored, outcome.replayed) == ((), (number(2), number(1)))
    assert document(services, caller, 1) == before
    assert find_head(services.store, caller.organisation).count == 2
    post(statement(3))
    assert document(services, caller, 3)["n"] == 2


def test_an_append_that_does_not_look_stores_what_is_new_and_says_when_an_id_is_taken(services, caller, post):
    post(statement(1))

    def append_blindly(*values: Json) -> list[Appended | Conflict]:
        requests = [request(services, caller, *values)]
        return services.store.transaction(
            lambda session: append(
                services.store, session, services.clock, caller.organisation, requests, look_first=False
            )
        )

    with pytest.raises(IdTaken):
        append_blindly(statement(2), statement(1))
    assert find_head(services.store, caller.organisation).count == 1

    (outcome,) = append_blindly(statement(2), statement(3))
    assert isinstance(outcome, Appended)
    assert outcome.stored == (number(2), number(3))


def test_a_sender_that_repeats_itself_is_answered_as_before_however_often(services, caller, post):
    for _ in range(3):
        assert post(statement(1), statement(2)) == [number(1), number(2)]
        assert post(statement(2), statement(3)) == [number(2), number(3)]

    assert [entry.position for entry in services.statements.since(caller.organisation, 0)] == [0, 1, 2]


def test_what_fails_in_the_middle_leaves_nothing_behind(services, caller, monkeypatch):
    def fail(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(append_module, "_mark_duplicates", fail)
    with pytest.raises(LookupError):
        append_all(services, caller.organisation, [request(services, caller, statement(1), statement(2))])

    assert services.store.collection("statements").count_documents({}) == 0
    assert find_head(services.store, caller.organisation).count == 0


def test_one_statement_id_belongs_to_each_organisation_apart(services, caller, post):
    post(statement(1))
    other = replace(caller, organisation=OrganisationId(77))

    (outcome,) = append_all(
        services, other.organisation, [request(services, other, statement(1, verb={"id": "urn:w"}))]
    )

    assert isinstance(outcome, Appended)
    assert outcome.stored == (number(1),)
    assert services.store.collection("statements").count_documents({}) == 2


# Content duplicates


def test_an_id_less_statement_sent_again_is_kept_marked_and_counted(services, caller, post):
    value = statement(timestamp="2026-01-05T07:00:00Z")
    before = services.ingest.counts.duplicates
    (first,) = post(value)
    second, third = post(value, value)

    entries = list(services.statements.since(caller.organisation, 0))

    assert [(entry.statement_id, entry.duplicate_of) for entry in entries] == [
        (first, None),
        (second, first),
        (third, first),
    ]
    assert services.ingest.counts.duplicates == before + 2
    listed = services.statements.duplicates(caller.organisation, Micros(0), 10)
    assert [(item.statement_id, item.first_id) for item in listed] == [(second, first), (third, first)]


@pytest.mark.parametrize(
    "other",
    [statement(timestamp="2026-01-05T07:00:01Z"), statement(timestamp="2026-01-05T07:00:00Z", verb={"id": "urn:w"})],
)
def test_what_differs_is_no_duplicate(services, caller, post, other):
    post(statement(timestamp="2026-01-05T07:00:00Z"), other)

    assert services.statements.duplicates(caller.organisation, Micros(0), 10) == []


def test_without_a_timestamp_or_with_an_id_or_from_another_sender_it_is_no_duplicate(services, caller, post):
    timed = {"timestamp": "2026-01-05T07:00:00Z"}
    post(statement(), statement())
    post(statement(1, **timed), statement(2, **timed), statement(**timed))
    other = replace(caller, credential=CredentialId("other"))
    services.ingest.post(other, Version.V1_0_3, json.dumps(statement(**timed)).encode())

    assert services.statements.duplicates(caller.organisation, Micros(0), 10) == []


# Voiding


@pytest.mark.parametrize("batches", [[[1, 9]], [[9, 1]], [[1], [9]], [[9], [1]]])
def test_a_voided_statement_is_not_found_whichever_of_the_two_came_first(services, caller, post, found, batches):
    values = {1: statement(1), 9: void(9, 1)}
    for batch in batches:
        post(*(values[at] for at in batch))

    assert found() == [9]
    assert document(services, caller, 1)["x"] is True


@pytest.mark.parametrize("order", list(itertools.permutations([1, 8, 9])))
@pytest.mark.parametrize("together", [False, True])
def test_a_voiding_statement_is_never_voided(services, caller, post, found, order, together):
    values = {1: statement(1), 8: void(8, 1), 9: void(9, 8)}
    batches = [order] if together else [(at,) for at in order]
    for batch in batches:
        post(*(values[at] for at in batch))

    assert set(found()) == {8, 9}
    assert "x" not in document(services, caller, 8)


def test_voiding_what_nobody_knows_is_stored_and_changes_nothing(found, post):
    post(statement(1), void(9, 5))

    assert found() == [1, 9]


def test_a_voiding_of_another_organisation_reaches_nobody(services, caller, post, found):
    post(statement(1))
    other = replace(caller, organisation=OrganisationId(77))

    append_all(services, other.organisation, [request(services, other, void(9, 1))])

    assert found() == [1]


# References


def test_a_chain_of_references_is_found_by_its_end_whatever_the_order_and_the_batches(services, caller):
    # 3 targets 2, 2 targets 1; only 1 has the verb.
    values = {1: statement(1, verb={"id": "urn:end"}), 2: reference(2, 1), 3: reference(3, 2)}
    cuts = [(), (1,), (2,), (1, 2)]
    bad = []
    for tried, (order, edges) in enumerate(itertools.product(itertools.permutations(values), cuts)):
        fresh = replace(caller, organisation=OrganisationId(1_000 + tried))
        for start, end in itertools.pairwise((0, *edges, 3)):
            append_all(
                services, fresh.organisation, [request(services, fresh, *(values[at] for at in order[start:end]))]
            )
        page = services.read.page(fresh, PageQuery(verb="urn:end"), [])
        if len(page.bodies) != 3:
            bad.append((order, edges))
    assert bad == []


def test_two_that_target_one_which_waits_are_found_by_what_it_waits_for(post, found):
    post(reference(2, 1), reference(1, 4))
    post(reference(3, 1), statement(4, verb={"id": "urn:end"}))

    assert found(verb="urn:end") == [2, 1, 3, 4]


def test_what_a_reference_inherits_is_matched_as_one_statement_and_not_as_a_mixture(post, found):
    ann, bob = {"mbox": "mailto:ann@example.org"}, {"mbox": "mailto:bob@example.org"}
    post(statement(1, actor=ann, verb={"id": "urn:end"}), reference(2, 1, actor=bob))

    assert found(agent="mbox mailto:ann@example.org", verb="urn:end") == [1, 2]
    assert found(agent="mbox mailto:bob@example.org", verb="urn:end") == []


def test_a_reference_to_what_is_voided_still_leads_there(post, found):
    post(statement(1, verb={"id": "urn:end"}), reference(2, 1), void(9, 1))

    assert found(verb="urn:end") == [2, 9]


def test_statements_that_target_each_other_do_not_go_round_for_ever(services, caller, post, found):
    post(reference(1, 2, verb={"id": "urn:one"}))
    post(reference(2, 1, verb={"id": "urn:two"}))
    post(reference(3, 3, verb={"id": "urn:three"}))

    assert found(verb="urn:one") == [1, 2]
    assert found(verb="urn:three") == [3]
    assert all(len(document(services, caller, at)["via"]) <= INHERITED_MOST for at in (1, 2, 3))


def test_a_long_chain_inherits_what_is_near_and_no_more(services, caller, post, found):
    post(statement(1, verb={"id": "urn:end"}), *(reference(at, at - 1) for at in range(2, 60)))

    assert found(verb="urn:end") == list(range(1, INHERITED_MOST + 2))
    assert len(document(services, caller, 59)["via"]) == INHERITED_MOST


def test_groups_of_thousands_in_a_chain_do_not_outgrow_a_record(services, caller, post):
    crowd = [{"mbox": f"mailto:{at}@example.org"} for at in range(9_000)]
    for at in range(1, 5):
        target = {"objectType": "StatementRef", "id": str(number(at - 1))}
        post(statement(at, actor={"objectType": "Group", "member": crowd}, object=target))

    assert [len(document(services, caller, at).get("via", [])) for at in range(1, 5)] == [0, 1, 1, 1]


# What is known of activities and agents


def test_definitions_and_names_too_large_to_keep_do_not_stop_statements(services, caller, post):
    for at in range(6):
        large = "x" * 700_000
        post(statement(at + 1, object={"id": "urn:a", "definition": {"extensions": {f"urn:x{at}": large}}},
                       actor={"mbox": "mailto:a@example.org", "name": f"{at}{large}"}))  # fmt: skip
    post(statement(10, actor={"mbox": "mailto:a@example.org", "name": "Anne"}))

    assert list(services.read.activity(caller, "urn:a")["definition"]["extensions"]) == ["urn:x0"]
    assert services.read.person(caller, {"mbox": "mailto:a@example.org"})["name"] == ["Anne"]
