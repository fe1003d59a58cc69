"""What an LRS sets stands in the sender's own text, and nothing else of it changes."""

from __future__ import annotations

import json
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.statements.stamp import stamp

SPACE = st.sampled_from(["", " ", "\n", "\t ", " \r\n"])
TEXTS = st.text(st.characters(codec="utf-8")) | st.sampled_from(
    ['"', "\\", '":', "{", "}]", "stored", "authority", '\\"}']
)
NUMBERS = st.sampled_from(
    ["0", "-0", "1.50", "1E+2", "1180591620717411303424", "1180591620717411303425", "0.1000", "-1e-7"]
)
NAMES = st.sampled_from(["actor", "verb", "result", "id", "storeds", "authority2", "Stored", "x"])
ADDED = [("stored", b'"now"'), ("authority", b'{"mbox":"mailto:lrs@example.org"}')]


def written(draw: st.DrawFn, text: str) -> str:
    """Write a JSON string in one of the ways there are."""
    if draw(st.booleans()):
        return json.dumps(text)
    if draw(st.booleans()):
        return json.dumps(text, ensure_ascii=False)
    # Escapes by UTF-16 units, as JSON writes them.
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2)) + '"'


@st.composite
def values(draw: st.DrawFn, depth: int = 3) -> str:
    kind = draw(st.integers(0, 4 if depth else 2))
    if kind == 0:
        return draw(NUMBERS)
    if kind == 1:
        return written(draw, draw(TEXTS))
    if kind == 2:
        return draw(st.sampled_from(["true", "false", "null", "[]", "{}", "{ }"]))
    space = draw(SPACE)
    items = draw(st.lists(values(depth - 1), max_size=3))
    if kind == 3:
        return "[" + space + f"{space},{space}".join(items) + space + "]"
    names = draw(
        st.lists(
            TEXTS | st.sampled_from(["parent", "context", "stored"]),
            min_size=len(items),
            max_size=len(items),
            unique=True,
        )
    )
    return joined(draw, list(zip(names, items, strict=True)))


def joined(draw: st.DrawFn, members: list[tuple[str, str]]) -> str:
    texts = [
        draw(SPACE) + written(draw, name) + draw(SPACE) + ":" + draw(SPACE) + text + draw(SPACE)
        for name, text in members
    ]
    return "{" + ",".join(texts) + (draw(SPACE) if not members else "") + "}"


@st.composite
def objects(draw: st.DrawFn, names: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(names, max_size=6, unique=True))
    return joined(draw, [(name, draw(values())) for name in keys])


def exactly(text: bytes | str) -> Any:
    """Parse JSON so that numbers are compared by their digits and members by their order."""
    return json.loads(text, parse_float=lambda digits: ("number", digits), parse_int=lambda digits: ("number", digits),
                      object_pairs_hook=tuple)  # fmt: skip


@given(objects(NAMES))
def test_without_members_of_ours_the_text_before_the_last_brace_stays_byte_for_byte(text):
    raw = text.encode()

    stamped = stamp(raw, json.loads(raw), ADDED)

    assert stamped.startswith(raw[:-1])
    assert exactly(stamped) == (*exactly(raw), *((name, exactly(value)) for name, value in ADDED))


@given(objects(NAMES | st.sampled_from(["stored", "authority"])))
def test_what_a_sender_says_of_stored_and_authority_is_cut_out_and_every_other_member_keeps_its_text(text):
    raw = text.encode()

    stamped = stamp(raw, json.loads(raw), ADDED)

    kept = tuple((name, value) for name, value in exactly(raw) if name not in {"stored", "authority"})
    assert exactly(stamped) == (*kept, *((name, exactly(value)) for name, value in ADDED))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{}", b'{"stored":1}'),
        (b"{ }", b'{ "stored":1}'),
        (b'{"stored":0}', b'{"stored":1}'),
        (b'{ "stored" : {"authority":[1,2]} , "a":1}', b'{ "a":1,"stored":1}'),
        (b'{"a":1, "authority":{} }', b'{"a":1,"stored":1}'),
        (b'{"\\u0073tored":0,"a":"}"}', b'{"a":"}","stored":1}'),
        (
            b'{"a":{"stored":7},"b":["stored",{"authority":1}]}',
            b'{"a":{"stored":7},"b":["stored",{"authority":1}],"stored":1}',
        ),
        (b'{"a":"\\\\","stored":"\\"","b":1}', b'{"a":"\\\\","b":1,"stored":1}'),
    ],
)
def test_members_are_cut_where_they_stand_and_nowhere_else(raw, expected):
    assert stamp(raw, json.loads(raw), [("stored", b"1")]) == expected


def with_context(kinds: str, *, sub: bool = False) -> bytes:
    context = '"context" : { "contextActivities":{' + kinds + "} }"
    if sub:
        return ('{"object":{"objectType":"SubStatement",' + context + '}, "extensions":1}').encode()
    return ('{"object":{"id":"urn:a"}, ' + context + "}").encode()


@pytest.mark.parametrize("sub", [False, True])
def test_a_lone_context_activity_gets_brackets_in_statement_and_substatement_xapi_00096(sub):
    """XAPI-00096: the LRS returns contextActivities as arrays."""
    raw = with_context(
        '"parent" : { "id":"urn:p" } , "other":[ {"id":"urn:o"} ],"\\u0067rouping":{"id":"urn:g","definition":{}}',
        sub=sub,
    )

    stamped = stamp(raw, json.loads(raw), [("stored", b"1")])

    bracketed = raw.replace(b'{ "id":"urn:p" }', b'[{ "id":"urn:p" }]').replace(
        b'{"id":"urn:g","definition":{}}', b'[{"id":"urn:g","definition":{}}]'
    )
    assert stamped == bracketed[:-1] + b',"stored":1}'


def test_context_activities_elsewhere_are_left_alone():
    raw = (
        b'{"object":{"id":"urn:a"},"result":{"extensions":{"context":{"contextActivities":{"parent":{"id":1}}}}},'
        b'"context":{"contextActivities":{"parent":{"id":"urn:p"}},"extensions":{"contextActivities":{"parent":{}},'
        b'"list":["context","parent",{"parent":{}}]}}}'
    )

    stamped = stamp(raw, json.loads(raw), [("stored", b"1")])

    assert stamped == raw[:-1].replace(b'{"id":"urn:p"}', b'[{"id":"urn:p"}]') + b',"stored":1}'


def test_a_string_of_megabytes_costs_no_more_memory_than_its_copies():
    raw = b'{"a":"' + b"x\\n" * 1_300_000 + b'","stored":1}'
    value = json.loads(raw)
    tracemalloc.start()

    stamped = stamp(raw, value, [("stored", b"2")])

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert stamped == raw[:-1].replace(b'"stored":1', b'"stored":2') + b"}"
    assert peak < 6 * len(raw)


@given(st.sampled_from(["1.50", "1180591620717411303424", "-0.0", "1e5", "0.30000000000000000001"]))
def test_numbers_stay_as_they_were_sent(number):
    raw = b'{"stored":0,"n":%b}' % number.encode()

    stamped = stamp(raw, json.loads(raw), [("stored", b"1")])

    assert b'"n":%b,' % number.encode() in stamped
    assert json.loads(stamped, parse_float=Decimal, parse_int=Decimal)["n"] == Decimal(number)
