"""The one read path: every filter agrees with a naive one over the parsed statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.caller import Caller, Scope
from lrs.clock import Micros, to_text
from lrs.errors import Forbidden, NotFound
from lrs.limits import Limits
from lrs.services import Services
from lrs.statements.keys import VOIDED_VERB
from lrs.statements.query import PageQuery, SingleQuery, parse_more_token, parse_query
from lrs.tenancy import OrganisationId
from lrs.versions import Version

Json = dict[str, Any]
MONDAY = 1_767_600_000_000_000
AGENTS: list[Json] = [
    {"mbox": "mailto:a@example.org"},
    {"mbox_sha1sum": "a" * 40},
    {"openid": "https://a.example.org/"},
    {"account": {"homePage": "https://a.example.org", "name": "a"}},
]
VERBS = ["urn:v:1", "urn:v:2"]
ACTIVITIES = ["urn:a:1", "urn:a:2", "urn:a:3"]
REGISTRATIONS = ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"]
IDS = [str(UUID(int=(at << 80) | (4 << 76) | (9 << 60))) for at in range(1, 11)]
_NUMBERS = count(1_000)


# Generated statements


def maybe(name: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.one_of(st.just({}), value.map(lambda found: {name: found}))


def merged(*parts: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


PERSONS = st.sampled_from(AGENTS)
ANONYMOUS = st.lists(PERSONS, min_size=1, max_size=2).map(lambda members: {"objectType": "Group", "member": members})
IDENTIFIED = st.tuples(PERSONS, st.lists(PERSONS, max_size=2)).map(
    lambda pair: {"objectType": "Group", **pair[0], **({"member": pair[1]} if pair[1] else {})}
)
ACTORS = PERSONS | ANONYMOUS | IDENTIFIED
TARGET_ACTIVITIES = st.sampled_from(ACTIVITIES).map(lambda iri: {"id": iri})
REFERENCES = st.sampled_from([*IDS, "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"]).map(
    lambda target: {"objectType": "StatementRef", "id": target}
)
SURROUNDINGS = st.dictionaries(
    st.sampled_from(["parent", "grouping", "category", "other"]),
    TARGET_ACTIVITIES | st.lists(TARGET_ACTIVITIES, min_size=1, max_size=2),
    max_size=2,
)
CONTEXTS = merged(
    maybe("instructor", ACTORS),
    maybe("team", ANONYMOUS | IDENTIFIED),
    maybe("contextAgents", PERSONS.map(lambda agent: [{"objectType": "contextAgent", "agent": agent}])),
    maybe("contextGroups", IDENTIFIED.map(lambda group: [{"objectType": "contextGroup", "group": group}])),
    maybe("contextActivities", SURROUNDINGS),
)
WITH_REGISTRATION = merged(CONTEXTS, maybe("registration", st.sampled_from(REGISTRATIONS)))
AGENT_TARGETS = PERSONS.map(lambda agent: {"objectType": "Agent", **agent}) | ANONYMOUS | IDENTIFIED
SUBSTATEMENTS = merged(
    st.just({"objectType": "SubStatement"}),
    ACTORS.map(lambda actor: {"actor": actor}),
    st.sampled_from(VERBS).map(lambda verb: {"verb": {"id": verb}}),
    (TARGET_ACTIVITIES | AGENT_TARGETS | REFERENCES).map(lambda target: {"object": target}),
    maybe("context", CONTEXTS),
)
STATEMENTS = merged(
    ACTORS.map(lambda actor: {"actor": actor}),
    st.sampled_from(VERBS).map(lambda verb: {"verb": {"id": verb}}),
    (TARGET_ACTIVITIES | TARGET_ACTIVITIES | REFERENCES | REFERENCES | AGENT_TARGETS | SUBSTATEMENTS).map(
        lambda target: {"object": target}
    ),
    maybe("context", WITH_REGISTRATION),
)
VOIDINGS = st.tuples(PERSONS, REFERENCES).map(
    lambda pair: {"actor": pair[0], "verb": {"id": VOIDED_VERB}, "object": pair[1]}
)
LOGS = st.lists(st.one_of(STATEMENTS, STATEMENTS, STATEMENTS, VOIDINGS), min_size=1, max_size=len(IDS)).flatmap(
    lambda values: st.permutations(IDS[: len(values)]).map(
        lambda ids: [{"id": sent, **value} for sent, value in zip(ids, values, strict=True)]
    )
)
FILTERS = merged(
    maybe("agent", PERSONS.map(json.dumps)),
    maybe("verb", st.sampled_from([*VERBS, VOIDED_VERB])),
    maybe("activity", st.sampled_from(ACTIVITIES)),
    maybe("registration", st.sampled_from(REGISTRATIONS)),
    maybe("related_agents", st.sampled_from(["true", "false"])),
    maybe("related_activities", st.sampled_from(["true", "false"])),
    maybe("since", st.integers(-1, 11).map(lambda at: to_text(Micros(MONDAY + at)))),
    maybe("until", st.integers(-1, 11).map(lambda at: to_text(Micros(MONDAY + at)))),
    maybe("ascending", st.sampled_from(["true", "false"])),
    maybe("limit", st.integers(0, 5).map(str)),
)


# The naive filter: parsed statements, written from the standard and knowing nothing of keys.


def agents_in(agent: Json) -> Iterator[Json]:
    yield {name: value for name, value in agent.items() if name in {"mbox", "mbox_sha1sum", "openid", "account"}}
    yield from agent.get("member", ())


def own_agents(part: Json) -> Iterator[Json]:
    yield from agents_in(part["actor"])
    if part["object"].get("objectType") in {"Agent", "Group"}:
        yield from agents_in(part["object"])


def related_agents(part: Json) -> Iterator[Json]:
    yield from own_agents(part)
    context = part.get("context", {})
    for agent in (
        *(context[name] for name in ("instructor", "team") if name in context),
        *(item["agent"] for item in context.get("contextAgents", ())),
        *(item["group"] for item in context.get("contextGroups", ())),
    ):
        yield from agents_in(agent)
    if part["object"].get("objectType") == "SubStatement":
        yield from related_agents(part["object"])


def own_activities(part: Json) -> Iterator[str]:
    if part["object"].get("objectType", "Activity") == "Activity":
        yield part["object"]["id"]


def related_activities(part: Json) -> Iterator[str]:
    yield from own_activities(part)
    for kind in part.get("context", {}).get("contextActivities", {}).values():
        yield from (item["id"] for item in ([kind] if isinstance(kind, dict) else kind))
    if part["object"].get("objectType") == "SubStatement":
        yield from related_activities(part["object"])


def has_all(value: Json, asked: dict[str, str]) -> bool:
    agents = related_agents if asked.get("related_agents") == "true" else own_agents
    activities = related_activities if asked.get("related_activities") == "true" else own_activities
    return (
        ("agent" not in asked or json.loads(asked["agent"]) in list(agents(value)))
        and ("verb" not in asked or value["verb"]["id"] == asked["verb"])
        and ("activity" not in asked or asked["activity"] in list(activities(value)))
        and ("registration" not in asked or value.get("context", {}).get("registration") == asked["registration"])
    )


def naive(log: list[Json], asked: dict[str, str]) -> list[str]:
    by_id = {value["id"]: value for value in log}

    def matches(value: Json, seen: frozenset[str] = frozenset()) -> bool:
        if has_all(value, asked):
            return True
        target = by_id.get(value["object"].get("id")) if value["object"].get("objectType") == "StatementRef" else None
        return target is not None and target["id"] not in seen and matches(target, seen | {target["id"]})

    voided = {value["object"]["id"] for value in log if value["verb"]["id"] == VOIDED_VERB}
    found = [
        value["id"]
        for at, value in enumerate(log)
        if (value["id"] not in voided or value["verb"]["id"] == VOIDED_VERB)
        and ("since" not in asked or to_text(Micros(MONDAY + at)) > asked["since"])
        and ("until" not in asked or to_text(Micros(MONDAY + at)) <= asked["until"])
        and matches(value)
    ]
    return found if asked.get("ascending") == "true" else found[::-1]


def followed(services: Services, caller: Caller, query: PageQuery) -> Iterator[list[str]]:
    while True:
        page = services.read.page(caller, query, [])
        yield [orjson.loads(body)["id"] for body in page.bodies]
        if not page.more:
            return
        query = parse_more_token(page.more)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(log=LOGS, cuts=st.sets(st.integers(1, 9), max_size=3), asked=st.lists(FILTERS, min_size=6, max_size=12))
def test_every_search_agrees_with_a_naive_one_and_its_links_give_all_of_it_once(services, caller, log, cuts, asked):
    fresh = replace(caller, organisation=OrganisationId(next(_NUMBERS)))
    edges = [0, *sorted(cut for cut in cuts if cut < len(log)), len(log)]
    for start, end in pairwise(edges):
        services.ingest.post(fresh, Version.V2_0_0, json.dumps(log[start:end]).encode())

    for one in asked:
        query = parse_query(one, Version.V2_0_0)
        assert isinstance(query, PageQuery)
        pages = list(followed(services, fresh, query))

        assert [sent for page in pages for sent in page] == naive(log, one)
        if query.limit:
            assert all(len(page) == query.limit for page in pages[:-1])
            assert len(pages[-1]) <= query.limit


POINTERS = st.lists(
    st.tuples(st.sampled_from(VERBS), TARGET_ACTIVITIES | REFERENCES | REFERENCES | REFERENCES), min_size=2, max_size=6
).flatmap(
    lambda pairs: st.permutations(IDS[: len(pairs)]).map(
        lambda ids: [
            {"id": sent, "actor": AGENTS[0], "verb": {"id": verb}, "object": target}
            for sent, (verb, target) in zip(ids, pairs, strict=True)
        ]
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(log=POINTERS, cuts=st.sets(st.integers(1, 5), max_size=3))
def test_what_points_to_what_in_whatever_batches_agrees_with_a_naive_search(services, caller, log, cuts):
    fresh = replace(caller, organisation=OrganisationId(next(_NUMBERS)))
    for start, end in pairwise([0, *sorted(cut for cut in cuts if cut < len(log)), len(log)]):
        services.ingest.post(fresh, Version.V2_0_0, json.dumps(log[start:end]).encode())

    for asked in ({"activity": ACTIVITIES[0]}, {"activity": ACTIVITIES[1], "verb": VERBS[0]}, {"verb": VERBS[1]}):
        query = parse_query(asked, Version.V2_0_0)
        assert isinstance(query, PageQuery)
        assert [sent for page in followed(services, fresh, query) for sent in page] == naive(log, asked)


def test_the_naive_search_itself_finds_something():
    """A filter that agrees on nothing found proves nothing."""
    log = [
        {"id": "1", "actor": AGENTS[0], "verb": {"id": "urn:v:1"}, "object": {"id": "urn:a:1"}},
        {"id": "2", "actor": AGENTS[1], "verb": {"id": "urn:v:2"}, "object": {"objectType": "StatementRef", "id": "1"}},
        {
            "id": "3",
            "actor": AGENTS[1],
            "verb": {"id": VOIDED_VERB},
            "object": {"objectType": "StatementRef", "id": "1"},
        },
    ]

    assert naive(log, {"verb": "urn:v:1"}) == ["3", "2"]
    assert naive(log, {"agent": json.dumps(AGENTS[0]), "ascending": "true"}) == ["2", "3"]
    assert naive(log, {"activity": "urn:a:2"}) == []


# What is not a filter


def statement(at: int, **changes: Any) -> Json:
    return {"id": IDS[at], "actor": AGENTS[0], "verb": {"id": "urn:v:1"}, "object": {"id": "urn:a:1"}, **changes}


def reference(target: int) -> Json:
    return {"objectType": "StatementRef", "id": IDS[target]}


@pytest.fixture
def post(services: Services, caller: Caller) -> Any:
    def _post(*values: Json, by: Caller = caller) -> None:
        services.ingest.post(by, Version.V2_0_0, json.dumps(values).encode())

    return _post


def ids(page: Any) -> list[str]:
    return [orjson.loads(body)["id"] for body in page.bodies]


def test_a_statement_is_given_by_id_with_its_bytes_and_its_time(services, caller, post):
    post(statement(0))

    single = services.read.single(caller, SingleQuery(UUID(IDS[0]), voided=False), [])

    (entry,) = services.statements.since(caller.organisation, 0)
    assert (single.body, single.stored, single.consistent_through) == (entry.body, entry.stored, entry.stored)


def test_a_voided_statement_is_given_by_its_own_parameter_alone(services, caller, post):
    post(statement(0), statement(1, verb={"id": VOIDED_VERB}, object=reference(0)))

    assert orjson.loads(services.read.single(caller, SingleQuery(UUID(IDS[0]), voided=True), []).body)["id"] == IDS[0]
    for at, voided in ((0, False), (1, True), (2, False), (2, True)):
        with pytest.raises(NotFound):
            services.read.single(caller, SingleQuery(UUID(IDS[at]), voided=voided), [])


def test_a_page_has_no_more_than_the_limits_say_and_says_where_it_goes_on(services, caller, post):
    post(*(statement(at) for at in range(10)))
    reader = replace(services.read, limits=Limits(page_statements=3, page_statements_most=4))

    sizes = {limit: len(reader.page(caller, PageQuery(limit=limit), []).bodies) for limit in (0, 1, 3, 4, 5, 10_000)}

    assert sizes == {0: 3, 1: 1, 3: 3, 4: 4, 5: 4, 10_000: 4}
    exactly = replace(services.read, limits=Limits(page_statements=10)).page(caller, PageQuery(), [])
    assert (len(exactly.bodies), exactly.more) == (10, "")


def test_a_page_stops_before_it_grows_too_large_but_always_gives_one(services, caller, post):
    post(*(statement(at, result={"response": "x" * 1_000}) for at in range(6)))
    reader = replace(services.read, limits=Limits(page_bytes=2_900))
    tiny = replace(services.read, limits=Limits(page_bytes=1))

    for read, most in ((reader, 2), (tiny, 1)):
        walker = Services.__new__(Services)
        object.__setattr__(walker, "read", read)
        pages = list(followed(walker, caller, PageQuery()))
        assert [len(page) for page in pages] == [most] * (6 // most)
        assert [sent for page in pages for sent in page] == [IDS[at] for at in range(5, -1, -1)]


def test_a_page_tells_its_latest_instant_and_its_attachments(services, caller, post):
    described = {"usageType": "urn:u", "display": {}, "contentType": "text/plain", "length": 1, "fileUrl": "urn:f"}
    post(statement(0, attachments=[{**described, "sha2": "A" * 64}]), statement(1))

    page = services.read.page(caller, PageQuery(ascending=True), [])
    empty = services.read.page(caller, PageQuery(verb="urn:none"), [])

    assert (page.last_stored, page.attachments) == (Micros(MONDAY + 1), ("a" * 64,))
    assert (empty.bodies, empty.more, empty.last_stored, empty.attachments) == ([], "", None, ())


def test_who_may_read_its_own_reads_what_its_authority_wrote_and_nothing_else(services, caller, post):
    mine = replace(
        caller,
        scopes=frozenset({Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ_MINE}),
        authority=b'{"objectType":"Group","member":[{"account":{"homePage":"urn:lrs","name":"mine"}},{"mbox":"mailto:u@example.org"}]}',
    )
    post(statement(0), by=caller)
    post(statement(1), statement(2, object=reference(0)), by=mine)

    assert ids(services.read.page(mine, PageQuery(), [])) == [IDS[2], IDS[1]]
    assert ids(services.read.page(mine, PageQuery(activity="urn:a:1"), [])) == [IDS[2], IDS[1]]
    assert orjson.loads(services.read.single(mine, SingleQuery(UUID(IDS[1]), voided=False), []).body)["id"] == IDS[1]
    with pytest.raises(NotFound):
        services.read.single(mine, SingleQuery(UUID(IDS[0]), voided=False), [])
    assert len(services.read.page(caller, PageQuery(), []).bodies) == 3


@pytest.mark.parametrize("scopes", [{Scope.STATE, Scope.PROFILE, Scope.STATEMENTS_WRITE, Scope.DEFINE}, set()])
def test_who_may_not_read_reads_nothing(services, caller, scopes):
    other = replace(caller, scopes=frozenset(scopes))

    with pytest.raises(Forbidden):
        services.read.page(other, PageQuery(), [])
    with pytest.raises(Forbidden):
        services.read.single(other, SingleQuery(UUID(IDS[0]), voided=False), [])


def test_formats_shape_what_is_stored_and_keep_its_numbers(services, caller):
    raw = (
        b'{"id":"%b","actor":{"mbox":"mailto:a@example.org","name":"A"},"verb":{"id":"urn:v:1","display":{"fr":"x","en":"y"}},'
        b'"object":{"id":"urn:a:1","definition":{"name":{"fr":"Cours"}}},"result":{"score":{"raw":1.50},"extensions":{"urn:x":%d}}}'
        % (IDS[0].encode(), 2**70)
    )
    services.ingest.post(caller, Version.V1_0_3, raw)
    services.ingest.post(
        caller,
        Version.V1_0_3,
        json.dumps(statement(1, object={"id": "urn:a:1", "definition": {"name": {"en": "Course"}}})).encode(),
    )

    def body(format_: str) -> bytes:
        query = SingleQuery(UUID(IDS[0]), voided=False, format=format_)
        return services.read.single(caller, query, ["en"]).body

    ids_, canonical = orjson.loads(body("ids")), orjson.loads(body("canonical"))
    assert (ids_["actor"], ids_["verb"], ids_["object"]) == (AGENTS[0], {"id": "urn:v:1"}, {"id": "urn:a:1"})
    assert canonical["object"]["definition"] == {"name": {"en": "Course"}}
    assert canonical["verb"]["display"] == {"en": "y"}
    for format_ in ("exact", "ids", "canonical"):
        assert b'"raw":1.50' in body(format_)
        assert b'"urn:x":%d' % 2**70 in body(format_)
