"""The records over HTTP: versions, preconditions, as-of reads, merging and splitting."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from flask.testing import FlaskClient

from lrs.clock import FixedClock
from lrs.tenancy import OrganisationId
from tests.evidence.layout.pictures import JPEG

LEA = {"last_name": "Martin", "identities": [{"mbox": "mailto:lea@exemple.fr"}]}


@pytest.fixture
def ask(client: FlaskClient, auth: dict[str, str]):
    def ask(method: str, path: str, status: int = 200, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.open(f"/api/v1/{path}", method=method, json=body, headers={**auth, **sent})
        assert answer.status_code == status, answer.text
        return answer

    return ask


def test_a_record_is_made_replaced_and_deleted_and_every_version_stays(ask):
    made = ask("POST", "people", 201, {"id": "lea", **LEA})
    changed = ask("PUT", "people/lea", 200, {**LEA, "phone": "01"}, If_Match=made.headers["ETag"])
    deleted = ask("DELETE", "people/lea", 200, If_Match=changed.headers["ETag"])

    assert (made.headers["ETag"], changed.headers["ETag"], deleted.headers["ETag"]) == ('"1"', '"2"', '"3"')
    assert made.json["recorded_by"] == "credential essai"
    ask("GET", "people/lea", 404)
    history = ask("GET", "people/lea/history").json["items"]
    assert [(item["version"], item["is_deleted"], item["record"]["phone"]) for item in history] == [
        (1, False, ""),
        (2, False, "01"),
        (3, True, "01"),
    ]


def test_a_record_is_shown_as_it_was(ask, clock: FixedClock):
    ask("POST", "people", 201, {"id": "lea", **LEA})
    clock.micros += 60_000_000
    ask("PUT", "people/lea", 200, {**LEA, "phone": "01"}, If_Match='"1"')

    then = "2026-01-05T08:00:30Z"
    assert ask("GET", f"people/lea?as_of={then}").json["record"]["phone"] == ""
    assert ask("GET", f"people?as_of={then}").json["items"][0]["version"] == 1
    assert ask("GET", "people/lea").json["record"]["phone"] == "01"
    ask("GET", "people/lea?as_of=2026-01-05T07:00:00Z", 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 409),
        ({"If_None_Match": "*"}, 409),
        ({"If_Match": '"9"'}, 412),
        ({"If_Match": "trois"}, 412),
        ({"If_None_Match": '"1"'}, 400),
        ({"If_Match": "*"}, 200),
        ({"If_Match": 'W/"1"'}, 200),
    ],
)
def test_what_is_there_is_replaced_only_by_who_knows_it(ask, headers, status):
    ask("POST", "people", 201, {"id": "lea", **LEA})

    ask("PUT", "people/lea", status, {**LEA, "phone": "02"}, **headers)

    assert ask("GET", "people/lea").json["version"] == (2 if status == 200 else 1)


def test_a_version_that_never_was_is_not_replaced(ask):
    assert ask("PUT", "people/lea", 412, LEA, If_Match='"1"').json["message"]
    assert ask("PUT", "people/lea", 200, LEA).json["version"] == 1


def test_every_problem_of_a_record_is_listed_with_its_place(ask):
    body = {
        "id": "x y",
        "starts_on": "2026-02-30",
        "ends_on": 5,
        "modality": "DISTANCE",
        "trainer_ids": ["ok", "pas ok"],
        "couleur": "bleu",
    }

    problems = ask("POST", "training-sessions", 400, body).json["errors"]

    assert {problem["pointer"] for problem in problems} == {
        "/programme_id",
        "/couleur",
        "/id",
        "/starts_on",
        "/ends_on",
        "/modality",
        "/trainer_ids/1",
    }
    assert all(problem["accepted"] for problem in problems)


@pytest.mark.parametrize("body", [[], "lea", 5, None, [LEA]])
def test_what_is_no_object_is_refused(ask, body):
    assert ask("PUT", "people/lea", 400, body).json["errors"]


def test_lists_come_in_pages_and_are_narrowed_by_what_records_name(ask, furnished: OrganisationId):
    first = ask("GET", "slots?limit=1").json
    second = ask("GET", f"slots?limit=1&after={first['next']}").json

    assert [item["record"]["id"] for item in (*first["items"], *second["items"])] == ["lendemain", "matin"]
    assert second["next"] is None
    assert [item["record"]["id"] for item in ask("GET", "enrolments?person_id=lea").json["items"]] == ["e1"]
    assert ask("GET", "enrolments?person_id=yann").json["items"] == []
    assert len(ask("GET", "slots?session_id=janvier").json["items"]) == 2
    ask("GET", "enrolments?person_id=lea&session_id=janvier", 400)


def test_two_people_are_merged_and_split_again(ask, furnished: OrganisationId, reader):
    before = ask("GET", "people/yann").json["record"]

    ask("POST", "people/yann/merge", 200, {"into": "lea", "note": "même personne"})
    assert reader.records(furnished).person_of("mbox mailto:yann@exemple.fr") == "lea"
    ask("POST", "people/yann/split", 200, {})

    assert ask("GET", "people/yann").json["record"] == before
    assert reader.records(furnished).person_of("mbox mailto:yann@exemple.fr") == "yann"
    assert [item["note"] for item in ask("GET", "people/yann/history").json["items"]] == ["", "même personne", ""]
    ask("POST", "people/yann/split", 409, {})


def test_identities_of_somebody_else_are_split_off(ask, furnished: OrganisationId, reader):
    mine = {"mbox": "mailto:lea@exemple.fr"}
    body = {"identities": [mine], "person": {"id": "homonyme", "last_name": "Martin", "first_name": "Léa"}}

    answer = ask("POST", "people/lea/split", 200, body).json["items"]

    assert [(item["record"]["id"], item["record"]["identities"]) for item in answer] == [
        ("lea", []),
        ("homonyme", [mine]),
    ]
    assert reader.records(furnished).person_of("mbox mailto:lea@exemple.fr") == "homonyme"
    ask("POST", "people/lea/split", 400, body)


def test_nobody_is_merged_into_nobody(ask, furnished: OrganisationId):
    assert ask("POST", "people/lea/merge", 400, {"into": "personne"}).json["errors"][0]["pointer"] == "/merged_into"
    ask("POST", "people/personne/merge", 404, {"into": "lea"})


def test_an_organisation_s_own_value_holds_from_its_day(ask):
    decided = {"provision": "slot.longest_seconds", "value": 14400, "effective_from": "2026-03-01", "reason": "usage"}
    ask("POST", "law-overrides", 201, decided)

    def longest(on: str) -> Any:
        items = ask("GET", f"law?on={on}").json["items"]
        return next((item["value"], item["status"]) for item in items if item["name"] == "slot.longest_seconds")

    assert longest("2026-02-28") == (21600, "design")
    assert longest("2026-03-01") == (14400, "override")
    assert ask("POST", "law-overrides", 400, {**decided, "value": "long"}).json["errors"][0]["pointer"] == "/value"
    assert "There is no provision" in ask("POST", "law-overrides", 400, {**decided, "provision": "x"}).text


def test_values_that_would_contradict_each_other_are_refused_however_they_come_to(ask):
    def decide(name: str, value: int, status: int, **more: str) -> Any:
        body = {
            "id": name,
            "provision": f"facts.{name}_seconds",
            "value": value,
            "effective_from": "2026-03-01",
            **more,
        }
        return ask("POST", "law-overrides", status, body)

    problem = decide("idle_cap", 3600, 400).json["errors"][0]
    assert (problem["pointer"], "sitting_break_seconds (1800)" in problem["message"]) == ("/value", True)
    decide("sitting_break", 7200, 201, effective_to="2026-06-30")
    assert "From 2026-07-01 on" in decide("idle_cap", 3600, 400).text
    decide("idle_cap", 3600, 201, effective_to="2026-06-30")

    assert "would be over" in ask("DELETE", "law-overrides/sitting_break", 400, If_Match='"1"').text
    ask("DELETE", "law-overrides/idle_cap", 200, If_Match='"1"')
    ask("DELETE", "law-overrides/sitting_break", 200, If_Match='"1"')


def test_a_file_is_tried_and_then_imported(ask, client: FlaskClient, auth: dict[str, str]):
    def send(query: str, text: str) -> Any:
        return client.post(f"/api/v1/imports/people{query}", data=text.encode("cp1252"), headers=auth)

    good, bad = "nom;prénom\nLefèvre;Zoé\n", "nom;prénom;e-mail\nLefèvre;Zoé;zoé\n"

    tried = send("?dry_run=true", bad)
    refused = send("", bad)
    taken = send("", good)

    assert (tried.status_code, tried.json["problems"][0]["line"]) == (200, 2)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, "line 2, email")
    assert (taken.status_code, taken.json["created"], taken.json["encoding"]) == (200, 1, "Windows-1252")
    assert [item["record"]["last_name"] for item in ask("GET", "people").json["items"]] == ["Lefèvre"]


def test_every_kind_of_record_goes_in_and_comes_out_the_same(ask, furnished: OrganisationId):
    from training.http import RESOURCES

    for resource in RESOURCES:
        items = ask("GET", resource.path).json["items"]
        assert items, resource.path
        for item in items:
            same = ask("PUT", f"{resource.path}/{item['record']['id']}", 200, item["record"], If_Match="*")
            assert same.json["version"] == item["version"], resource.path


def test_the_provider_keeps_its_logo_and_every_problem_of_a_wrong_one_is_listed(ask):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    logo = {"media_type": "image/svg+xml", "content": b64encode(drawing).decode(), "alternative": "Un triangle"}
    wrong = {
        "legal_name": "Atelier",
        "siret": "123",
        "activity_number": "12",
        "logo": {**logo, "media_type": "image/png"},
    }

    stamp = {"media_type": "image/jpeg", "content": b64encode(JPEG).decode(), "alternative": ""}
    ask("PUT", "providers/of", 200, {"legal_name": "Atelier", "logo": logo, "stamp": stamp})

    record = ask("GET", "providers/of").json["record"]
    assert (record["logo"], record["stamp"]) == (logo, stamp)
    problems = ask("PUT", "providers/of", 400, wrong, If_Match='"1"').json["errors"]
    assert {problem["pointer"] for problem in problems} == {"/siret", "/activity_number", "/logo/content"}
    assert ask("POST", "providers", 400, {"legal_name": "Un autre"}).json["errors"][0]["pointer"] == "/id"
