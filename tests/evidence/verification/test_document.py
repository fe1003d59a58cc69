"""A real document holds, says so step by step, and no byte of it can be changed without a step that names it."""

from __future__ import annotations

import random

import pytest

from evidence.verification.document import check_document
from evidence.verification.report import Outcome, Report, Unreadable, Verdict, unreadable
from evidence.verification.trust import Trust
from tests.evidence.verification.conftest import Sealed

STEPS = [
    "seal.intact", "seal.signer", "seal.timestamp", "evidence.embedded", "evidence.printed", "evidence.dates",
    "ledger.checkpoint", "ledger.timestamp", "statements.included", "figures.recomputed",
]  # fmt: skip


def verdicts(report: Report) -> dict[str, Verdict]:
    return {step.name: step.verdict for step in report.steps}


def test_a_document_holds_for_whoever_trusts_its_authority_and_it_says_that_it_is_of_development(sealed: Sealed):
    report = check_document(sealed.pdf, sealed.trust)

    assert [step.name for step in report.steps] == STEPS
    assert {step.name: step.why for step in report.steps if step.verdict is not Verdict.HOLDS} == {}
    assert report.outcome is Outcome.HOLDS
    assert report.outcome.exit_status == 0
    assert "non qualifié" in report.warnings[0]
    assert report.digest == sealed.document.digest
    assert dict(report.about)["Numéro"] == f"{sealed.document.number}, version 1"


def test_without_trust_nothing_is_wrong_and_what_rests_on_trust_could_not_be_checked(sealed: Sealed):
    report = check_document(sealed.pdf, Trust())

    unchecked = {step.name for step in report.steps if step.verdict is Verdict.UNCHECKED}
    assert unchecked == {"seal.signer", "seal.timestamp", "ledger.timestamp"}
    assert report.outcome is Outcome.INCOMPLETE
    assert report.outcome.exit_status == 3
    assert "développement" in report.steps[1].why


def test_a_ledger_key_that_is_not_the_one_somebody_holds_does_not_hold(sealed: Sealed):
    other = sealed.trust.ledger_keys[0].replace("essai.fr", "autre.fr")

    report = check_document(sealed.pdf, Trust(sealed.trust.seals, sealed.trust.stamps, (other,)))

    assert report.first_failure is not None
    assert report.first_failure.name == "ledger.checkpoint"
    assert verdicts(report)["statements.included"] is Verdict.UNCHECKED


def test_dozens_of_changed_bytes_of_a_document_are_all_named(sealed: Sealed):
    _change(sealed, 30, seed=1)


@pytest.mark.full
def test_five_hundred_changed_bytes_of_a_document_are_all_named(sealed: Sealed):
    _change(sealed, 500, seed=2)


def _change(sealed: Sealed, times: int, seed: int) -> None:
    chance = random.Random(seed)
    seal_starts, seal_ends = sealed.pdf.index(b"/Contents <"), sealed.pdf.rindex(b">>\nendobj")
    for turn in range(times):
        # Every other one in the seal itself: what no signature covers is there.
        at = chance.randrange(seal_starts, seal_ends) if turn % 2 else chance.randrange(len(sealed.pdf))
        byte = sealed.pdf[at] ^ chance.randrange(1, 256)
        report = checked(sealed.pdf[:at] + bytes((byte,)) + sealed.pdf[at + 1 :], sealed.trust)
        assert report.outcome in (Outcome.FAILS, Outcome.UNREADABLE), (at, sealed.pdf[at], byte)
        assert report.unreadable or report.first_failure is not None


@pytest.mark.parametrize("change", ["append", "truncate", "prepend", "insert"])
def test_a_file_that_is_longer_or_shorter_does_not_hold(sealed: Sealed, change: str):
    pdf = sealed.pdf
    other = {
        "append": pdf + b"\n",
        "truncate": pdf[:-1],
        "prepend": b"\n" + pdf,
        "insert": pdf[:20_000] + b" " + pdf[20_000:],
    }[change]

    assert checked(other, sealed.trust).outcome in (Outcome.FAILS, Outcome.UNREADABLE)


def checked(pdf: bytes, trust: Trust) -> Report:
    try:
        return check_document(pdf, trust)
    except Unreadable as refusal:
        return unreadable("document", "", [refusal.message])
