"""What anybody sees behind a document's QR code, and what they are not told."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.verify.pages import PREFIX
from evidence.enquiry import QUESTIONS_PER_MINUTE
from evidence.issuing.document import Status
from tests.dashboards.verify.conftest import CODE, NEWER, Shelf
from tests.evidence.verification.conftest import Sealed

UNKNOWN = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEEE"


def text_of(answer: TestResponse) -> str:
    """Return what a page says, without tags, with plain spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\u202f", " ").replace("\u00a0", " ").split())


def drop(client: FlaskClient, code: str, data: bytes, name: str = "recu.pdf") -> TestResponse:
    # Written by hand: what the test client makes of a large form is a temporary file that it leaves open.
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = head + data + b"\r\n--b--\r\n"
    return client.post(f"{PREFIX}/{code}", data=body, content_type="multipart/form-data; boundary=b")


def test_a_valid_document_is_said_to_be_valid_and_nobody_is_named_but_the_provider(client: FlaskClient, shelf: Shelf):
    issued = shelf.document()

    answer = client.get(f"{PREFIX}/{CODE}")

    said = text_of(answer)
    assert answer.status_code == 200
    assert "Document valide" in said
    for shown in ("Atelier des Savoirs SAS", "Certificat de réalisation", f"{issued.number}, version 1"):
        assert shown in said
    assert "lundi 5 janvier 2026" in said
    assert " ".join(re.findall("....", issued.digest[:16])) + "…" in said
    assert issued.digest not in answer.text
    for hidden in ("Léa", "Martin", "Droit du travail", "une-session", "une-inscription", "une-personne", "account"):
        assert not re.search(rf"\b{hidden}\b", said), hidden
    assert "non qualifié" in said


def test_the_page_keeps_nothing_and_tells_no_other_site(client: FlaskClient, shelf: Shelf):
    shelf.document()

    headers = client.get(f"{PREFIX}/{CODE}").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_a_code_may_be_typed_as_it_is_read(client: FlaskClient, shelf: Shelf):
    shelf.document()

    answer = client.get(f"{PREFIX}/", query_string={"code": "abcde fghij klmno pqrst uvwxyz"}, follow_redirects=True)

    assert "Document valide" in text_of(answer)
    assert "Quel document" in text_of(client.get(f"{PREFIX}/"))


@pytest.mark.parametrize("code", [UNKNOWN, "x", "1" * 200, "%00", "<script>alert(1)</script>"])
def test_an_unknown_code_is_a_plain_page_that_says_nothing_else(client: FlaskClient, shelf: Shelf, code: str):
    shelf.document()
    known = client.get(f"{PREFIX}/{UNKNOWN}").text

    answer = client.get(f"{PREFIX}/{code}")

    assert answer.status_code == 404
    assert "alert" not in answer.text
    if "/" not in code:
        assert answer.text == known
        assert drop(client, code, b"%PDF-1.7").text == known


def test_a_replaced_document_says_so_and_leads_to_the_new_one(client: FlaskClient, shelf: Shelf):
    shelf.document(status=Status.SUPERSEDED, replaced_by=NEWER)
    shelf.document(code=NEWER, version=2, replaces=CODE)

    answer = client.get(f"{PREFIX}/{CODE}")

    assert "Document remplacé" in text_of(answer)
    assert f'href="{PREFIX}/{NEWER}"' in answer.text
    assert "Document valide" in text_of(client.get(f"{PREFIX}/{NEWER}"))


def test_a_revoked_document_says_so_and_when_but_not_why(client: FlaskClient, shelf: Shelf):
    at = shelf.services.clock.now_micros()
    shelf.document(status=Status.REVOKED, revoked_at=at, revocation_reason="pour une raison", revoked_by="account:8")

    said = text_of(client.get(f"{PREFIX}/{CODE}"))

    assert "Document annulé" in said
    assert "Annulé le lundi 5 janvier 2026" in said
    assert "raison" not in said


def test_a_document_that_is_to_be_replaced_says_so(client: FlaskClient, shelf: Shelf):
    shelf.document(status=Status.TO_REPLACE)

    assert "Document à remplacer" in text_of(client.get(f"{PREFIX}/{CODE}"))


def test_an_address_may_ask_so_often_and_no_more(client: FlaskClient, shelf: Shelf):
    shelf.document()
    answers = [client.get(f"{PREFIX}/{UNKNOWN}") for _ in range(QUESTIONS_PER_MINUTE)]
    assert {answer.status_code for answer in answers} == {404}

    refused = client.get(f"{PREFIX}/{CODE}")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Réessayez dans" in text_of(refused)
    # Somebody else, elsewhere, is not kept waiting.
    assert client.get(f"{PREFIX}/{CODE}", environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200


def test_the_file_that_was_issued_is_recognised_step_by_step(client: FlaskClient, real: Sealed):
    answer = drop(client, real.document.code, real.pdf, "attestation <b>.pdf")

    said = text_of(answer)
    assert answer.status_code == 200
    assert "Ne tient pas" not in said
    assert "Son empreinte est celle qui a été enregistrée à l’émission." in said
    assert "5 traces, sur 5 traces au registre" in said
    assert "<b>" not in answer.text
    assert answer.text.count('class="badge"') == 11


def test_a_changed_file_is_named_with_what_does_not_hold(client: FlaskClient, real: Sealed):
    changed = real.pdf[:30_000] + bytes((real.pdf[30_000] ^ 1,)) + real.pdf[30_001:]

    said = text_of(drop(client, real.document.code, changed))

    assert "Ce fichier ne tient pas" in said
    assert "Son empreinte n’est pas celle qui a été enregistrée" in said


def test_what_is_no_pdf_cannot_be_checked(client: FlaskClient, shelf: Shelf):
    shelf.document()

    said = text_of(drop(client, CODE, b"un texte"))

    assert "Ce fichier ne peut pas être vérifié" in said
    assert "Ce fichier n’est pas un PDF." in said


def test_a_form_without_a_file_says_what_to_do(client: FlaskClient, shelf: Shelf):
    shelf.document()

    answer = drop(client, CODE, b"")

    assert answer.status_code == 400
    assert "Choisissez le PDF à vérifier." in text_of(answer)


def test_a_file_that_is_far_too_large_is_not_taken(client: FlaskClient, shelf: Shelf):
    shelf.document()

    answer = drop(client, CODE, b"%PDF-" + bytes(21 * 1024 * 1024))

    assert answer.status_code == 413
    assert "moins de 20 Mo" in text_of(answer)
