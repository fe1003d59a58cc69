"""Checking a timestamp token with nothing but the token, the bytes it is about and certificates that are trusted."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from lrs.timestamps.stamp import CheckedStamp


def check_stamp(token: bytes, data: bytes, trust: Sequence[x509.Certificate]) -> CheckedStamp:
    """Return what `token` says of `data`. Raises StampFailure, whose `flaw` names what does not hold.

    Certificates are looked at as of the token's own time: a token outlives them. Any byte of a token that is changed
    is noticed, also where no signature covers it.
    """
    raise NotImplementedError
