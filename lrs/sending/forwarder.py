"""Sends an organisation's statements on to another record store, in the order of its log, at least once each.

The place in the log moves only after an answer. A process that dies in between sends the same statements again, under
the same ids: to a record store that is nothing new. What the other side refuses is found by halving and put aside, with
the answer; the others go on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

import orjson

from lrs.clock import Micros
from lrs.errors import KeyUnreadable
from lrs.forwarding.answers import Judged, Meaning, judge_store
from lrs.forwarding.delays import delays_at
from lrs.forwarding.editions import written_for
from lrs.forwarding.halving import Halving
from lrs.forwarding.outlet import Outlet
from lrs.forwarding.sending import Sending, fitting
from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.outgoing.places import Refused
from lrs.sending.other_store import OtherStore, trouble_of
from lrs.sending.sign_in import Denied
from lrs.store.attachments import Attachments
from lrs.store.deliveries import Aside, Deliveries, Delivery, What
from lrs.store.outlets import OutletStore
from lrs.store.statements import StoredStatement

if TYPE_CHECKING:
    from lrs.services import Services

# Statements that are read at once, and of which one request has at most as many.
BATCH: Final = 250
# So many refused in a row, none taken in between: it is the address or the other side, not the statements.
REFUSED_MOST: Final = 50
# So many that the other side fails over, none taken in between: it fails by itself.
SUSPECTS_MOST: Final = 3


class Stop(Exception):
    """This outlet's turn is over: it rests or is paused, and that is written down."""


class Forwarder:
    """One turn after the other of one outlet; for one thread."""

    def __init__(self, services: Services, new_line: Callable[[], Line]) -> None:
        self._services = services
        self._other = OtherStore(services, new_line)
        self._keep: Callable[[], bool] = lambda: True
        self._failures = 0
        self._rows = OutletStore(services.store)
        self._deliveries = Deliveries(services.store)
        self._attachments = Attachments(services.store)

    def step(self, outlet: Outlet, keep: Callable[[], bool] = lambda: True) -> bool:
        """Send the next batch of the log, and dead letters that are replayed; say whether there is more at once.

        `outlet` is as its lease found it; `keep` renews that, and False ends the step. A rest, a pause and what was put
        aside are written down.
        """
        self._keep = keep
        self._failures = outlet.health.failures
        try:
            replayed = self._replay(outlet)
            return self._forward(outlet) or replayed
        except Stop:
            return False

    def test(self, outlet: Outlet) -> str:
        """Say whether the other side would take anything, `ok` or what is wrong; nothing is stored by it."""
        return self._other.test(outlet)

    def close(self) -> None:
        """End what is open."""
        self._other.close()

    # --- the log

    def _forward(self, outlet: Outlet) -> bool:
        entries = self._next(outlet)
        if not entries:
            return False
        sendings = [self._sending(outlet, entry) for entry in entries]
        self._settle(outlet, sendings)
        return len(entries) == BATCH

    def _next(self, outlet: Outlet) -> list[StoredStatement]:
        """Return the next entries up to the first gap: positions are dense, so a gap is a read gone wrong."""
        entries: list[StoredStatement] = []
        for entry in self._services.statements.after(outlet.organisation, outlet.stored, BATCH):
            if entry.position != outlet.position + len(entries):
                break
            entries.append(entry)
        return entries

    def _sending(self, outlet: Outlet, entry: StoredStatement) -> Sending:
        """Work out what of an entry goes."""
        place = (entry.statement_id, entry.position, entry.stored)
        if entry.is_erased:
            return Sending(*place)
        statement: dict[str, Any] = orjson.loads(entry.body)
        if not outlet.forward.wanted.wants(statement, entry.credential):
            return Sending(*place)
        written = written_for(outlet.forward.speaks, entry.body, statement)
        if written.problems:
            return Sending(*place, written.version, written.body, problem="other_version")
        return Sending(*place, written.version, written.body, entry.attachments)

    def _settle(self, outlet: Outlet, sendings: Sequence[Sending]) -> None:
        """Send, put aside or pass over statements, in order, each request as much as fits."""
        done, refused = 0, outlet.refused
        while done < len(sendings):
            first = sendings[done]
            if not first.body or first.problem:
                end = done + 1
                while end < len(sendings) and not sendings[end].body:
                    end += 1
                asides = [Aside(first.statement_id, None, first.problem, "")] if first.problem else []
                self._deliveries.put_aside(outlet.organisation, outlet.id, asides, self._now)
                self._advance(outlet, sendings, done, end, refused, is_taken=False)
                done = end
                continue
            end = fitting(sendings, done)
            refused = self._send(outlet, sendings, done, end, refused)
            done = end

    def _send(self, outlet: Outlet, sendings: Sequence[Sending], start: int, end: int, refused: int) -> int:
        """Send statements that fit one request; halve what is refused. Return how many were refused in a row.

        One over which the other side fails is put aside only once it has taken another: else it fails by itself.
        """
        places = [at for at in range(start, end) if sendings[at].body]
        search, suspects, reached = Halving(len(places)), list[Aside](), start
        is_worn = self._failures >= delays_at(self._now).failing_batch_tries
        while (turn := search.next) is not None:
            tried = [sendings[at] for at in places[turn[0] : turn[1]]]
            judged, answer = self._try(outlet, tried)
            if judged.meaning is Meaning.FAILED and not is_worn:
                self._rest(outlet, f"http_{answer.status}", None)
            is_taken = self._is_taken(outlet, judged, tried)
            if is_taken:
                search.taken()
                self._deliveries.count_sent(outlet.organisation, outlet.id, len(tried), self._now)
                refused = 0
            elif search.refused():
                suspects.append(Aside(tried[0].statement_id, answer.status, _word(judged, answer), _text(answer)))
                refused += 1
                self._check_refused(outlet, refused)
            else:
                continue
            if is_taken or judged.meaning is not Meaning.FAILED:
                self._deliveries.put_aside(outlet.organisation, outlet.id, suspects, self._now)
                suspects.clear()
                settled = places[search.settled] if search.settled < len(places) else end
                self._advance(outlet, sendings, reached, settled, refused, is_taken=is_taken)
                reached = settled
            elif len(suspects) >= SUSPECTS_MOST or search.next is None:
                self._rest(outlet, f"http_{answer.status}", None)
        return refused

    def _is_taken(self, outlet: Outlet, judged: Judged, tried: Sequence[Sending]) -> bool:
        if judged.meaning is Meaning.CONFLICT and len(tried) == 1:
            one = tried[0]
            return self._other.has_same(outlet, one.statement_id, one.version, one.body)
        return judged.meaning is Meaning.TAKEN

    def _check_refused(self, outlet: Outlet, refused: int) -> None:
        """Stop rather than put a whole log aside: the other side takes nothing."""
        if refused > REFUSED_MOST:
            self._pause(outlet, "all_refused")

    def _try(self, outlet: Outlet, sendings: Sequence[Sending]) -> tuple[Judged, Answer]:
        """Send, and return what the answer means where it is about these statements; else rest or pause."""
        if not self._keep():
            raise Stop
        version = sendings[0].version
        body = b"[" + b",".join(item.body for item in sendings) + b"]"
        hashes = [sha2 for item in sendings for sha2 in item.attachments]
        try:
            answer = self._other.post(outlet, version, body, tuple(self._attachments.find(outlet.organisation, hashes)))
        except Unanswered as failure:
            self._rest(outlet, failure.why, None)
        except (Refused, Denied, KeyUnreadable) as error:
            if isinstance(error, Denied) and error.passes:
                self._rest(outlet, error.reason, error.retry_after)
            self._pause(outlet, trouble_of(error))
        judged = judge_store(answer.status, answer.headers.get("retry-after"), self._now)
        if judged.meaning is Meaning.PAUSED:
            self._pause(outlet, judged.reason)
        if judged.meaning is Meaning.LATER:
            self._rest(outlet, f"http_{answer.status}", judged.retry_after)
        return judged, answer

    def _advance(
        self, outlet: Outlet, sendings: Sequence[Sending], start: int, end: int, refused: int, *, is_taken: bool
    ) -> None:
        """Move on past what is settled; Stop when somebody else has, for then they send the rest."""
        last = sendings[end - 1]
        success = self._now if is_taken else None
        moved = self._rows.advance(
            outlet, sendings[start].position, last.position + 1, last.stored, refused=refused, success=success
        )
        if not moved:
            raise Stop
        if is_taken:
            self._failures = 0

    # --- dead letters

    def _replay(self, outlet: Outlet) -> bool:
        """Send the dead letters that somebody wants to be sent again, each by itself."""
        waiting = self._deliveries.waiting(outlet.organisation, outlet.id, BATCH)
        due = [item for item in waiting if item.what is What.STATEMENT and (item.due or 0) <= self._now]
        if not due:
            return False
        ids = [item.statement_id for item in due if item.statement_id is not None]
        found = {item.statement_id: item for item in self._services.statements.entries(outlet.organisation, ids)}
        for letter in due:
            entry = found.get(letter.statement_id) if letter.statement_id else None
            if entry is None or entry.is_erased:
                self._deliveries.drop(outlet.organisation, outlet.id, letter.id)
                continue
            self._replay_one(outlet, letter, entry)
        return True

    def _replay_one(self, outlet: Outlet, letter: Delivery, entry: StoredStatement) -> None:
        statement: dict[str, Any] = orjson.loads(entry.body)
        # Whatever the filter says by now: somebody asked for this one.
        written = written_for(outlet.forward.speaks, entry.body, statement)
        organisation = outlet.organisation
        if written.problems:
            self._deliveries.failed(organisation, letter, None, "other_version", self._now, None)
            return
        place = (entry.statement_id, entry.position, entry.stored)
        sending = Sending(*place, written.version, written.body, entry.attachments)
        judged, answer = self._try(outlet, [sending])
        if self._is_taken(outlet, judged, [sending]):
            self._deliveries.delivered(organisation, letter, answer.status, self._now)
            self._rows.succeed(outlet, self._now)
            return
        error = _word(judged, answer)
        self._deliveries.failed(organisation, letter, answer.status, error, self._now, None, _text(answer))

    # --- resting

    @property
    def _now(self) -> Micros:
        return self._services.clock.now_micros()

    def _rest(self, outlet: Outlet, error: str, retry_after: int | None) -> NoReturn:
        """Write down when to try again, and end this turn."""
        now, failures = self._now, self._failures + 1
        delays = delays_at(now)
        pause = delays.next_try(delays.forward_pauses, failures, secrets.randbelow(1001) / 1000, retry_after)
        self._rows.fail(outlet, now, error, failures, Micros(now + pause))
        raise Stop

    def _pause(self, outlet: Outlet, reason: str) -> NoReturn:
        """Stop until somebody has mended something, and end this turn."""
        self._rows.stop(outlet, self._now, reason)
        raise Stop


def _word(judged: Judged, answer: Answer) -> str:
    return "other_statement" if judged.meaning is Meaning.CONFLICT else f"http_{answer.status}"


def _text(answer: Answer) -> str:
    return answer.body[:2_000].decode("utf-8", errors="replace")
