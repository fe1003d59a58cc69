"""The development authority's keys and certificates, kept in one folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from assidu.authority import certificates
from assidu.authority.certificates import Key
from lrs.clock import Micros
from lrs.errors import AssiduError

# The folder in ASSIDU_DATA, and the one in it whose name says which layout of files it has.
FOLDER: Final = "authority"
_KEYS: Final = "keys-1"
_PARTS: Final = ("root", "issuing", "timestamping")


class BadAuthorityFolder(AssiduError):
    """The development authority's files cannot be read or written; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One key with its certificate."""

    key: Key = field(repr=False)
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class AuthorityKeys:
    """The keys of one development authority."""

    root: Part
    issuing: Part
    timestamping: Part

    @property
    def above(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates above those that are issued, root last."""
        return (self.issuing.certificate, self.root.certificate)


def authority_folder(data: Path) -> Path:
    """Return where in the data folder a development authority keeps its files."""
    return data / FOLDER


def load_or_make(folder: Path, now: Micros) -> AuthorityKeys:
    """Return the keys in `folder`, made there at first use; safe when two processes start at once.

    All of them appear at once, or none. Keys that are there and cannot be read are never replaced: raises
    BadAuthorityFolder.
    """
    kept = folder / _KEYS
    try:
        if not kept.is_dir():
            _make(folder, kept, now)
        return AuthorityKeys(*(_read(kept, part) for part in _PARTS))
    except (OSError, ValueError, TypeError) as error:
        message = (
            f"The development authority's keys in {kept} cannot be used ({error}). Put them back, or remove the folder "
            "to begin with new ones: what the old ones sealed is then no longer known to this deployment."
        )
        raise BadAuthorityFolder(message) from error


def find_root(folder: Path) -> x509.Certificate | None:
    """Return the root certificate that is kept in `folder`, if there is one. Raises BadAuthorityFolder."""
    path = folder / _KEYS / "root.pem"
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadAuthorityFolder(f"{path} is no certificate that can be read ({error}).") from error


def _make(folder: Path, kept: Path, now: Micros) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = folder / f".{os.getpid()}.{secrets.token_hex(4)}"
    aside.mkdir(mode=0o700)
    try:
        for name, part in zip(_PARTS, _new(now), strict=True):
            _write(aside / f"{name}.key", _key_pem(part.key))
            _write(aside / f"{name}.pem", part.certificate.public_bytes(Encoding.PEM))
        # Onto a folder that another process has just put there, this fails: its keys are then the ones.
        with contextlib.suppress(FileExistsError, OSError):
            aside.rename(kept)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _new(now: Micros) -> Iterable[Part]:
    root_key, issuing_key, timestamping_key = (certificates.new_key() for _ in range(3))
    root = certificates.root(root_key, now)
    issuing = certificates.issuing(issuing_key, root_key, root, now)
    timestamping = certificates.timestamping(timestamping_key, issuing_key, issuing, now)
    return (Part(root_key, root), Part(issuing_key, issuing), Part(timestamping_key, timestamping))


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path, name: str) -> Part:
    key = load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)
    certificate = x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError(f"{name}.key is not the key of {name}.pem")
    return Part(key, certificate)
