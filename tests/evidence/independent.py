"""What programs that share nothing with us say of what we issue: poppler, NSS, OpenSSL, qpdf.

Every function takes the bytes of a PDF and raises AssertionError with the program's own words.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def assert_pdfsig_accepts(pdf: bytes, roots: Sequence[x509.Certificate]) -> str:
    """Have poppler and NSS check the seal, and its chain to `roots`; return what pdfsig printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sql:{folder}"
        _run("certutil", "-N", "-d", database, "--empty-password")
        for number, root in enumerate(roots):
            pem = folder / f"root{number}.pem"
            pem.write_bytes(root.public_bytes(Encoding.PEM))
            _run("certutil", "-A", "-d", database, "-n", f"root{number}", "-t", "CT,C,C", "-a", "-i", str(pem))
        (folder / "file.pdf").write_bytes(pdf)
        said = _run("pdfsig", "-nssdir", database, str(folder / "file.pdf"))
    assert "Signature is Valid" in said, said
    assert "Total document signed" in said, said
    assert "Certificate is Trusted" in said, said
    return said


def assert_openssl_cms_accepts(pdf: bytes, roots: Sequence[x509.Certificate]) -> None:
    """Have `openssl cms -verify` check the seal over the bytes that the PDF says it covers."""
    seal, covered = cut(pdf)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seal.der").write_bytes(seal)
        (folder / "covered").write_bytes(covered)
        _roots(folder, roots)
        _run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(folder / "seal.der"),
            "-content", str(folder / "covered"), "-CAfile", str(folder / "roots.pem"), "-purpose", "any",
            "-out", "/dev/null",
        )  # fmt: skip


def assert_openssl_ts_accepts(pdf: bytes, roots: Sequence[x509.Certificate]) -> None:
    """Have `openssl ts -verify -token_in` check the timestamp in the seal, over the seal's signature."""
    seal, _ = cut(pdf)
    signer = cms.ContentInfo.load(seal)["content"]["signer_infos"][0]
    (token,) = (each["values"][0] for each in signer["unsigned_attrs"])
    assert_openssl_takes_token(token.dump(), signer["signature"].native, roots)


def assert_openssl_takes_token(token: bytes, data: bytes, roots: Sequence[x509.Certificate]) -> None:
    """Have `openssl ts -verify -token_in` check a timestamp token over the data that it is about."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "token.der").write_bytes(token)
        (folder / "data").write_bytes(data)
        _roots(folder, roots)
        said = _run(
            "openssl", "ts", "-verify", "-token_in", "-in", str(folder / "token.der"), "-data", str(folder / "data"),
            "-CAfile", str(folder / "roots.pem"),
        )  # fmt: skip
    assert "Verification: OK" in said, said


def assert_qpdf_accepts(pdf: bytes) -> None:
    """Have `qpdf --check` look at the file's structure: neither errors nor warnings."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        said = _run("qpdf", "--check", file.name)
    assert "WARNING" not in said, said
    assert "No syntax or stream encoding errors found" in said, said


def assert_all_accept(pdf: bytes, roots: Sequence[x509.Certificate]) -> None:
    """Have all of them check a sealed PDF."""
    assert_qpdf_accepts(pdf)
    assert_openssl_cms_accepts(pdf, roots)
    assert_openssl_ts_accepts(pdf, roots)
    assert_pdfsig_accepts(pdf, roots)


def cut(pdf: bytes) -> tuple[bytes, bytes]:
    """Return the seal of a PDF and the bytes that it covers, found by its /ByteRange alone."""
    (found,) = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    start, first, end, rest = map(int, found)
    room = bytes.fromhex(pdf[first + 1 : end - 1].decode())
    # The length stands in the DER itself; behind it is padding.
    octets = room[1] & 0x7F
    length = 2 + octets + int.from_bytes(room[2 : 2 + octets], "big")
    return room[:length], pdf[start : start + first] + pdf[end : end + rest]


def _roots(folder: Path, roots: Sequence[x509.Certificate]) -> None:
    (folder / "roots.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in roots))


def _run(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout + ran.stderr
