"""State resource: xAPI 1.0.3 Part Three 2.2 and 2.3, IEEE 9274.1.1 4.1.6.2."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from itertools import product
from urllib.parse import quote
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lrs.clock import FixedClock, to_datetime, to_text
from lrs.documents.document import LARGEST_BYTES

STATE = "/xapi/activities/state"
ACTIVITY = "http://example.org/xapi/cours/été?page=1&x=2"
ANNE = json.dumps({"objectType": "Agent", "account": {"homePage": "http://lms.example.org", "name": "anne"}})
CONTEXT = {"activityId": ACTIVITY, "agent": ANNE}
MARK = {**CONTEXT, "stateId": "signet n° 1/été"}
REGISTRATION = str(UUID(int=5))

Send = Callable[..., TestResponse]


@pytest.fixture(params=["1.0.3", "2.0.0"])
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def send(client: FlaskClient, auth: dict[str, str], version: str) -> Send:
    def _send(method: str, parameters: dict[str, str], body: object = None, **headers: str) -> TestResponse:
        sent = {**auth, "X-Experience-API-Version": version}
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(STATE, method=method, query_string=parameters, data=data, headers=sent)

    return _send


METHODS = ("GET", "PUT", "POST", "DELETE")


def body_for(method: str) -> dict[str, int] | None:
    return {"sent": 1} if method in ("PUT", "POST") else None


def without(parameters: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name not in names}


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_state_is_stored_and_given_back_xapi_00187_to_00192(send, method):
    """XAPI-00187 to 00192, 00217, 00230, 00231: PUT, POST, GET and DELETE of one document."""
    assert send("GET", MARK).status_code == 404

    stored = send(method, MARK, {"page": 12})
    assert (stored.status_code, stored.data) == (204, b"")
    assert send("GET", MARK).json == {"page": 12}

    deleted = send("DELETE", MARK)
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert send("GET", MARK).status_code == 404


CONTENTS = {
    "application/octet-stream": bytes(range(256)),
    "text/html; charset=ISO-8859-1": b"<script>\xe9</script>\r\n",
    "not/json": b"abcdefg",
    "application/json": b'{"n": 1.50,\n "n2": 1180591620717411303424, "a": "\\u00e9"}  ',
    "application/json;charset=utf-8": b"[1, 2]",
    "text/plain": b"",
}


def test_contents_are_any_bytes_and_come_back_with_their_type_2_2(send):
    """Part Three 2.2: contents are arbitrary binary data, and a document has any content type."""
    for content_type, body in CONTENTS.items():
        one = {**CONTEXT, "stateId": content_type}
        assert send("PUT", one, body, Content_Type=content_type).status_code == 204

        answer = send("GET", one)

        assert (answer.data, answer.headers["Content-Type"]) == (body, content_type)


def test_a_document_cannot_run_in_a_browser_on_our_origin(send):
    send("PUT", MARK, b"<script>", Content_Type="text/html")

    headers = send("GET", MARK).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-cache" in headers["Cache-Control"]


def test_the_activity_and_the_agent_need_not_be_known_2_2(send):
    """Part Three 2.2: documents are not rejected for want of prior knowledge."""
    assert send("PUT", {**MARK, "activityId": "urn:never:seen"}, {}).status_code == 204


def test_activity_and_agent_are_required_xapi_00207_to_00215(send):
    """XAPI-00207 to 00210, 00212 to 00215."""
    send("PUT", MARK, {"kept": 1})

    for method, missing in product(METHODS, ("activityId", "agent")):
        refused = send(method, without(MARK, missing), body_for(method))

        assert refused.status_code == 400
        assert [problem["pointer"] for problem in refused.json["errors"]] == [f"query:{missing}"]
    assert send("GET", MARK).json == {"kept": 1}


def test_a_state_id_is_required_to_store_xapi_00206_xapi_00211(send):
    """XAPI-00206, XAPI-00211."""
    for method in ("PUT", "POST"):
        assert send(method, CONTEXT, {}).status_code == 400
    assert send("GET", CONTEXT).json == []


WRONG = (
    ("agent", "not JSON"), ("agent", "true"), ("agent", '{"name":"Anne"}'), ("registration", "true"),
    ("activityId", "not an IRI"), ("unknown", "x"), ("profileId", "x"),
)  # fmt: skip


def test_a_parameter_that_is_wrong_or_unknown_is_refused_xapi_00196_to_00203(send):
    """XAPI-00196 to 00203; Part Three 3.2: unrecognised parameters get 400."""
    enrolled = {**MARK, "registration": REGISTRATION}
    send("PUT", enrolled, {"kept": 1})

    for method, (name, value) in product(METHODS, WRONG):
        refused = send(method, {**enrolled, name: value}, body_for(method))

        assert refused.status_code == 400, (method, name, value)
        assert refused.json["errors"][0]["pointer"].startswith(f"query:{name}")
    assert send("GET", enrolled).json == {"kept": 1}


def test_an_agent_whose_encoding_is_broken_is_refused_xapi_00235(client, auth, version):
    """XAPI-00235: a quotation mark where the agent's JSON has a colon."""
    agent = quote(ANNE)
    query = f"activityId={quote(ACTIVITY, safe='')}&stateId=x&agent="
    headers = {**auth, "X-Experience-API-Version": version, "Content-Type": "application/json"}

    assert client.post(f"{STATE}?{query}{agent}", data=b"{}", headers=headers).status_code == 204
    broken = agent.replace("%3A", "%22", 1)
    assert client.post(f"{STATE}?{query}{broken}", data=b"{}", headers=headers).status_code == 400


def test_a_registration_sets_a_document_apart_xapi_00218_to_00220_and_00227(send):
    """XAPI-00218 to 00220, 00227; Part Three 2.3: the context is activity, agent and registration."""
    send("PUT", MARK, {"without": 1})
    assert send("PUT", {**MARK, "registration": REGISTRATION.upper()}, {"with": 1}).status_code == 204
    assert send("POST", {**MARK, "registration": REGISTRATION}, {"more": 1}).status_code == 204

    assert send("GET", MARK).json == {"without": 1}
    assert send("GET", {**MARK, "registration": REGISTRATION}).json == {"with": 1, "more": 1}

    assert send("DELETE", {**MARK, "registration": REGISTRATION}).status_code == 204
    assert send("GET", {**MARK, "registration": REGISTRATION}).status_code == 404
    assert send("GET", MARK).json == {"without": 1}


def test_an_agent_is_its_identifier_and_not_its_name(send):
    """Part Two 2.4.2: Agents with the same inverse functional identifier are the same."""
    send("PUT", MARK, {"page": 1})
    renamed = json.dumps({"name": "Anne D.", **json.loads(ANNE)})
    other = ANNE.replace("anne", "Anne")

    assert send("GET", {**MARK, "agent": renamed}).json == {"page": 1}
    assert send("GET", {**MARK, "agent": other}).status_code == 404


def test_without_a_state_id_get_lists_the_ids_xapi_00193(send):
    """XAPI-00193."""
    assert send("GET", CONTEXT).json == []
    for name, more in (("a", {}), ("b", {"registration": REGISTRATION}), ("b", {})):
        send("PUT", {**CONTEXT, "stateId": name, **more}, {})
    send("PUT", {**CONTEXT, "activityId": "urn:other", "stateId": "elsewhere"}, {})

    listed = send("GET", CONTEXT)

    assert listed.status_code == 200
    assert listed.headers["Content-Type"] == "application/json"
    assert sorted(listed.json) == ["a", "b"]
    assert send("GET", {**CONTEXT, "registration": REGISTRATION}).json == ["b"]


def test_since_lists_what_was_stored_or_updated_after_it_xapi_00195_xapi_00221(send, clock: FixedClock):
    """XAPI-00195, 00221, 00222; Part Three 2.3: exclusive, and by the last update."""
    instants = {}
    for name in ("first", "second", "third"):
        clock.micros += 1_000_000
        instants[name] = to_text(clock.now_micros())
        send("PUT", {**CONTEXT, "stateId": name}, {"n": 1})

    assert send("GET", {**CONTEXT, "since": instants["first"]}).json == ["second", "third"]
    assert send("GET", {**CONTEXT, "since": instants["third"]}).json == []

    clock.micros += 1_000_000
    send("POST", {**CONTEXT, "stateId": "first"}, {"n": 2})
    assert send("GET", {**CONTEXT, "since": instants["third"]}).json == ["first"]
    # An offset is an instant like any other.
    assert send("GET", {**CONTEXT, "since": instants["second"].replace("Z", "+00:00")}).json == ["third", "first"]


def test_since_is_a_timestamp_xapi_00204(send):
    """XAPI-00204."""
    assert send("GET", {**CONTEXT, "since": "2026-01-05T08:00:00Z"}).status_code == 200
    for since in ("not a timestamp", "true", "2026-01-05T08:00:00-00:00"):
        assert send("GET", {**CONTEXT, "since": since}).status_code == 400


def test_since_beside_a_state_id_changes_nothing(send, clock: FixedClock):
    send("PUT", MARK, {"page": 1})

    assert send("GET", {**MARK, "since": to_text(clock.now_micros())}).json == {"page": 1}


def test_without_a_state_id_delete_removes_the_whole_context_xapi_00194(send):
    """XAPI-00194; Part Three 2.3, Multiple Document DELETE."""
    elsewhere = {**MARK, "activityId": "urn:other"}
    enrolled = {**MARK, "registration": REGISTRATION}
    for parameters in (MARK, {**MARK, "stateId": "b"}, enrolled, elsewhere):
        send("PUT", parameters, {})

    assert send("DELETE", without(enrolled, "stateId")).status_code == 204
    assert send("GET", enrolled).status_code == 404
    assert len(send("GET", CONTEXT).json) == 2

    assert send("DELETE", CONTEXT).status_code == 204
    assert send("GET", CONTEXT).json == []
    assert send("GET", elsewhere).status_code == 200


def test_a_delete_never_removes_more_than_its_sender_may_have_meant(send):
    """`since` is no parameter of DELETE (XAPI-00205), and a precondition is about one document."""
    send("PUT", MARK, {"page": 1})

    for parameters in (MARK, CONTEXT):
        assert send("DELETE", {**parameters, "since": "2020-01-01T00:00:00Z"}).status_code == 400
    assert send("DELETE", CONTEXT, If_Match="*").status_code == 400
    assert send("GET", MARK).json == {"page": 1}


def test_a_post_merges_at_the_top_level_only_xapi_00183_xapi_00184_xapi_00234(send):
    """XAPI-00183, 00184, 00234; Part Three 2.2, JSON Procedure."""
    send("PUT", MARK, {"x": "foo", "y": "bar", "car": {"make": "Ford", "model": "Escape"}})

    assert send("POST", MARK, {"x": "bash", "z": "faz", "car": {"make": "Dodge"}}).status_code == 204

    assert send("GET", MARK).json == {"x": "bash", "y": "bar", "z": "faz", "car": {"make": "Dodge"}}


def test_a_merge_keeps_the_values_of_both_as_they_were_written(send):
    send("PUT", MARK, b'{"price": 1.50, "big": 1180591620717411303424, "gone": 1}')
    send("POST", MARK, b'{"gone": 2.0, "new": [1e3]}')

    body = send("GET", MARK).data

    for written in (b"1.50", b"1180591620717411303424", b"2.0", b"[1e3]"):
        assert written in body


def test_a_post_where_nothing_is_stored_stores_it_xapi_00233(send):
    """XAPI-00233."""
    assert send("POST", MARK, b"abc", Content_Type="text/plain").status_code == 204
    assert send("GET", MARK).data == b"abc"


JSON, BYTES = "application/json", "application/octet-stream"
UNMERGEABLE = (
    (JSON, b'{"a":1}', BYTES, b"abcdefg"),
    (BYTES, b"/ asdf / undefined", JSON, b'{"a":1}'),
    (BYTES, b'{"a":1}', JSON, b'{"a":1}'),
    ("text/plain", b"a", "text/plain", b"b"),
    (JSON, b'{"a":1}', JSON, b'{"a":1}{'),
    (JSON, b'{"a":1}', JSON, b"[1]"),
    (JSON, b"[1]", JSON, b'{"a":1}'),
    (JSON, b'{"a":1}', JSON, b""),
)


def test_what_cannot_be_merged_is_refused_and_changes_nothing_xapi_00229_xapi_00232(send):
    """XAPI-00229, 00232, 00182; Part Three 2.2: both are JSON objects of type application/json, or 400."""
    for number, (stored_type, stored, posted_type, posted) in enumerate(UNMERGEABLE):
        one = {**CONTEXT, "stateId": str(number)}
        assert send("PUT", one, stored, Content_Type=stored_type).status_code == 204

        refused = send("POST", one, posted, Content_Type=posted_type)

        assert (refused.status_code, bool(refused.json["errors"])) == (400, True), (stored, posted)
        after = send("GET", one)
        assert (after.data, after.headers["Content-Type"]) == (stored, stored_type)


def test_json_that_is_none_is_refused_and_not_stored(send):
    malformed = (b'{"a":1}[', b"{", b"", b'{"a":NaN}', b'{"a":"\xff"}', b"[" * 10_000)
    for method, body in product(("PUT", "POST"), malformed):
        assert send(method, MARK, body).status_code == 400, body[:20]
        assert send("GET", MARK).status_code == 404


def test_a_document_too_large_to_keep_is_refused_and_says_so(send):
    refused = send("PUT", MARK, bytes(LARGEST_BYTES + 1), Content_Type="a/b")

    assert refused.status_code == 413
    assert str(LARGEST_BYTES) in refused.json["errors"][0]["accepted"]
    assert send("GET", MARK).status_code == 404


def test_last_modified_is_the_instant_of_the_last_change_ieee_4_1_6_2(send, clock: FixedClock):
    """IEEE 9274.1.1 4.1.6.2; Part Three 2.2, Last Modified: of a document, and of the latest of a list."""
    send("PUT", MARK, {"page": 1})
    first = to_datetime(clock.now_micros())
    assert parsedate_to_datetime(send("GET", MARK).headers["Last-Modified"]) == first

    clock.micros += 90_000_000
    send("POST", {**MARK, "stateId": "later"}, {"page": 2})
    second = to_datetime(clock.now_micros())
    assert parsedate_to_datetime(send("GET", CONTEXT).headers["Last-Modified"]) == second
    assert parsedate_to_datetime(send("GET", MARK).headers["Last-Modified"]) == first

    send("POST", MARK, {"page": 3})
    assert parsedate_to_datetime(send("GET", MARK).headers["Last-Modified"]) == second


def test_head_answers_as_get_without_the_body_1_1(send):
    """Part Three 1.1."""
    send("PUT", MARK, {"page": 1})
    got = send("GET", MARK)

    head = send("HEAD", MARK)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type"):
        assert head.headers[name] == got.headers[name]
    assert send("HEAD", {**MARK, "stateId": "none"}).status_code == 404
    assert send("HEAD", CONTEXT).status_code == 200


def test_a_reader_that_has_the_document_is_told_so(send):
    send("PUT", MARK, {"page": 1})
    tag = send("GET", MARK).headers["ETag"]

    again = send("GET", MARK, If_None_Match=tag)

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert send("GET", MARK, If_None_Match='"other"').status_code == 200
