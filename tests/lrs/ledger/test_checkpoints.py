"""Signed heads: another implementation's are read, ours are written its way, and nothing changed passes."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import ProofFailure
from lrs.ledger import Checkpoint, Signer, VerifierKey, open_checkpoint, parse_checkpoint, sign_checkpoint
from lrs.ledger.notes import open_note

ORIGIN = "lrs.exemple.invalid/ledger/essai"
SIGNER = Signer(ORIGIN, bytes(range(32)))
CHECKPOINT = Checkpoint(ORIGIN, 20_852_163, sha256(b"root").digest())

# The example of https://pkg.go.dev/golang.org/x/mod/sumdb/note, which its own code signed.
PETER = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
EXTENSIONS = st.lists(st.from_regex(r"[ -~]{1,30}", fullmatch=True), max_size=2)
ORIGINS = st.from_regex(r"[a-z0-9.-]{1,20}/[a-zA-Zé0-9-]{1,20}", fullmatch=True)


def test_a_note_that_another_implementation_signed_is_opened():
    text = open_note(PETERS_NOTE.encode(), PETER)

    assert text.startswith("If you think")


def test_a_checkpoint_reads_as_others_expect_it():
    note = sign_checkpoint(CHECKPOINT, SIGNER).decode()

    lines = note.split("\n")
    assert lines[:4] == [ORIGIN, "20852163", base64.b64encode(CHECKPOINT.root).decode(), ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5:] == [""]
    assert base64.b64decode(lines[4].split(" ")[2])[:4] == SIGNER.key().key_id


@given(origin=ORIGINS, size=st.integers(0, 2**48), root=st.binary(min_size=32, max_size=32),
       seed=st.binary(min_size=32, max_size=32), lines=EXTENSIONS)  # fmt: skip
def test_what_was_signed_is_what_is_opened(origin, size, root, seed, lines):
    checkpoint, signer = Checkpoint(origin, size, root, tuple(lines)), Signer(origin, seed)

    note = sign_checkpoint(checkpoint, signer)

    assert open_checkpoint(note, VerifierKey.parse(str(signer.key()))) == checkpoint == parse_checkpoint(note)


@given(bit=st.integers(0, 8 * len(sign_checkpoint(CHECKPOINT, SIGNER)) - 1))
def test_no_bit_of_a_head_may_change(bit):
    note = bytearray(sign_checkpoint(CHECKPOINT, SIGNER))
    note[bit // 8] ^= 1 << bit % 8

    with pytest.raises(ProofFailure):
        open_checkpoint(bytes(note), SIGNER.key())


@given(bit=st.integers(0, 8 * len(str(SIGNER.key())) - 1))
def test_no_bit_of_a_verifier_key_may_change(bit):
    note, text = sign_checkpoint(CHECKPOINT, SIGNER), bytearray(str(SIGNER.key()).encode())
    text[bit // 8] ^= 1 << bit % 8

    with pytest.raises(ProofFailure):
        open_checkpoint(note, VerifierKey.parse(text.decode("utf-8", "replace")))


@given(junk=st.binary(max_size=300))
def test_what_is_no_note_is_refused_and_nothing_else_happens(junk):
    with pytest.raises(ProofFailure):
        open_checkpoint(junk, SIGNER.key())


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n1\n", f"{ORIGIN}\n01\n{'A' * 43}=\n", f"{ORIGIN}\n-1\n{'A' * 43}=\n", f"{ORIGIN}\n1\n{'A' * 44}\n",
        f"{ORIGIN}\n1\n{'A' * 42}B=\n", f"{ORIGIN}\n9999999999999999\n{'A' * 43}=\n", f"{ORIGIN}\n١\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\n\nx\n", "\n1\n{'A' * 43}=\n",
    ],
)  # fmt: skip
def test_what_is_signed_and_no_checkpoint_is_refused(text):
    with pytest.raises(ProofFailure):
        open_checkpoint(SIGNER.sign(text), SIGNER.key())


def test_a_key_does_not_answer_for_another_log():
    note = SIGNER.sign(Checkpoint("another/log", 1, bytes(32)).text())

    with pytest.raises(ProofFailure, match="another/log"):
        open_checkpoint(note, SIGNER.key())
    with pytest.raises(ValueError, match="does not sign"):
        sign_checkpoint(Checkpoint("another/log", 1, bytes(32)), SIGNER)


def test_another_key_of_the_same_name_is_not_enough():
    note = sign_checkpoint(CHECKPOINT, Signer(ORIGIN, bytes(32)))

    with pytest.raises(ProofFailure, match="not signed by"):
        open_checkpoint(note, SIGNER.key())


def test_signatures_of_witnesses_are_passed_over():
    witness = Signer("temoin.exemple", bytes(32)).sign(CHECKPOINT.text()).decode().split("\n\n")[1]

    note = sign_checkpoint(CHECKPOINT, SIGNER) + witness.encode()

    assert open_checkpoint(note, SIGNER.key()) == CHECKPOINT


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\n"])
def test_a_name_that_no_signature_line_can_hold_is_refused(name):
    with pytest.raises(ValueError, match="without spaces"):
        Signer(name, bytes(32))


def test_no_repr_shows_a_seed():
    assert repr(bytes(range(32)))[2:20] not in repr(SIGNER)
