"""Every index is used by the query that it is there for, and every query has one."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from analytics.feed import Kind as FeedKind
from analytics.store.facts import Facts
from analytics.store.feed import FeedFacts
from analytics.store.kept import KeptFacts
from analytics.store.summing import Summing
from evidence.archive import Kind as Kept
from evidence.store.archive import Archive
from evidence.store.trail import Trail, TrailQuery
from evidence.trail import Act, Deed
from lrs.caller import Caller, CredentialId
from lrs.clock import Micros
from lrs.documents.resources import STATE
from lrs.documents.selection import Context
from lrs.errors import Conflict, Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.statements.keys import key
from lrs.statements.query import PageQuery
from lrs.store import statements as statements_module
from lrs.store.database import Store
from lrs.store.finding import inherited
from lrs.store.indexes import INDEXES, Index
from lrs.store.quarantine import State
from lrs.versions import Version
from tests.analytics.store.rows import FIRST, many_facts
from tests.lrs.cmi5 import index_work as cmi5_work
from tests.lrs.packages import index_work as packages_work
from tests.lrs.profiles import index_work as profiles_work
from tests.lrs.scorm import index_work as scorm_work
from tests.lrs.store import evidence_work, followup_work, outlet_work, risk_work, source_work
from tests.training.examples import change, person
from training.access import Role, Viewer
from training.accounts import Accounts
from training.accounts.administration import Administration
from training.accounts.factors import Factors, Owner
from training.accounts.keys import AccessKeys
from training.accounts.tokens import Kind as AccountToken
from training.accounts.tokens import Tokens as AccountTokens
from training.attendance.claims import Claim, Claims
from training.attendance.tokens import Tokens
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.rights import Asked, Offer, Purpose, Right, Rights, Shares
from training.store import RecordReader, Register

RARE = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
ME = "mbox mailto:rare@example.org"
LATE = (2**60, RARE)
VERB, ACTIVITY = "urn:v:rare", "urn:a:rare"


def statement(at: int) -> dict[str, Any]:
    """One in twenty is what the searches look for; a few target another."""
    rare = at % 20 == 7
    target: dict[str, Any] = {"id": ACTIVITY if rare else f"urn:a:{at % 5}"}
    if at % 40 == 39:
        target = {"objectType": "StatementRef", "id": str(UUID(int=at - 32 + (4 << 76)))}
    value: dict[str, Any] = {
        "actor": {"mbox": f"mailto:{'rare' if rare else at % 7}@example.org"},
        "verb": {"id": VERB if rare else f"urn:v:{at % 3}"},
        "object": target,
        "context": {"registration": str(RARE)} if rare else {},
        "timestamp": "2026-01-05T07:00:00Z",
    }
    # Some without id, so that content duplicates are looked for.
    return value if at % 10 == 1 else {"id": str(UUID(int=at + (4 << 76))), **value}


@pytest.fixture
def filled(services: Services, caller: Caller) -> Services:
    services.ingest.post(caller, Version.V1_0_3, json.dumps([statement(at) for at in range(400)]).encode())
    # The same sender again, and what has become of its refusals: a few of many are what the searches look for.
    services.ingest.post(caller, Version.V1_0_3, json.dumps([statement(1), statement(11)]).encode())
    for at in range(30):
        held = hold(services, caller if at % 10 == 0 else replace(caller, credential=CredentialId(f"k{at % 3}")), at)
        if at % 10:
            services.quarantine.drop(caller.organisation, held)
    # Everybody on record has been written twice, and a few name somebody.
    register = Register(services.store, services.clock)
    for phone in ("01", "02"):
        people = [person(f"p{at}", phone=phone, merged_into="p1" if at % 20 == 7 else None) for at in range(100)]
        register.write(caller.organisation, [change(one) for one in people], "essai")
    many_facts(services, caller.organisation)
    evidence_work.many_documents(services, caller.organisation)
    for collection in {index.collection for index in INDEXES}:
        # What was the best plan for another test's data is remembered for a while.
        services.store.database.command("planCacheClear", collection)
    return services


def stages(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan
        for inner in plan.values():
            yield from stages(inner)
    elif isinstance(plan, list):
        for inner in plan:
            yield from stages(inner)


FILTERS: dict[str, dict[str, Any]] = {
    "verb": {"verb": VERB},
    "agent": {"agent": ME},
    "related agent": {"agent": ME, "related_agents": True},
    "activity": {"activity": ACTIVITY},
    "related activity": {"activity": ACTIVITY, "related_activities": True},
    "registration": {"registration": RARE},
    "since": {"since": Micros(1_767_600_000_000_100)},
    "until": {"until": Micros(1_767_600_000_000_200)},
    "cursor": {"cursor": Micros(1_767_600_000_000_150)},
}
SOME = [choice for size in (0, 1, 2) for choice in itertools.combinations(FILTERS, size)] + [tuple(FILTERS)]


def explained(services: Services, find: dict[str, Any]) -> list[dict[str, Any]]:
    command = {"find": statements_module.COLLECTION, **find}
    told = services.store.database.command("explain", command, verbosity="queryPlanner")
    return list(stages(told["queryPlanner"]["winningPlan"]))


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("mine", [False, True])
def test_a_page_is_read_off_an_index_in_order_whatever_is_asked(filled, caller, follow, mine):
    writer = filled.read._writer(caller) if not mine else 5
    bad = []
    for chosen, ascending in itertools.product(SOME, (False, True)):
        query = PageQuery(
            ascending=ascending, **{name: value for one in chosen for name, value in FILTERS[one].items()}
        )

        wanted = filled.statements._rarest_first(caller.organisation, query)
        find = filled.statements.find_page(caller.organisation, query, wanted, 11, follow=follow, writer=writer)
        plan = explained(filled, find)

        kinds = [stage["stage"] for stage in plan]
        # A sharded cluster sends the query to one organisation's shard, and no other tenant's entries are touched.
        starts = [stage["indexBounds"]["o"] for stage in plan if stage["stage"] == "IXSCAN"]
        is_own = all(bounds == [f"[{caller.organisation}, {caller.organisation}]"] for bounds in starts)
        if "IXSCAN" not in kinds or {"COLLSCAN", "SORT"} & set(kinds) or not is_own:
            bad.append((chosen, ascending, kinds, starts))
    assert bad == []


@pytest.mark.parametrize("follow", [False, True])
def test_the_index_is_read_by_the_rarest_of_what_is_asked_for(filled, caller, monkeypatch, follow):
    # Few have this verb, and many this agent, which is usually the other way round.
    monkeypatch.setattr(statements_module, "_FEW", 25)
    common, rare = (
        key(caller.organisation, "agent", "mbox mailto:1@example.org"),
        key(caller.organisation, "verb", VERB),
    )
    query = PageQuery(agent="mbox mailto:1@example.org", verb=VERB)

    wanted = filled.statements._rarest_first(caller.organisation, query)
    find = filled.statements.find_page(caller.organisation, query, wanted, 11, follow=follow, writer=None)

    assert wanted == [rare, common]
    plan = explained(filled, find)
    bounds = [stage["indexBounds"]["q"] for stage in plan if stage["stage"] == "IXSCAN"]
    assert bounds == [[f"[{number}, {number}]"] for number in ([rare, inherited(rare)] if follow else [rare])]


@contextmanager
def profiled(store: Store) -> Iterator[list[dict[str, Any]]]:
    """Gather what the database says of every operation that runs in here."""
    operations: list[dict[str, Any]] = []
    store.database.command("profile", 2)
    try:
        yield operations
    finally:
        store.database.command("profile", 0)
        operations.extend(store.database["system.profile"].find({"ns": {"$not": {"$regex": "system"}}}))
        store.database["system.profile"].drop()


def page(**asked: Any) -> Callable[[Services, Caller], object]:
    def run(services: Services, caller: Caller) -> object:
        return list(services.statements.page(caller.organisation, PageQuery(**asked), 11, follow=True, writer=None))

    return run


def post(value: dict[str, Any]) -> Callable[[Services, Caller], object]:
    return lambda services, caller: services.ingest.post(caller, Version.V1_0_3, json.dumps(value).encode())


def hold(services: Services, caller: Caller, at: int = 0) -> UUID:
    body = b"{%d" % at
    return services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", body, [Problem("", "x")])


def rotate(services: Services, caller: Caller) -> None:
    issued = services.credentials.rotate(caller.organisation, caller.credential, grace_seconds=0)
    assert issued.secret


def read_page_of_mine(services: Services, caller: Caller) -> object:
    return list(services.statements.page(caller.organisation, PageQuery(), 11, follow=False, writer=5))


Work = evidence_work.Work

# Whatever a statement is found by.
FINDINGS: dict[str, Work] = {
    "verb": page(verb=VERB),
    "agent": page(agent=ME),
    "related agent": page(agent=ME, related_agents=True),
    "activity": page(activity=ACTIVITY),
    "related activity": page(activity=ACTIVITY, related_activities=True),
    "registration": page(registration=RARE),
    "agent, verb and activity": page(agent=ME, verb=VERB, activity=ACTIVITY),
    "what one authority wrote": read_page_of_mine,
    "what targets one just stored": post({**statement(7), "id": "00000000-0000-4000-8000-000000000001"}),
    "a content duplicate": post(statement(1)),
    "content duplicates": lambda services, caller: services.statements.duplicates(caller.organisation, Micros(0), 5),
}
# Each other index, and real work that needs it.
USES: dict[tuple[str, ...], Work] = {
    **evidence_work.USES,
    **risk_work.USES,
    **outlet_work.USES,
    **source_work.USES,
    **cmi5_work.USES,
    **packages_work.USES,
    **profiles_work.USES,
    **scorm_work.USES,
    **followup_work.USES,
    ("statements", "o", "t"): lambda services, caller: list(services.statements.since(caller.organisation, 390, 5)),
    ("organisations", "slug"): lambda services, _: Organisations(services.store, services.clock).find("essai"),
    ("access_keys", "o", "created", "_id"): lambda services, caller: AccessKeys(services).list(caller.organisation),
    ("credentials", "o", "created", "_id"): lambda services, caller: services.credentials.page(
        caller.organisation, (5, "x"), 5
    ),
    ("tokens", "o", "c"): rotate,
    ("quarantine", "o", "received", "_id"): lambda services, caller: services.quarantine.page(
        caller.organisation, None, LATE, 5
    ),
    ("quarantine", "o", "state", "received", "_id"): lambda services, caller: services.quarantine.page(
        caller.organisation, State.HELD, LATE, 5
    ),
    ("quarantine", "o", "c", "digest"): hold,
    ("accounts", "login"): lambda services, _: _sign_in(services),
    ("accounts", "organisation", "email"): lambda services, caller: _administration(services).members(_viewer(caller)),
    ("account_sessions", "o", "a"): lambda services, caller: Accounts(
        services.store, services.clock
    ).sessions.of_account(caller.organisation, "7"),
    ("account_tokens", "o", "a", "k"): lambda services, caller: AccountTokens(
        services.store, services.clock, services.ids
    ).drop(caller.organisation, "7", AccountToken.RESET),
    ("account_factors", "o", "a"): lambda services, caller: Factors(
        services.store, services.clock, services.ids, services.secret_key
    ).all(Owner(caller.organisation, "7")),
    ("feed_counts", "o", "k", "n"): lambda services, caller: FeedFacts(services.store).rows(
        caller.organisation, next(iter(FeedKind)), most_frequent=5
    ),
    ("feed_counts", "o", "k", "i"): lambda services, caller: FeedFacts(services.store).rows(
        caller.organisation, next(iter(FeedKind)), since="x"
    ),
    ("fact_days", "o", "d"): lambda services, caller: list(
        Facts(services.store, services.clock).days(caller.organisation, since=FIRST, until=FIRST)
    ),
    ("fact_days", "o", "s", "d"): lambda services, caller: list(
        Facts(services.store, services.clock).days(caller.organisation, session_ids=["s7"])
    ),
    ("fact_days", "o", "odd", "s"): lambda services, caller: list(
        Facts(services.store, services.clock).anomalies(caller.organisation)
    ),
    ("fact_activities", "o", "s"): lambda services, caller: list(
        Facts(services.store, services.clock).standings(caller.organisation, session_ids=["s7"])
    ),
    ("fact_activities", "o", "odd", "s"): lambda services, caller: list(
        Facts(services.store, services.clock).anomalies(caller.organisation)
    ),
    ("fact_enrolments", "o", "s"): lambda services, caller: list(
        Facts(services.store, services.clock).slots(caller.organisation, session_ids=["s7"])
    ),
    ("fact_enrolments", "o", "odd", "s"): lambda services, caller: list(
        Facts(services.store, services.clock).anomalies(caller.organisation)
    ),
    ("fact_enrolments", "o", "p"): lambda services, caller: (
        KeptFacts(services.store).enrolment_names(caller.organisation, "p7"),
    ),
    ("fact_enrolments", "o", "next"): lambda services, caller: (
        KeptFacts(services.store).due(caller.organisation, 5, 10),
        KeptFacts(services.store).next_due(caller.organisation),
    ),
    ("fact_sessions", "o", "s"): lambda services, caller: Summing(services.store).waiting(caller.organisation),
    ("fact_people", "o", "r"): lambda services, caller: (
        KeptFacts(services.store).with_strays(caller.organisation, [bytes(16)]),
    ),
    ("record_versions", "organisation", "kind", "record_id", "version"): lambda services, caller: (
        RecordReader(services.store, services.clock).get(caller.organisation, Kind.PERSON, "p7"),
        RecordReader(services.store, services.clock).history(caller.organisation, Kind.PERSON, "p7"),
        RecordReader(services.store, services.clock).page(caller.organisation, Kind.PERSON, after="p5", limit=5),
    ),
    ("record_versions", "organisation", "change"): lambda services, caller: RecordReader(
        services.store, services.clock
    ).changes_since(caller.organisation, 190, 5),
    ("record_versions", "organisation", "kind", "until"): lambda services, caller: RecordReader(
        services.store, services.clock
    ).records(caller.organisation),
    ("record_versions", "organisation", "keys"): lambda services, caller: Register(
        services.store, services.clock
    ).write(caller.organisation, [change(person("p8", phone="03"))], "essai"),
    ("attendance_tokens", "o", "s", "e"): lambda services, caller: Tokens(services).drop(caller.organisation, "s", ""),
    ("attendance_claims", "o", "d"): lambda services, caller: _claims(services, caller).has_drawing(_claim(caller, 7)),
    ("attendance_claims", "o", "v", "t"): lambda services, caller: _claims(services, caller).count_of_device(
        _claim(caller, 7), 60
    ),
    ("attendance_claims", "o", "p", "t"): lambda services, caller: _claims(services, caller).is_elsewhere(
        _claim(caller, 7), 60
    ),
    ("archive", "o", "claims.about", "at"): lambda services, caller: _archive(services, caller).about(
        caller.organisation, "e:7"
    ),
    ("trail", "o", "n"): lambda services, caller: list(
        _trail(services, caller).entries(caller.organisation, after=40, limit=5)
    ),
    ("trail", "o", "who", "n"): lambda services, caller: list(
        _trail(services, caller).entries(caller.organisation, TrailQuery(who="account:7"))
    ),
    ("trail", "o", "what", "n"): lambda services, caller: list(
        _trail(services, caller).entries(caller.organisation, TrailQuery(what="archive:7"))
    ),
    ("rights_requests", "o", "p", "at", "_id"): lambda services, caller: _rights(services, caller).of_people(
        caller.organisation, [PersonId("p1"), PersonId("p2")]
    ),
    ("rights_requests", "o", "state", "due", "_id"): lambda services, caller: _rights(services, caller).open_ones(
        caller.organisation
    ),
    ("rights_requests", "o", "purposes"): lambda services, caller: _rights(services, caller).objectors(
        caller.organisation, Purpose.SCORING
    ),
    ("shares", "o", "p", "at"): lambda services, caller: _shares(services, caller).of_people(
        caller.organisation, [PersonId("p1")]
    ),
    ("shares", "o", "id"): lambda services, caller: _withdraw(_shares(services, caller), caller),
    ("documents", "o", "c", "u", "i", "r"): lambda services, caller: services.documents.entries(
        caller.organisation, Context(STATE, "urn:a", "mbox mailto:a@example.org"), Micros(1)
    ),
}


def _rights(services: Services, caller: Caller) -> Rights:
    rights = Rights(services.store, services.clock, services.ids)
    for at in range(30):
        purposes = frozenset({list(Purpose)[at % 2]}) if at % 3 == 0 else frozenset()
        right = Right.OBJECTION if purposes else Right.ACCESS
        rights.open(caller.organisation, PersonId(f"p{at % 10}"), Asked(right, purposes=purposes), "account:a")
    return rights


def _shares(services: Services, caller: Caller) -> Shares:
    shares = Shares(services)
    for at in range(30):
        offer = Offer((f"c{at}",), "A", "B", date(2026, 1, 9))
        shares.share(caller.organisation, PersonId(f"p{at % 10}"), offer)
    return shares


def _withdraw(shares: Shares, caller: Caller) -> None:
    people = [PersonId("p1")]
    shares.withdraw(caller.organisation, shares.of_people(caller.organisation, people)[0].id, people)


def _archive(services: Services, caller: Caller) -> Archive:
    archive = Archive(services.store, services.clock, Trail(services.store, services.clock))
    for at in range(20):
        archive.put(caller.organisation, Kept.DOCUMENT, "text/plain", b"%d" % at, "retention.documents", [f"e:{at}"])
    return archive


def _trail(services: Services, caller: Caller) -> Trail:
    trail = Trail(services.store, services.clock)
    trail.record(caller.organisation, *(Deed(f"account:{at}", Act.READ, f"archive:{at}") for at in range(50)))
    return trail


def _claims(services: Services, caller: Caller) -> Claims:
    claims = Claims(services)
    for at in range(30):
        claims.put(_claim(caller, at), 60)
    return claims


def _claim(caller: Caller, at: int) -> Claim:
    return Claim(
        caller.organisation, f"s{at}", "e", f"p{at}", f"v{at}", f"d{at}", Micros(10**15 + at), Micros(0), Micros(9)
    )


def _sign_in(services: Services) -> None:
    with pytest.raises(Exception, match="go together"):
        Accounts(services.store, services.clock).sign_in("nobody@example.org", "wrong", "127.0.0.1")


def _administration(services: Services) -> Administration:
    return Administration(services.store, services.clock, services.ids, services.secret_key)


def _viewer(caller: Caller) -> Viewer:
    return Viewer(caller.organisation, Role.ADMINISTRATOR, "essai")


def named(index: Index) -> tuple[str, ...]:
    return (index.collection, *(name for name, _ in index.keys))


QUERIED = [index for index in INDEXES if index.expire_after_seconds is None]


def test_each_index_serves_the_work_that_it_is_there_for_and_nothing_is_scanned_or_sorted(filled, caller):
    bad = []
    by_entry = next(index for index in QUERIED if named(index) == ("statements", "o", "q", "t"))
    works = [(index, USES[named(index)]) for index in QUERIED if index is not by_entry]
    for index, work in [*works, *((by_entry, work) for work in FINDINGS.values())]:
        with profiled(filled.store) as operations:
            work(filled, caller)
        plans = [one.get("planSummary", "") for one in operations if one["ns"].endswith(f".{index.collection}")]
        wanted = "IXSCAN { " + ", ".join(f"{name}: {order}" for name, order in index.keys) + " }"
        is_used = any(wanted in plan for plan in plans)
        scans = any("COLLSCAN" in plan for plan in plans) or any(one.get("hasSortStage") for one in operations)
        if scans or not is_used:
            bad.append((named(index), plans))
    assert bad == []


@pytest.mark.parametrize(("collection", "work"), evidence_work.BY_ID.items())
def test_what_has_no_index_of_its_own_reads_one_organisation_by_id(services, caller, collection, work):
    with profiled(services.store) as operations:
        work(services, caller)

    reads = [one for one in operations if one["ns"].endswith(f".{collection}") and one.get("planSummary")]
    assert {one["planSummary"] for one in reads} <= {"IXSCAN { _id: 1 }", "IDHACK"}
    assert not any(one.get("hasSortStage") for one in reads)
    assert 0 < max(one["docsExamined"] for one in reads) <= evidence_work.OF_ONE


def test_every_index_is_named_once_and_is_in_the_database_as_it_is_written(store):
    assert len({named(index) for index in INDEXES}) == len(INDEXES)
    for index in INDEXES:
        found = [
            made
            for made in store.collection(index.collection).list_indexes()
            if tuple(made["key"].items()) == index.keys
        ]
        assert len(found) == 1, index
        assert found[0].get("unique", False) == index.unique
        assert found[0].get("partialFilterExpression") == index.partial
        assert found[0].get("expireAfterSeconds") == index.expire_after_seconds


def test_records_and_their_indexes_are_compressed(store):
    for name in {index.collection for index in INDEXES}:
        stats = store.database.command("collStats", name, indexDetails=True)
        assert "block_compressor=zstd" in stats["wiredTiger"]["creationString"], name
        for index, details in stats["indexDetails"].items():
            assert "block_compressor=zstd" in details["creationString"], (name, index)


def test_no_index_of_the_database_is_one_that_nobody_asked_for(store):
    known = {named(index) for index in INDEXES}
    for collection in {index.collection for index in INDEXES}:
        for made in store.collection(collection).list_indexes():
            assert made["name"] == "_id_" or (collection, *made["key"]) in known


def test_an_append_reads_by_index_alone(filled, caller):
    batch = [{**statement(at), "id": str(UUID(int=at + 1_000 + (4 << 76)))} for at in range(45)]
    body = json.dumps([*batch, statement(1), statement(2)]).encode()

    with profiled(filled.store) as operations:
        filled.ingest.post(caller, Version.V1_0_3, body)

    reads = [operation for operation in operations if operation.get("planSummary")]
    assert {operation["planSummary"].split(" ")[0] for operation in reads} <= {"IXSCAN", "IDHACK"}
    assert sum(operation.get("docsExamined", 0) for operation in reads) < 200


def test_statements_of_the_older_form_are_refused_and_not_hidden(store):
    # Their searches read other fields: without this they would find nothing, in silence.
    statements = store.collection("statements")
    older = statements.create_index([("o", 1), ("v", 1), ("t", 1)])
    try:
        before = sorted(index["name"] for index in statements.list_indexes())

        with pytest.raises(Conflict, match="earlier development version"):
            store.ensure_indexes()

        assert sorted(index["name"] for index in statements.list_indexes()) == before
    finally:
        # The next test of this worker has the same database.
        statements.drop_index(older)
