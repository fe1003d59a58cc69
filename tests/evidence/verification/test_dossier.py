"""A real dossier holds, and no byte of it can be changed without a step that names it."""

from __future__ import annotations

import random

import pytest

from evidence.content import DocumentType
from evidence.dossier import Asked, Dossiers, Scope
from evidence.verification.file import check_bytes
from evidence.verification.report import Outcome, Verdict
from tests.evidence.issuing.conftest import Centre
from tests.evidence.verification.conftest import Sealed, issue

_KEPT: list[tuple[bytes, Sealed]] = []


@pytest.fixture
def dossier(request: pytest.FixtureRequest) -> tuple[bytes, Sealed]:
    """A dossier of an enrolment with one document, and whom to trust."""
    if not _KEPT:
        centre: Centre = request.getfixturevalue("centre")
        centre.is_taught()
        sealed = issue(centre, DocumentType.CERTREAL)
        asked = Asked(Scope.ENROLMENT, "e1", "audit")
        parts = Dossiers(centre.services).open(centre.organisation, asked, "account:7").parts
        _KEPT.append((b"".join(parts), sealed))
    return _KEPT[0]


def test_a_dossier_is_checked_step_by_step(dossier: tuple[bytes, Sealed]):
    data, sealed = dossier

    report = check_bytes(data, sealed.trust)

    assert report.kind == "dossier"
    unchecked = {step.name for step in report.steps if step.verdict is not Verdict.HOLDS}
    # Its head was not stamped: the worker does that, and none was at work.
    assert unchecked <= {"ledger.timestamp"}, [(step.name, step.why) for step in report.steps]


def test_a_dozen_changed_bytes_of_a_dossier_are_all_named(dossier: tuple[bytes, Sealed]):
    _change(dossier, 12, seed=3)


@pytest.mark.full
def test_three_hundred_changed_bytes_of_a_dossier_are_all_named(dossier: tuple[bytes, Sealed]):
    _change(dossier, 300, seed=4)


def _change(dossier: tuple[bytes, Sealed], times: int, seed: int) -> None:
    data, sealed = dossier
    chance = random.Random(seed)
    for _ in range(times):
        at = chance.randrange(len(data))
        changed = data[:at] + bytes((data[at] ^ chance.randrange(1, 256),)) + data[at + 1 :]
        report = check_bytes(changed, sealed.trust)
        assert report.outcome in (Outcome.FAILS, Outcome.UNREADABLE), at
        assert report.unreadable or report.first_failure is not None


def test_a_dossier_that_is_cut_off_or_goes_on_does_not_hold(dossier: tuple[bytes, Sealed]):
    data, sealed = dossier
    for other in (data[:-1], data + b"\x00", data[: len(data) // 2]):
        assert check_bytes(other, sealed.trust).outcome in (Outcome.FAILS, Outcome.UNREADABLE)
