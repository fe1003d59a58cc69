"""Attendance over HTTP: open, mark, correct, countersign, close, and the sheet as JSON and as a table."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from lrs.clock import FixedClock
from lrs.tenancy import OrganisationId
from tests.training.attendance.conftest import PHONE, at, entrance, school
from training.attendance import Entrance, Signature

__all__ = ["entrance", "school"]
SLOT = "slots/matin/attendance"


@pytest.fixture
def ask(client: FlaskClient, auth: dict[str, str], school: OrganisationId):
    def ask(method: str, path: str, status: int = 200, body: Any = None) -> Any:
        answer = client.open(f"/api/v1/{path}", method=method, json=body, headers=auth)
        assert answer.status_code == status, answer.text
        return answer

    return ask


def test_a_half_day_over_http(ask, entrance: Entrance, clock: FixedClock):
    shown = ask("POST", f"{SLOT}/open").json
    again = ask("POST", f"{SLOT}/open").json
    lea = next(one.key for one in entrance.visit(shown["token"]).choices if one.label.startswith("Léa"))
    ticket = entrance.prove_by_code(shown["token"], lea, shown["code"], PHONE).token
    entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256), PHONE)
    late = ask("POST", f"{SLOT}/marks", 200, {"enrolment_id": "e2", "status": "LATE", "late_seconds": 1500}).json
    ask("POST", f"{SLOT}/marks", 200, {"enrolment_id": "e3", "status": "ABSENT_UNJUSTIFIED"})
    at(clock, "12:00")
    sheet = ask("GET", SLOT).json
    assert sheet["flags"] == ["attendance.trainer_missing"]
    signed = ask("POST", f"{SLOT}/countersignature", 200, {"sheet_sha256": sheet["sha256"], "trainer_id": "yann"}).json
    closed = ask("POST", f"{SLOT}/close").json

    assert again == shown
    assert late["credited_seconds"] == 12_600 - 1500
    assert late["recorded_by"] == "credential essai"
    assert (signed["countersignature"]["trainer_name"], signed["flags"]) == ("Yann Le Gall", [])
    assert closed["state"] == "closed"
    assert [(line["first_name"], line["mark"]["status"], line["is_signed"]) for line in closed["lines"]] == [
        ("Sam", "ABSENT_UNJUSTIFIED", False),
        ("Léa", "PRESENT", True),
        ("Zoé", "LATE", False),
    ]
    evidence = closed["lines"][1]["mark"]["evidence"]
    assert (evidence["method"], evidence["device_class"], evidence["network"]) == (
        "displayed-code",
        "phone",
        "203.0.113.0/24",
    )


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing_in_it(ask):
    ask("POST", f"{SLOT}/open")
    ask("POST", f"{SLOT}/marks", 200, {"enrolment_id": "e3", "status": "ABSENT_JUSTIFIED", "reason": "=HYPERLINK(1)"})

    answer = ask("GET", f"{SLOT}.csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Nom"], row["Statut"], row["Motif"]) for row in rows] == [
        ("Diallo", "absence justifiée", "'=HYPERLINK(1)"),
        ("Martin", "sans indication", ""),
        ("Martin", "sans indication", ""),
    ]
    assert all(None not in row and None not in row.values() for row in rows)
    assert (rows[0]["Date"], rows[0]["Début"], rows[0]["Demi-journée"]) == ("06/01/2026", "09:00", "matin")


def test_a_correction_names_what_it_replaces(ask):
    wrong = ask("POST", f"{SLOT}/marks", 200, {"enrolment_id": "e1", "status": "ABSENT_UNJUSTIFIED"}).json
    body = {
        "enrolment_id": "e1",
        "replaces": wrong["statement_id"],
        "reason": "certificat reçu",
        "remark": {"status": "ABSENT_JUSTIFIED"},
    }

    corrected = ask("POST", f"{SLOT}/corrections", 200, body).json
    again = ask("POST", f"{SLOT}/corrections", 200, body).json
    other = {**body, "remark": {"status": "PRESENT"}}
    ask("POST", f"{SLOT}/corrections", 412, other)
    current = corrected["lines"][1]["mark"]
    voided = ask(
        "POST", f"{SLOT}/corrections", 200,
        {"enrolment_id": "e1", "replaces": current["statement_id"], "reason": "ce n’était pas elle"},
    ).json  # fmt: skip

    assert again == corrected
    assert (current["status"], current["replaces"], current["correction_reason"]) == (
        "ABSENT_JUSTIFIED",
        wrong["statement_id"],
        "certificat reçu",
    )
    assert voided["lines"][1]["mark"] is None
    assert [mark["is_voided"] for mark in voided["lines"][1]["history"]] == [True, True]


def test_every_problem_of_a_mark_is_listed(ask):
    unread = ask("POST", f"{SLOT}/marks", 400, {"status": "THERE", "late_seconds": -1, "couleur": "bleu"}).json
    read = {"enrolment_id": "e1", "status": "ABSENT_UNJUSTIFIED", "late_seconds": 20_000, "is_justified": True}
    contradicted = ask("POST", f"{SLOT}/marks", 400, read).json

    assert {problem["pointer"] for problem in unread["errors"]} == {
        "/enrolment_id",
        "/status",
        "/late_seconds",
        "/couleur",
    }
    assert {problem["pointer"] for problem in contradicted["errors"]} == {
        "/remark/late_seconds",
        "/remark/status",
        "/remark/is_justified",
    }
    assert all(problem["accepted"] for problem in (*unread["errors"], *contradicted["errors"]))


def test_what_cannot_be_done_is_refused(ask):
    for method, path, body, status in (
        ("GET", "slots/nulle-part/attendance", None, 404),
        ("POST", "slots/nulle-part/attendance/open", None, 404),
        ("POST", f"{SLOT}/close", None, 409),
        ("POST", f"{SLOT}/marks", {"enrolment_id": "e9", "status": "PRESENT"}, 404),
        ("POST", f"{SLOT}/countersignature", {"sheet_sha256": "00"}, 412),
        ("POST", f"{SLOT}/countersignature", {"sheet_sha256": "00", "trainer_id": "lea"}, 400),
        ("POST", f"{SLOT}/links", {"enrolment_id": "e9"}, 404),
    ):
        assert ask(method, path, status, body).json["message"]


def test_a_personal_link_signs_late_with_a_reason(ask, entrance: Entrance, clock: FixedClock):
    at(clock, "18:00")
    link = ask("POST", f"{SLOT}/links", 200, {"enrolment_id": "e2"}).json
    ticket = entrance.prove_by_link(link["token"], PHONE).token
    reading = entrance.read(ticket)

    entrance.sign(ticket, Signature(reading.text_sha256, late_reason="téléphone déchargé"), PHONE)

    assert (link["address"], reading.needs_reason) == ("zoe@exemple.fr", True)
    mark = ask("GET", SLOT).json["lines"][2]["mark"]
    assert (mark["status"], mark["late_reason"], mark["evidence"]["method"]) == (
        "PRESENT",
        "téléphone déchargé",
        "personal-link",
    )
    assert mark["recorded_at"] == "2026-01-06T18:00:00Z"


def test_nothing_of_anybody_is_logged(ask, entrance: Entrance, capfd: pytest.CaptureFixture[str]):
    shown = ask("POST", f"{SLOT}/open").json
    link = ask("POST", f"{SLOT}/links", 200, {"enrolment_id": "e2"}).json
    ticket = entrance.prove_by_link(link["token"], PHONE).token
    entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256), PHONE)
    ask("POST", f"{SLOT}/marks", 200, {"enrolment_id": "e3", "status": "ABSENT_JUSTIFIED", "reason": "hospitalisation"})
    ask("POST", f"{SLOT}/marks", 409, {"enrolment_id": "e3", "status": "PRESENT"})
    ask("GET", f"{SLOT}.csv")

    logged = "".join(capfd.readouterr())

    assert "/attendance/marks" in logged
    personal = ("Diallo", "Sam", "Zoé", "zoe@", "hospitalisation", "203.0.113.77", "/matin")
    for text in (*personal, shown["token"], shown["code"], link["token"], ticket):
        assert text not in logged


def test_a_slot_that_was_opened_is_cancelled_and_never_deleted(ask):
    tag = ask("GET", "slots/matin").headers["ETag"]
    assert tag
    ask("POST", f"{SLOT}/open")
    refused = ask("DELETE", "slots/matin", 409).json
    ask("DELETE", "slots/lendemain")

    assert [problem["requirement"] for problem in refused["errors"]] == ["attendance.opened"]
    assert "cancelled" in refused["errors"][0]["accepted"]
    assert ask("GET", SLOT).json["state"] == "open"
