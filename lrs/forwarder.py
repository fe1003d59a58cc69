"""Sends an organisation's statements on to another record store, in the order of its log, at least once each.

The place in the log moves only after an answer. A process that dies in between sends the same statements again, under
the same ids: to a record store that is nothing new. What the other side refuses is found by halving and put aside, with
the answer; the others go on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import urlencode
from uuid import UUID

import orjson

from lrs.clock import Micros
from lrs.errors import KeyUnreadable
from lrs.forwarding.answers import Judged, Meaning, judge_store
from lrs.forwarding.delays import delays_at
from lrs.forwarding.editions import written_for
from lrs.forwarding.halving import Halving
from lrs.forwarding.outlet import Outlet
from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.outgoing.places import Refused
from lrs.outlets import Outlets
from lrs.sign_in import Denied, SigningIn
from lrs.statements.equality import is_same_statement
from lrs.statements.multipart import Part, write_multipart
from lrs.store.attachments import Attachments
from lrs.store.deliveries import Aside, Deliveries, Delivery, What
from lrs.store.outlets import OutletStore
from lrs.store.statements import StoredStatement
from lrs.versions import Version

if TYPE_CHECKING:
    from lrs.services import Services

# Statements that are read at once, and of which one request has at most as many and about as many bytes.
BATCH: Final = 250
BATCH_BYTES: Final = 4 * 1024 * 1024
_FINE: Final = range(200, 300)
# So many refused in a row, none taken in between: it is the address or the other side, not the statements.
REFUSED_MOST: Final = 50
# So many that the other side fails over, none taken in between: it fails by itself.
SUSPECTS_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Sending:
    """One statement as it is to be sent, or why it cannot be. Without `body`, nothing of it goes: it is not wanted."""

    statement_id: UUID
    position: int
    stored: Micros
    version: Version = Version.V1_0_3
    body: bytes = b""
    attachments: tuple[str, ...] = ()
    problem: str = ""


class Stop(Exception):
    """This outlet's turn is over: it rests or is paused, and that is written down."""


class Forwarder:
    """One turn after the other of one outlet; for one thread."""

    def __init__(self, services: Services, new_line: Callable[[], Line]) -> None:
        self._services = services
        self._line, tokens = new_line(), new_line()
        self._failures = 0
        self._rows = OutletStore(services.store)
        self._deliveries = Deliveries(services.store)
        self._attachments = Attachments(services.store)
        self._signing_in = SigningIn(Outlets(services), services.clock, tokens)

    def step(self, outlet: Outlet) -> bool:
        """Send the next batch of the log, and dead letters that are replayed; say whether there is more at once.

        `outlet` is as its lease found it. A rest, a pause and what was put aside are written down.
        """
        self._failures = outlet.health.failures
        try:
            replayed = self._replay(outlet)
            return self._forward(outlet) or replayed
        except Stop:
            return False

    def test(self, outlet: Outlet) -> str:
        """Ask what the other side speaks, then have it take no statement at all; return `ok` or what is wrong.

        The second shows whether we may write; nothing is stored by it.
        """
        base = outlet.settings.url.rstrip("/")
        try:
            about = self._line.ask("GET", f"{base}/about", _version(Version.V1_0_3))
            answer = about if about.status not in _FINE else self._post(outlet, Version.V1_0_3, b"[]", ())
        except (Unanswered, Refused, Denied, KeyUnreadable) as error:
            return _trouble(error)
        judged = judge_store(answer.status, None, self._now)
        # Some refuse an empty list as such: they have let us in before they looked.
        if answer is not about and judged.meaning in (Meaning.TAKEN, Meaning.REFUSED, Meaning.CONFLICT):
            return "ok"
        return judged.reason or f"http_{answer.status}"

    def close(self) -> None:
        """End what is open."""
        self._line.close()

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
            end = _fitting(sendings, done)
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
            return self._has_same(outlet, tried[0])
        return judged.meaning is Meaning.TAKEN

    def _check_refused(self, outlet: Outlet, refused: int) -> None:
        """Stop rather than put a whole log aside: the other side takes nothing."""
        if refused > REFUSED_MOST:
            self._pause(outlet, "all_refused")

    def _try(self, outlet: Outlet, sendings: Sequence[Sending]) -> tuple[Judged, Answer]:
        """Send, and return what the answer means where it is about these statements; else rest or pause."""
        version = sendings[0].version
        body = b"[" + b",".join(item.body for item in sendings) + b"]"
        hashes = [sha2 for item in sendings for sha2 in item.attachments]
        try:
            answer = self._post(outlet, version, body, tuple(self._attachments.find(outlet.organisation, hashes)))
        except Unanswered as failure:
            self._rest(outlet, failure.why, None)
        except (Refused, Denied, KeyUnreadable) as error:
            if isinstance(error, Denied) and error.passes:
                self._rest(outlet, error.reason, error.retry_after)
            self._pause(outlet, _trouble(error))
        judged = judge_store(answer.status, answer.headers.get("retry-after"), self._now)
        if judged.meaning is Meaning.PAUSED:
            self._pause(outlet, judged.reason)
        if judged.meaning is Meaning.LATER:
            self._rest(outlet, f"http_{answer.status}", judged.retry_after)
        return judged, answer

    def _has_same(self, outlet: Outlet, sending: Sending) -> bool:
        """Say whether the other side has this very statement under its id, voided or not."""
        for name in ("statementId", "voidedStatementId"):
            query = urlencode({name: str(sending.statement_id), "attachments": "false"})
            url = f"{outlet.settings.url.rstrip('/')}/statements?{query}"
            try:
                answer = self._ask(outlet, "GET", url, _version(sending.version), None)
            except (Unanswered, Refused, Denied, KeyUnreadable):
                return False
            if answer.status in _FINE:
                return _is_same(sending.body, answer.body)
        return False

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

    # --- asking

    def _post(self, outlet: Outlet, version: Version, body: bytes, parts: Sequence[Part]) -> Answer:
        headers = {**_version(version), "Content-Type": "application/json"}
        if parts:
            boundary = f"assidu-{secrets.token_hex(16)}"
            headers["Content-Type"] = f"multipart/mixed; boundary={boundary}"
            body = b"".join(write_multipart(body, parts, boundary))
        return self._ask(outlet, "POST", f"{outlet.settings.url.rstrip('/')}/statements", headers, body)

    def _ask(self, outlet: Outlet, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Answer:
        """Ask as whoever we are there; a bearer token that is over is asked for again, once."""
        signed = self._signing_in.headers(outlet)
        answer = self._line.ask(method, url, {**headers, **signed}, body)
        if answer.status == 401 and self._signing_in.forget(outlet):  # noqa: PLR2004 - Unauthorized
            answer = self._line.ask(method, url, {**headers, **self._signing_in.headers(outlet)}, body)
        return answer

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


def _fitting(sendings: Sequence[Sending], start: int) -> int:
    """Return the end of what fits one request from `start` on: of one version, so many bytes, one with attachments.

    What is not wanted may stand between.
    """
    size, attached, version = 0, 0, sendings[start].version
    for at in range(start, len(sendings)):
        item = sendings[at]
        if not item.body:
            continue
        size += len(item.body)
        attached += bool(item.attachments)
        if item.problem or item.version is not version or (at > start and (size > BATCH_BYTES or attached > 1)):
            return at
    return len(sendings)


def _version(version: Version) -> dict[str, str]:
    return {"X-Experience-API-Version": version.value, "User-Agent": "Assidu", "Accept": "application/json"}


def _trouble(error: Exception) -> str:
    """Return in a word why nothing was asked."""
    if isinstance(error, Unanswered):
        return error.why
    if isinstance(error, Denied):
        return error.reason
    return "not_allowed" if isinstance(error, Refused) else "secret_unreadable"


def _is_same(ours: bytes, theirs: bytes) -> bool:
    try:
        return is_same_statement(ours, theirs)
    except Exception:  # noqa: BLE001 - what another record store calls a statement may be anything
        return False


def _word(judged: Judged, answer: Answer) -> str:
    return "other_statement" if judged.meaning is Meaning.CONFLICT else f"http_{answer.status}"


def _text(answer: Answer) -> str:
    return answer.body[:2_000].decode("utf-8", errors="replace")
