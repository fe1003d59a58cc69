"""The journey of a source over HTTP: made, tried, decided, recorded, looked at again."""

from __future__ import annotations

from flask.testing import FlaskClient

from lrs.tenancy import OrganisationId
from tests.training.sources.conftest import school, sources  # noqa: F401 - fixtures
from tests.training.sources.school import READERS, sample

BADGES = {"id": "badgeuse", "kind": "badge", "title": "Badgeuse", "session_id": "janvier", "home_page": READERS}
TYPE = {"content_type": "application/octet-stream"}


def test_a_source_is_made_tried_and_recorded_and_its_receipt_stays(
    client: FlaskClient,
    auth: dict[str, str],
    school: OrganisationId,  # noqa: F811 - the fixture
):
    assert client.post("/api/v1/sources", json=BADGES, headers=auth).status_code == 201
    assert client.post("/api/v1/sources", json=BADGES, headers=auth).status_code == 409
    runs = "/api/v1/sources/badgeuse/runs"
    data = sample("badges-entrees-sorties.csv") + b"9999;;;13/01/2026;09:00;12:30\n"

    told = client.post(f"{runs}?dry_run=true", data=data, headers=auth, **TYPE)
    assert told.status_code == 200
    assert [item["lines"] for item in told.json["undecided"]] == [[7]]
    refused = client.post(runs, data=data, headers=auth, **TYPE)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, "line 7, name")
    done = client.post(f"{runs}?decisions=7:zoe&remember=true", data=data, headers=auth, **TYPE)

    assert (done.status_code, done.json["stored"]) == (200, 6)
    receipts = client.get(runs, headers=auth).json["items"]
    assert sorted(item["state"] for item in receipts) == ["done", "refused"]
    one = client.get(f"{runs}/{done.json['run_id']}", headers=auth).json
    assert (one["stored"], one["total"], one["sha256"]) == (6, 6, done.json["sha256"])
    assert client.post(runs, data=data, headers=auth, **TYPE).json["already_stored"] == 6
    changed = client.put("/api/v1/sources/badgeuse", json={**BADGES, "kind": "paper"}, headers=auth)
    assert changed.status_code == 409
    assert client.delete("/api/v1/sources/badgeuse", headers=auth).status_code == 200
    assert client.get("/api/v1/sources", headers=auth).json == {"items": []}


def test_a_secret_goes_in_and_never_out(client: FlaskClient, auth: dict[str, str], school: OrganisationId):  # noqa: F811
    remote = {"endpoint": "https://lrs.exemple.fr/xapi", "key": "moi"}
    plain = {"kind": "statements", "title": "Ailleurs", "remote": remote, "secret": "un-secret"}

    made = client.put("/api/v1/sources/ailleurs", json=plain, headers=auth)

    assert (made.status_code, made.json["has_secret"]) == (200, True)
    assert "un-secret" not in client.get("/api/v1/sources", headers=auth).text
    wrong = client.put("/api/v1/sources/ailleurs", json={**plain, "remote": {}, "x": 1}, headers=auth)
    assert {item["pointer"] for item in wrong.json["errors"]} >= {"/remote/endpoint", "/remote/key", "/x"}
