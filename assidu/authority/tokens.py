"""Answering a request for a timestamp (RFC 3161 2.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from asn1crypto import algos, core, tsp
from cryptography import x509

from lrs.clock import Micros, to_datetime
from lrs.timestamps import signed_data
from lrs.timestamps.der import sequence
from lrs.timestamps.signed_data import UNREADABLE, PrivateKey

# Of no arc that anybody registered: what this authority's policy promises is nothing (RFC 3161 2.4.2 asks for one).
POLICY: Final = "2.25.310187412350164702735049180712653948211"
_SIZES: Final = {"sha256": 32, "sha384": 48, "sha512": 64}


def answer(request: bytes, key: PrivateKey, chain: Sequence[x509.Certificate], now: Micros, serial: int) -> bytes:
    """Return the TimeStampResp to a TimeStampReq: a token, or which rule of the RFC the request breaks."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        hash_name = imprint["hash_algorithm"]["algorithm"].native
        hashed = imprint["hashed_message"].native
        policy, nonce, extensions = asked["req_policy"].native, asked["nonce"].native, asked["extensions"].native
        is_version_1 = asked["version"].native == "v1"
        wants_certificates = bool(asked["cert_req"].native)
    except UNREADABLE:
        return _refusal("bad_data_format", "This is no TimeStampReq.")
    if hash_name not in _SIZES:
        return _refusal("bad_alg", f"Imprints are taken by {', '.join(_SIZES)}.")
    if not is_version_1 or len(hashed) != _SIZES[hash_name]:
        return _refusal("bad_request", "The version is not 1, or the imprint has not its hash's length.")
    if policy not in {None, POLICY}:
        return _refusal("unaccepted_policy", f"The one policy here is {POLICY}.")
    if extensions:
        return _refusal("unaccepted_extension", "No extension is known here.")
    info = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": hash_name}),
            "hashed_message": hashed,
        },
        "serial_number": serial,
        "gen_time": core.GeneralizedTime(to_datetime(now)),
        "accuracy": {"seconds": 1},
    }
    if nonce is not None:
        info["nonce"] = nonce
    return _granted(tsp.TSTInfo(info).dump(), key, chain, with_certificates=wants_certificates)


def _granted(info: bytes, key: PrivateKey, chain: Sequence[x509.Certificate], *, with_certificates: bool) -> bytes:
    signed = signed_data.sign(signed_data.TIMESTAMP_INFO, info, hashlib.sha256(info).digest(), chain, key)
    token = signed_data.write(signed if with_certificates else replace(signed, certificates=()))
    return sequence(tsp.PKIStatusInfo({"status": "granted"}).dump(), token)


def _refusal(failure: str, words: str) -> bytes:
    status = tsp.PKIStatusInfo(
        {"status": "rejection", "status_string": [words], "fail_info": tsp.PKIFailureInfo({failure})}
    )
    return sequence(status.dump())
