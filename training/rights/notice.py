"""Why data about learners is used, on which lawful basis, and who receives it: as data, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from training.rights.request import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One purpose. Texts are (French, English); `retention` names a provision, None where it says itself for how long.

    `objectable` is what an objection to it names, None where article 21 gives none. `status` says how sure the source
    is: `verified`, `design` or `recalled`.
    """

    id: str
    title: tuple[str, str]
    data: tuple[str, str]
    basis: tuple[str, str]
    article: str
    recipients: tuple[str, str]
    retention: str | None
    objectable: Purpose | None
    status: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Every purpose, and where that list comes from."""

    version: str
    effective_from: date
    source: str
    status: str
    uses: tuple[Use, ...]


@cache
def load_notice() -> Notice:
    """Return the notice that comes with the product, read once."""
    data = orjson.loads(files(__package__).joinpath("notice.json").read_bytes())
    uses = []
    for row in data["purposes"]:
        pairs: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in row.items()}
        named = pairs.pop("objectable")
        uses.append(Use(**pairs, objectable=None if named is None else Purpose(named)))
    return Notice(
        data["version"], date.fromisoformat(data["effective_from"]), data["source"], data["status"], tuple(uses)
    )
