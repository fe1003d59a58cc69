"""What a funder's system pulls with its key, and what it never gets."""

from __future__ import annotations

import io
import zipfile

import pytest

from dashboards.views.disclosures import Disclosed, disclosures
from dashboards.views.lens import Lens, build_sources
from evidence.content import DocumentType
from evidence.issuing.document import Status
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail, TrailQuery
from lrs.clock import FixedClock, Micros
from tests.dashboards.http.conftest import DAY, MINUTE, basic
from tests.dashboards.issued import issue
from tests.dashboards.school import ENDED, RUNNING
from tests.training.examples import change, person
from training.access import Role, Viewer
from training.accounts.keys import AccessKeys
from training.accounts.readers import ReaderKind
from training.records.ids import PersonId
from training.store import Register

MINE, NOT_MINE = f"{ENDED}-lea", f"{ENDED}-ines"


def test_a_key_opens_as_bearer_and_as_basic_and_nothing_is_opened_without(client, key_of, ask):
    key = key_of(Role.FUNDER)

    assert ask(key, "files").status_code == 200
    assert client.get("/api/v1/dashboards/files", headers=basic(key)).status_code == 200
    for headers in ({}, {"Authorization": "Bearer dk_x.y"}, {"Authorization": f"Bearer {key.access_key.key}.ds_x"}):
        answer = client.get("/api/v1/dashboards/files", headers=headers)
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer.headers


def test_a_key_opens_nothing_else_of_the_api_nor_of_the_record_store(client, key_of):
    key = key_of(Role.MANAGER)
    for headers in (basic(key), {"Authorization": f"Bearer {key.bearer}"}):
        for path in ("/api/v1/organisation", "/api/v1/credentials", "/api/v1/people", "/api/v1/audit-trail"):
            assert client.get(path, headers=headers).status_code == 401
        xapi = client.get("/xapi/statements", headers={**headers, "X-Experience-API-Version": "1.0.3"})
        assert xapi.status_code == 401


def test_a_revoked_key_opens_nothing(services, opened, key_of, ask, clock: FixedClock):
    key = key_of(Role.FUNDER, expires=Micros(clock.now_micros() + DAY))
    assert ask(key, "files").status_code == 200

    clock.micros = Micros(clock.micros + DAY)
    assert ask(key, "files").status_code == 401
    other = key_of(Role.FUNDER)
    AccessKeys(services).revoke(opened, other.access_key.key)
    assert ask(other, "files").status_code == 401


def test_a_funder_is_given_the_files_that_it_funds_and_no_other(key_of, ask):
    found = ask(key_of(Role.FUNDER), "files").json["items"]

    assert {item["enrolment_id"] for item in found} == {
        f"{RUNNING}-lea", f"{RUNNING}-theo", f"{RUNNING}-zoe", f"{RUNNING}-nour", f"{ENDED}-lea", f"{ENDED}-theo"
    }  # fmt: skip
    one = next(item for item in found if item["enrolment_id"] == f"{RUNNING}-lea")
    assert (one["file_no"], one["scheme"], one["state"], one["agreed_seconds"]) == (
        "D-001",
        "plan",
        "running",
        32 * 3600,
    )
    assert one["attendance"]["denominator"] > 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "ended"}, {f"{ENDED}-lea", f"{ENDED}-theo"}),
        ({"q": "LEFEVRE"}, {f"{RUNNING}-theo", f"{ENDED}-theo"}),
        ({"q": "d-001", "session_id": RUNNING}, {f"{RUNNING}-lea"}),
        ({"scheme": "cpf"}, set()),
    ],
)
def test_files_are_filtered(key_of, ask, query, expected):
    found = ask(key_of(Role.FUNDER), "files", **query).json["items"]

    assert {item["enrolment_id"] for item in found} == expected


def test_pages_yield_each_file_once(key_of, ask):
    key, seen, after = key_of(Role.FUNDER), [], None
    for _ in range(10):
        page = ask(key, "files", limit=4, **({"after": after} if after else {})).json
        seen += [item["enrolment_id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 6


def test_an_answer_that_has_not_changed_is_not_sent_again(key_of, ask):
    key = key_of(Role.FUNDER)
    first = ask(key, "files")
    again = ask(key, "files", headers={"If-None-Match": first.headers["ETag"]})
    other = ask(key, "files", headers={"If-None-Match": first.headers["ETag"]}, state="ended")

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert other.status_code == 200
    assert "private" in first.headers["Cache-Control"]


def test_an_edition_is_a_readers_own_and_ends_with_a_change(services, opened, key_of, ask):
    key, other = key_of(Role.MANAGER), key_of(Role.MANAGER)
    first = ask(key, "audit")
    known = {"If-None-Match": first.headers["ETag"]}

    assert ask(key, "audit", headers=known).status_code == 304
    assert ask(other, "audit", headers=known).status_code == 200

    Register(services.store, services.clock).write(opened, [change(person("nouveau"))], "essai")
    assert ask(key, "audit", headers=known).status_code == 200
    assert ask(key_of(Role.LEARNER), "audit", headers=known).status_code == 403


@pytest.mark.parametrize("path", [f"files/{NOT_MINE}", "files/inconnu", f"files/{NOT_MINE}/documents"])
def test_a_file_of_another_funder_is_not_there(key_of, ask, path):
    assert ask(key_of(Role.FUNDER), path).status_code == 404
    assert ask(key_of(Role.FUNDER), f"files/{NOT_MINE}/dossier", purpose="x").status_code == 404


def test_documents_that_name_somebody_else_or_hold_results_are_not_a_funders(services, opened, key_of, ask):
    own = issue(services, opened, ENDED, MINE)
    shared = issue(services, opened, ENDED, MINE, NOT_MINE, kind=DocumentType.EMARG)
    both_mine = issue(services, opened, ENDED, MINE, f"{ENDED}-theo", kind=DocumentType.EMARG)
    results = issue(services, opened, ENDED, MINE, kind=DocumentType.RELCOMP)
    key = key_of(Role.FUNDER)

    listed = {item["code"] for item in ask(key, "files/documents").json["items"]}

    assert listed == {own.code, both_mine.code}
    assert {item["code"] for item in ask(key, f"files/{MINE}/documents").json["items"]} == listed
    for document in (shared, results):
        for path in (f"documents/{document.code}", f"documents/{document.code}/file"):
            assert ask(key, path).status_code == 404
    names = zipfile.ZipFile(io.BytesIO(ask(key, f"files/{MINE}/dossier", purpose="contrôle").data)).namelist()
    assert sum(name.endswith(".pdf") for name in names) == 2
    assert not any("sessions/" in name or name.endswith(".ndjson") for name in names)


def test_a_document_comes_byte_for_byte_with_its_digest_as_etag_and_is_on_record(services, opened, key_of, ask):
    document, key = issue(services, opened, ENDED, MINE), key_of(Role.FUNDER)
    path = f"documents/{document.code}/file"

    answer = ask(key, path)
    again = ask(key, path, headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.data == f"%PDF-1.7 {document.code}".encode()
    assert document.digest in answer.headers["ETag"]
    assert again.status_code == 304
    trail = Trail(services.store, services.clock)
    reads = list(trail.entries(opened, TrailQuery(what=f"archive:{document.digest}")))
    assert [entry.deed.who for entry in reads] == [f"key:{key.access_key.key}"]


def test_what_changed_since_a_cursor_is_given_once_and_nothing_is_passed_over(
    services, opened, key_of, ask, clock: FixedClock
):
    key, first = key_of(Role.FUNDER), issue(services, opened, ENDED, MINE)
    issue(services, opened, ENDED, NOT_MINE)
    assert ask(key, "files/changes").json["items"] == []

    clock.micros = Micros(clock.micros + 2 * MINUTE)
    page = ask(key, "files/changes").json
    (item,) = page["items"]
    assert (item["code"], item["sha256"], item["verify_path"]) == (first.code, first.digest, f"/verify/{first.code}")
    assert item["file_nos"] == ["D-001"]
    assert ask(key, "files/changes", after=page["next"]).json == {**page, "items": []}

    IssuedDocuments(services.store).flag(opened, first.code, clock.now_micros())
    second = issue(services, opened, ENDED, f"{ENDED}-theo")
    clock.micros = Micros(clock.micros + 2 * MINUTE)
    since = ask(key, "files/changes", after=page["next"], limit=1).json
    rest = ask(key, "files/changes", after=since["next"], limit=1).json
    found = {item["code"]: item["status"] for item in (*since["items"], *rest["items"])}
    assert found == {first.code: Status.TO_REPLACE.value, second.code: Status.VALID.value}


def test_the_learner_is_told_what_a_funders_system_read(services, opened, key_of, ask):
    document, key = issue(services, opened, ENDED, MINE), key_of(Role.FUNDER)
    ask(key, f"files/{MINE}")
    ask(key, f"files/{MINE}")
    ask(key, f"documents/{document.code}/file")

    viewer = Viewer(opened, Role.LEARNER, "account:lea", person_id=PersonId("lea"))
    told = disclosures(Lens(build_sources(services), viewer), MINE)

    assert [(item.what, item.reader, item.role, item.reader_name) for item in told] == [
        (Disclosed.DOCUMENT, ReaderKind.KEY, Role.FUNDER, "OPCO des Métiers"),
        (Disclosed.RECORD, ReaderKind.KEY, Role.FUNDER, "OPCO des Métiers"),
    ]
    assert told[0].document_number == document.number
    asked = ask(key_of(Role.LEARNER), f"enrolments/{MINE}/disclosures").json["items"]
    assert [item["number"] for item in asked] == [item.number for item in told]


def test_a_credential_of_scope_all_reads_as_an_administrator(client, opened, auth):
    answer = client.get("/api/v1/dashboards/files", headers=auth)

    assert answer.status_code == 200
    assert len(answer.json["items"]) == 10


def test_asking_too_often_is_refused_with_when_to_ask_again(key_of, ask):
    key = key_of(Role.FUNDER, requests_per_minute=2)
    assert [ask(key, "files").status_code for _ in range(3)] == [200, 200, 429]
    assert int(ask(key, "files").headers["Retry-After"]) > 0
