"""Holds, forecasts, runs, erasures, the trail and dossiers over HTTP: the same acts, on record under the credential."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from lrs.caller import Caller
from tests.analytics.store.campus import statement_id
from tests.evidence.retention.conftest import YEAR, Office

API = "/api/v1"


@pytest.fixture
def sent(office: Office) -> Office:
    office.send(office.says("completed"), office.says("viewed", minute=3))
    office.work()
    return office


def post(client: FlaskClient, auth: dict[str, str], path: str, **body: Any) -> Any:
    return client.post(f"{API}{path}", json=body, headers=auth)


def deeds(office: Office) -> list[tuple[str, str, str]]:
    return [(entry.deed.who, entry.deed.act.value, entry.deed.what) for entry in
            office.trail.entries(office.organisation)]  # fmt: skip


def test_an_erasure_is_looked_at_held_up_released_and_done(
    client: FlaskClient, auth: dict[str, str], sent: Office, caller: Caller
) -> None:
    hold = post(client, auth, "/legal-holds", scope="person", about_id="lea", reason="litige")
    assert hold.status_code == 201
    look = post(client, auth, "/erasures/preview", person_id="lea").get_json()
    assert (look["statements"], look["obstacle_count"]) == (2, 2)
    asked = {"person_id": "lea", "ground": "request", "reason": "demande"}
    assert post(client, auth, "/erasures", **asked).status_code == 409

    released = post(client, auth, f"/legal-holds/{hold.get_json()['id']}/release", reason="clos")
    assert released.get_json()["is_in_force"] is False
    done = post(client, auth, "/erasures", **asked)

    assert done.status_code == 202
    assert (done.get_json()["state"], done.get_json()["erased"]) == ("done", 2)
    again = client.get(f"{API}/erasures/{done.get_json()['id']}", headers=auth).get_json()
    assert again == done.get_json()
    assert sent.left() == set()
    who = f"credential:{caller.credential}"
    assert deeds(sent) == [(who, "held", "person:lea"), (who, "refused", "person:lea"),
                           (who, "released", "person:lea"), (who, "erased", "person:lea")]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/legal-holds", {"scope": "person", "reason": "x"}),
        ("/legal-holds", {"scope": "everything", "about_id": "lea", "reason": "x"}),
        ("/erasures/preview", {}),
        ("/erasures/preview", {"person_id": "lea", "statement_ids": [str(statement_id(1))]}),
        ("/erasures", {"person_id": "lea", "ground": "whim", "reason": "x"}),
        ("/retention/runs", {"reason": ""}),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: FlaskClient, auth: dict[str, str], sent: Office, path: str, body: dict[str, Any]
) -> None:
    assert post(client, auth, path, **body).status_code == 400
    assert sent.left() == {statement_id(1), statement_id(2)}


def test_a_hold_on_nobody_is_not_placed(client: FlaskClient, auth: dict[str, str], sent: Office) -> None:
    answer = post(client, auth, "/legal-holds", scope="person", about_id="nobody", reason="x")

    assert answer.status_code == 404
    assert client.get(f"{API}/legal-holds", headers=auth).get_json()["items"] == []


def test_a_run_is_forecast_done_and_certified(client: FlaskClient, auth: dict[str, str], sent: Office) -> None:
    sent.pass_time(3 * YEAR)
    forecast = client.get(f"{API}/retention/forecast", headers=auth).get_json()
    assert forecast["statements"] == {"retention.traces": 2}

    run = post(client, auth, "/retention/runs", reason="purge").get_json()

    assert (run["stage"], run["statements"]) == ("done", 2)
    assert client.get(f"{API}/retention/runs", headers=auth).get_json()["items"] == [run]
    page = client.get(f"{API}/archive/{run['certificate']}?purpose=lecture", headers=auth)
    assert page.status_code == 200
    assert "Certificat de destruction" in page.text
    assert deeds(sent)[-1][1:] == ("read", f"archive:{run['certificate']}")


def test_the_trail_is_read_in_pages_and_as_a_table_and_that_stands_in_it(
    client: FlaskClient, auth: dict[str, str], sent: Office
) -> None:
    for number in range(5):
        post(client, auth, "/legal-holds", scope="everything", reason=f"litige {number}")

    first = client.get(f"{API}/audit-trail?act=held&limit=3", headers=auth).get_json()
    second = client.get(f"{API}/audit-trail?act=held&limit=3&after={first['next']}", headers=auth).get_json()
    answer = client.get(f"{API}/audit-trail.csv?act=held", headers=auth)

    assert [item["why"] for item in (*first["items"], *second["items"])] == [f"litige {at}" for at in range(5)]
    assert second["next"] is None
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row[5] for row in table] == ["Motif", *(f"litige {at}" for at in range(5))]
    assert [deed[1:] for deed in deeds(sent)][-3:] == [("read", "audit-trail")] * 3


def test_a_dossier_is_sent_and_its_reading_is_on_record(
    client: FlaskClient, auth: dict[str, str], sent: Office, caller: Caller
) -> None:
    assert client.get(f"{API}/dossiers/enrolment/e1", headers=auth).status_code == 400

    answer = client.get(f"{API}/dossiers/enrolment/e1?purpose=audit", headers=auth)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert "dossier-essai-enrolment-e1-" in answer.headers["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert deeds(sent)[0] == (f"credential:{caller.credential}", "exported", "enrolment:e1")
    sample = client.get(f"{API}/dossiers/sample?size=2&seed=x&from=2026-01-01&purpose=audit", headers=auth)
    assert sample.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(sample.data)).testzip() is None


def test_completeness_is_said_of_an_enrolment_and_of_a_session(
    client: FlaskClient, auth: dict[str, str], sent: Office
) -> None:
    one = client.get(f"{API}/enrolments/e1/completeness", headers=auth).get_json()
    first = client.get(f"{API}/training-sessions/janvier/completeness?limit=1", headers=auth).get_json()
    second = client.get(
        f"{API}/training-sessions/janvier/completeness?limit=1&after={first['next']}", headers=auth
    ).get_json()

    assert first["items"] == [one]
    assert [item["enrolment_id"] for item in second["items"]] == ["e2"]
    assert second["next"] is None
    assert sum(one["counts"].values()) == len(one["documents"]) > 0
