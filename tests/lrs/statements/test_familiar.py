"""Statements read in parts say the same as statements read as a whole, and only what is valid is read so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import RandomIds
from lrs.errors import InvalidRequest
from lrs.statements.candidate import prepare
from lrs.statements.familiar import Memory, Part, Reader
from lrs.statements.gist import Gist, gist_of
from lrs.statements.keys import VOIDED_VERB, Mentions, mentioned
from lrs.statements.parse import DEEPEST, Text, parse_strictly
from lrs.statements.rules import statement_problems
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from schemas import loader
from tests.lrs.statements.test_rules_engines import mutated
from tests.lrs.statements.test_rules_on_real_senders import REFUSED, STATEMENTS, statements

Json = dict[str, Any]
ONE, OTHER = OrganisationId(1), OrganisationId(2)
AUTHORITY = b'{"objectType":"Agent","account":{"homePage":"https://lrs.example.org","name":"lms"}}'
CALLER = Caller(ONE, CredentialId("lms"), frozenset((Scope.ALL,)), AUTHORITY)
NOT_IN_PARTS = ("stored", "authority", "attachments")
# Keywords of our schemas that look at nothing but the property they stand under, and those that only explain.
OF_PROPERTIES = {"type", "required", "properties", "additionalProperties", "allOf", "title", "description"}
EXPLAINING = {"x-requirement", "x-accepted", "x-message"}


@pytest.fixture(scope="module")
def usual_statements(full_statements: dict[Version, Json]) -> dict[Version, Json]:
    """Statements with every property of those that are read in parts."""
    found = {version: without(full, *NOT_IN_PARTS) for version, full in full_statements.items()}
    found[Version.V2_0_0]["version"] = "2.0.0"
    return found


def without(value: Json, *names: str) -> Json:
    return {name: each for name, each in value.items() if name not in names}


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read(raw: bytes, version: Version = Version.V1_0_3, organisation: OrganisationId = ONE) -> Text:
    return Reader(organisation, version).read(raw, "/0")


def mentions(gist: Gist) -> dict[str, Counter[str]]:
    """Return whom and what a gist mentions, in no order."""
    return {
        name: Counter(
            json.dumps(each, sort_keys=True) for part in gist.mentioned for each in getattr(part.mentions, name)
        )
        for name in ("agents", "related_agents", "activities", "related_activities")
    }


def assert_says_the_same(raw: bytes, gist: Gist, version: Version) -> None:
    whole = gist_of(ONE, orjson.loads(raw))
    assert gist._replace(mentioned=(), is_plain=False) == whole._replace(mentioned=())
    assert mentions(gist) == mentions(whole)
    in_parts, as_whole = (
        prepare(Text(raw, ""), each, CALLER, version, RandomIds(), gist.statement_id) for each in (gist, whole)
    )
    assert in_parts.keys == as_whole.keys
    if gist.statement_id is not None:
        assert in_parts.stamped(b"2026-01-05T08:00:00Z") == as_whole.stamped(b"2026-01-05T08:00:00Z")


@settings(max_examples=400, deadline=None)
@given(data=st.data(), version=st.sampled_from(list(Version)))
def test_a_changed_statement_is_read_in_parts_only_if_it_is_valid_and_says_the_same_so(data, version, usual_statements):
    value = data.draw(mutated(usual_statements[version]))
    try:
        raw = compact(value)
        parse_strictly(raw)
    except (InvalidRequest, UnicodeEncodeError, ValueError):
        return

    text = read(raw, version)

    if text.gist is not None:
        assert statement_problems(text.value, version) == []
        assert_says_the_same(raw, text.gist, version)


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("left_out", ["", "id", "result", "context", "timestamp", "version"])
def test_a_usual_statement_is_read_in_parts(usual_statements, version, left_out):
    raw = compact(without(usual_statements[version], left_out))

    text = read(raw, version)

    assert text.gist is not None
    assert_says_the_same(raw, text.gist, version)


@pytest.mark.parametrize("kind", ["Agent", "Group"])
def test_a_statement_about_people_is_read_in_parts(usual_statements, kind):
    target = {"objectType": kind, "mbox": "mailto:groupe@example.org"}
    value = without(usual_statements[Version.V1_0_3], "context")

    text = read(compact({**value, "object": target}))

    assert text.gist is not None
    assert_says_the_same(text.raw, text.gist, Version.V1_0_3)


@pytest.mark.parametrize("name", NOT_IN_PARTS)
def test_a_statement_with_what_few_have_is_read_as_a_whole(full_statements, usual_statements, name):
    full = full_statements[Version.V1_0_3]

    assert read(compact({**usual_statements[Version.V1_0_3], name: full[name]})).gist is None


@pytest.mark.parametrize(
    "target",
    [
        {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
        {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@b.fr"}, "verb": {"id": "urn:v"},
         "object": {"id": "urn:o"}},
    ],
)  # fmt: skip
def test_a_statement_that_targets_another_is_read_as_a_whole(usual_statements, target):
    value = {**without(usual_statements[Version.V1_0_3], "context"), "object": target}

    assert read(compact(value)).gist is None
    assert statement_problems(value, Version.V1_0_3) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"verb": {"id": VOIDED_VERB}}, "/object"),
        ({"object": {"objectType": "Agent", "mbox": "mailto:a@b.fr"}, "context": {"platform": "x"}},
         "/context/platform"),
        ({"object": {"objectType": "Group", "mbox": "mailto:a@b.fr"}, "context": {"revision": "x"}},
         "/context/revision"),
        ({"timestamp": "2026-02-30T08:00:00Z"}, "/timestamp"),
        ({"timestamp": "hier"}, "/timestamp"),
        ({"result": {"score": {"min": 2, "max": 1}}}, "/result/score/min"),
        ({"result": None}, "/result"),
        ({"actor": {"name": "Léa"}}, "/actor"),
    ],
)  # fmt: skip
def test_a_statement_that_breaks_a_rule_is_read_as_a_whole(usual_statements, changes, pointer):
    value = {**usual_statements[Version.V1_0_3], **changes}

    assert read(compact(value)).gist is None
    assert pointer in [each.pointer for each in statement_problems(value, Version.V1_0_3)]


def test_an_instant_that_one_version_takes_another_may_not(usual_statements):
    value = {**usual_statements[Version.V1_0_3], "timestamp": "20260105T080000Z"}

    assert read(compact(value), Version.V1_0_3).gist is not None
    assert read(compact(value), Version.V2_0_0).gist is None
    assert statement_problems(value, Version.V2_0_0)


def texts_that_lose_something(raw: bytes) -> Iterator[bytes]:
    """Yield texts that a cut would take for `raw`, or for something near it."""
    yield raw.replace(b'"verb":', b'"verb" :', 1)
    yield raw.replace(b'{"id":', b'{ "id":', 1)
    yield raw.replace(b'"verb":', b'"\\u0076erb":', 1)
    yield raw.replace(b'"platform":', b'"platfor\\u006d":', 1)
    yield raw.replace(b'"timestamp":"2026', b'"timestamp":"\\u0032026', 1)
    yield raw.replace(b'{"id":"1234', b'{"id":"\\u0031234', 1)
    yield raw.replace(b'{"id":', b'{"actor":{"mbox":"mailto:x@example.org"},"id":', 1)
    yield raw.replace(b'"context":{', b'"context":{"platform":"x",', 1)
    yield raw.replace(b'"context":{', b'"context":{},"context":{', 1)
    yield raw.replace(b"12345678-1234-4234-8234-123456789012", b"12345678123442348234123456789012", 1)
    yield raw.replace(b'"timestamp":', b'"timestamp":null,"timestamp":', 1)
    yield raw.replace(b'"result":{', b'"result":null,"result":{', 1)
    yield raw.replace(b'"result":{', b'"result":null,"Result":{', 1)
    yield raw.replace(b'"success":', b'"success":false,"success":', 1)
    yield raw[:-1] + b',"version":null}'


def test_a_text_that_loses_something_by_being_cut_is_read_as_a_whole(usual_statements):
    raw = compact(usual_statements[Version.V1_0_3])
    assert read(raw).gist is not None

    for text in texts_that_lose_something(raw):
        assert text != raw
        try:
            found = read(text)
        except InvalidRequest:
            continue
        assert found.gist is None, text


@pytest.mark.parametrize("broken", [b"", b"{", b"null", b"[]", b"{}", b'{"actor":{}}', b'"x"', b"\xff", b'{"a":1}x'])
def test_what_is_no_statement_is_read_as_the_parser_reads_it(broken):
    try:
        parsed = parse_strictly(broken)
    except InvalidRequest:
        with pytest.raises(InvalidRequest):
            read(broken)
    else:
        text = read(broken)
        assert (text.gist, text.value) == (None, parsed)


@pytest.mark.parametrize("place", ["result", "context"])
def test_a_statement_may_be_as_deep_in_parts_as_it_may_be_as_a_whole(usual_statements, place):
    value = usual_statements[Version.V1_0_3]
    # The statement, the part, its extensions.
    around = 3
    for levels, is_taken in ((DEEPEST - around, True), (DEEPEST - around + 1, False)):
        deep: Any = 1
        for _ in range(levels):
            deep = [deep]
        raw = compact({**value, place: {**value[place], "extensions": {"urn:x:deep": deep}}})
        if is_taken:
            assert statement_problems(read(raw).value, Version.V1_0_3) == []
        else:
            with pytest.raises(InvalidRequest, match="not JSON that can be stored"):
                read(raw)


def test_a_part_is_judged_by_the_version_that_it_comes_in(usual_statements):
    raw = compact(usual_statements[Version.V2_0_0])

    assert read(raw, Version.V2_0_0).gist is not None
    assert read(raw, Version.V1_0_3).gist is None
    assert statement_problems(orjson.loads(raw), Version.V1_0_3)


def test_a_version_that_one_takes_another_may_not(usual_statements):
    raw = compact({**usual_statements[Version.V1_0_3], "version": "2.0.0"})

    assert read(raw, Version.V2_0_0).gist is not None
    assert read(raw, Version.V1_0_3).gist is None
    assert [each.pointer for each in statement_problems(orjson.loads(raw), Version.V1_0_3)] == ["/version"]


def test_each_organisation_has_keys_of_its_own(usual_statements):
    raw = compact(usual_statements[Version.V1_0_3])

    one, other = (read(raw, organisation=each).gist for each in (ONE, OTHER))

    assert one is not None
    assert other is not None
    ours, theirs = one.keys(ONE, frozenset()), other.keys(OTHER, frozenset())
    assert ours.verb != theirs.verb
    for name in ("agents", "related_agents", "activities", "related_activities"):
        assert getattr(ours, name)
        assert set(getattr(ours, name)).isdisjoint(getattr(theirs, name))


def test_a_context_that_the_version_does_not_know_is_refused_as_ever(usual_statements):
    value = usual_statements[Version.V1_0_3]
    for name, part in (("contextAgents", []), ("nothing", 1)):
        raw = compact({**value, "context": {**value["context"], name: part}})

        assert read(raw).gist is None
        assert [each.pointer for each in statement_problems(orjson.loads(raw), Version.V1_0_3)] == [f"/context/{name}"]


@pytest.mark.parametrize("version", list(Version))
def test_rules_across_parts_look_at_a_verbs_id_an_objects_kind_and_which_properties_a_context_has(version):
    definitions = loader.definition(f"xapi/statement-{version}.json")["$defs"]
    for name in ("statement", "context"):
        assert set(definitions[name]) <= OF_PROPERTIES | EXPLAINING
        assert definitions[name]["additionalProperties"] is False
    assert "allOf" not in definitions["context"]
    assert "required" not in definitions["context"]
    assert set(definitions["statement"]["required"]) == {"actor", "verb", "object"}
    (rules,) = definitions["statement"]["allOf"]

    looked_at = set(places(loader.definition(rules["$ref"])))

    assert looked_at <= {
        ("verb",), ("verb", "id"), ("object",), ("object", "objectType"), ("context",), ("context", "revision"),
        ("context", "platform"),
    }  # fmt: skip
    # Of a context's properties, rules ask only whether they are there.
    assert {json.dumps(each, sort_keys=True) for each in contexts(loader.definition(rules["$ref"]))} == {"{}"}


def places(rule: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the ways to all values that a schema looks at."""
    if way:
        yield way
    for keyword, part in rule.items():
        if keyword == "properties":
            for name, inner in part.items():
                yield from places(inner, (*way, name))
        elif keyword == "allOf":
            for inner in part:
                yield from places(inner, way)
        elif keyword in ("if", "then", "not"):
            yield from places(part, way)
        else:
            assert keyword in {"type", "required", "const", "enum", "description"} | EXPLAINING, keyword


def contexts(rule: Any) -> Iterator[Any]:
    """Yield what a schema asks of each property of a context."""
    for keyword, part in rule.items():
        if keyword == "properties" and "context" in part:
            for inner in part["context"]["properties"].values():
                (asked,) = ({name: each for name, each in inner.items() if name not in EXPLAINING},)
                assert set(asked) == {"not"}
                yield asked["not"]
        elif keyword == "allOf":
            for inner in part:
                yield from contexts(inner)
        elif keyword in ("if", "then"):
            yield from contexts(part)


def place(number: int) -> tuple[OrganisationId, Version, str, bytes]:
    return ONE, Version.V1_0_3, "object", b"%04d" % number


def part(value: object) -> Part:
    return Part(value, mentioned(ONE, Mentions()), is_plain=True)


def test_a_memory_forgets_what_nobody_asks_for_and_keeps_what_is_asked_for():
    memory = Memory(most_bytes=10_000)
    memory.remember(place(0), part("asked for"))
    memory.remember(place(1), part("not asked for"))

    for number in range(2, 200):
        memory.remember(place(number), part(number))
        assert memory.find(place(0)) is not None

    assert len(memory) <= 2 * (10_000 // 512 + 1)
    assert memory.find(place(1)) is None


def test_a_long_part_is_not_kept(usual_statements):
    value = usual_statements[Version.V1_0_3]
    long = {**value["actor"], "name": "L" * 5_000}

    first, second = (read(compact({**value, "actor": long})).gist for _ in range(2))
    kept, again = (read(compact(value)).gist for _ in range(2))

    assert first is not None
    assert second is not None
    assert kept is not None
    assert again is not None
    assert first.mentioned[0] is not second.mentioned[0]
    assert kept.mentioned[0] is again.mentioned[0]


@pytest.mark.skipif(not STATEMENTS.is_dir(), reason=f"No real senders' statements: {STATEMENTS} is not there")
def test_real_senders_statements_say_the_same_in_parts():
    in_parts = 0
    for folder in sorted(REFUSED):
        for statement in statements(folder):
            raw = compact(statement)
            gist = read(raw).gist
            if gist is not None:
                in_parts += 1
                assert statement_problems(statement, Version.V1_0_3) == []
                assert_says_the_same(raw, gist, Version.V1_0_3)

    assert in_parts > 2_000
