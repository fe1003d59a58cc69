"""One organisation's log, from the first statement to the last: dense, ascending, each as its bytes say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from evidence.fsck.deletion import Deletions
from evidence.fsck.finding import Findings, Kind
from evidence.fsck.references import References
from evidence.fsck.statement import is_erased, is_whole, name_of, problems_of
from lrs.store.database import Document, Store

# Documents of up to 16 MiB, so not too many of them at once.
_BATCH: Final = 200
# The end of an organisation's log as it is kept: `senders` counts what each credential sent.
_HEAD_MEMBERS: Final = frozenset(("_id", "t", "n", "refs", "senders"))


class LogCheck:
    """Walks one organisation's statements in order, and hands each leaf on."""

    def __init__(
        self, store: Store, organisation: int, findings: Findings, take: Callable[[int, bytes, int], None]
    ) -> None:
        """`take` is called with the position, the leaf and the instant of each statement, in order."""
        self._store = store
        self._organisation = organisation
        self._findings = findings
        self._take = take
        self._senders: Counter[str] = Counter()
        self._references = References(store, organisation)
        self._deletions = Deletions(store, organisation, findings)
        self._position = 0
        self._stored = -1
        self._erased = 0

    def run(self) -> int:
        """Look at everything stored by now; return how many statements there are."""
        head = self._store.collection("heads").find_one({"_id": self._organisation}) or {}
        end = head.get("n", 0)
        rows = self._store.collection("statements").find({"o": self._organisation}).sort("t", 1)
        # What is stored meanwhile is for the next time: the head was read first.
        for batch in _batches(row for row in rows if not is_whole(row.get("n")) or row["n"] < end):
            for row in batch:
                self._look(row)
            self._look_around(batch)
            self._deletions.check(batch)
        self._check_head(head)
        return self._position

    def _look(self, row: Document) -> None:
        self._findings.count(Kind.STATEMENT)
        position = row.get("n")
        name = name_of(row)
        if position != self._position:
            what = f"the statement at position {self._position} is missing or moved: {name} stands there"
            self._add(f"position {self._position}", what)
            if isinstance(position, int) and 0 <= position - self._position < 1 << 40:
                self._position = position
        stored = row.get("t")
        if not isinstance(stored, int) or stored <= self._stored:
            self._add(name, "t does not come after that of the statement before it")
        else:
            self._stored = stored
        for what in problems_of(row):
            self._add(name, what)
        self._senders[str(row.get("k"))] += not is_erased(row)
        self._erased += is_erased(row)
        leaf = row.get("l")
        self._take(self._position, bytes(leaf) if isinstance(leaf, bytes) else b"", self._stored)
        self._position += 1

    def _look_around(self, batch: list[Document]) -> None:
        try:
            for row, what in self._references.problems(batch):
                self._add(name_of(row), what)
        except (LookupError, TypeError, AttributeError, ValueError):
            # A record is so broken that it cannot be asked what it refers to: it was named for that already.
            if not self._findings.counts[Kind.STATEMENT]:
                raise

    def _check_head(self, head: Document) -> None:
        """The end of the log says how many statements there are, by whom, and that nothing is stored later."""
        if not head:
            if self._position:
                self._findings.add(Kind.LOG, self._organisation, "head", "statements are there, and no head says so")
            return
        for what in self._head_problems(head):
            self._findings.add(Kind.LOG, self._organisation, "head", what)

    def _head_problems(self, head: Document) -> Iterator[str]:
        yield from (f"{name} is no member of a log's head" for name in sorted(frozenset(head) - _HEAD_MEMBERS))
        if head.get("n") != self._position:
            yield f"it says {head.get('n')!r} statements, and there are {self._position}"
        if not is_whole(head.get("t")) or head["t"] < self._stored:
            yield "its last instant is before that of the last statement"
        if head.get("refs", True) is not True:
            yield "refs is not true"
        counted = {_sender(name): count for name, count in self._senders.items() if count}
        said: dict[str, Any] = head.get("senders", {})
        for name in sorted(said.keys() | counted.keys()):
            clock = said.get(name, {})
            found, wanted = clock.get("n"), counted.get(name, 0)
            # Of what was erased it is not known any more who had sent it.
            if not is_whole(found) or not wanted <= found <= wanted + self._erased:
                yield f"it says {found!r} statements of the sender {name[1:]}, and there are {wanted}"
            if clock and (set(clock) != {"t", "n"} or not is_whole(clock["t"]) or clock["t"] > head["t"]):
                yield f"what it says of the sender {name[1:]} is nothing that is written there"

    def _add(self, subject: str, what: str) -> None:
        self._findings.add(Kind.STATEMENT, self._organisation, subject, what)


def _batches(rows: Iterable[Document]) -> Iterator[list[Document]]:
    walker = iter(rows)
    while batch := list(islice(walker, _BATCH)):
        yield batch


def _sender(name: str) -> str:
    """Return how a log's head calls a credential: no dot, no dollar."""
    return "k" + quote(name, safe="").replace(".", "%2E")
