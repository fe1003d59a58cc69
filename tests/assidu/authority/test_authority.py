"""The development authority: what it issues others accept, and it says what it is."""

from __future__ import annotations

import subprocess
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from assidu.authority.client import DevelopmentAuthority, authority_secret
from assidu.authority.keys import BadAuthorityFolder, authority_folder, find_root, load_or_make
from assidu.authority.service import Authority, AuthorityServer
from assidu.cli import main
from assidu.settings import Settings
from assidu.trust import build_seals, build_stamper, configured_trust
from lrs.clock import FixedClock
from lrs.errors import InsecureDevelopmentWarning
from lrs.timestamps import (
    NOT_QUALIFIED,
    AuthorityRefused,
    AuthorityUnreachable,
    BadTrust,
    NoAuthority,
    check_stamp,
    is_development,
)
from tests.conftest import MONDAY

SECRET = b"a deployment's secret, for tests"


@pytest.fixture
def server(tmp_path):
    keeper = Authority(authority_folder(tmp_path), authority_secret(SECRET), FixedClock(MONDAY))
    with AuthorityServer(keeper) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def client(server):
    return DevelopmentAuthority(server.address, SECRET, FixedClock(MONDAY))


def ask(url, body=None, **headers):
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - ours
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def request_for(name, key=None):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())


def test_openssl_asks_for_a_timestamp_and_takes_the_answer(server, client, tmp_path):
    (tmp_path / "data").write_bytes(b"Ce qui existait")
    (tmp_path / "root.pem").write_bytes(client.root().public_bytes(Encoding.PEM))
    for options in (["-cert"], ["-sha512", "-cert"], ["-cert", "-no_nonce"]):
        query = ["openssl", "ts", "-query", "-data", "data", *options, "-out", "query"]
        subprocess.run(query, cwd=tmp_path, check=True, capture_output=True)

        status, answer = ask(server.address + "/tsa", (tmp_path / "query").read_bytes())

        (tmp_path / "answer").write_bytes(answer)
        said = subprocess.run(
            ["openssl", "ts", "-verify", "-in", "answer", "-queryfile", "query", "-CAfile", "root.pem"],
            cwd=tmp_path, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert (status, said.returncode) == (200, 0), said.stderr


def test_a_request_without_certificates_gets_none(server, tmp_path):
    (tmp_path / "data").write_bytes(b"x")
    subprocess.run(["openssl", "ts", "-query", "-data", "data", "-out", "query"], cwd=tmp_path, check=True)

    _, answer = ask(server.address + "/tsa", (tmp_path / "query").read_bytes())

    assert b"Racine" not in answer
    assert len(answer) < 1000


@pytest.mark.parametrize(
    ("options", "body", "words"),
    [
        (None, b"rubbish", b"no TimeStampReq"),
        (["-sha1"], None, b"Imprints are taken by"),
        (["-tspolicy", "1.2.3.4"], None, b"The one policy"),
    ],
)
def test_a_request_that_breaks_a_rule_is_told_which(server, tmp_path, options, body, words):
    if options is not None:
        (tmp_path / "data").write_bytes(b"x")
        query = ["openssl", "ts", "-query", "-data", "data", *options, "-out", "query"]
        subprocess.run(query, cwd=tmp_path, check=True, capture_output=True)
        body = (tmp_path / "query").read_bytes()

    status, answer = ask(server.address + "/tsa", body)

    assert status == 200
    assert words in answer


def test_everything_it_issues_says_what_it_is(client):
    chain = client.issue(request_for("Organisme d’essai"))

    assert [is_development(each) for each in chain] == [True, True, True]
    for each in chain:
        (name,) = each.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert name.value == NOT_QUALIFIED == "Assidu\xa0– développement\xa0– non qualifié"
    assert chain[-1] == client.root()


def test_a_certificate_is_only_for_who_knows_the_secret(server):
    stranger = DevelopmentAuthority(server.address, b"another secret, of somebody else", FixedClock(MONDAY))
    pem = request_for("Voisin").public_bytes(Encoding.PEM)

    with pytest.raises(AuthorityRefused, match="401"):
        stranger.issue(request_for("Voisin"))
    assert ask(server.address + "/seals", pem)[0] == 401
    assert ask(server.address + "/seals", pem, Authorization="Bearer é")[0] == 401


def test_a_root_that_nobody_vouches_for_is_not_believed(server):
    stranger = DevelopmentAuthority(server.address, b"another secret, of somebody else", FixedClock(MONDAY))

    with pytest.raises(AuthorityRefused, match="ASSIDU_SECRET_KEY"):
        stranger.stamp(b"x")


def test_a_request_for_a_weak_key_or_of_no_name_is_refused(server, client):
    with pytest.raises(AuthorityRefused, match="400"):
        client.issue(request_for("Organisme", rsa.generate_private_key(65537, 1024)))  # noqa: S505 - that is the point
    bearer = {"Authorization": f"Bearer {authority_secret(SECRET).hex()}"}
    assert ask(server.address + "/seals", b"no request", **bearer)[0] == 400


def test_what_is_not_there_and_what_is_too_long_is_said(server):
    assert ask(server.address + "/nothing")[0] == 404
    assert ask(server.address + "/nothing", b"x")[0] == 404
    assert ask(server.address + "/tsa", b"x" * 70_000)[0] == 413
    assert ask(server.address + "/healthz") == (200, b"ok\n")


def test_its_keys_stay_what_they_are_when_it_starts_again(tmp_path, server, client):
    before = client.stamp(b"x")

    again = load_or_make(authority_folder(tmp_path), MONDAY)

    assert again.root.certificate == client.root() == find_root(authority_folder(tmp_path))
    assert check_stamp(before.token, b"x", [again.root.certificate]).is_development


def test_two_that_start_at_once_have_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: load_or_make(tmp_path / "authority", MONDAY), range(8)))

    assert len({keys.root.certificate for keys in found}) == 1
    assert sorted(path.name for path in (tmp_path / "authority").iterdir()) == ["keys-1"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "authority" / "keys-1").iterdir())


@pytest.mark.parametrize("damage", ["missing", "rubbish", "of another"])
def test_keys_that_cannot_be_used_are_never_replaced(tmp_path, damage):
    load_or_make(tmp_path / "a", MONDAY)
    load_or_make(tmp_path / "b", MONDAY)
    path = tmp_path / "a" / "keys-1" / "issuing.key"
    if damage == "missing":
        path.unlink()
    else:
        other = (tmp_path / "b" / "keys-1" / "issuing.key").read_bytes()
        path.write_bytes(b"rubbish" if damage == "rubbish" else other)
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}

    with pytest.raises(BadAuthorityFolder, match="Put them back"):
        load_or_make(tmp_path / "a", MONDAY)

    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before


def test_the_lists_name_what_was_withdrawn(tmp_path, client, monkeypatch):
    chain = client.issue(request_for("Organisme"))
    monkeypatch.setenv("ASSIDU_DATA", str(tmp_path))
    before = [x509.load_der_x509_crl(each) for each in client.revocation_lists()]

    ran = CliRunner().invoke(main, ["authority", "revoke", f"{chain[0].serial_number:X}"])

    after = [x509.load_der_x509_crl(each) for each in client.revocation_lists()]
    assert ran.exit_code == 0, ran.output
    assert [each.issuer for each in after] == [chain[1].subject, chain[2].subject]
    assert all(each.is_signature_valid(above.public_key()) for each, above in zip(after, chain[1:], strict=True))
    assert before[0].get_revoked_certificate_by_serial_number(chain[0].serial_number) is None
    assert after[0].get_revoked_certificate_by_serial_number(chain[0].serial_number) is not None


def test_the_root_is_printed_for_whoever_checks(tmp_path, server, client, monkeypatch):
    monkeypatch.setenv("ASSIDU_DATA", str(tmp_path / "nothing"))
    nothing = CliRunner().invoke(main, ["authority", "root"])
    monkeypatch.setenv("ASSIDU_DATA", str(tmp_path))

    ran = CliRunner().invoke(main, ["authority", "root"])

    assert x509.load_pem_x509_certificate(ran.output.encode()) == client.root()
    assert nothing.exit_code == 1
    assert "no development authority" in nothing.output
    assert CliRunner().invoke(main, ["authority", "revoke", "xyz"]).exit_code == 2


def test_settings_say_who_stamps(tmp_path, server, client):
    root = tmp_path / "root.pem"
    root.write_bytes(client.root().public_bytes(Encoding.PEM))
    base = {"ASSIDU_DATA": str(tmp_path), "ASSIDU_SECRET_KEY": SECRET.decode()}
    clock = FixedClock(MONDAY)

    nobody = build_stamper(Settings.from_environment(base), clock)
    with pytest.warns(InsecureDevelopmentWarning, match="non qualifié"):
        ours = build_stamper(Settings.from_environment({**base, "ASSIDU_AUTHORITY_URL": server.address}), clock)
    given = {"ASSIDU_TIMESTAMP_URL": f"{server.address}/tsa", "ASSIDU_TIMESTAMP_TRUST": str(root)}
    theirs = build_stamper(Settings.from_environment({**base, **given, "ASSIDU_TIMESTAMP_QUALIFIED": "true"}), clock)

    assert isinstance(nobody, NoAuthority)
    with pytest.raises(AuthorityUnreachable):
        nobody.stamp(b"x")
    assert (ours.is_development, ours.stamp(b"x").is_qualified) == (True, False)
    assert (theirs.is_development, theirs.stamp(b"x").is_qualified) == (False, True)
    assert configured_trust(Settings.from_environment(base)).stamps == (client.root(),)


def test_a_file_of_trust_with_nothing_in_it_stops_the_start(tmp_path, services):
    path = tmp_path / "trust.pem"
    path.write_text("nothing")
    settings = Settings.from_environment({"ASSIDU_DATA": str(tmp_path), "ASSIDU_SEAL_TRUST": str(path)})

    with pytest.raises(BadTrust, match=r"ASSIDU_SEAL_TRUST: .*trust\.pem"):
        build_seals(settings, services)
