"""The load generator reads answers however they are cut on their way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.responses import BadAnswer, Response


def fed(pieces, *, keeps_body=True):
    response = Response(keeps_body=keeps_body)
    done = [response.feed(memoryview(piece)) for piece in pieces]
    return response, done


def chunked(body, sizes):
    pieces, at = [], 0
    for size in sizes:
        part = body[at : at + size]
        at += size
        if part:
            pieces.append(b"%x;note=1\r\n%b\r\n" % (len(part), part))
    rest = body[at:]
    if rest:
        pieces.append(b"%X\r\n%b\r\n" % (len(rest), rest))
    return b"".join(pieces) + b"0\r\nTrailer: yes\r\n\r\n"


def cut(data, places):
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


PLACES = st.lists(st.integers(0, 10_000), max_size=12)


@given(st.binary(max_size=600), PLACES)
def test_a_body_of_stated_length_is_whole_at_its_last_byte(body, places):
    data = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    response, done = fed(cut(data, places))

    assert done == [False] * (len(done) - 1) + [True]
    assert (response.status, response.body, response.body_bytes) == (200, body, len(body))


@given(st.binary(max_size=600), st.lists(st.integers(1, 90), max_size=8), PLACES)
def test_chunks_come_together_wherever_they_are_cut(body, sizes, places):
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(body, sizes)

    response, done = fed(cut(data, places))

    assert done == [False] * (len(done) - 1) + [True]
    assert response.body == body


def test_bytes_are_counted_and_not_kept_unless_asked():
    response, _ = fed([b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"], keeps_body=False)

    assert (response.body_bytes, response.body) == (3, b"")


def test_no_content_ends_with_its_head():
    response, done = fed([b"HTTP/1.1 204 No Content\r\n\r\n"])

    assert done == [True]
    assert not response.closes


def test_a_refusal_says_when_to_come_again():
    response, _ = fed([b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n"])

    assert (response.status, response.retry_after) == (503, 2.0)


def test_a_refusal_that_does_not_say_so_has_none():
    response, _ = fed([b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"])

    assert response.retry_after is None


def test_an_interim_answer_is_passed_over():
    response, done = fed([b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"])

    assert done == [True]
    assert response.status == 200


def test_without_length_the_end_of_the_connection_is_the_end():
    response, done = fed([b"HTTP/1.1 200 OK\r\n\r\nab", b"c"])

    assert done == [False, False]
    assert response.feed_end()
    assert response.closes
    assert response.body == b"abc"


def test_a_connection_that_ends_early_leaves_the_answer_incomplete():
    response, _ = fed([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])

    assert not response.feed_end()


@pytest.mark.parametrize("line", [b"Connection: close\r\n", b"connection:  Close\r\n"])
def test_the_store_may_close_after_an_answer(line):
    response, _ = fed([b"HTTP/1.1 200 OK\r\n" + line + b"Content-Length: 0\r\n\r\n"])

    assert response.closes


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"x" * 70_000,
    ],
)
def test_what_is_no_answer_is_refused(data):
    with pytest.raises(BadAnswer):
        fed([data[:65_536], data[65_536:]])
