"""`multipart/mixed`: XAPI-00127 to XAPI-00133; 1.0.3 Part Three 1.5.2."""

from __future__ import annotations

import email.parser
import email.policy
from hashlib import sha224, sha256, sha384, sha512
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from lrs.statements.multipart import Part, check_parts, media_type, parse_multipart, write_multipart

TYPE = "multipart/mixed; boundary=abc"
JSON_PART = b"Content-Type: application/json\r\n\r\n{}"


def attachment_part(content: bytes, stated: str | None = None, **headers: str) -> bytes:
    lines = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha256(content).hexdigest() if stated is None else stated,
        **headers,
    }
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items() if value)
    return head.encode() + b"\r\n" + content


def body(*parts: bytes, boundary: bytes = b"abc") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def refusal(content_type: str, sent: bytes) -> str:
    with pytest.raises(InvalidRequest) as caught:
        parse_multipart(content_type, sent)
    (problem,) = caught.value.problems
    return problem.message


def test_the_statements_come_first_and_each_attachment_keeps_its_bytes():
    content = b"\x00\r\n--ab\r\n\r\n\xff"

    found = parse_multipart(TYPE, body(JSON_PART, attachment_part(content)))

    assert found.statements == b"{}"
    assert found.parts == (Part(sha256(content).hexdigest(), "text/plain", content),)


def test_a_body_of_statements_alone_has_no_parts():
    assert parse_multipart(TYPE, body(JSON_PART)).parts == ()


@pytest.mark.parametrize("hashed", [sha224, sha256, sha384, sha512])
def test_every_sha_2_is_taken_in_any_case(hashed):
    stated = hashed(b"x").hexdigest()

    (part,) = parse_multipart(TYPE, body(JSON_PART, attachment_part(b"x", stated.upper()))).parts

    assert part.sha2 == stated


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ('multipart/mixed; boundary="a b"', b"a b"),
        ("Multipart/Mixed;Boundary=abc; charset=utf-8", b"abc"),
        ('multipart/mixed; charset="x;boundary=no"; boundary=abc', b"abc"),
        ("multipart/mixed; boundary*=utf-8''abc", b"abc"),
    ],
)
def test_the_boundary_is_read_as_headers_are_written(content_type, boundary):
    assert parse_multipart(content_type, body(JSON_PART, boundary=boundary)).statements == b"{}"


def test_preamble_epilogue_and_white_space_after_a_boundary_are_read_over():
    sent = b"ignore me\r\n" + body(JSON_PART).replace(b"--abc\r\n", b"--abc \t\r\n", 1) + b"and me"

    assert parse_multipart(TYPE, sent).statements == b"{}"


@pytest.mark.parametrize(
    ("content_type", "sent", "message"),
    [
        ("multipart/mixed", body(JSON_PART), "The multipart boundary is missing or unusable."),
        ("multipart/mixed; boundary=", body(JSON_PART), "The multipart boundary is missing or unusable."),
        ("multipart/mixed; boundary=é", body(JSON_PART), "The multipart boundary is missing or unusable."),
        (f"multipart/mixed; boundary={'a' * 71}", body(JSON_PART), "The multipart boundary is missing or unusable."),
        ("multipart/mixed; boundary=other", body(JSON_PART), "The boundary of the Content-Type header never occurs."),
        (TYPE, b"", "The boundary of the Content-Type header never occurs."),
        (TYPE, b"{}", "The boundary of the Content-Type header never occurs."),
        (TYPE, b"--abc--\r\n", "The body has no parts."),
        (TYPE, b"--abc", "The last part is not closed."),
        (TYPE, b"--abc\r\n" + JSON_PART, "The last part is not closed."),
        (TYPE, b"--abc\n" + JSON_PART.replace(b"\r\n", b"\n") + b"\n--abc--\n", "The last part is not closed."),
        (TYPE, body(b"{}"), "A part has no headers, or no empty line after them."),
        (TYPE, body(b"\r\n{}"), "A part has a header line without a colon."),
        (TYPE, body(b"Content-Type: application/json"), "A part has no headers, or no empty line after them."),
        (TYPE, body(b"no colon\r\n\r\n{}"), "A part has a header line without a colon."),
        (TYPE, body(b"X: " + b"x" * 20_000 + b"\r\n\r\n{}"), "A part has no headers, or no empty line after them."),
        (TYPE, body(b"Content-Type: text/plain\r\n\r\n{}"), "The first part is not application/json."),
        (TYPE, body(b"X: y\r\n\r\n{}"), "The first part is not application/json."),
        (TYPE, body(attachment_part(b"x"), JSON_PART), "The first part is not application/json."),
        (TYPE, body(JSON_PART, *([attachment_part(b"x")] * 1_000)), "The body has more than 1000 parts."),
        (TYPE, body(JSON_PART, attachment_part(b"x", "")), "X-Experience-API-Hash is missing."),
        (
            TYPE,
            body(JSON_PART, attachment_part(b"x", "0" * 64)),
            "X-Experience-API-Hash is not the SHA-2 of the part's content.",
        ),
        (
            TYPE,
            body(JSON_PART, attachment_part(b"x", "é")),
            "X-Experience-API-Hash is not the SHA-2 of the part's content.",
        ),
        (
            TYPE,
            body(JSON_PART, attachment_part(b"x", Content_Transfer_Encoding="base64")).replace(b"binary", b"8bit"),
            "Content-Transfer-Encoding is not binary.",
        ),
        (TYPE, body(JSON_PART, b"Content-Type: text/plain\r\n\r\nx"), "Content-Transfer-Encoding is not binary."),
        (
            TYPE,
            body(JSON_PART, attachment_part(b"x", Content_Type="text/plain\nSet-Cookie: a")),
            "A part has a header with control characters.",
        ),
    ],
)
def test_a_broken_body_is_refused_and_said_why(content_type, sent, message):
    assert refusal(content_type, sent) == message


def statement(*attachments: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"object": {"id": "urn:a"}, "attachments": list(attachments), **members}


ONE, TWO = "1" * 64, "A" * 64


def test_an_attachment_needs_its_bytes_or_an_address_xapi_00129():
    """XAPI-00129."""
    sub = {"objectType": "SubStatement", "attachments": [{"sha2": TWO}]}
    statements = [
        ("/0", statement({"sha2": ONE}, {"sha2": TWO, "fileUrl": "https://x"})),
        ("/1", statement(object=sub)),
    ]

    found = check_parts(statements, [])

    assert [problem.pointer for problem in found] == ["/0/attachments/0/sha2", "/1/object/attachments/0/sha2"]


def test_a_part_belongs_to_an_attachment_xapi_00128():
    """XAPI-00128."""
    parts = [Part(TWO.lower(), "text/plain", b""), Part(ONE, "text/plain", b"")]

    assert check_parts([("", statement({"sha2": TWO}, {"sha2": ONE}))], parts) == []
    assert [problem.requirement for problem in check_parts([("", statement({"sha2": TWO}))], parts)] == ["XAPI-00128"]


@given(
    st.lists(
        st.tuples(st.binary(max_size=200), st.sampled_from(["text/plain", "application/octet-stream"])), max_size=4
    )
)
def test_what_is_written_is_read_back_by_us_and_by_pythons_own_parser(contents):
    parts = [Part(sha256(content).hexdigest(), kind, content) for content, kind in contents]

    written = b"".join(write_multipart(b'{"a":1}', parts, "limite"))

    assert parse_multipart("multipart/mixed; boundary=limite", written) == parse_multipart(
        "multipart/mixed; boundary=limite", written
    )
    assert parse_multipart("multipart/mixed; boundary=limite", written).parts == tuple(parts)
    whole = b"Content-Type: multipart/mixed; boundary=limite\r\n\r\n" + written
    first = next(email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole).iter_parts())
    assert first.get_payload(decode=True) == b'{"a":1}'


PIECES = st.sampled_from(
    [
        b"--abc",
        b"--",
        b"\r\n",
        b"\n",
        b": ",
        b"Content-Type",
        b"application/json",
        b"X-Experience-API-Hash",
        b"{}",
        b"Content-Transfer-Encoding: binary",
        sha256(b"").hexdigest().encode(),
        b"\x00",
        b"\xff",
        JSON_PART,
    ]
)
BODIES = (
    st.binary()
    | st.lists(PIECES, max_size=20).map(b"".join)
    | st.binary(max_size=80).map(lambda raw: body(JSON_PART, raw))
)


@given(BODIES, st.sampled_from([TYPE, "multipart/mixed", 'multipart/mixed; boundary="--"']) | st.text())
def test_any_body_under_any_type_is_read_or_refused(sent, content_type):
    try:
        found = parse_multipart(content_type, sent)
    except InvalidRequest as refusal:
        problems = refusal.problems
    else:
        assert found.statements in sent
        return
    assert len(problems) == 1


HEADERS = st.text(st.characters(codec="latin-1")) | st.text(alphabet="ab/;=*\"'%0;\\ ,").map(
    "multipart/mixed; boundary".__add__
)


@given(HEADERS)
def test_any_content_type_is_taken_apart(header):
    kind, parameters = media_type(header)

    assert kind == kind.lower()
    assert all(isinstance(value, str) for value in parameters.values())
