"""What was sealed: tiles, published heads and their stamps, held against the leaves as they are read."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from cryptography import x509

from evidence.fsck.finding import Findings, Kind
from evidence.fsck.note import BadNote, Key, open_note, parse_key
from evidence.fsck.statement import is_whole
from evidence.fsck.tiles import TileCheck
from evidence.fsck.tree import Tree
from lrs.store.database import Document, Store
from lrs.timestamps import StampFailure, StampFlaw, check_stamp

_HEAD_MEMBERS: Final = frozenset(("_id", "o", "size", "root", "note", "at", "key"))
_STAMP_MEMBERS: Final = frozenset(("token", "at", "authority", "qualified"))
_LEDGER_MEMBERS: Final = frozenset((
    "_id", "origin", "n", "t", "peaks", "round", "head", "head_size", "head_at", "keys", "trouble", "stamped",
    "stamped_at", "stamp_after", "tries", "stamp_trouble", "asked", "holder", "until",
))  # fmt: skip
_KEY_MEMBERS: Final = frozenset(("v", "public", "since", "at"))
_NUMBER_BYTES: Final = 8
_NO_TRUST: Final = (
    "timestamps by an authority whose certificate was not given (ASSIDU_TIMESTAMP_TRUST, --trust): looked at no further"
)


class LedgerCheck:
    """Holds what is kept of one organisation's ledger against its leaves, which it is handed in order."""

    def __init__(self, store: Store, organisation: int, findings: Findings, trust: Sequence[x509.Certificate]) -> None:
        self._organisation = organisation
        self._findings = findings
        self._trust = trust
        self._ledger: Document = store.collection("ledgers").find_one({"_id": organisation}) or {}
        self._sealed = self._ledger.get("n", 0) if is_whole(self._ledger.get("n", 0)) else 0
        self._keys = self._read_keys()
        self._rows = store.collection("ledger_heads").find({"o": organisation}).sort("_id", 1)
        self._next = next(self._rows, None)
        self._last: Document = {}
        self._number = 0
        self._stored = 0
        self._tree = Tree()
        self._tiles = TileCheck(store, organisation, findings)
        self._look_at_heads()

    def take(self, position: int, leaf: bytes, stored: int) -> None:
        """Take the next leaf; what is not sealed yet is no business of the ledger."""
        if position >= self._sealed:
            return
        while self._tree.size < position:
            # A statement that is missing was named; its place in the tree is kept, so that the rest keeps its own.
            self._tiles.take(b"", 0)
            self._tree.add(bytes(32))
        self._tree.add(leaf)
        self._tiles.take(leaf, stored)
        self._stored = stored
        self._look_at_heads()

    def finish(self) -> None:
        """Say what is there beyond the leaves, and whether the ledger's own account is right."""
        self._tiles.finish()
        while self._next is not None:
            self._check_head(self._next, None)
        for what in self._ledger_problems() if self._ledger else ():
            self._add(Kind.HEAD, "ledger", what)
        if not self._ledger and self._number:
            self._add(Kind.HEAD, "ledger", "heads are published, and nothing says of which ledger")

    def _look_at_heads(self) -> None:
        while self._next is not None and self._next.get("size") == self._tree.size:
            self._check_head(self._next, self._tree.root())

    def _check_head(self, row: Document, root: bytes | None) -> None:
        self._findings.count(Kind.HEAD)
        self._number += 1
        subject = f"head {self._number}"
        for what in self._head_problems(row, root):
            self._add(Kind.HEAD, subject, what)
        if "stamp" in row:
            self._findings.count(Kind.STAMP)
            for what in self._stamp_problems(row):
                self._add(Kind.STAMP, subject, what)
        self._last = row
        self._next = next(self._rows, None)

    def _head_problems(self, row: Document, root: bytes | None) -> Iterator[str]:
        names = frozenset(row) - {"stamp"}
        if names != _HEAD_MEMBERS:
            yield f"its members are not those of a head: {', '.join(sorted(names ^ _HEAD_MEMBERS))}"
            return
        expected = self._organisation.to_bytes(4, "big") + self._number.to_bytes(_NUMBER_BYTES, "big")
        if row["_id"] != expected:
            yield "a head before it is missing, or its number was changed"
        if not is_whole(row["at"]) or row["at"] < self._last.get("at", 0):
            yield "at is before that of the head before it"
        if is_whole(row["size"]) and row["size"] < self._last.get("size", 0):
            yield "it has fewer statements than the head before it"
        if root is None:
            yield f"it says {row['size']!r} statements, and {self._tree.size} are sealed"
        elif root != row["root"]:
            yield "its root is not that of the statements: one of them, or the root, was changed"
        try:
            said = open_note(bytes(row["note"]), self._key_of(row))
        except (BadNote, TypeError) as error:
            yield f"its note does not hold: {error}"
            return
        if (said.origin, said.size, said.root, said.extensions) != (
            self._ledger.get("origin"), row["size"], row["root"], (),
        ):  # fmt: skip
            yield "its note says something else than is kept beside it"

    def _key_of(self, row: Document) -> Key:
        """Return the key that signs heads of this number: the newest that had begun by then."""
        begun = [version for version, (since, _) in self._keys.items() if since <= self._number]
        if not begun or row["key"] != max(begun):
            raise BadNote(f"it is said to be signed by key {row['key']!r}, which did not sign then")
        return self._keys[row["key"]][1]

    def _stamp_problems(self, row: Document) -> Iterator[str]:
        stamp = row["stamp"]
        if not isinstance(stamp, dict) or frozenset(stamp) != _STAMP_MEMBERS:
            yield "its members are not those of a timestamp"
            return
        try:
            checked = check_stamp(bytes(stamp["token"]), bytes(row["note"]), self._trust)
        except StampFailure as failure:
            if failure.flaw is StampFlaw.UNTRUSTED and not self._trust:
                self._findings.remark(_NO_TRUST)
            else:
                yield f"it does not hold ({failure.flaw.value})"
            return
        if (stamp["at"], stamp["authority"]) != (checked.at, checked.authority):
            yield "its instant or its authority is not what the token says"
        if not isinstance(stamp["qualified"], bool) or (stamp["qualified"] and checked.is_development):
            yield "it is said to be qualified, and is of a development authority"

    def _ledger_problems(self) -> Iterator[str]:
        """Say what the ledger's own account has wrong: how far it has come, and with which head."""
        ledger, last = self._ledger, self._last
        yield from (f"{name} is no member of it" for name in sorted(frozenset(ledger) - _LEDGER_MEMBERS))
        if ledger.get("n") != self._tree.size:
            yield f"it says {ledger.get('n')!r} statements are sealed, and there are {self._tree.size}"
        if bytes(ledger.get("peaks", b"")) != b"".join(self._tree.peaks()):
            yield "its full subtrees are not those of the statements"
        if ledger.get("t", 0) != self._stored:
            yield "its last statement was stored at another instant"
        said = tuple(ledger.get(name, 0) for name in ("head", "head_size", "head_at"))
        if said != (self._number, last.get("size", 0), last.get("at", 0)):
            yield "its newest head is not the one that was published last"

    def _read_keys(self) -> dict[int, tuple[int, Key]]:
        found: dict[int, tuple[int, Key]] = {}
        for row in self._ledger.get("keys", ()):
            try:
                if frozenset(row) != _KEY_MEMBERS or row["v"] != len(found) + 1 or not is_whole(row["at"]):
                    raise BadNote("its members are not those of a key")
                found[row["v"]] = (row["since"], _key(self._ledger["origin"], bytes(row["public"])))
            except (BadNote, TypeError, LookupError) as error:
                self._add(Kind.HEAD, "ledger", f"a key of it does not hold: {error}")
        return found

    def _add(self, kind: Kind, subject: str, what: str) -> None:
        self._findings.add(kind, self._organisation, subject, what)


def _key(name: str, public: bytes) -> Key:
    data = b"\x01" + public
    digest = sha256(name.encode() + b"\n" + data).digest()[:4]
    return parse_key(f"{name}+{digest.hex()}+{base64.b64encode(data).decode()}")
