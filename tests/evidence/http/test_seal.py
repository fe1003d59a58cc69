"""The organisation's seal over HTTP: shown, brought, refused."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from tests.lrs.timestamps.certificates import holder

PATH = "/api/v1/organisation/seal"


def body(who, word=b"mot de passe", said="mot de passe"):
    file = serialize_key_and_certificates(b"cachet", who.key, who.certificate, None, BestAvailableEncryption(word))
    return {"pkcs12": base64.b64encode(file).decode(), "passphrase": said}


def test_a_seal_is_missing_until_it_is_brought(client, auth, organisation):
    before = client.get(PATH, headers=auth).json

    brought = client.post(PATH, json=body(holder("Organisme réel")), headers=auth)

    after = client.get(PATH, headers=auth).json
    assert before == {
        "problem": "missing", "subject": None, "issuer": None, "not_before": None, "not_after": None, "sha256": None,
        "is_development": False,
    }  # fmt: skip
    assert brought.status_code == 201
    assert brought.json == after
    assert (after["problem"], after["subject"]) == (None, "CN=Organisme réel")
    assert after["not_before"] == "2026-01-01T00:00:00+00:00"
    assert len(after["sha256"]) == 64


def test_what_is_wrong_with_a_file_is_said_where_it_is(client, auth):
    for sent, pointer in (
        (body(holder(), said="autre"), "/passphrase"),
        (body(holder()) | {"pkcs12": "AAAA"}, "/pkcs12"),
        (body(holder()) | {"pkcs12": "é…"}, "/pkcs12"),
        (body(holder("Racine", is_authority=True)), "/pkcs12"),
        ({"pkcs12": "AAAA"}, "/passphrase"),
    ):
        refused = client.post(PATH, json=sent, headers=auth)

        assert refused.status_code == 400
        assert [problem["pointer"] for problem in refused.json["errors"]] == [pointer]
    assert client.get(PATH, headers=auth).json["problem"] == "missing"


def test_neither_key_nor_passphrase_is_in_any_answer_or_in_the_database(client, auth, services):
    sent = body(holder("Organisme"))

    answer = client.post(PATH, json=sent, headers=auth)

    kept = repr(list(services.store.collection("vault").find()))
    assert "passphrase" not in answer.text
    assert "mot de passe" not in kept
    assert "Organisme" not in kept
