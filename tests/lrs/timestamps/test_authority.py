"""Asking an authority over HTTP: what it may answer, and what becomes of it."""

from __future__ import annotations

import base64
import socket
import time

import pytest
import rfc3161_client
from asn1crypto import tsp

from assidu.authority import tokens
from lrs.clock import FixedClock, Micros
from lrs.timestamps import (
    AuthorityRefused,
    AuthorityUnreachable,
    ClocksDisagree,
    NoAuthority,
    StampFailure,
    StampFlaw,
    TimestampAuthority,
    check_stamp,
)
from lrs.timestamps.der import sequence
from tests.conftest import MONDAY
from tests.lrs.timestamps.certificates import holder, stamping

DATA = b"Ce qui existait"
CLOCK = FixedClock(MONDAY)


def answer(handler, body, status=200):
    handler.send_response(status)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def stamps(by, at=MONDAY, seen=None):
    def behave(handler, body):
        if seen is not None:
            seen.append((dict(handler.headers), body))
        answer(handler, tokens.answer(body, by.key, by.chain, Micros(at), 1))

    return behave


def authority(url, root, **options):
    return TimestampAuthority(url, [root.certificate], CLOCK, **options)


def test_a_stamp_is_asked_for_and_holds_offline(serve, root, stamper):
    seen = []
    url = serve(stamps(stamper, seen=seen)).replace("//", "//moi:mot%20secret@")

    stamp = authority(url, root, is_qualified=True).stamp(DATA)

    assert (stamp.at, stamp.authority, stamp.is_qualified) == (MONDAY, "Horodatage", True)
    assert check_stamp(stamp.token, DATA, [root.certificate]).at == MONDAY
    ((headers, body),) = seen
    assert headers["Content-Type"] == "application/timestamp-query"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"moi:mot secret"
    assert DATA not in body


def test_nobody_at_the_address_can_be_tried_again(root):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"

        with pytest.raises(AuthorityUnreachable, match="does not answer") as refused:
            authority(url, root).stamp(DATA)

    assert refused.value.retry_after > 0


def test_an_address_that_accepts_and_says_nothing_is_left_at_the_timeout(root):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(AuthorityUnreachable):
            authority(url, root, timeout_seconds=0.1).stamp(DATA)


def test_an_answer_that_drips_is_left_at_the_timeout(serve, root):
    def drip(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            try:
                handler.wfile.write(b"0")
            except OSError:
                return
            time.sleep(0.05)

    with pytest.raises(AuthorityUnreachable, match="end of its answer"):
        authority(serve(drip), root, timeout_seconds=0.2).stamp(DATA)


def test_an_answer_that_is_cut_short_can_be_tried_again(serve, root):
    def cut(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"0" * 10)

    with pytest.raises(AuthorityUnreachable):
        authority(serve(cut), root).stamp(DATA)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, AuthorityUnreachable),
        (503, AuthorityUnreachable),
        (429, AuthorityUnreachable),
        (401, AuthorityRefused),
        (404, AuthorityRefused),
    ],
)
def test_a_status_says_whether_to_try_again(serve, root, status, kind):
    with pytest.raises(kind, match=str(status)) as refused:
        authority(serve(lambda handler, _: answer(handler, b"no", status)), root).stamp(DATA)

    assert type(refused.value) is kind


@pytest.mark.parametrize("body", [b"", b"<html>", b"0" * 5_000_000], ids=["nothing", "a page", "far too much"])
def test_an_answer_that_is_no_answer_is_refused(serve, root, body):
    with pytest.raises(AuthorityRefused):
        authority(serve(lambda handler, _: answer(handler, body)), root).stamp(DATA)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [("rejection", AuthorityRefused, "quota used up"), ("waiting", AuthorityUnreachable, "come back later")],
)
def test_what_an_authority_says_when_it_does_not_stamp_is_said(serve, root, status, kind, words):
    info = tsp.PKIStatusInfo({"status": status, "status_string": ["quota used up"]})
    body = sequence(info.dump())

    with pytest.raises(kind, match=words):
        authority(serve(lambda handler, _: answer(handler, body)), root).stamp(DATA)


def test_an_answer_to_another_request_is_refused(serve, root, stamper):
    asked = rfc3161_client.TimestampRequestBuilder().data(DATA).hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    old = tokens.answer(asked.build().as_bytes(), stamper.key, stamper.chain, MONDAY, 1)

    with pytest.raises(StampFailure) as failed:
        authority(serve(lambda handler, _: answer(handler, old)), root).stamp(DATA)

    assert failed.value.flaw is StampFlaw.NONCE


def test_a_stamp_on_other_bytes_is_refused(serve, root, stamper):
    def other(handler, _):
        asked = rfc3161_client.TimestampRequestBuilder().data(b"autre").build()
        answer(handler, tokens.answer(asked.as_bytes(), stamper.key, stamper.chain, MONDAY, 1))

    with pytest.raises(StampFailure) as failed:
        authority(serve(other), root).stamp(DATA)

    assert failed.value.flaw is StampFlaw.IMPRINT


def test_a_stamp_by_somebody_else_is_refused(serve, root):
    other = stamping(holder("Racine", is_authority=True))

    with pytest.raises(StampFailure) as failed:
        authority(serve(stamps(other)), root).stamp(DATA)

    assert failed.value.flaw is StampFlaw.UNTRUSTED


@pytest.mark.parametrize("seconds", [-301, 301])
def test_clocks_that_are_minutes_apart_stamp_nothing(serve, root, stamper, seconds):
    url = serve(stamps(stamper, at=MONDAY + seconds * 1_000_000))

    with pytest.raises(ClocksDisagree, match="301 s"):
        authority(url, root).stamp(DATA)


def test_without_an_authority_it_is_said_what_to_set():
    with pytest.raises(AuthorityUnreachable, match="ASSIDU_TIMESTAMP_URL"):
        NoAuthority().stamp(DATA)
