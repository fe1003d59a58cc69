"""Lines of a dossier's files, and the entries of the audit trail among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

import orjson

from evidence.verification.steps import NotHolding
from evidence.verification.wording import count

# A statement's text may have twelve megabytes, and is written as JSON inside JSON.
_LINE_MOST_BYTES: Final = 64 * 1024 * 1024
_FORMAT: Final = "assidu-trail/1"


def lines_of(blocks: Iterable[bytes], path: str) -> Iterator[dict[str, Any]]:
    """Yield each line of a file as a JSON object; raises NotHolding for one that is none, or endless."""
    kept = b""
    for block in blocks:
        *whole, kept = (kept + block).split(b"\n")
        yield from (_object(line, path) for line in whole)
        if len(kept) > _LINE_MOST_BYTES:
            raise NotHolding("Une ligne est bien plus longue qu’aucune trace.", (path,))
    if kept:
        raise NotHolding("La dernière ligne d’un fichier n’est pas terminée.", (path,))


def _object(line: bytes, path: str) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotHolding("Une ligne d’un fichier ne peut pas être lue.", (path,)) from error
    if not isinstance(value, dict):
        raise NotHolding("Une ligne d’un fichier n’a pas la forme publiée.", (path,))
    return value


def check_entries(lines: Iterable[dict[str, Any]]) -> str:
    """Return how many entries of the trail are as they were recorded; raises NotHolding that names the others."""
    broken, number, before = [], 0, None
    for line in lines:
        number += 1
        name = f"entrée {line.get('number')}"
        try:
            said = [
                _FORMAT, line["organisation"], line["number"], line["at"], line["who"], line["act"], line["what"],
                line["why"], line["details"], line["previous"],
            ]  # fmt: skip
            digest = sha256(b"\x02" + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
            follows = before is None or before[0] + 1 != line["number"] or before[1] == line["previous"]
            if digest != line["digest"] or not follows:
                broken.append(name)
            before = (int(line["number"]), str(line["digest"]))
        except (LookupError, TypeError, ValueError):
            broken.append(name)
    if broken:
        raise NotHolding("Une entrée du journal n’est pas celle qui a été enregistrée.", broken)
    return f"{count(number, 'entrée recalculée', 'entrées recalculées')}."
