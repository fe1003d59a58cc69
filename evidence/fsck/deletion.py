"""Statements that were erased: each must be named by a deletion statement, which says who, when and on what ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from evidence.fsck.finding import Findings, Kind
from evidence.fsck.statement import is_erased, name_of
from lrs.store.database import Document, Store

# What deletion statements are, from the outside (docs/erasure.md). No credential that is given out has this name.
_CREDENTIAL: Final = "Effacement légal"
_BASE: Final = "https://assidu.example/xapi/"
_VERB: Final = _BASE + "verbs/erased"
_STATEMENTS: Final = _BASE + "ext/erased-statements"
_GROUND: Final = _BASE + "ext/erasure-ground"
_REASON: Final = _BASE + "ext/erasure-reason"
_ID_BYTES: Final = 16
_PREFIX_BYTES: Final = 4
# Deletion statements name hundreds each, and those that follow are named by the same one.
_KEPT_MOST: Final = 64


class Deletions:
    """Looks up, for the erased statements of one organisation, who had them erased."""

    def __init__(self, store: Store, organisation: int, findings: Findings) -> None:
        self._statements = store.collection("statements")
        self._organisation = organisation
        self._findings = findings
        self._named: dict[bytes, frozenset[str]] = {}

    def check(self, batch: Sequence[Document]) -> None:
        """Look at the erased statements of a batch."""
        for row in batch:
            if is_erased(row):
                self._findings.count(Kind.DELETION)
                for what in self._problems(row):
                    self._findings.add(Kind.DELETION, self._organisation, name_of(row), what)

    def _problems(self, row: Document) -> Iterator[str]:
        by = row.get("er")
        if not isinstance(by, bytes) or len(by) != _ID_BYTES:
            yield "its bytes are gone, and it does not say which statement had them erased"
            return
        identifier = row["_id"][_PREFIX_BYTES:] if isinstance(row.get("_id"), bytes) else b""
        if str(UUID(bytes=identifier) if len(identifier) == _ID_BYTES else "") not in self._names(bytes(by)):
            yield f"its bytes are gone, and {UUID(bytes=bytes(by))} is no deletion statement that names it"

    def _names(self, by: bytes) -> frozenset[str]:
        """Return the ids that one deletion statement names; none when it is not there, or no such statement."""
        if by not in self._named:
            if len(self._named) >= _KEPT_MOST:
                self._named.clear()
            key = self._organisation.to_bytes(_PREFIX_BYTES, "big") + by
            row = self._statements.find_one({"_id": key, "o": self._organisation}, {"b": 1, "k": 1})
            self._named[by] = frozenset(_named(row)) if row is not None else frozenset()
        return self._named[by]


def _named(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("k") != _CREDENTIAL or not isinstance(row.get("b"), bytes):
        return
    try:
        value = orjson.loads(row["b"])
        extensions = _extensions(value)
        if value["verb"]["id"] == _VERB and extensions.get(_GROUND) and extensions.get(_REASON):
            yield from (str(item) for item in extensions[_STATEMENTS])
    except (ValueError, LookupError, TypeError, AttributeError):
        return


def _extensions(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return every extension of a statement, wherever it stands."""
    places = (value.get("result"), value.get("context"), value["object"].get("definition"))
    return {name: item for place in places if place for name, item in (place.get("extensions") or {}).items()}
