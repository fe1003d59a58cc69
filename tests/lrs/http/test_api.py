"""`/api/v1`: an organisation manages its own part of the record store."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from hypothesis import assume, given
from hypothesis import strategies as st

from lrs.caller import Caller, Scope
from lrs.clock import FixedClock, Micros
from lrs.credential import Settings
from lrs.errors import InvalidRequest, Problem
from lrs.http.api.cursors import parse_cursor, parse_uuid_cursor, write_cursor
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version

NEW = {"label": "Moodle de Rennes", "scopes": ["statements/write"]}
STATEMENT = {
    "actor": {"mbox": "mailto:a@example.fr"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://example.fr/cours/1"},
    "timestamp": "2026-01-05T07:00:00Z",
}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def create(client: FlaskClient, auth: dict[str, str], **settings: Any) -> dict[str, Any]:
    response = client.post("/api/v1/credentials", json={**NEW, **settings}, headers=auth)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.get_json()
    return created


def test_the_organisation_is_the_callers(client: FlaskClient, caller: Caller, auth: dict[str, str]) -> None:
    body = client.get("/api/v1/organisation", headers=auth).get_json()

    assert (body["number"], body["slug"]) == (caller.organisation, "essai")
    assert body["created"] == "2026-01-05T08:00:00.000000Z"


def test_a_created_credential_opens_xapi_with_the_secret_shown_once(client: FlaskClient, auth: dict[str, str]) -> None:
    made = create(client, auth)

    response = client.post(
        "/xapi/statements",
        json=STATEMENT,
        headers={**basic(made["key"], made["secret"]), "X-Experience-API-Version": "1.0.3"},
    )

    assert response.status_code == 200
    everything = client.get("/api/v1/credentials", headers=auth).text
    everything += client.get(f"/api/v1/credentials/{made['key']}", headers=auth).text
    assert made["secret"] not in everything
    assert '"secret"' not in everything
    assert "digest" not in everything


def test_credentials_are_listed_page_by_page(client: FlaskClient, auth: dict[str, str]) -> None:
    made = [create(client, auth, label=f"n° {number}")["key"] for number in range(4)]

    keys, after = [], {}
    while True:
        page = client.get("/api/v1/credentials", query_string={"limit": 2, **after}, headers=auth).get_json()
        keys += [item["key"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert sorted(keys) == sorted([*made, "essai"])


def test_settings_are_changed_one_by_one(client: FlaskClient, auth: dict[str, str]) -> None:
    made = create(client, auth)
    path = f"/api/v1/credentials/{made['key']}"

    client.patch(path, json={"requests_per_minute": 60, "origins": ["https://Cours.Example.fr"]}, headers=auth)
    changed = client.patch(path, json={"requests_per_minute": None, "quarantine": True}, headers=auth).get_json()

    expected = {**made, "quarantine": True, "origins": ["https://cours.example.fr"]}
    expected.pop("secret")
    assert changed == expected


def test_a_rotated_credential_shows_when_its_old_secret_ends(client: FlaskClient, auth: dict[str, str]) -> None:
    made = create(client, auth)

    response = client.post(f"/api/v1/credentials/{made['key']}/rotate", json={"grace_seconds": 60}, headers=auth)

    rotated = response.get_json()
    assert rotated["secret"] != made["secret"]
    assert [secret["until"] for secret in rotated["secrets"]] == ["2026-01-05T08:01:00.000000Z", None]
    for secret in (made["secret"], rotated["secret"]):
        headers = {**basic(made["key"], secret), "X-Experience-API-Version": "1.0.3"}
        assert client.post("/xapi/statements", json=[], headers=headers).status_code == 200


def test_a_rotation_needs_no_body(client: FlaskClient, auth: dict[str, str]) -> None:
    made = create(client, auth)

    assert client.post(f"/api/v1/credentials/{made['key']}/rotate", headers=auth).status_code == 200


def test_a_revoked_credential_is_listed_as_such_and_cannot_come_back(client: FlaskClient, auth: dict[str, str]) -> None:
    path = f"/api/v1/credentials/{create(client, auth)['key']}"

    revoked = client.post(f"{path}/revoke", headers=auth).get_json()

    assert (revoked["state"], revoked["revoked"]) == ("revoked", "2026-01-05T08:00:00.000000Z")
    assert client.post(f"{path}/rotate", headers=auth).status_code == 409
    assert client.patch(path, json={"label": "again"}, headers=auth).status_code == 409


def test_a_credential_made_to_expire_does(
    client: FlaskClient, clock: FixedClock, services: Services, auth: dict[str, str]
) -> None:
    made = create(client, auth, expires="2026-01-05T10:00:00+01:00")

    clock.micros = Micros(clock.micros + 3_600_000_000)

    assert made["expires"] == "2026-01-05T09:00:00.000000Z"
    assert client.get(f"/api/v1/credentials/{made['key']}", headers=auth).get_json()["state"] == "expired"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b"", {"/label", "/scopes"}),
        (b"[]", {""}),
        (b"{", {""}),
        (b'{"label": NaN}', {""}),
        (b'{"label": "\\ud800", "scopes": ["all"]}', {""}),
        (b'{"label": "", "scopes": []}', {"/label", "/scopes"}),
        (b'{"label": " ", "scopes": {"all": 1}, "surprise": 1}', {"/label", "/scopes", "/surprise"}),
        (b'{"label": "a", "scopes": ["all", "some"], "quarantine": "yes"}', {"/scopes/1", "/quarantine"}),
        (b'{"label": "a", "scopes": ["all"], "requests_per_minute": true}', {"/requests_per_minute"}),
        (b'{"label": "a", "scopes": ["all"], "origins": ["example.fr"]}', {"/origins/0"}),
        (b'{"label": "a", "scopes": ["all"], "expires": "2026-01-05T10:00:00"}', {"/expires"}),
        (b'{"label": "a", "scopes": ["all"], "expires": "9999-12-31T23:59:59-14:00"}', {"/expires"}),
        (b'{"label": "a", "scopes": ["all"], "expires": "0001-01-01T00:00:00+14:00"}', {"/expires"}),
        (b'{"label": "a", "scopes": ["all"], "authority": {"objectType": "Group"}}', {"/authority"}),
    ],
)
def test_every_problem_of_a_body_is_listed_where_it_is(
    client: FlaskClient, auth: dict[str, str], body: bytes, pointers: set[str]
) -> None:
    response = client.post("/api/v1/credentials", data=body, content_type="application/json", headers=auth)

    refusal = response.get_json()
    assert response.status_code == 400
    assert {problem["pointer"] for problem in refusal["errors"]} == pointers
    assert set(refusal) == {"code", "status", "message", "errors", "request_id"}
    assert set(refusal["errors"][0]) == {"pointer", "message", "accepted", "requirement"}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=201", "after=!", "after=YQ", "unknown=1", "limit=1&limit=2"]
)
@pytest.mark.parametrize("path", ["credentials", "senders", "quarantine", "statements/duplicates"])
def test_a_wrong_query_is_refused(client: FlaskClient, auth: dict[str, str], path: str, query: str) -> None:
    response = client.get(f"/api/v1/{path}?{query}", headers=auth)

    assert response.status_code == 400
    assert response.get_json()["errors"][0]["pointer"] == f"query:{query.partition('=')[0]}"


@pytest.mark.parametrize("path", ["organisation", "credentials", "senders", "quarantine", "statements/duplicates"])
def test_it_takes_a_credential_with_scope_all(
    client: FlaskClient, services: Services, organisation: OrganisationId, path: str
) -> None:
    issued = services.credentials.create(organisation, Settings("reader", frozenset({Scope.ALL_READ, Scope.DEFINE})))

    nobody = client.get(f"/api/v1/{path}")
    reader = client.get(f"/api/v1/{path}", headers=basic(issued.credential.key, issued.secret))

    assert (nobody.status_code, reader.status_code) == (401, 403)
    assert "WWW-Authenticate" in nobody.headers


def test_a_token_with_fewer_scopes_does_not_manage_what_its_credential_may(
    client: FlaskClient, services: Services, caller: Caller
) -> None:
    wide, narrow = (services.credentials.issue_token(caller, scopes) for scopes in (None, frozenset({Scope.STATE})))

    def status(token: str) -> int:
        return client.get("/api/v1/credentials", headers={"Authorization": f"Bearer {token}"}).status_code

    assert (status(wide.token), status(narrow.token)) == (200, 403)


def test_another_sites_page_cannot_use_a_browsers_remembered_credential(
    client: FlaskClient, auth: dict[str, str]
) -> None:
    headers = {**auth, "Sec-Fetch-Site": "cross-site"}

    assert client.post("/api/v1/credentials/essai/revoke", headers=headers).status_code == 403
    assert client.get("/api/v1/organisation", headers=auth).status_code == 200


def test_senders_show_their_clock_and_who_is_quiet(
    client: FlaskClient, clock: FixedClock, auth: dict[str, str]
) -> None:
    made = create(client, auth, quiet_after_seconds=3600)
    headers = {**basic(made["key"], made["secret"]), "X-Experience-API-Version": "1.0.3"}
    client.post("/xapi/statements", json=[STATEMENT], headers=headers)

    def sender() -> dict[str, Any]:
        items = client.get("/api/v1/senders", headers=auth).get_json()["items"]
        return next(item for item in items if item["credential"] == made["key"])

    before = sender()
    clock.micros = Micros(clock.micros + 2 * 3_600_000_000)
    after = sender()

    assert (before["statements"], before["quiet"], before["quiet_since"]) == (1, False, None)
    assert before["last_stored"] == after["last_stored"]
    assert (after["quiet"], after["quiet_since"][:16]) == (True, "2026-01-05T09:00")


def test_quarantine_is_listed_shown_replayed_and_dropped(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str]
) -> None:
    problem = Problem("/actor", "The actor is missing.")
    for body in (b"{}", b"\xff"):
        services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", body, [problem])
    listed = client.get("/api/v1/quarantine?state=held&limit=1", headers=auth).get_json()
    rest = client.get(f"/api/v1/quarantine?state=held&after={listed['next']}", headers=auth).get_json()
    ids = {item["size_bytes"]: item["id"] for item in listed["items"] + rest["items"]}

    def act(size: int, verb: str, **body: str) -> Any:
        return client.post(f"/api/v1/quarantine/{ids[size]}/{verb}", json=body, headers=auth)

    shown = [client.get(f"/api/v1/quarantine/{ids[size]}", headers=auth).get_json() for size in (2, 1)]
    assert [(each["body"], base64.b64decode(each["body_base64"])) for each in shown] == [("{}", b"{}"), (None, b"\xff")]
    assert act(2, "replay").status_code == 400
    mended = act(2, "replay", body=orjson.dumps(STATEMENT).decode())
    assert (mended.status_code, mended.get_json()["state"]) == (200, "replayed")
    assert act(1, "drop").get_json()["state"] == "dropped"
    assert act(1, "drop").status_code == 409
    assert client.get("/api/v1/quarantine?state=held", headers=auth).get_json()["items"] == []


def test_a_dropped_body_is_shown_as_gone(
    client: FlaskClient, services: Services, caller: Caller, auth: dict[str, str]
) -> None:
    held_id = services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", b"{}", [])
    client.post(f"/api/v1/quarantine/{held_id}/drop", headers=auth)

    shown = client.get(f"/api/v1/quarantine/{held_id}", headers=auth).get_json()

    assert (shown["state"], shown["body"], shown["body_base64"]) == ("dropped", None, None)


def test_a_body_that_does_not_say_it_is_json_is_refused(client: FlaskClient, auth: dict[str, str]) -> None:
    response = client.post("/api/v1/credentials", data=orjson.dumps(NEW), content_type="text/plain", headers=auth)

    assert response.status_code == 400
    assert response.get_json()["errors"][0]["pointer"] == "header:Content-Type"


def test_a_body_over_the_limit_is_refused_unread(client: FlaskClient, services: Services, auth: dict[str, str]) -> None:
    body = b" " * (services.limits.body_bytes + 1)

    response = client.post("/api/v1/credentials", data=body, content_type="application/json", headers=auth)

    assert (response.status_code, response.get_json()["code"]) == (413, 413)


def test_content_duplicates_are_listed_as_pairs(client: FlaskClient, auth: dict[str, str]) -> None:
    headers = {**auth, "X-Experience-API-Version": "1.0.3"}
    ids = [client.post("/xapi/statements", json=STATEMENT, headers=headers).get_json()[0] for _ in range(3)]

    first = client.get("/api/v1/statements/duplicates?limit=1", headers=auth).get_json()
    second = client.get(f"/api/v1/statements/duplicates?after={first['next']}", headers=auth).get_json()

    pairs = [(item["statement_id"], item["duplicate_of"]) for item in first["items"] + second["items"]]
    assert pairs == [(ids[1], ids[0]), (ids[2], ids[0])]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/credentials", 405),
        ("GET", "/api/v1/credentials/nobody", 404),
        ("GET", "/api/v1/quarantine/not-a-uuid", 404),
        ("GET", "/api/docs/index.html", 404),
    ],
)
def test_what_is_not_there_is_said_in_the_one_shape(
    client: FlaskClient, auth: dict[str, str], method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method, headers=auth)

    assert (response.status_code, response.get_json()["code"]) == (status, status)


@given(instant=st.integers(0, 10**18 - 1), name=st.text())
def test_a_cursor_says_where_a_page_ended(instant: int, name: str) -> None:
    try:
        assert parse_cursor(write_cursor(instant, name)) == (instant, name)
    except UnicodeEncodeError:
        assert any("\ud800" <= letter <= "\udfff" for letter in name)


@given(text=st.text())
def test_what_is_not_a_cursor_is_refused(text: str) -> None:
    assume(not text.strip("=").isascii() or len(text) < 8)

    with pytest.raises(InvalidRequest) as refusal:
        parse_uuid_cursor(text)

    assert refusal.value.problems[0].pointer == "query:after"
