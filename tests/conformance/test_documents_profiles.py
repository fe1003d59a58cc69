"""Agent Profile and Activity Profile resources: xAPI 1.0.3 Part Three 2.6, 2.7; IEEE 9274.1.1 4.1.6.5, 4.1.6.6."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import product
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lrs.clock import FixedClock, to_datetime, to_text

Send = Callable[..., TestResponse]


@dataclass(frozen=True)
class Profile:
    """One of the two resources: its path, what its documents belong to, and another such owner."""

    path: str
    owner: dict[str, str]
    other: dict[str, str]
    name: str = field(kw_only=True)

    @property
    def one(self) -> dict[str, str]:
        return {**self.owner, "profileId": "préférences/1"}


AGENT = Profile(
    "/xapi/agents/profile",
    {"agent": json.dumps({"objectType": "Agent", "mbox": "mailto:anne@example.org"})},
    {"agent": json.dumps({"mbox": "mailto:bob@example.org"})},
    name="agent",
)
ACTIVITY = Profile(
    "/xapi/activities/profile",
    {"activityId": "http://example.org/cours/1?a=b&c=d"},
    {"activityId": "http://example.org/cours/2"},
    name="activityId",
)
NEW = {"If_None_Match": "*"}
METHODS = ("GET", "PUT", "POST", "DELETE")


def body_for(method: str) -> dict[str, int] | None:
    return {"sent": 1} if method in ("PUT", "POST") else None


def guard(method: str) -> dict[str, str]:
    return NEW if method == "PUT" else {}


@pytest.fixture(params=["1.0.3", "2.0.0"])
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[AGENT, ACTIVITY], ids=["agent", "activity"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return request.param


@pytest.fixture
def send(client: FlaskClient, auth: dict[str, str], version: str, profile: Profile) -> Send:
    def _send(method: str, parameters: dict[str, str], body: object = None, **headers: str) -> TestResponse:
        sent = {**auth, "X-Experience-API-Version": version}
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(profile.path, method=method, query_string=parameters, data=data, headers=sent)

    return _send


def test_a_profile_is_put_got_posted_and_deleted_xapi_00269_to_00274_xapi_00285_to_00293(send, profile):
    """XAPI-00259, 00269, 00271 to 00274, 00282, 00283; 00285 to 00288, 00290 to 00293, 00311, 00312."""
    assert send("GET", profile.one).status_code == 404

    assert send("PUT", profile.one, {"theme": "dark"}, **NEW).status_code == 204
    assert send("GET", profile.one).json == {"theme": "dark"}
    assert send("POST", profile.one, {"size": 2}).status_code == 204
    assert send("GET", profile.one).json == {"theme": "dark", "size": 2}

    assert send("DELETE", profile.one).status_code == 204
    assert send("GET", profile.one).status_code == 404


def test_a_profile_belongs_to_its_owner_alone(send, profile):
    send("PUT", profile.one, {"n": 1}, **NEW)

    assert send("GET", {**profile.one, **profile.other}).status_code == 404
    assert send("GET", profile.other).json == []
    assert send("DELETE", {**profile.one, **profile.other}).status_code == 204
    assert send("GET", profile.one).json == {"n": 1}


def test_the_owner_is_required_xapi_00261_to_00264_xapi_00296_to_00299(send, profile):
    """XAPI-00261 to 00264; XAPI-00296 to 00299."""
    for method in METHODS:
        refused = send(method, {"profileId": "x"}, body_for(method))

        assert refused.status_code == 400
        assert refused.json["errors"][0]["pointer"] == f"query:{profile.name}"


def test_the_profile_id_is_required_to_change_one_xapi_00265_to_00267_xapi_00300_to_00302(send, profile):
    """XAPI-00265 to 00267; XAPI-00300 to 00302. Profiles have no deletion of many."""
    send("POST", profile.one, {"kept": 1})

    for method in ("PUT", "POST", "DELETE"):
        assert send(method, profile.owner, body_for(method)).status_code == 400
    assert send("GET", profile.one).json == {"kept": 1}
    assert send("GET", profile.owner).json == [profile.one["profileId"]]


def test_the_owner_is_an_agent_or_an_iri_xapi_00255_to_00258(send, profile):
    """XAPI-00255 to 00258, and the same for an Activity's IRI."""
    for method, value in product(METHODS, ("true", "not an owner", "{}", "")):
        refused = send(method, {**profile.one, profile.name: value}, body_for(method), **guard(method))
        assert refused.status_code == 400, (method, value)
    for method in ("PUT", "GET", "POST", "DELETE"):
        assert send(method, profile.one, body_for(method), **guard(method)).status_code < 300


def test_an_unknown_parameter_is_refused_3_2(send, profile):
    """Part Three 3.2."""
    send("POST", profile.one, {"kept": 1})

    for method, name in product(METHODS, ("registration", "stateId", "unknown")):
        refused = send(method, {**profile.one, name: "x"}, body_for(method))

        assert refused.status_code == 400
        assert refused.json["errors"][0]["pointer"] == f"query:{name}"
    assert send("GET", profile.one).json == {"kept": 1}


def test_an_agent_whose_encoding_is_broken_is_refused_xapi_00284(client, auth, version):
    """XAPI-00284."""
    agent = quote(AGENT.owner["agent"])
    headers = {**auth, "X-Experience-API-Version": version, "Content-Type": "application/json"}

    sound = client.post(f"{AGENT.path}?profileId=x&agent={agent}", data=b"{}", headers=headers)
    broken = client.post(
        f"{AGENT.path}?profileId=y&agent={agent.replace('%3A', '%22', 1)}", data=b"{}", headers=headers
    )

    assert (sound.status_code, broken.status_code) == (204, 400)


def test_without_a_profile_id_get_lists_the_ids_xapi_00270_xapi_00289(send, profile):
    """XAPI-00270; XAPI-00289."""
    for name in ("a", "b"):
        send("POST", {**profile.owner, "profileId": name}, {})
    send("POST", {**profile.other, "profileId": "elsewhere"}, {})

    listed = send("GET", profile.owner)

    assert (listed.status_code, sorted(listed.json)) == (200, ["a", "b"])


def test_since_lists_what_was_updated_after_it_xapi_00268_xapi_00275_xapi_00294_xapi_00303(
    send, profile, clock: FixedClock
):
    """XAPI-00268, 00275; XAPI-00294, 00303."""
    send("POST", {**profile.owner, "profileId": "old"}, {})
    since = to_text(clock.now_micros())
    clock.micros += 1
    send("POST", {**profile.owner, "profileId": "new"}, {})

    assert sorted(send("GET", profile.owner).json) == ["new", "old"]
    assert send("GET", {**profile.owner, "since": since}).json == ["new"]


def test_since_is_a_timestamp_xapi_00260_xapi_00295(send, profile):
    """XAPI-00260; XAPI-00295."""
    assert send("GET", {**profile.owner, "since": "2026-01-01T00:00:00Z"}).status_code == 200
    for since in ("true", "yesterday"):
        assert send("GET", {**profile.owner, "since": since}).status_code == 400


def test_a_post_merges_json_objects_xapi_00279_xapi_00308(send, profile):
    """XAPI-00279; XAPI-00308."""
    send("POST", profile.one, {"car": "Honda", "n": {"deep": 1}})
    send("POST", profile.one, {"type": "Civic", "n": {}})

    assert send("GET", profile.one).json == {"car": "Honda", "n": {}, "type": "Civic"}


def test_a_post_where_nothing_is_stored_stores_it_xapi_00280_xapi_00310(send, profile):
    """XAPI-00280; XAPI-00310."""
    assert send("POST", profile.one, b"\x00\x01", Content_Type="image/png").status_code == 204

    answer = send("GET", profile.one)
    assert (answer.data, answer.headers["Content-Type"]) == (b"\x00\x01", "image/png")


UNMERGEABLE = (
    ("application/json", b'{"a":1}', "not/json", b"abcdefg"),
    ("application/octet-stream", b"/ asdf / undefined", "application/json", b"{}"),
    ("application/json", b'{"a":1}', "application/json", b'{"a":2}{'),
    ("application/json", b'{"a":1}', "application/json", b'["a"]'),
)


def test_what_cannot_be_merged_changes_nothing_xapi_00278_xapi_00281_xapi_00309_xapi_00313(send, profile):
    """XAPI-00278, 00281; XAPI-00309, 00313."""
    for number, (stored_type, stored, posted_type, posted) in enumerate(UNMERGEABLE):
        one = {**profile.owner, "profileId": str(number)}
        assert send("PUT", one, stored, Content_Type=stored_type, **NEW).status_code == 204

        assert send("POST", one, posted, Content_Type=posted_type).status_code == 400

        after = send("GET", one)
        assert (after.data, after.headers["Content-Type"]) == (stored, stored_type)


def test_invalid_json_is_refused_xapi_00284_xapi_00314(send, profile):
    """XAPI-00284, XAPI-00314."""
    for method in ("PUT", "POST"):
        assert send(method, profile.one, b'{"a":1}[', **NEW).status_code == 400
        assert send("GET", profile.one).status_code == 404


def test_last_modified_follows_the_document_ieee_4_1_6_5_4_1_6_6(send, profile, clock: FixedClock):
    """IEEE 9274.1.1 4.1.6.5, 4.1.6.6."""
    send("POST", profile.one, {"n": 1})
    first = to_datetime(clock.now_micros())
    assert parsedate_to_datetime(send("GET", profile.one).headers["Last-Modified"]) == first

    clock.micros += 2_000_000
    send("POST", profile.one, {"n": 2})
    assert parsedate_to_datetime(send("GET", profile.one).headers["Last-Modified"]) == to_datetime(clock.now_micros())


def test_head_answers_as_get_without_the_body_1_1(send, profile):
    """Part Three 1.1."""
    send("POST", profile.one, {"n": 1})

    head = send("HEAD", profile.one)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == send("GET", profile.one).headers["ETag"]
