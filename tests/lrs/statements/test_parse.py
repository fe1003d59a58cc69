"""From untrusted bytes to statements that know their text; RFC 8259 and xAPI 1.0.3 Part Two 2.2."""

from __future__ import annotations

import json
import threading

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest, TooLarge
from lrs.statements.parse import DEEPEST, Text, parse_statements, parse_strictly, parse_verbatim

LIMIT = 1_000_000
PLAIN = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(
    PLAIN | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def refusal(body: bytes, limit: int = LIMIT) -> list[tuple[str, str]]:
    """Return pointer and message of each problem."""
    with pytest.raises(InvalidRequest) as caught:
        parse_statements(body, statement_bytes=limit)
    assert caught.value.problems
    return [(problem.pointer, problem.message) for problem in caught.value.problems]


def test_one_object_keeps_its_text_and_stands_at_the_root():
    (text,) = parse_statements(b' \r\n{"a" : 1.50}\t', statement_bytes=LIMIT)

    assert (text.raw, text.value, text.base) == (b'{"a" : 1.50}', {"a": 1.5}, "")


def test_the_statements_of_a_batch_keep_their_texts_and_stand_at_their_indexes():
    texts = parse_statements(b'[ {"a":1 } ,\n{ "b":[1, 2]}]', statement_bytes=LIMIT)

    assert [(text.raw, text.base) for text in texts] == [(b'{"a":1 }', "/0"), (b'{ "b":[1, 2]}', "/1")]


def test_an_empty_array_is_no_statement_and_no_error():
    assert parse_statements(b" [ ] ", statement_bytes=LIMIT) == []


def test_a_byte_order_mark_is_read_over_and_not_kept():
    (text,) = parse_statements(b'\xef\xbb\xbf{"a":1}', statement_bytes=LIMIT)

    assert text.raw == b'{"a":1}'


@pytest.mark.parametrize("body", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_refused(body):
    assert refusal(body) == [("", "The body is empty.")]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"a"}', b'{"a":}', b"{'a':1}", b'{"a":1,}', b'{"a":1}x', b"nul", b'{"a":01}', b'{"a":+1}', b'{"a":.5}',
        b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":1e400}', b'{"a":-1e400}', b'{"a":"\n"}',
        b'{"a":"\x00"}',
        b'{"a":"\\x41"}', b'{"a":"\\ud800"}', b'{"a":"\\udc00\\ud800"}', b'{"a":1}{"b":2}', b"/* */{}", b'{"a" 1}',
        '{"a":1}'.encode("utf-16"), '{"a":1}'.encode("utf-16-le"), '{"a":1}'.encode("utf-32"), b"\x1f\x8b\x08",
        b"a=1&b=2", b"<xml/>", b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}', b'\xa0{"a":1}',
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused_alone_and_in_a_batch(body):
    assert [pointer for pointer, _ in refusal(body)] == [""]
    assert refusal(b'[{"fine":1},' + body + b"]")


def test_the_refusal_says_where_the_json_breaks():
    ((pointer, message),) = refusal(b'{"a": 1,\n "b" 2}')

    assert pointer == ""
    assert "line 2, column 6" in message


def test_invalid_utf_8_is_named_by_its_byte():
    assert refusal(b'{"a":"\xff"}') == [("", "Byte 6 is not UTF-8.")]


def test_every_broken_statement_of_a_batch_is_listed():
    found = refusal(b'[{"a":1,"a":2}, {"b":1}, {"c":{"d":1,"d":2}}]')

    assert [pointer for pointer, _ in found] == ["/0", "/2"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}', b'{"a":1,"b":{"c":1,"d":2,"c":3}}', b'{"a":[{"b":1},{"b":1,"b":1}]}', b'{"a":1,"\\u0061":2}',
        b'{"a" :1,"a"\n:2}', b'{"":1,"":2}', b'{"a":"\\":","a":1}', '{"é":1,"\\u00e9":2}'.encode(),
        # Each hides a name that is lost behind one that only seems to be there.
        b'{"a":"\\u0022:","b":1,"b":2}', b'{"a":"\\"\\u003a","b":1,"b":2}', b'{"a":"\\"\\u003A","b":1,"b":2}',
        b'{"a" :1,"b":1,"b":2}', b'{"a"\t:1,"b":1,"b":2}', b'{"a":"\\" :","b":1,"b":2}',
    ],
)  # fmt: skip
def test_a_name_that_stands_twice_in_one_object_is_refused(body):
    assert [message.endswith("stands twice in one object.") for _, message in refusal(body)] == [True]


@pytest.mark.parametrize("body", [b'{"a":"\\":","b":"c\\" :"}', b'{"a":{"a":{"a":1}}}', b'{"a":[{"a":1},{"a":1}]}'])
def test_what_only_looks_like_a_repeated_name_passes(body):
    assert parse_strictly(body) == json.loads(body)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("levels", [DEEPEST + 2, 1_025, 10_000, 1_000_000])
def test_deep_nesting_is_refused_whatever_its_depth(opening, closing, levels):
    body = opening * levels + b"1" + closing * levels

    assert refusal(body, 10 * LIMIT)
    assert refusal(b'{"x":' + body + b"}", 10 * LIMIT) == [("", f"Objects and arrays nest deeper than {DEEPEST}.")]


def test_deep_nesting_is_refused_on_a_thread_with_a_small_stack():
    found: list[object] = []
    before = threading.stack_size(256 * 1024)
    try:
        for body in (b"[" * 900_000, b'{"a":' * 150_000, b'{"a":' * 900 + b"1" + b"}" * 900):
            thread = threading.Thread(target=lambda body=body: found.append(refusal(body)))
            thread.start()
            thread.join()
    finally:
        threading.stack_size(before)

    assert len(found) == 3


def test_the_deepest_nesting_that_is_taken_is_taken():
    body = b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST

    assert parse_strictly(body)


def test_a_statement_over_its_limit_is_too_large_and_is_named():
    with pytest.raises(TooLarge) as caught:
        parse_statements(b'[{"a":1},{"b":"' + b"x" * 100 + b'"}]', statement_bytes=50)

    assert [problem.pointer for problem in caught.value.problems] == ["/1"]


def test_numbers_are_written_back_as_they_were_read():
    raw = b'{"a":1.50,"b":1180591620717411303425,"c":-0.0,"d":1E+2,"e":[0.1000]}'

    assert orjson.dumps(parse_verbatim(raw)) == raw


def _as_orjson(digits: str) -> float:
    return int(digits) if -(2**63) <= int(digits) < 2**64 else float(digits)


@given(JSON_VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_any_json_value_is_read_as_pythons_own_parser_reads_it(value, indent, ascii_):
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    try:
        encoded = raw.encode()
        read = parse_strictly(encoded)
    except (UnicodeEncodeError, InvalidRequest):
        # Half a character: nothing else may be refused here.
        assert any(0xD800 <= ord(letter) <= 0xDFFF for letter in json.dumps(value, ensure_ascii=False))
    else:
        assert read == json.loads(raw, parse_int=_as_orjson)


BROKEN_JSON = st.text(alphabet='[]{}",:\\u01 n\n').map(str.encode)


def outcome(body: bytes, limit: int) -> list[Text] | InvalidRequest | TooLarge:
    try:
        return parse_statements(body, statement_bytes=limit)
    except (InvalidRequest, TooLarge) as refused:
        return refused


@given(st.binary() | BROKEN_JSON | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_bytes_are_they_are_parsed_or_refused(body):
    found = outcome(body, 100)

    if isinstance(found, list):
        assert all(text.raw in body and orjson.loads(text.raw) == text.value for text in found)
    else:
        assert found.problems


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_bytes_put_inside_a_statement_never_get_anything_but_our_refusals(before, after):
    for body in (
        b'{"a":"' + before + b'"}',
        b"[" + before + b',{"a":1}' + after,
        b'{"' + before + b'":' + after + b"}",
    ):
        found = outcome(body, LIMIT)

        assert isinstance(found, list) or found.problems
