"""Stores one batch of an import: its requests as they were read, then without what is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from operator import attrgetter
from typing import Final

from assidu.transfer.entries import Entry
from assidu.transfer.posting import Applied, HerePoster, Poster, Sent, Ticket, unheard
from lrs.errors import AssiduError, Conflict, InvalidRequest, Problem, TooLarge

_OF_LINE: Final = re.compile(r"/(\d+)(/.*|)\Z", re.DOTALL)


@dataclass
class Storing:
    """One batch on its way into the store.

    Attributes:
        entries: Its lines. Those that turn out to be refused are given their problems.
        stored: How many of its statements are new.
        already: How many were stored before.
        applied: Done when the batch is in the log and the next may be committed; fails when that one must not be.
        noted: Done when whoever reads the file has written down what became of the batch; fails when it was lost.
    """

    entries: Sequence[Entry]
    strict: bool
    stored: int = 0
    already: int = 0
    applied: Future[None] = field(default_factory=Future)
    noted: Future[None] = field(default_factory=Future)
    _begun: dict[int, Ticket] = field(default_factory=dict)

    def begin(self, poster: Poster) -> None:
        """Have drafted what is tried first: the batch's requests without what is refused already."""
        for run in self._runs():
            good = self._good(run)
            if good:
                self._begun[good[0].line.number] = poster.begin(_sent(good))

    def run(self, here: HerePoster) -> None:
        """Store the batch without its refused lines; when strict, nothing after the first of those."""
        runs = self._runs()
        for run in runs:
            # When strict, whether the next batch may be stored at all is known at the end of this one.
            applied = self._apply if run is runs[-1] and not self.strict else unheard
            while good := self._good(run):
                # What was begun is the run as it was read: when it is refused, less of it is posted again.
                first = self._begun.pop(good[0].line.number, None)
                if self._post(good, here, first, applied):
                    break
            if self.strict and any(entry.problems for entry in run):
                break

    def end(self) -> None:
        """Let the next batch begin, if it has not, and be noted."""
        self._apply()
        self.noted.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Keep the next batch from being stored, if it is not on its way, and from being noted."""
        if not self.applied.done():
            self.applied.set_exception(error)
        self.noted.set_exception(error)

    def _apply(self) -> None:
        # A transaction that a failover took back is applied twice.
        if not self.applied.done():
            self.applied.set_result(None)

    def _runs(self) -> list[list[Entry]]:
        """Cut the batch into requests of one version each.

        When strict, in the order of the lines, for nothing after a refused one may be stored. Otherwise at most one
        for each version: senders of both take turns in a log, and a request for each turn would take hours.
        """
        in_order = self.entries if self.strict else sorted(self.entries, key=attrgetter("version"))
        return [list(run) for _, run in groupby(in_order, attrgetter("version"))]

    def _good(self, run: Sequence[Entry]) -> list[Entry]:
        """Return what can be stored: what is not refused, or when strict what stands before the first refusal."""
        if self.strict:
            return list(takewhile(lambda entry: not entry.problems, run))
        return [entry for entry in run if not entry.problems]

    def _post(
        self, good: Sequence[Entry], here: HerePoster, begun: Ticket | None = None, applied: Applied = unheard
    ) -> bool:
        """Post entries as one request; return False when some were refused, and are marked, and none was stored."""
        try:
            posted = begun.commit(applied) if begun is not None else here.post(_sent(good))
        except (InvalidRequest, Conflict, TooLarge) as refusal:
            if _blame(refusal, good):
                return False
            self._post_singly(good, here, refusal)
            return True
        self.stored += posted.stored
        self.already += posted.already
        return True

    def _post_singly(self, good: Sequence[Entry], here: HerePoster, refusal: AssiduError) -> None:
        """Find out which entries are to blame for a refusal that names none, and store the others."""
        if len(good) == 1:
            good[0].problems = refusal.problems or (Problem("", refusal.message),)
            return
        for entry in good:
            self._post([entry], here)
            if entry.problems and self.strict:
                return


def _sent(good: Sequence[Entry]) -> Sent:
    body = b"[" + b",".join(entry.raw for entry in good) + b"]"
    return Sent(good[0].version, body, tuple({part.sha2: part for entry in good for part in entry.parts}.values()))


def _blame(refusal: AssiduError, good: Sequence[Entry]) -> bool:
    """Give each problem to the entry that its pointer names; say whether any was named."""
    named = False
    for problem in refusal.problems:
        match = _OF_LINE.match(problem.pointer)
        if match is None or int(match[1]) >= len(good):
            continue
        entry = good[int(match[1])]
        entry.problems = (*entry.problems, replace(problem, pointer=match[2]))
        named = True
    return named
