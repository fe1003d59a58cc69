"""Checking a sealed PDF with nothing but the file and certificates that are trusted."""

from __future__ import annotations

from evidence.seals.report import SealReport, SealTrust


def check_seal(pdf: bytes, trust: SealTrust) -> SealReport:
    """Say what holds about the seal of `pdf`. Raises nothing: what does not hold is `flaw`.

    A seal is judged as of its timestamp, so it outlives its certificate. Any byte of a sealed file that is changed, or
    added anywhere, is noticed, also where the seal's signature does not reach.
    """
    raise NotImplementedError
