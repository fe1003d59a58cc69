"""Attachments, multipart bodies, signatures: xAPI 1.0.3 Part Two 2.4.11, 2.6, Part Three 1.5; IEEE 9274.1.1 4.2.2.6."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
BOUNDARY = "frontière-sans-accent".replace("è", "e")
TEXT = "Attestation d’assiduité".encode()


def attachment(content=TEXT, **properties):
    """An attachment's description, of bytes that come in a part of their own."""
    return {
        "usageType": "https://example.org/usage/attestation",
        "display": {"fr": "Attestation"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
        **properties,
    }


def part(content=TEXT, **headers):
    """A part's header lines and bytes; a header given as None is left out."""
    lines = {
        "Content_Type": "text/plain",
        "Content_Transfer_Encoding": "binary",
        "X_Experience_API_Hash": hashlib.sha256(content).hexdigest(),
        **headers,
    }
    return [f"{name.replace('_', '-')}: {value}" for name, value in lines.items() if value is not None], content


def multipart(statements, *parts, first="Content-Type: application/json", boundary=BOUNDARY):
    """A multipart/mixed body."""
    mark = f"--{boundary}\r\n".encode()
    body = mark + first.encode() + b"\r\n\r\n" + json.dumps(statements).encode() + b"\r\n"
    for lines, content in parts:
        body += mark + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def send(lrs, body, content_type=f"multipart/mixed; boundary={BOUNDARY}", method="POST", **parameters):
    return lrs.send(method, "/statements", body, content_type=content_type, parameters=parameters)


RULES = [
    ("XAPI-00107", "usageType", [..., "attestation", "", 1], ["urn:x:1"]),
    ("XAPI-00106", "display", [..., "Attestation", ["fr"]], [{"fr": "A", "en": "B"}, {}]),
    (
        "XAPI-00105",
        "contentType",
        [..., "", "text", "text/", "/plain", "text plain", "text/plain; charset", 1],
        ["text/plain; charset=utf-8", "application/vnd.oasis.opendocument.text", 'a/b; c="d e"'],
    ),
    ("XAPI-00102", "length", [..., "27", 27.5, -1, True], [0, 27, 2**40]),
    (
        "XAPI-00103",
        "sha2",
        [..., "", "cd9b00a5611f94eaa7b1661edab976068e364975", "g" * 64, "0" * 63],
        ["0" * 64, "A" * 64, "0" * 96, "0" * 128],
    ),
    (
        "XAPI-00104",
        "fileUrl",
        ["fichier.pdf", "", "//example.org/a", 1],
        ["https://example.org/a.pdf", "ftp://example.org/é"],
    ),
]


@pytest.mark.parametrize(("rule", "name", "refused", "taken"), RULES, ids=[row[0] for row in RULES])
def test_an_attachment_says_what_it_is_xapi_00102_to_00107(rules, make, rule, name, refused, taken):
    """XAPI-00102 to 00107; IEEE 9274.1.1 4.2.2.6."""
    good = attachment(fileUrl="https://example.org/a.pdf")
    for wrong in refused:
        value = {key: kept for key, kept in good.items() if key != name} if wrong is ... else {**good, name: wrong}
        place = "/attachments/0" if wrong is ... else f"/attachments/0/{name}"
        rules.check_refused(make.small(attachments=[value]), place, rule)
    rules.check_taken(*(make.small(attachments=[{**good, name: right}]) for right in taken))


def test_attachments_are_a_list_xapi_00025(rules, make):
    """XAPI-00025."""
    good = attachment(fileUrl="https://example.org/a.pdf")
    for wrong, below in ((good, ""), ("a", ""), (["a"], "/0"), ([[]], "/0"), ([good, 1], "/1")):
        rules.check_refused(make.small(attachments=wrong), f"/attachments{below}")
    rules.check_taken(*(make.small(attachments=right) for right in ([], [good], [good, good])))


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_bytes_come_back_as_they_were_sent_xapi_00129_xapi_00132(rules, make, digest):
    """XAPI-00129, 00132, 00133; all of SHA-2 that JSON Web Algorithms know."""
    content = bytes(range(256)) * 5 + b"\r\n--" + BOUNDARY[:-1].encode() + b"\r\n\r\n"
    sha2 = hashlib.new(digest, content).hexdigest()
    statement = make.small(attachments=[attachment(content, sha2=sha2, contentType="application/pdf")])
    sent = part(content, Content_Type="application/pdf", X_Experience_API_Hash=sha2)

    assert send(rules, multipart(statement, sent)).status_code == 200

    answer = rules.get(statementId=statement["id"], attachments="true")
    kind, _, boundary = answer.headers["Content-Type"].partition("; boundary=")
    assert (answer.status_code, kind) == (200, "multipart/mixed")
    pieces = answer.data.split(f"--{boundary}".encode())
    assert len(pieces) == 4
    assert json.loads(pieces[1].partition(b"\r\n\r\n")[2])["attachments"] == statement["attachments"]
    head, _, body = pieces[2].partition(b"\r\n\r\n")
    assert body[:-2] == content
    assert set(head.decode().strip().split("\r\n")) == {
        "Content-Type: application/pdf", "Content-Transfer-Encoding: binary", f"X-Experience-API-Hash: {sha2}",
    }  # fmt: skip
    assert pieces[3] == b"--\r\n"


def test_a_substatements_attachments_have_bytes_too_xapi_00129(rules, make):
    """XAPI-00129."""
    statement = make.substatement(attachments=[attachment()])

    rules.check_refused(statement, "/object/attachments/0/sha2", "XAPI-00129")
    rules.mended(statement["id"])
    assert send(rules, multipart(statement, part())).status_code == 200
    assert TEXT in rules.get(statementId=statement["id"], attachments="true").data


def test_multipart_needs_no_parts_where_nothing_misses_9274_4_1_3(rules, make):
    """XAPI-00129; IEEE 9274.1.1 4.1.3: without attachments, or with a fileUrl alone, multipart/mixed is taken."""
    with_url = make.small(attachments=[attachment(fileUrl="https://example.org/a.pdf")])
    without = make.small(attachments=[attachment()])

    assert send(rules, multipart(make.small())).status_code == 200
    assert send(rules, multipart(with_url)).status_code == 200
    assert send(rules, multipart({**with_url, "id": make.small()["id"]}, part())).status_code == 200
    refused = send(rules, multipart(without))
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, "/attachments/0/sha2")
    rules.check_refused(without, "/attachments/0/sha2", "XAPI-00129")
    rules.mended(without["id"])
    assert send(rules, multipart(without, part())).status_code == 200


def test_a_part_that_belongs_to_no_attachment_is_refused_xapi_00128(rules, make):
    """XAPI-00128."""
    statement = make.small(attachments=[attachment()])

    refused = send(rules, multipart(statement, part(), part(b"en trop")))
    assert (refused.status_code, refused.json["errors"][0]["requirement"]) == (400, "XAPI-00128")
    assert rules.get(statementId=statement["id"]).status_code == 404
    assert send(rules, multipart(statement, part(), part())).status_code == 200


def test_one_part_serves_every_attachment_with_its_hash_xapi_00129(rules, make):
    """XAPI-00129; and the statements of a batch share parts."""
    batch = [make.small(attachments=[attachment(), attachment(contentType="text/html")]) for _ in range(3)]

    assert send(rules, multipart(batch, part())).status_code == 200
    for statement in batch:
        assert rules.get(statementId=statement["id"], attachments="true").data.count(TEXT) == 1


BROKEN = {
    "a body without a boundary before its parts": lambda body: body.replace(f"--{BOUNDARY}\r\n".encode(), b""),
    "XAPI-00130 a wrong boundary": lambda body: body.replace(BOUNDARY.encode(), b"autre"),
    "XAPI-00130 never closed": lambda body: body.removesuffix(b"--\r\n"),
    "XAPI-00134 the statements are no JSON": lambda body: body.replace(b"application/json", b"text/plain", 1),
    "XAPI-00134 the statements have no type": lambda body: body.replace(
        b"Content-Type: application/json", b"X-A: b", 1
    ),
    "XAPI-00132 no hash": lambda body: body.replace(b"X-Experience-API-Hash", b"X-Hash", 1),
    "XAPI-00132 another hash": lambda body: body.replace(
        b"Hash: " + hashlib.sha256(TEXT).hexdigest().encode(), b"Hash: " + b"0" * 64
    ),
    "XAPI-00132 other bytes": lambda body: body.replace(TEXT, TEXT[::-1]),
    "XAPI-00132 a hash too short": lambda body: body.replace(
        b"Hash: " + hashlib.sha256(TEXT).hexdigest().encode(), b"Hash: abc"
    ),
    "XAPI-00135 no transfer encoding": lambda body: body.replace(b"Content-Transfer-Encoding", b"X-Encoding", 1),
    "XAPI-00135 another transfer encoding": lambda body: body.replace(b": binary", b": base64", 1),
    "a header without a colon": lambda body: body.replace(b": binary", b" binary", 1),
    "a part without headers": lambda body: body.replace(b"Content-Type: application/json\r\n\r\n", b"", 1),
    "nothing at all": lambda _: b"",
    "a closing boundary alone": lambda _: f"--{BOUNDARY}--\r\n".encode(),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_multipart_body_is_refused_xapi_00130_to_00135(rules, make, broken):
    """XAPI-00130 to 00135."""
    statement = make.small(attachments=[attachment()])
    body = multipart(statement, part())

    refused = send(rules, BROKEN[broken](body))

    assert refused.status_code == 400, refused.text
    assert broken.startswith(("a ", "nothing", refused.json["errors"][0]["requirement"])), refused.text
    assert rules.get(statementId=statement["id"]).status_code == 404
    assert send(rules, body).status_code == 200


def test_the_statements_are_the_first_part_xapi_00133(rules, make):
    """XAPI-00133."""
    statement = make.small(attachments=[attachment()])
    lines, _ = part()
    before = multipart(
        TEXT.decode(), (["Content-Type: application/json"], json.dumps(statement).encode()), first="\r\n".join(lines)
    )

    assert send(rules, before).status_code == 400
    two = multipart(statement, part(), (["Content-Type: application/json"], json.dumps(make.small()).encode()))
    assert send(rules, two).status_code == 400
    assert send(rules, multipart(statement, part())).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/mixed",
        "multipart/mixed; boundary=",
        f"multipart/mixed; boundary={'x' * 71}",
        "multipart/mixed; boundary=autre",
    ],
)
def test_the_boundary_is_named_in_the_content_type_xapi_00131(rules, make, content_type):
    """XAPI-00131."""
    assert send(rules, multipart(make.small()), content_type).status_code == 400
    for taken in (f'multipart/mixed; boundary="{BOUNDARY}"', f"Multipart/Mixed;boundary={BOUNDARY}; charset=utf-8"):
        assert send(rules, multipart(make.small()), taken).status_code == 200


def test_a_boundary_without_its_line_end_is_told_from_the_bytes_by_their_hash(rules, make):
    """What TinCanJS writes between two attachments; where the hash does not say so, nothing is guessed."""
    contents = [TEXT, f"un\r\nleurre --{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nfin".encode(), b""]
    statement = make.small(attachments=[attachment(content) for content in contents])
    body = multipart(statement, *(part(content) for content in contents))
    mark = f"--{BOUNDARY}".encode()
    glued = body.replace(TEXT + b"\r\n" + mark, TEXT + mark).replace(contents[1] + b"\r\n" + mark, contents[1] + mark)
    assert len(glued) == len(body) - 4

    spoilt = send(rules, glued.replace(TEXT + mark, TEXT + b"." + mark))
    assert (spoilt.status_code, spoilt.json["errors"][0]["requirement"]) == (400, "XAPI-00132")
    assert send(rules, glued).status_code == 200
    answer = rules.get(statementId=statement["id"], attachments="true").data
    assert all(content in answer for content in contents)
    assert answer.count(b"X-Experience-API-Hash") == 3


def test_put_takes_multipart_too_xapi_00129(rules, make):
    """XAPI-00129."""
    statement = make.small(attachments=[attachment()])

    answer = send(rules, multipart(statement, part()), method="PUT", statementId=statement["id"])

    assert answer.status_code == 204
    assert TEXT in rules.get(statementId=statement["id"], attachments="true").data


def test_a_preamble_and_spaces_after_a_boundary_are_passed_over(rules, make):
    """RFC 2046 5.1.1."""
    body = b"Vieux lecteurs, passez votre chemin.\r\n" + multipart(make.small()).replace(
        b"\r\nContent", b" \t\r\nContent"
    )

    assert send(rules, body + b"epilogue").status_code == 200


# Signatures -------------------------------------------------------------------------------------------------


@cache
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key):
    """A self-signed certificate, base64 DER."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Organisme d’essai")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


@cache
def x5c():
    return [certificate(rsa_key())]


@cache
def other_x5c():
    return [certificate(rsa.generate_private_key(public_exponent=65537, key_size=2048))]


@cache
def elliptic_x5c():
    return [certificate(ec.generate_private_key(ec.SECP256R1()))]


def segment(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=")


HASHES = {"RS256": hashes.SHA256, "RS384": hashes.SHA384, "RS512": hashes.SHA512}


def signed(payload, algorithm="RS256", *, hashed=None, chain=None, **header):
    """A compact JWS over a payload, signed for real."""
    protected = {"alg": algorithm, **({"x5c": chain} if chain is not None else {}), **header}
    start = segment(protected) + b"." + segment(payload)
    signature = rsa_key().sign(start, padding.PKCS1v15(), (hashed or HASHES[algorithm])())
    return start + b"." + segment(signature)


def post_signed(lrs, statement, jws, **properties):
    described = attachment(
        jws,
        usageType=SIGNATURE,
        **{"contentType": "application/octet-stream", "display": {"fr": "Signature"}, **properties},
    )
    whole = {**statement, "attachments": [*statement.get("attachments", []), described]}
    return send(lrs, multipart(whole, part(jws, Content_Type="application/octet-stream")))


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_signed_statement_is_taken_and_its_signature_kept_xapi_00115_xapi_00117(rules, make, algorithm):
    """XAPI-00115, XAPI-00117."""
    for chain in (None, x5c()):
        statement = make.full(attachments=[])
        jws = signed(statement, algorithm, chain=chain)

        answer = post_signed(rules, statement, jws)

        assert answer.status_code == 200, answer.text
        assert jws in rules.get(statementId=statement["id"], attachments="true").data


def refused_signature(lrs, statement, jws, requirement, **properties):
    answer = post_signed(lrs, statement, jws, **properties)
    assert answer.status_code == 400, answer.text
    problem = answer.json["errors"][0]
    assert problem["pointer"].startswith("/attachments/0")
    assert problem["requirement"] == requirement
    assert lrs.get(statementId=statement["id"]).status_code == 404
    assert post_signed(lrs, statement, signed(statement, chain=x5c())).status_code == 200


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256", "PS256", "rs256", "RS1", "", None, ["RS256"]])
def test_other_algorithms_are_refused_xapi_00117(rules, make, algorithm):
    """XAPI-00117."""
    statement = make.small()

    refused_signature(rules, statement, signed(statement, algorithm, hashed=hashes.SHA256), "XAPI-00117")


def test_a_signature_that_does_not_verify_is_refused_xapi_00117(rules, make):
    """XAPI-00117: against the certificate that comes with it."""
    for statement, jws in (
        (one := make.small(), signed(one, chain=other_x5c())),
        (one := make.small(), signed(one, "RS512", hashed=hashes.SHA256, chain=x5c())),
        (one := make.small(), signed(one, chain=x5c()).rpartition(b".")[0] + b"." + segment(b"\0" * 256)),
    ):
        refused_signature(rules, statement, jws, "XAPI-00117")


@pytest.mark.parametrize("chain", [["pas un certificat"], ["AAAA"], "AAAA", [1], "elliptic"])
def test_a_certificate_that_is_none_or_not_rsa_is_refused_xapi_00115(rules, make, chain):
    """XAPI-00115."""
    statement = make.small()

    refused_signature(
        rules, statement, signed(statement, chain=elliptic_x5c() if chain == "elliptic" else chain), "XAPI-00115"
    )


def test_what_is_no_compact_jws_is_refused_xapi_00115(rules, make):
    """XAPI-00115 (RFC 7515)."""
    for spoil in (
        lambda _: b"", lambda _: b"signature", lambda jws: jws.replace(b".", b""), lambda jws: jws + b".x",
        lambda jws: jws.replace(b".", b" ."), lambda jws: b"!!" + jws, lambda _: b'{"payload": "", "signatures": []}',
    ):  # fmt: skip
        statement = make.small()
        refused_signature(rules, statement, spoil(signed(statement)), "XAPI-00115")


def test_a_payload_that_is_another_statement_is_refused_xapi_00116(rules, make):
    """XAPI-00116."""
    for change in (
        {"verb": {"id": "urn:x:other"}}, {"actor": {"mbox": "mailto:tom@example.org"}}, {"result": {"success": True}},
        {"timestamp": "2026-01-05T07:30:00.001Z"}, {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
    ):  # fmt: skip
        statement = make.small()
        refused_signature(rules, statement, signed({**statement, **change}), "XAPI-00116")


@pytest.mark.parametrize("payload", [b"", b"not JSON", b"[]", b"{}", b'"x"', b'{"a": 1, "a": 2}', b"\xff"])
def test_a_payload_that_is_no_statement_is_refused_xapi_00116(rules, make, payload):
    """XAPI-00116."""
    refused_signature(rules, make.small(), signed(payload), "XAPI-00116")


def test_a_payload_may_differ_in_what_the_lrs_sets_and_in_form_xapi_00116(rules, make):
    """XAPI-00116: logically equivalent. IEEE 9274.1.1 4.2.7: durations to the hundredth of a second."""
    statement = make.full(attachments=[], result={"duration": "PT1.239S"}, timestamp="2026-01-05T09:00:00+01:00")
    for same in (
        {**statement, "timestamp": "2026-01-05T08:00:00Z"},
        {**statement, "result": {"duration": "PT1.23S"}},
        {**statement, "stored": "2026-01-05T08:00:00Z", "authority": {"mbox": "mailto:lms@example.org"}},
        {name: statement[name] for name in reversed(statement) if name != "id"},
    ):
        one = {**statement, "id": make.small()["id"]}
        if "id" in same:
            same["id"] = one["id"]
        answer = post_signed(rules, one, signed(json.dumps(same, indent=2).encode()))
        assert answer.status_code == 200, answer.text


def test_a_signature_is_application_octet_stream_and_comes_with_its_bytes_xapi_00115(rules, make):
    """XAPI-00115: a fileUrl is no way out."""
    statement = make.small()
    jws = signed(statement)

    refused_signature(rules, statement, jws, "XAPI-00115", contentType="application/jose")
    described = attachment(
        jws, usageType=SIGNATURE, contentType="application/octet-stream", fileUrl="https://example.org/signature"
    )
    rules.check_refused(make.small(attachments=[described]), "/attachments/0", "XAPI-00115")


def test_other_attachments_are_signed_with_the_statement_xapi_00116(rules, make):
    """XAPI-00116: the payload is the statement before the signature was added, its other attachments included."""
    other = attachment(fileUrl="https://example.org/a.pdf")
    statement = make.small(attachments=[other])

    without = {name: value for name, value in statement.items() if name != "attachments"}
    answer = post_signed(rules, statement, signed(without))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, "/attachments/1")
    assert post_signed(rules, statement, signed(statement)).status_code == 200
