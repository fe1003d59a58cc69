"""A request as the views see it, whichever syntax it came in; xAPI 1.0.3 Part Three 1.3."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from lrs.errors import AssiduError, InvalidRequest, TooLarge
from lrs.http.incoming import FORM, Incoming, read_incoming
from lrs.versions import Version

LIMIT = 1_000
HEADERS = {"X-Experience-API-Version": "1.0.3"}


def request(
    method: str = "POST", query: str = "", data: bytes = b"", environ: dict[str, Any] | None = None, **headers: str
) -> Request:
    named = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    builder = EnvironBuilder(path="/xapi/statements", method=method, query_string=query, data=data, headers=named)
    return Request({**builder.get_environ(), **(environ or {})})


def read(*arguments: Any, **options: Any) -> Incoming:
    return read_incoming(request(*arguments, **options), LIMIT)


def pointers(*arguments: Any, **options: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        read(*arguments, **options)
    return [problem.pointer for problem in caught.value.problems]


def alternate(
    method: str = "PUT", fields: dict[str, str] | bytes = b"", query: str = "", **options: Any
) -> dict[str, Any]:
    data = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return {"query": f"method={method}{query}", "data": data, "Content_Type": FORM, **options}


def test_an_ordinary_request_is_taken_as_it_is():
    incoming = read("PUT", "statementId=x&a=%C3%A9", b"{}", Content_Type="application/json")

    assert (incoming.method, incoming.body, incoming.version) == ("PUT", b"{}", Version.V1_0_3)
    assert incoming.single_parameters() == {"statementId": "x", "a": "é"}
    assert incoming.headers["Content-Type"] == "application/json"


def test_a_parameter_that_stands_twice_is_refused():
    with pytest.raises(InvalidRequest) as caught:
        read("GET", "verb=a&verb=a&agent=x&limit=1&limit=2").single_parameters()

    assert [problem.pointer for problem in caught.value.problems] == ["query:verb", "query:limit"]


@pytest.mark.parametrize("query", ["verb=%ff", "%c3=1", "verb=%ed%a0%80"])
def test_a_query_that_is_not_utf_8_is_refused(query):
    assert pointers("GET", query) == ["query:"]


def test_the_form_stands_for_the_request_it_describes():
    fields = {
        "content": '{"a":"é&="}',
        "statementId": "x",
        "authorization": "Basic Zm9v",
        "X-Experience-API-Version": "1.0.2",
        "Content-Type": "text/plain",
        "If-Match": '"x"',
    }

    incoming = read(**alternate("put", fields, X_Other="kept"))

    assert (incoming.method, incoming.body) == ("PUT", '{"a":"é&="}'.encode())
    assert incoming.single_parameters() == {"statementId": "x"}
    assert incoming.headers["Authorization"] == "Basic Zm9v"
    assert (incoming.headers["Content-Type"], incoming.headers["If-Match"]) == ("text/plain", '"x"')
    assert (incoming.version, incoming.headers["X-Other"]) == (Version.V1_0_3, "kept")


def test_the_content_of_a_form_is_json_unless_a_field_says_otherwise():
    incoming = read(**alternate("GET", {"limit": "1"}))

    assert incoming.headers["Content-Type"] == "application/json"
    assert (incoming.method, incoming.body, incoming.single_parameters()) == ("GET", b"", {"limit": "1"})


def test_the_second_version_has_no_such_syntax():
    incoming = read_incoming(request(**alternate("PUT", {"content": "{}"}, X_Experience_API_Version="2.0.0")), LIMIT)

    assert (incoming.method, incoming.single_parameters()) == ("POST", {"method": "PUT"})


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_a_post_is_ever_another_request(method):
    assert read(method, "method=DELETE").method == method


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        (alternate("PUT", {"content": "{}"}, query="&statementId=x"), "query:statementId"),
        (alternate("BREW", {"content": "{}"}), "query:method"),
        (alternate("", {"content": "{}"}), "query:method"),
        (alternate("PUT", {"content": "{}"}, Content_Type="application/json"), "header:Content-Type"),
        (alternate("PUT", {}), "form:content"),
        (alternate("POST", {"content": ""}), "form:content"),
        (alternate("PUT", b"content=a&content=b"), ""),
        (alternate("PUT", b"content=%ff"), ""),
        (alternate("PUT", b"\xff=1"), ""),
        (alternate("GET", b"&".join(b"a%d=1" % at for at in range(120))), ""),
        (alternate("PUT", {"content": "{}", "If-Match": '"a"\r\nX-Forged: 1'}), "form:If-Match"),
        (alternate("PUT", {"content": "{}", "authorization": "Basic\nx"}), "form:Authorization"),
    ],
)
def test_a_form_that_stands_for_no_request_is_refused(options, pointer):
    assert pointers(**options) == [pointer]


@pytest.mark.parametrize("size", [0, 1, LIMIT - 1, LIMIT])
def test_a_body_up_to_the_limit_is_read_whole(size):
    assert len(read(data=b"x" * size).body) == size


def test_a_body_that_says_it_is_over_the_limit_is_not_read():
    class Unread(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            pytest.fail("it was read")

    environ = {"CONTENT_LENGTH": str(LIMIT + 2), "wsgi.input": Unread()}

    with pytest.raises(TooLarge):
        read(environ=environ)


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT + 2, 100 * LIMIT])
def test_a_body_over_the_limit_is_refused_and_never_cut(size):
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}

    for environ in ({}, {**chunked, "wsgi.input": io.BytesIO(b"x" * size)}):
        with pytest.raises(TooLarge) as caught:
            read(data=b"x" * size, environ=environ)
        assert [problem.pointer for problem in caught.value.problems] == [""]


@pytest.mark.parametrize("terminated", [False, True])
def test_a_body_that_ends_before_its_stated_length_is_refused(terminated):
    """A server says `wsgi.input_terminated` and hands on what there was; another leaves counting to us."""
    environ = {"CONTENT_LENGTH": "5", "wsgi.input": io.BytesIO(b"{}"), "wsgi.input_terminated": terminated}

    assert pointers(environ=environ) == ["header:Content-Length"]


def test_a_body_that_comes_in_pieces_is_put_together():
    class Pieces(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 2))

    assert read(environ={"CONTENT_LENGTH": "5", "wsgi.input": Pieces(b"abcdefg")}).body == b"abcde"


@pytest.mark.parametrize("length", ["9" * 18, "9" * 40])
def test_a_length_beyond_any_is_a_body_over_the_limit(length):
    with pytest.raises(TooLarge):
        read(data=b"{}", environ={"CONTENT_LENGTH": length})


@pytest.mark.parametrize("length", ["-1", "+2", "two", "²"])
def test_a_length_that_is_no_number_says_nothing(length):
    assert read(data=b"{}", environ={"CONTENT_LENGTH": length}).body == b""


def test_a_connection_that_breaks_while_the_body_is_read_is_a_refusal():
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise ConnectionResetError

        readinto = read

    assert pointers(environ={"CONTENT_LENGTH": "5", "wsgi.input": Broken()}) == ["header:Content-Length"]


FIELDS = st.dictionaries(
    st.sampled_from(["content", "Authorization", "Content-Type", "content-length", "If-Match", "agent", "method"])
    | st.text(),
    st.text(),
    max_size=6,
)
BODIES = st.binary() | FIELDS.map(urlencode).map(str.encode) | st.text(alphabet="a=&%;+0f\n").map(str.encode)
QUERIES = st.sampled_from(["", "method=PUT", "method=GET", "method=%50UT&a=1"]) | st.text(alphabet="a=&%;+0cfé").map(
    lambda text: "method=" + text
)


@given(
    st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]),
    QUERIES,
    BODIES,
    st.sampled_from([FORM, "application/json", "", "multipart/mixed; boundary*=x''y", FORM + "; charset=x"]),
    st.sampled_from(["1.0.3", "2.0.0", "", "x"]),
)
def test_whatever_comes_in_is_read_or_refused(method, query, data, content_type, version):
    asked = request(method, query, data, Content_Type=content_type, X_Experience_API_Version=version)
    try:
        incoming = read_incoming(asked, LIMIT)
        incoming.single_parameters()
    except AssiduError as refusal:
        problems = refusal.problems
    else:
        assert isinstance(incoming.body, bytes)
        return
    assert problems
