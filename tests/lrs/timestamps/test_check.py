"""A timestamp token is taken when all of it holds, and refused for what does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import rfc3161_client
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assidu.authority import tokens
from lrs.clock import Micros, to_micros
from lrs.timestamps import StampFailure, StampFlaw, check_stamp
from lrs.timestamps.check import kept_form
from tests.conftest import MONDAY
from tests.evidence.independent import assert_openssl_takes_token
from tests.lrs.timestamps.certificates import Holder, holder, stamping

DATA = b"Ce qui existait"


def stamped(by: Holder, data: bytes = DATA, at: int = MONDAY) -> bytes:
    asked = rfc3161_client.TimestampRequestBuilder().data(data).build()
    answer = tokens.answer(asked.as_bytes(), by.key, by.chain, Micros(at), 7)
    return rfc3161_client.decode_timestamp_response(answer).time_stamp_token()


def flaw_of(token: bytes, data: bytes, *trust) -> StampFlaw:
    with pytest.raises(StampFailure) as failed:
        check_stamp(token, data, trust)
    return failed.value.flaw


def test_a_token_says_when_the_bytes_existed_and_who_says_so(root, stamper):
    checked = check_stamp(stamped(stamper), DATA, [root.certificate])

    assert checked.at == MONDAY
    assert checked.authority == "Horodatage"
    assert checked.serial == 7
    assert checked.chain == stamper.chain
    assert not checked.is_development


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA"],
)
def test_openssl_takes_what_we_take_whatever_the_key(root, key):
    token = stamped(stamping(root, key=key))

    assert check_stamp(token, DATA, [root.certificate]).at == MONDAY
    assert_openssl_takes_token(token, DATA, [root.certificate])


def test_a_token_about_other_bytes_is_refused(root, stamper):
    assert flaw_of(stamped(stamper), DATA + b"!", root.certificate) is StampFlaw.IMPRINT


def test_a_token_by_somebody_whom_nobody_trusts_is_refused(root, stamper):
    other = holder("Racine", is_authority=True)

    assert flaw_of(stamped(stamper), DATA, other.certificate) is StampFlaw.UNTRUSTED
    assert flaw_of(stamped(stamper), DATA) is StampFlaw.UNTRUSTED


@pytest.mark.parametrize(
    "purposes",
    [None, [ExtendedKeyUsageOID.CODE_SIGNING], [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH]],
)
def test_a_token_by_a_certificate_that_is_not_for_timestamps_alone_is_refused(root, purposes):
    assert flaw_of(stamped(holder("Web", root, purposes=purposes)), DATA, root.certificate) is StampFlaw.PURPOSE


def test_a_token_outlives_its_certificate_and_cannot_be_older_than_it(root):
    brief = stamping(root, begins=datetime(2026, 1, 5, tzinfo=UTC), days=1)

    assert check_stamp(stamped(brief), DATA, [root.certificate]).at == MONDAY
    for year in (2025, 2027):
        late = stamped(brief, at=to_micros(datetime(year, 6, 1, tzinfo=UTC)))
        assert flaw_of(late, DATA, root.certificate) is StampFlaw.NOT_VALID_THEN


def test_a_certificate_that_may_not_issue_any_does_not_vouch_for_a_stamper(root):
    impostor = stamping(holder("Cachet", root))

    assert flaw_of(stamped(impostor), DATA, root.certificate) is StampFlaw.UNTRUSTED


def test_certificates_that_lead_nowhere_are_left_out_of_what_is_kept(root, stamper):
    stranger = holder("Autre racine", holder("Plus haut", is_authority=True), is_authority=True)
    laden = Holder(stamper.key, (*stamper.chain, stranger.certificate))
    token = stamped(laden)

    kept, checked = kept_form(token, DATA, [root.certificate])

    assert flaw_of(token, DATA, root.certificate) is StampFlaw.MALFORMED
    assert check_stamp(kept, DATA, [root.certificate]) == checked
    assert_openssl_takes_token(kept, DATA, [root.certificate])


@settings(max_examples=200)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_changed_byte_of_a_token_is_noticed(root, stamper, place, change):
    token = bytearray(stamped(stamper))
    token[int(place * len(token))] ^= change

    assert flaw_of(bytes(token), DATA, root.certificate)


def test_the_count_of_unused_bits_in_a_certificates_signature_is_looked_at(root, stamper):
    # No signature covers it, and for a signature whose last bit is 0 the libraries read the same certificate.
    token = bytearray(stamped(stamper))
    places = [at for at in range(len(token) - 3) if token[at] == 0x03 and token[at + 2 : at + 4] == b"\x00\x30"]
    assert len(places) == 2
    for at in places:
        changed = token.copy()
        changed[at + 2] = 1
        assert flaw_of(bytes(changed), DATA, root.certificate)


@given(st.binary(max_size=200))
@example(b"")
@example(b"0\x80")
def test_rubbish_is_refused_in_words(rubbish):
    assert flaw_of(rubbish, DATA) is StampFlaw.MALFORMED
