"""Key files: what is unfit to seal with is refused, and all of why is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate as Named
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    serialize_java_truststore,
    serialize_key_and_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from evidence.seals.key import SealKey, decode_key, encode_key, parse_key_file
from lrs.errors import InvalidRequest
from tests.conftest import MONDAY
from tests.lrs.timestamps.certificates import Holder, holder

WORD = "phrase secrète"


def key_file(who: Holder, word: str = WORD) -> bytes:
    encryption = BestAvailableEncryption(word.encode()) if word else NoEncryption()
    return serialize_key_and_certificates(b"cachet", who.key, who.certificate, who.chain[1:], encryption)


def weak() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point


def said(file: bytes, word: str = WORD) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as refused:
        parse_key_file(file, word, MONDAY)
    assert all(problem.accepted for problem in refused.value.problems)
    return [(problem.pointer, problem.message) for problem in refused.value.problems]


@pytest.mark.parametrize("word", [WORD, ""])
def test_a_key_file_gives_its_key_and_the_certificates_above_it_in_order(word):
    root = holder("Racine", is_authority=True)
    who = holder("Organisme", holder("Émission", root, is_authority=True))
    shuffled = Holder(who.key, (who.certificate, who.chain[2], who.chain[1], holder("Autre").certificate))

    found = parse_key_file(key_file(shuffled, word), word, MONDAY)

    assert found.chain == who.chain
    assert found.key.private_numbers() == who.key.private_numbers()


def test_a_wrong_passphrase_is_told_from_a_file_that_is_none():
    file = key_file(holder())

    assert said(file, "autre") == [("/passphrase", "The passphrase does not open the file.")]
    assert said(b"rubbish") == [("/pkcs12", "This is no PKCS#12 file.")]
    assert said(file[:-40])[0][0] == "/pkcs12"


def test_a_file_without_a_key_is_refused():
    encryption = BestAvailableEncryption(WORD.encode())
    only = serialize_java_truststore([Named(holder().certificate, b"x")], encryption)

    assert said(only) == [("/pkcs12", "The file has no private key.")]


def test_a_file_without_its_certificate_is_refused():
    encryption = BestAvailableEncryption(WORD.encode())
    bare = serialize_key_and_certificates(b"x", holder().key, None, None, encryption)

    assert said(bare) == [("/pkcs12", "The file has no certificate that goes with its key.")]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (lambda: holder(key=weak()), "1024 bits"),
        (lambda: holder(key=ec.generate_private_key(ec.SECP256K1())), "secp256k1"),
        (lambda: holder(begins=datetime(2025, 1, 1, tzinfo=UTC), days=30), "expired at 2025-01-31"),
        (lambda: holder(begins=datetime(2026, 2, 1, tzinfo=UTC)), "valid only from 2026-02-01"),
        (lambda: holder(is_authority=True), "for something else"),
        (lambda: holder(signs=False), "for something else"),
        (lambda: holder(purposes=[ExtendedKeyUsageOID.SERVER_AUTH]), "for something else"),
        (lambda: holder(purposes=[ExtendedKeyUsageOID.TIME_STAMPING]), "for something else"),
    ],
)
def test_what_is_unfit_to_seal_is_refused(who, words):
    ((pointer, message),) = said(key_file(who()))

    assert pointer == "/pkcs12"
    assert words in message


def test_everything_that_is_wrong_is_said_at_once():
    who = holder(
        key=weak(), begins=datetime(2025, 1, 1, tzinfo=UTC), days=30, purposes=[ExtendedKeyUsageOID.SERVER_AUTH]
    )

    assert len(said(key_file(who))) == 3


@pytest.mark.parametrize("purpose", [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH])
def test_what_issuers_of_seals_put_into_them_is_taken(purpose):
    assert parse_key_file(key_file(holder(purposes=[purpose])), WORD, MONDAY)


def test_a_kept_key_comes_back_as_it_was():
    who = holder("Organisme", holder("Racine", is_authority=True))
    kept = decode_key(encode_key(SealKey(who.key, who.chain)))

    assert kept.chain == who.chain
    assert kept.key.private_numbers() == who.key.private_numbers()


def test_a_key_of_another_kind_is_refused():
    key = ed25519.Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(WORD.encode())
    ours = holder()
    with pytest.raises(ValueError, match="public key"):
        serialize_key_and_certificates(b"x", key, ours.certificate, None, encryption)


@given(st.binary(max_size=300), st.text(max_size=20))
def test_rubbish_is_refused_in_words(file, word):
    with pytest.raises(InvalidRequest):
        parse_key_file(file, word, MONDAY)


@given(st.binary(max_size=60))
def test_what_was_never_kept_is_not_opened(data):
    with pytest.raises((ValueError, TypeError)):
        decode_key(data)
