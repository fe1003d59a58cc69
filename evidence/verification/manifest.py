"""A dossier's manifest: every file with its digest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from evidence.verification.steps import NotHolding

MANIFEST: Final = "manifest.json"
NOTE: Final = "manifest.note"
FORMAT: Final = "assidu-dossier/1"
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")


class _Organisation(msgspec.Struct, frozen=True):
    name: str
    slug: str = ""


class _Ledger(msgspec.Struct, frozen=True):
    origin: str
    size: int
    verifier_key: str


class Listed(msgspec.Struct, frozen=True):
    """One file as the manifest has it."""

    path: str
    sha256: str
    size: int
    kind: str
    about: str | None = None


class _Form(msgspec.Struct, frozen=True):
    format: str
    organisation: _Organisation
    made_at: str
    asked: dict[str, Any]
    files: list[Listed]
    ledger: _Ledger | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says; `files` by path, in their order."""

    format: str
    organisation: str
    asked: str
    made_at: str
    files: Mapping[str, Listed]
    origin: str = ""
    size: int = 0
    verifier_key: str | None = None


def parse_manifest(data: bytes) -> Manifest:
    """Return what a manifest says; raises NotHolding for one that is not of the published form."""
    try:
        found = msgspec.json.decode(data, type=_Form)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        raise NotHolding("Le manifeste n’a pas la forme publiée.", (str(error)[:200],)) from error
    paths = [listed.path for listed in found.files]
    if (
        found.format != FORMAT
        or paths != sorted(set(paths))
        or any(not _SHA256.match(item.sha256) for item in found.files)
    ):
        raise NotHolding("Le manifeste n’a pas la forme publiée.", (MANIFEST,))
    files = {listed.path: listed for listed in found.files}
    asked = " ".join(str(found.asked[name]) for name in ("scope", "id") if found.asked.get(name))
    if found.ledger is None:
        return Manifest(found.format, found.organisation.name, asked, found.made_at, files)
    return Manifest(
        found.format, found.organisation.name, asked, found.made_at, files,
        found.ledger.origin, found.ledger.size, found.ledger.verifier_key,
    )  # fmt: skip
