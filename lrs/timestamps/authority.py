"""Asking a timestamp authority over HTTP (RFC 3161 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import rfc3161_client
from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder
from rfc3161_client.tsp import PKIStatus, TimeStampRequest, TimeStampResponse

from lrs.clock import Clock, to_text
from lrs.timestamps.check import kept_form
from lrs.timestamps.exchange import exchange
from lrs.timestamps.stamp import AuthorityRefused, AuthorityUnreachable, ClocksDisagree, Stamp, StampFailure, StampFlaw

TIMEOUT_SECONDS: Final = 10.0
# A qualified authority is within a second of UTC, and a server with NTP too. Further apart than this, a document would
# carry two times that contradict each other, and nobody could tell later which of them was wrong.
APART_MOST_SECONDS: Final = 300
_HEADERS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
_RETRY_SECONDS: Final = 60


class TimestampAuthority:
    """One timestamp authority. Safe to share among threads: it keeps nothing between two stamps."""

    def __init__(
        self,
        url: str,
        trust: Sequence[x509.Certificate],
        clock: Clock,
        *,
        is_qualified: bool = False,
        is_development: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url
        self._trust = tuple(trust)
        self._clock = clock
        self._is_qualified = is_qualified
        self.is_development = is_development
        self._timeout = timeout_seconds

    def stamp(self, data: bytes) -> Stamp:
        """Have `data` stamped: its SHA-256 goes to the authority, and the answer is checked before it is believed.

        Raises AuthorityUnreachable, AuthorityRefused, ClocksDisagree, StampFailure.
        """
        asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
        body, _ = exchange(
            self._url, asked.as_bytes(), _HEADERS, timeout_seconds=self._timeout, is_local=self.is_development
        )
        answer = _granted(body)
        # Twice, by two implementations that share nothing: a token that only one of them takes is of no use later.
        token, checked = kept_form(answer.time_stamp_token(), data, self._trust)
        self._check_again(asked, answer, data)
        apart = abs(self._clock.now_micros() - checked.at) // 1_000_000
        if apart > APART_MOST_SECONDS:
            message = (
                f"The timestamp authority says {to_text(checked.at)}, {apart} s from this machine's clock; at most "
                f"{APART_MOST_SECONDS} s are taken. Set the clock right; nothing was stamped."
            )
            raise ClocksDisagree(message, _RETRY_SECONDS)
        return Stamp(token, checked.at, checked.authority, self._is_qualified)

    def _check_again(self, asked: TimeStampRequest, answer: TimeStampResponse, data: bytes) -> None:
        if answer.tst_info.nonce != asked.nonce:
            raise StampFailure("L’horodatage répond à une autre demande (nonce).", StampFlaw.NONCE)
        builder = VerifierBuilder(policy_id=asked.policy, roots=list(self._trust), nonce=asked.nonce)
        try:
            builder.build().verify_message(answer, data)
        except (VerificationError, ValueError) as error:
            raise StampFailure(f"L’horodatage ne tient pas\xa0: {error}.", StampFlaw.SIGNATURE) from error


class NoAuthority:
    """In place of an authority where none is configured: whoever needs a stamp is told what to set."""

    is_development = False

    def stamp(self, data: bytes) -> Stamp:
        """Raise AuthorityUnreachable."""
        del data
        message = "There is no timestamp authority: set ASSIDU_TIMESTAMP_URL, or ASSIDU_AUTHORITY_URL for development."
        raise AuthorityUnreachable(message, _RETRY_SECONDS)


def _granted(body: bytes) -> TimeStampResponse:
    try:
        answer = rfc3161_client.decode_timestamp_response(body)
        status = PKIStatus(answer.status)
    except ValueError as error:
        message = f"What the timestamp authority answers is no TimeStampResp ({len(body)} bytes): {error}"
        raise AuthorityRefused(message, _RETRY_SECONDS) from error
    if status is PKIStatus.WAITING:
        raise AuthorityUnreachable("The timestamp authority says to come back later.", _RETRY_SECONDS)
    if status is not PKIStatus.GRANTED:
        words = "; ".join(answer.status_string) or "and gives no reason"
        message = f"The timestamp authority refuses ({status.name.lower().replace('_', ' ')}): {words}"
        raise AuthorityRefused(message, _RETRY_SECONDS)
    return answer
