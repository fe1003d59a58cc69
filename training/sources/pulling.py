"""Statements of another record store, taken page by page; the position is kept once what is before it is durable.

Ids stay, so that nothing is stored twice whoever else sends it. `stored` and `authority` are ours, as the standard asks
of whoever receives (xAPI 1.0.3 Part Two 2.4.8, 2.4.9); the receipt says whose they were, how many, and from when on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from uuid import UUID

import orjson

from lrs.clock import Micros, to_text
from lrs.draft import draft
from lrs.errors import Conflict, InvalidRequest, Problem, TooLarge
from lrs.outgoing.line import Line
from lrs.sealed import SecretBox, Use
from lrs.services import Services
from lrs.statements.multipart import Part, attachment_hashes
from lrs.statements.times import parse_timestamp
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.attendance.mark import Author
from training.sources.receipt import Receipt, Taken
from training.sources.remote import ANSWER_MOST, TRIES, Page, PageGone, RemoteDenied, RemoteOdd, RemoteStore, Sleep
from training.sources.run import source_caller
from training.sources.schedules import Schedules
from training.sources.source import Refused, Remote, Source
from training.sources.store import Run, RunState, Sources

PURPOSE: Final = "source"
TIMEOUT_SECONDS: Final = 60.0
# Two statements may bear one `stored`, and a page may end between them: the next pull begins a little before, by as
# much as the other side's clock ticks. More would bring the same page again where many are stored at once.
_FINE: Final = re.compile(r"[.][0-9]{4,}")
_TICKS_MICROS: Final = {True: 1, False: 1_000}


@dataclass(slots=True)
class Pull:
    """One pull of one source; `pages` bounds it, None takes all there is.

    The other side is asked `tries` times. `keep` is asked between pages; with False the pull ends there, and the next
    goes on.
    """

    services: Services
    organisation: OrganisationId
    source_id: str
    by: Author
    pages: int | None = None
    sleep: Sleep = time.sleep
    tries: int = TRIES
    keep: Callable[[], bool] = lambda: True
    # Whether a statement that must not be left out (`Refused.STOP`) has ended it.
    is_refused: bool = field(default=False, init=False)
    # Whether the other side named another page than the last one that was taken.
    has_more: bool = field(default=False, init=False)

    def run(self) -> Run:
        """Take what is new at the other side, and return the receipt.

        Raises Conflict while another pull of the source is under way, InvalidRequest for what must be mended,
        Overloaded for what passes. What was stored stays, and the next pull goes on behind it.
        """
        found = self._pull(is_quiet=False)
        assert found is not None  # noqa: S101 - it is begun first
        return found

    def run_by_itself(self) -> Run | None:
        """Take what is new, as `run` does; None, and no receipt is left, where nothing was.

        Whoever comes again every few minutes would bury the receipts that say something.
        """
        return self._pull(is_quiet=True)

    def _pull(self, *, is_quiet: bool) -> Run | None:
        """Pull.

        1. Begin at the page where the last pull was cut off, else where it ended. 2. Store a page; its receipt is begun
        before. 3. Keep where it is, once what is before it is durable.
        """
        sources = Sources(self.services.store, self.services.clock, self.services.ids)
        source, store = self._open(sources)
        holder = str(self.services.ids.new_uuid())
        position = sources.take(self.organisation, source.id, holder)
        taken = Taken()
        receipt = Receipt(sources, self.organisation, source, self.by.text)
        if not is_quiet:
            receipt.begin()
        state = RunState.STOPPED
        try:
            # 1.
            page: Page | None = _begin(store, position, source)
            while page is not None:
                # 2.
                before, position = position, _after(page, position)
                if _is_further(position, before):
                    receipt.begin()
                self._take(source, page, taken)
                if taken.stored:
                    # Of the same instant as the last one that was taken.
                    receipt.begin()
                # 3.
                self.has_more = bool(page.more)
                if self.has_more and position == before:
                    _refuse_circle()
                sources.advance(self.organisation, source.id, holder, position)
                receipt.note(taken)
                page = self._next(store, page, taken, position)
            state = RunState.DONE
        finally:
            receipt.note(taken, state)
            sources.leave(self.organisation, source.id, holder)
            store.close()
        if not self.has_more:
            Schedules(self.services.store).succeeded(
                self.organisation, source.id, self.services.clock.now_micros(), taken.stored
            )
        return receipt.read()

    def look(self) -> dict[str, Any]:
        """Return what the next page would bring, and store nothing."""
        sources = Sources(self.services.store, self.services.clock, self.services.ids)
        source, store = self._open(sources)
        page = _begin(store, sources.position(self.organisation, source.id), source)
        taken = Taken(pages=1, total=len(page.statements))
        for text in page.statements:
            taken.see(text)
            try:
                self._draft(source, [text], page.parts)
            except (InvalidRequest, TooLarge) as error:
                taken.refuse(text, error)
        return {**taken.details(), "total": taken.total, "has_more": bool(page.more)}

    def _open(self, sources: Sources) -> tuple[Source, RemoteStore]:
        source = sources.get(self.organisation, self.source_id)
        if source.remote is None:
            message = "This source is of files: send one."
            raise Conflict(message)
        sealed = sources.secret(self.organisation, source.id)
        if sealed is None:
            message = "The secret for the other record store is not set."
            raise RemoteDenied(
                message, [Problem("/secret", message, "its password, or client secret")], "secret_missing"
            )
        secret = open_secret(self.services, self.organisation, source.id, sealed)
        line = Line(self.services.network, timeout_seconds=TIMEOUT_SECONDS, answer_bytes_most=ANSWER_MOST)
        made = RemoteStore(line, source.remote, secret, self.services.clock, sleep=self.sleep, tries=self.tries)
        return source, made

    def _next(self, store: RemoteStore, page: Page, taken: Taken, position: dict[str, Any]) -> Page | None:
        if not page.more or (self.pages is not None and taken.pages >= self.pages) or not self.keep():
            return None
        try:
            return store.next(page.more)
        except PageGone:
            return store.first(position["since"])

    def _take(self, source: Source, page: Page, taken: Taken) -> None:
        for text in page.statements:
            taken.see(text)
        taken.pages += 1
        taken.total += len(page.statements)
        self._store(source, page.statements, page.parts, taken)

    def _store(self, source: Source, texts: Sequence[bytes], parts: Sequence[Part], taken: Taken) -> None:
        """Store statements in one transaction; where one of them cannot be taken, halve until it stands alone."""
        if not texts:
            return
        known = self._known(texts)
        try:
            self._post(source, texts, parts)
        except (InvalidRequest, Conflict, TooLarge) as error:
            if len(texts) > 1:
                half = len(texts) // 2
                self._store(source, texts[:half], parts, taken)
                self._store(source, texts[half:], parts, taken)
                return
            taken.refuse(texts[0], error)
            if source.remote is not None and source.remote.refused is Refused.STOP:
                self.is_refused = True
                raise
            return
        taken.stored += len(texts) - known
        taken.already += known

    def _known(self, texts: Sequence[bytes]) -> int:
        """Return how many of these statements are stored already, by their ids."""
        named = (orjson.loads(text) for text in texts)
        ids = {_uuid(item["id"]) for item in named if isinstance(item, dict) and isinstance(item.get("id"), str)}
        return len(self.services.statements.entries(self.organisation, [name for name in ids if name is not None]))

    def _post(self, source: Source, texts: Sequence[bytes], parts: Sequence[Part]) -> None:
        caller, version = source_caller(self.organisation, source), Version(_remote(source).version)
        self.services.ingest.post(caller, version, _array(texts), _own(texts, parts))

    def _draft(self, source: Source, texts: Sequence[bytes], parts: Sequence[Part]) -> None:
        draft(
            source_caller(self.organisation, source), Version(_remote(source).version), _array(texts),
            _own(texts, parts), statement_bytes=self.services.limits.statement_bytes, ids=self.services.ids,
        )  # fmt: skip


def seal_secret(services: Services, organisation: OrganisationId, source_id: str, secret: str) -> bytes:
    """Return a secret as it is kept."""
    return SecretBox(services.secret_key, Use.OUTGOING).seal(organisation, PURPOSE, source_id, secret.encode())


def open_secret(services: Services, organisation: OrganisationId, source_id: str, sealed: bytes) -> str:
    """Return a secret that was kept; raises KeyUnreadable."""
    return SecretBox(services.secret_key, Use.OUTGOING).open(organisation, PURPOSE, source_id, sealed).decode()


def _remote(source: Source) -> Remote:
    assert source.remote is not None  # noqa: S101 - `_open` has looked
    return source.remote


def _begin(store: RemoteStore, position: dict[str, Any], source: Source) -> Page:
    """Return the page to go on with: the next one that was named, while the other side still knows it."""
    more, since = position.get("more", ""), position.get("since", "") or _remote(source).since
    if more:
        try:
            return store.next(more)
        except PageGone:
            pass
    return store.first(since)


def _is_further(position: dict[str, Any], before: dict[str, Any]) -> bool:
    return any(position.get(name, "") != before.get(name, "") for name in ("since", "more"))


def _after(page: Page, before: dict[str, Any]) -> dict[str, Any]:
    """Return the position behind a page: never beyond what the other side says is all there is by then."""
    since, last_stored = before.get("since", ""), _last_stored(page)
    instants = [at for text in (last_stored, page.through) if (at := _instant(text)) is not None]
    if last_stored and instants:
        since = max(since, to_text(Micros(min(instants) - _TICKS_MICROS[_FINE.search(last_stored) is not None])))
    return {"since": since, "more": page.more}


def _last_stored(page: Page) -> str:
    """Return what the last statement of a page says of when it was stored there."""
    for text in reversed(page.statements):
        statement = orjson.loads(text)
        if isinstance(statement, dict) and isinstance(statement.get("stored"), str):
            return str(statement["stored"])
    return ""


def _instant(text: str) -> int | None:
    try:
        return parse_timestamp(text) if text else None
    except InvalidRequest:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _refuse_circle() -> NoReturn:
    message = "The other record store names the same page again and again."
    raise RemoteOdd(message, [Problem("/remote/endpoint", message, "pages that go on")], "circle")


def _array(texts: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(texts) + b"]"


def _own(texts: Sequence[bytes], parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the attachments of these statements: a request takes no others."""
    if not parts:
        return ()
    wanted = {name for text in texts for name in attachment_hashes(orjson.loads(text))}
    return tuple({part.sha2: part for part in parts if part.sha2 in wanted}.values())
