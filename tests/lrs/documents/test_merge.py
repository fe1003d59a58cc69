from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lrs.documents.document import LARGEST_BYTES, Document
from lrs.documents.merge import check_json, merged, parse_members
from lrs.errors import InvalidRequest, TooLarge

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4)


def written(value: object) -> Document:
    return Document("application/json", json.dumps(value, ensure_ascii=False).encode("utf-8"))


def read(document: Document) -> object:
    return json.loads(document.body, parse_float=Decimal)


@settings(max_examples=50)
@given(OBJECTS, OBJECTS)
def test_a_merge_sets_each_posted_member_and_leaves_the_others(stored, posted):
    result = merged(written(stored), parse_members(written(posted)))

    assert read(result) == {**stored, **posted}
    assert list(read(result)) == list({**stored, **posted})


@settings(max_examples=50)
@given(OBJECTS, OBJECTS)
def test_posting_the_same_twice_changes_nothing_more(stored, posted):
    once = merged(written(stored), parse_members(written(posted)))
    twice = merged(once, parse_members(written(posted)))

    assert twice == once


@pytest.mark.parametrize(
    "number", ["1.50", "1180591620717411303424", "1e999", "-0.0", "1E+2", "0.10000000000000000000000001"]
)
def test_a_number_is_written_as_it_was_sent(number):
    stored = Document("application/json", b'{"kept": %b, "set": 1}' % number.encode())
    sent = b'{"set":[%b],"new":{"n":%b}}' % ((number.encode(),) * 2)
    posted = parse_members(Document("application/json", sent))

    body = merged(stored, posted).body

    assert body == b'{"kept":%b,"set":[%b],"new":{"n":%b}}' % ((number.encode(),) * 3)


def test_an_object_at_the_top_is_replaced_whole_and_not_merged_deeper():
    stored = Document("application/json", b'{"car":{"make":"Ford","model":"Escape"}}')

    body = merged(stored, parse_members(Document("application/json", b'{"car":{"make":"Dodge"}}'))).body

    assert body == b'{"car":{"make":"Dodge"}}'


def test_escapes_and_text_inside_a_value_stay_as_they_were_written():
    stored = Document("application/json", rb'{"a": "\u00e9\/", "b": "\u2028"}')

    assert rb'"a":"\u00e9\/"' in merged(stored, {"c": msgspec.Raw(b"1")}).body


def test_the_media_type_of_the_stored_document_stays():
    stored = Document("application/json; charset=utf-8", b"{}")

    assert merged(stored, {}).content_type == "application/json; charset=utf-8"


MALFORMED = [
    b"", b" ", b"{", b"{}{", b'{"a":1}[', b'{"a":NaN}', b'{"a":Infinity}', b'{"a":01}', b'{"a":1,}', b"{'a':1}",
    b'{"a":tru}', b'{"a":"\xff"}', b'{"\xff":1}', b'{"a":"\x01"}', rb'{"a":"\x"}', rb'{"a":"\ud800"}', b"{}\x00",
    b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", b"\xff\xfe{\x00}\x00",
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_not_json_is_refused_with_a_problem(body):
    sent = Document("application/json", body)

    for check in (check_json, parse_members):
        with pytest.raises(InvalidRequest) as refusal:
            check(sent)
        assert refusal.value.problems


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"', b"[1, {}]"])
def test_json_that_is_no_object_can_be_kept_but_not_merged(body):
    sent = Document("application/json", body)

    check_json(sent)
    with pytest.raises(InvalidRequest):
        parse_members(sent)
    with pytest.raises(InvalidRequest, match="PUT"):
        merged(sent, {})


def test_a_document_of_another_type_is_never_read_as_json():
    text = Document("text/plain", b'{"a": 1}')

    check_json(Document("text/plain", b"{"))
    with pytest.raises(InvalidRequest):
        parse_members(text)
    with pytest.raises(InvalidRequest):
        merged(text, {})


def test_a_byte_order_mark_is_not_held_against_the_sender():
    assert merged(Document("application/json", b'\xef\xbb\xbf{"a":1}'), {}).body == b'{"a":1}'


def test_a_merge_that_grows_beyond_what_is_kept_is_refused():
    half = b'{"%b":"' + b"x" * (LARGEST_BYTES // 2) + b'"}'
    posted = parse_members(Document("application/json", half % b"b"))

    with pytest.raises(TooLarge):
        merged(Document("application/json", half % b"a"), posted)


@given(st.binary(max_size=60))
@example(b"[" * 5_000)
def test_no_bytes_make_the_parser_raise_anything_but_a_refusal(body):
    try:
        parse_members(Document("application/json", body))
    except InvalidRequest as refusal:
        assert refusal.problems  # noqa: PT017 - most texts raise nothing
