"""Entity tags: xAPI 1.0.3 Part Three 3.1, IEEE 9274.1.1 4.1.4."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.test import TestResponse

AGENT = json.dumps({"mbox": "mailto:anne@example.org"})
ACTIVITY = "http://example.org/cours/1"
RESOURCES = {
    "state": ("/xapi/activities/state", {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}),
    "agent-profile": ("/xapi/agents/profile", {"agent": AGENT, "profileId": "p"}),
    "activity-profile": ("/xapi/activities/profile", {"activityId": ACTIVITY, "profileId": "p"}),
}
WRONG = '"1111111111111111111111111111111111111111"'

CHANGES = ("PUT", "POST", "DELETE")

Send = Callable[..., TestResponse]


def body_for(method: str) -> dict[str, int] | None:
    return None if method == "DELETE" else {"n": 2}


@pytest.fixture(params=["1.0.3", "2.0.0"])
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=list(RESOURCES))
def resource(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def send(app: Flask, auth: dict[str, str], version: str, resource: str) -> Send:
    path, parameters = RESOURCES[resource]

    def _send(method: str, body: object = None, **headers: str) -> TestResponse:
        sent = {**auth, "X-Experience-API-Version": version}
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        # A client for each request: threads share nothing but the application.
        return app.test_client().open(path, method=method, query_string=parameters, data=data, headers=sent)

    return _send


def test_get_carries_a_quoted_etag_that_is_sha_1_of_the_contents_xapi_00322(send):
    """XAPI-00322; Part Three 3.1."""
    send("POST", {"n": 1})
    answer = send("GET")

    assert answer.headers["ETag"] == f'"{hashlib.sha1(answer.data).hexdigest()}"'  # noqa: S324 - the standard's choice

    send("POST", {"n": 2})
    assert send("GET").headers["ETag"] != answer.headers["ETag"]


def test_a_request_with_the_current_etag_is_carried_out_xapi_00322(send):
    """XAPI-00322; IEEE 9274.1.1 4.1.4."""
    send("POST", {"n": 0})

    for number, method in enumerate(("PUT", "POST"), start=1):
        tag = send("GET").headers["ETag"]
        assert send(method, {"n": number}, If_Match=tag).status_code == 204
        assert send("GET").json == {"n": number}
    assert send("DELETE", If_Match=send("GET").headers["ETag"]).status_code == 204
    assert send("GET").status_code == 404


def test_if_match_takes_lists_weak_tags_bare_tags_and_any(send):
    """RFC 2616 14.24; proxies weaken tags, and TinCanJS sends them bare."""
    forms = ('W/"{0}"', '"x", "{0}"', '"x",W/"{0}"', "{0}", "*")
    for method, form in product(CHANGES, forms):
        send("POST", {"n": 1})
        tag = send("GET").headers["ETag"].strip('"')

        assert send(method, body_for(method), If_Match=form.format(tag)).status_code == 204, (method, form)


def test_a_request_with_an_old_etag_fails_and_changes_nothing_xapi_00322(send):
    """XAPI-00322: 412, and no modification."""
    send("POST", {"n": 1})
    before = send("GET")

    for method, header in product(CHANGES, (WRONG, '"1234"', '"", "x"')):
        refused = send(method, body_for(method), If_Match=header)
        assert (refused.status_code, bool(refused.json["message"])) == (412, True), (method, header)

    after = send("GET")
    assert (after.status_code, after.data) == (200, before.data)
    for name in ("ETag", "Last-Modified"):
        assert after.headers[name] == before.headers[name]


def test_if_match_fails_where_there_is_nothing(send):
    """RFC 2616 14.24."""
    for method, header in product(CHANGES, (WRONG, "*")):
        assert send(method, body_for(method), If_Match=header).status_code == 412
        assert send("GET").status_code == 404


def test_if_none_match_any_creates_and_never_overwrites_xapi_00322(send):
    """XAPI-00322; Part Three 3.1."""
    for method in ("PUT", "POST"):
        assert send(method, {"n": 1}, If_None_Match="*").status_code == 204
        assert send(method, {"n": 2}, If_None_Match="*").status_code == 412
        assert send("GET").json == {"n": 1}
        send("DELETE")


def test_if_none_match_with_the_current_etag_fails_and_with_another_passes(send):
    """RFC 2616 14.26."""
    send("POST", {"n": 1})
    tag = send("GET").headers["ETag"]

    assert send("PUT", {"n": 2}, If_None_Match=f"{WRONG}, {tag}").status_code == 412
    assert send("GET").json == {"n": 1}
    assert send("PUT", {"n": 2}, If_None_Match=WRONG).status_code == 204
    assert send("GET").json == {"n": 2}


def test_a_malformed_precondition_is_refused_rather_than_ignored(send):
    send("POST", {"n": 1})

    assert send("PUT", {"n": 2}, If_None_Match='"open').status_code == 400
    assert send("GET").json == {"n": 1}


def test_a_put_over_a_document_without_either_header_xapi_00322(send, resource, version):
    """XAPI-00322 and IEEE 9274.1.1 4.1.4: 409 with an explanation; in 1.0.3 a State is replaced."""
    send("POST", {"n": 1})

    answer = send("PUT", {"n": 2})

    if resource == "state" and version == "1.0.3":
        assert answer.status_code == 204
        assert send("GET").json == {"n": 2}
    else:
        assert answer.status_code == 409
        assert "If-Match" in answer.json["message"]
        assert "current state of the resource" in answer.json["message"]
        assert send("GET").json == {"n": 1}


def test_a_put_where_nothing_is_without_either_header_xapi_00273_xapi_00287(send, resource, version):
    """XAPI-00273, XAPI-00287: in 1.0.3 a profile needs a header even then; 2.0 asks only where something is."""
    answer = send("PUT", {"n": 1})

    if resource != "state" and version == "1.0.3":
        assert answer.status_code == 400
        assert "If-None-Match" in answer.json["message"]
        assert send("GET").status_code == 404
    else:
        assert answer.status_code == 204
        assert send("GET").json == {"n": 1}


def test_post_and_delete_need_no_header(send):
    """Part Three 3.1: for them the headers are a SHOULD of the client."""
    assert send("POST", {"n": 1}).status_code == 204
    assert send("POST", {"n": 2}).status_code == 204
    assert send("DELETE").status_code == 204


def test_a_document_made_again_with_the_same_contents_has_the_same_etag(send):
    send("POST", {"n": 1})
    tag = send("GET").headers["ETag"]
    send("DELETE")
    send("POST", {"n": 1})

    assert send("GET").headers["ETag"] == tag


def together(count: int, work: Callable[[int], int]) -> list[int]:
    """Run `work(number)` in `count` threads that start at once."""
    barrier = Barrier(count)

    def run(number: int) -> int:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_merges_of_many_senders_at_once_lose_nothing(send):
    assert together(8, lambda n: max(send("POST", {f"{n}-{turn}": n}).status_code for turn in range(3))) == [204] * 8
    assert send("GET").json == {f"{n}-{turn}": n for n in range(8) for turn in range(3)}


def test_of_many_senders_that_create_at_once_one_succeeds(send):
    codes = together(8, lambda n: send("PUT", {"by": n}, If_None_Match="*").status_code)

    assert sorted(codes) == [204] + [412] * 7
    assert send("GET").json == {"by": codes.index(204)}


def test_of_many_senders_that_read_the_same_version_one_succeeds(send):
    send("POST", {"by": "nobody"})
    tag = send("GET").headers["ETag"]

    codes = together(8, lambda n: send("PUT", {"by": n}, If_Match=tag).status_code)

    assert sorted(codes) == [204] + [412] * 7
    assert send("GET").json == {"by": codes.index(204)}
