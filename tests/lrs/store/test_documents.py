from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from lrs.clock import FixedClock, Micros
from lrs.documents.changes import merger, removal, replacement
from lrs.documents.document import LARGEST_BYTES, Document
from lrs.documents.preconditions import Preconditions, parse_preconditions
from lrs.documents.resources import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from lrs.documents.selection import Address, Context
from lrs.errors import Overloaded, PreconditionFailed
from lrs.store.database import Store
from lrs.store.documents import DOCUMENTS, DocumentStore
from lrs.tenancy import OrganisationId
from lrs.versions import Version

ONE, TWO = OrganisationId(1), OrganisationId(2)
COURSE = Context(STATE, "http://example.org/cours/1", "mbox mailto:anne@example.org")
ENROLLED = Context(STATE, COURSE.activity, COURSE.agent, UUID(int=7))
MARK = Address(COURSE, "signet")
TEXT = Document("text/plain", b"page 12")


@pytest.fixture
def documents(store: Store, clock: FixedClock) -> DocumentStore:
    return DocumentStore(store, clock)


def put(document: Document):
    return replacement(document, STATE, Version.V1_0_3, Preconditions())


def post(**members: object):
    return merger(Document("application/json", json.dumps(members).encode()), Preconditions())


def ids(entries):
    return [entry.id for entry in entries]


def test_a_document_comes_back_byte_for_byte(documents):
    sent = Document("image/png; x=1", bytes(range(256)))

    documents.change(ONE, MARK, put(sent))

    stored = documents.find(ONE, MARK)
    assert stored is not None
    assert stored.document == sent
    assert stored.tag == sent.tag


def test_the_largest_document_fits_a_record(documents):
    sent = Document("a/b", bytes(LARGEST_BYTES))

    documents.change(ONE, MARK, put(sent))

    assert documents.find(ONE, MARK).document.body == sent.body


@pytest.mark.parametrize(
    "other",
    [
        Address(COURSE, "Signet"),
        Address(ENROLLED, "signet"),
        Address(Context(STATE, "http://example.org/cours/2", COURSE.agent), "signet"),
        Address(Context(STATE, COURSE.activity, "mbox mailto:bob@example.org"), "signet"),
        Address(Context(ACTIVITY_PROFILE, COURSE.activity), "signet"),
        Address(Context(AGENT_PROFILE, None, COURSE.agent), "signet"),
    ],
)
def test_a_document_is_found_at_its_own_address_only(documents, other):
    documents.change(ONE, MARK, put(TEXT))

    assert documents.find(ONE, MARK) is not None
    assert documents.find(ONE, other) is None
    assert documents.entries(ONE, other.context) == [] or other.context == COURSE


def test_one_organisation_neither_sees_nor_changes_what_another_has(documents):
    documents.change(ONE, MARK, put(TEXT))

    assert documents.find(TWO, MARK) is None
    assert documents.entries(TWO, COURSE) == []
    documents.change(TWO, MARK, removal(Preconditions()))
    documents.remove_all(TWO, COURSE)
    documents.change(TWO, MARK, put(Document("text/plain", b"other")))
    assert documents.find(ONE, MARK).document == TEXT


def test_a_list_without_registration_has_the_documents_of_every_registration_each_id_once(documents, clock):
    for context in (COURSE, ENROLLED):
        for name in ("signet", "notes"):
            documents.change(ONE, Address(context, name), put(TEXT))
            clock.micros += 1

    assert ids(documents.entries(ONE, COURSE)) == ["signet", "notes"]
    assert ids(documents.entries(ONE, ENROLLED)) == ["signet", "notes"]
    assert ids(documents.entries(ONE, Context(STATE, COURSE.activity, COURSE.agent, UUID(int=8)))) == []


def test_since_leaves_out_what_was_written_at_that_instant_or_before(documents, clock):
    instants = {}
    for name in ("a", "b", "c"):
        clock.micros += 10
        instants[name] = clock.now_micros()
        documents.change(ONE, Address(COURSE, name), put(TEXT))

    assert ids(documents.entries(ONE, COURSE, instants["b"])) == ["c"]
    assert ids(documents.entries(ONE, COURSE, Micros(instants["b"] - 1))) == ["b", "c"]
    assert documents.entries(ONE, COURSE)[-1].updated == instants["c"]


def test_a_change_is_later_than_the_one_before_even_on_a_clock_that_stands_still_or_goes_back(documents, clock):
    documents.change(ONE, MARK, put(TEXT))
    before = documents.find(ONE, MARK).updated
    documents.change(ONE, MARK, put(TEXT))
    clock.micros -= 1_000_000
    documents.change(ONE, MARK, put(TEXT))

    assert documents.find(ONE, MARK).updated == before + 2
    assert ids(documents.entries(ONE, COURSE, before)) == ["signet"]


def test_a_list_is_answered_by_its_index_without_reading_a_document(documents, store):
    for registration in (None, UUID(int=7), UUID(int=8)):
        context = Context(STATE, COURSE.activity, COURSE.agent, registration)
        documents.change(ONE, Address(context, "x"), put(TEXT))
    record = store.collection(DOCUMENTS).find_one({"r": {"$exists": True}})

    for extra in ({}, {"u": {"$gt": 0}}, {"r": record["r"]}, {"r": record["r"], "u": {"$gt": 0}}):
        found = store.collection(DOCUMENTS).find({"o": ONE, "c": record["c"], **extra}, {"_id": False, "u": 1, "i": 1})
        statistics = found.sort([("u", 1), ("i", 1)]).explain()["executionStats"]
        assert statistics["nReturned"] > 0
        assert statistics["totalDocsExamined"] == 0
        assert "SORT" not in json.dumps(statistics, default=str).replace("SORT_KEY", "")


def test_removing_all_removes_what_the_list_shows_and_nothing_else(documents):
    elsewhere = Address(Context(STATE, "http://example.org/cours/2", COURSE.agent), "signet")
    for address in (MARK, Address(ENROLLED, "signet"), elsewhere):
        documents.change(ONE, address, put(TEXT))

    documents.remove_all(ONE, ENROLLED)
    assert documents.find(ONE, Address(ENROLLED, "signet")) is None
    assert documents.find(ONE, MARK) is not None

    documents.change(ONE, Address(ENROLLED, "signet"), put(TEXT))
    documents.remove_all(ONE, COURSE)
    assert documents.entries(ONE, COURSE) == []
    assert documents.find(ONE, elsewhere) is not None


def test_deleting_what_is_not_there_changes_nothing(documents):
    documents.change(ONE, MARK, removal(Preconditions()))

    assert documents.find(ONE, MARK) is None


def test_a_refused_change_writes_nothing(documents):
    documents.change(ONE, MARK, put(TEXT))
    before = documents.find(ONE, MARK)
    other = parse_preconditions('"other"', None)

    for change in (
        replacement(Document("a/b", b""), STATE, Version.V1_0_3, other),
        merger(Document("a/b", b""), other),
        removal(other),
    ):
        with pytest.raises(PreconditionFailed):
            documents.change(ONE, MARK, change)

    assert documents.find(ONE, MARK) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_a_writer_that_always_loses_is_told_that_nothing_was_written(documents, is_there):
    if is_there:
        documents.change(ONE, MARK, put(TEXT))
    turns = iter(range(1_000))

    def overtaken(stored):
        if is_there:
            documents.change(ONE, MARK, put(Document("text/plain", str(next(turns)).encode())))
        else:
            documents.change(ONE, MARK, put(TEXT))
        return Document("text/plain", b"mine")

    with pytest.raises(Overloaded, match="nothing was written"):
        documents.change(ONE, MARK, overtaken, patience_seconds=0)
    assert documents.find(ONE, MARK).document.body != b"mine"


def together(count: int, work):
    """Run `work(number)` in `count` threads that start at once; return what each returned or refused with."""
    barrier = Barrier(count)

    def run(number: int):
        barrier.wait()
        try:
            return work(number)
        except PreconditionFailed as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_eight_writers_that_merge_different_members_lose_none(documents):
    def merge_six(writer: int) -> None:
        for turn in range(6):
            documents.change(ONE, MARK, post(**{f"{writer}-{turn}": turn}))

    together(8, merge_six)

    members = json.loads(documents.find(ONE, MARK).document.body)
    assert members == {f"{writer}-{turn}": turn for writer in range(8) for turn in range(6)}


def test_of_writers_that_expect_nothing_there_exactly_one_wins(documents):
    nothing = parse_preconditions(None, "*")

    for name in map(str, range(5)):
        address = Address(COURSE, name)

        def create(writer: int, address: Address = address) -> int:
            sent = Document("text/plain", str(writer).encode())
            documents.change(ONE, address, replacement(sent, STATE, Version.V1_0_3, nothing))
            return writer

        winners = [one for one in together(8, create) if isinstance(one, int)]
        assert len(winners) == 1
        assert documents.find(ONE, address).document.body == str(winners[0]).encode()


def test_of_writers_and_deleters_that_saw_the_same_version_exactly_one_wins(documents):
    for turn in range(5):
        address = Address(COURSE, str(turn))
        documents.change(ONE, address, put(TEXT))
        seen = parse_preconditions(f'"{TEXT.tag}"', None)

        def act(writer: int, address: Address = address, seen: Preconditions = seen) -> int:
            sent = Document("text/plain", str(writer).encode())
            change = removal(seen) if writer % 2 else replacement(sent, STATE, Version.V2_0_0, seen)
            documents.change(ONE, address, change)
            return writer

        winners = [one for one in together(6, act) if isinstance(one, int)]
        assert len(winners) == 1
        stored = documents.find(ONE, address)
        assert (stored is None) == bool(winners[0] % 2)
