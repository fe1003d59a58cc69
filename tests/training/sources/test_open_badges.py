"""Badges that somebody brings: read, checked as far as can be offline, recorded once, whoever's they are."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lrs.errors import InvalidRequest
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.sources.plan import RunReport

Send = Callable[..., RunReport]
ISSUER = "https://emetteur.exemple.fr/profil"
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def assertion(email: str = "lea@exemple.fr", **changes: Any) -> dict[str, Any]:
    digest = hashlib.sha256(f"{email}sel".encode()).hexdigest()
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://emetteur.exemple.fr/badges/1",
        "recipient": {"type": "email", "hashed": True, "salt": "sel", "identity": f"sha256${digest}"},
        "badge": {
            "type": "BadgeClass",
            "id": "https://emetteur.exemple.fr/classes/soudure",
            "name": "Soudure",
            "criteria": "https://emetteur.exemple.fr/criteres",
            "issuer": {"type": "Issuer", "id": ISSUER, "name": "Émetteur"},
        },
        "verification": {"type": "hosted"},
        "issuedOn": "2026-01-20T10:00:00Z",
        **changes,
    }


def encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def signed(value: dict[str, Any], key: rsa.RSAPrivateKey = KEY) -> bytes:
    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    body = part(b'{"alg":"RS256"}') + b"." + part(encoded(value))
    return body + b"." + part(key.sign(body, padding.PKCS1v15(), SHA256()))


def baked(text: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    note = chunk(b"iTXt", b"openbadges\0\0\0\0\0" + text)
    return b"\x89PNG\r\n\x1a\n" + head + note + pixels + chunk(b"IEND", b"")


def bodies(services: Services, organisation: OrganisationId) -> list[dict[str, Any]]:
    return [orjson.loads(entry.body) for entry in services.statements.since(organisation, 0)]


def test_a_hosted_badge_is_its_recipient_s_by_the_hash_of_their_address(
    send: Send, services: Services, school: OrganisationId
):
    done = send("open-badge", encoded(assertion()))

    assert (done.stored, done.problems, done.items[0].person_id) == (1, (), "lea")
    (body,) = bodies(services, school)
    assert body["verb"]["id"] == "http://specification.openbadges.org/xapi/verbs/earned"
    assert body["object"]["id"] == "https://emetteur.exemple.fr/classes/soudure"
    said = body["result"]["extensions"]["http://specification.openbadges.org/xapi/extensions/badgeassertion"]
    assert said == {"@id": "https://emetteur.exemple.fr/badges/1"}
    (evidence,) = body["context"]["extensions"]["https://assidu.example/xapi/ext/evidence"]
    assert (evidence["type"], evidence["checked"]) == ("open-badge", "address")
    assert send("open-badge", encoded(assertion())).stored == 0


def test_a_baked_picture_is_kept_with_its_statement(send: Send, services: Services, school: OrganisationId):
    picture = baked(encoded(assertion()))

    assert send("open-badge", picture).stored == 1
    (body,) = bodies(services, school)
    (attached,) = body["attachments"]
    assert attached["sha2"] == hashlib.sha256(picture).hexdigest()
    assert [part.content for part in services.read.parts(school, [attached["sha2"]])] == [picture]


def test_a_signature_is_checked_under_the_issuer_s_key(send: Send, services: Services, school: OrganisationId):
    value = assertion(verification={"type": "signed", "creator": "https://emetteur.exemple.fr/cle"})
    keys = {"issuer_keys": {ISSUER: PEM}}
    other = rsa.generate_private_key(65537, 2048)
    with pytest.raises(InvalidRequest) as refusal:
        send("open-badge", signed(value, other), keys)
    assert "does not hold" in refusal.value.problems[0].message

    send("open-badge", signed(value), keys)

    (body,) = bodies(services, school)
    (evidence,) = body["context"]["extensions"]["https://assidu.example/xapi/ext/evidence"]
    assert (evidence["checked"], evidence["verification"]) == ("signature", "signed")


@pytest.mark.parametrize(
    ("data", "pointer", "says"),
    [
        (b"rien", "line 1", "no assertion"),
        (encoded(assertion(type="Autre")), "line 1, type", "not an assertion"),
        (encoded({**assertion(), "@context": "autre"}), "line 1, @context", "Open Badges 2.0"),
        (encoded(assertion(id="http://emetteur.exemple.fr/1")), "line 1, verification", "by https"),
        (encoded(assertion(id="https://ailleurs.exemple.fr/1")), "line 1, verification", "another host"),
        (encoded(assertion(issuedOn="hier")), "line 1, issuedOn", "not an instant"),
        (encoded(assertion(issuedOn="2027-01-01T00:00:00Z")), "line 1, issuedOn", "not happened"),
        (encoded(assertion(revoked=True)), "line 1, revoked", "taken this badge back"),
        (encoded(assertion("inconnu@exemple.fr")), "line 1, recipient", "Nobody on record"),
        (encoded(assertion(verification={"type": "signed"})), "line 1, verification", "JSON Web Signature"),
        (encoded(assertion(recipient={"type": "telephone", "identity": "1"})), "line 1, recipient", "e-mail"),
        (baked(b"{}")[:55], "line 1", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "line 1", "Nothing is baked"),
    ],
)
def test_a_badge_that_does_not_hold_is_refused(
    data: bytes, pointer: str, says: str, send: Send, services: Services, school: OrganisationId
):
    with pytest.raises(InvalidRequest) as refusal:
        send("open-badge", data)

    assert [problem.pointer for problem in refusal.value.problems] == [pointer]
    assert says in refusal.value.problems[0].message
    assert bodies(services, school) == []
