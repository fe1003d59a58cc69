"""Statements of another record store, taken page by page; the position is kept once what is before it is durable.

Ids stay, so that nothing is stored twice whoever else sends it. `stored` and `authority` are ours, as the standard asks
of whoever receives (xAPI 1.0.3 Part Two 2.4.8, 2.4.9); the receipt says whose they were, how many, and from when on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from uuid import UUID

import orjson

from lrs.caller import OrganisationId
from lrs.clock import Micros, to_text
from lrs.draft import draft
from lrs.errors import AssiduError, Conflict, InvalidRequest, Problem, TooLarge
from lrs.outgoing.line import Line
from lrs.sealed import SecretBox, Use
from lrs.services import Services
from lrs.statements.multipart import Part, attachment_hashes
from lrs.statements.times import parse_timestamp
from lrs.versions import Version
from training.attendance.mark import Author
from training.sources.remote import ANSWER_MOST, Page, PageGone, RemoteStore, Sleep
from training.sources.run import source_caller
from training.sources.source import Refused, Remote, Source
from training.sources.store import Run, RunState, Sources

PURPOSE: Final = "source"
TIMEOUT_SECONDS: Final = 60.0
# What a receipt names; the count is of all.
REFUSED_SHOWN: Final = 200
AUTHORITIES_SHOWN: Final = 50
# Two statements may bear one `stored`, and a page may end between them: the next pull begins a little before, by as
# much as the other side's clock ticks. More would bring the same page again where many are stored at once.
_FINE: Final = re.compile(r"[.][0-9]{4,}")
_TICKS_MICROS: Final = {True: 1, False: 1_000}


@dataclass(slots=True)
class Taken:
    """What a pull has taken so far, for its receipt."""

    pages: int = 0
    total: int = 0
    stored: int = 0
    already: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    refused_count: int = 0
    authorities: Counter[str] = field(default_factory=Counter)
    first_stored: str = ""
    last_stored: str = ""

    def details(self) -> dict[str, Any]:
        """Return what the receipt says beside its counts."""
        return {
            "pages": self.pages,
            "refused": self.refused[:REFUSED_SHOWN],
            "refused_count": self.refused_count,
            "authorities": [
                {"authority": orjson.loads(text), "statements": count}
                for text, count in self.authorities.most_common(AUTHORITIES_SHOWN)
            ],
            "first_stored": self.first_stored,
            "last_stored": self.last_stored,
        }

    def see(self, text: bytes) -> None:
        """Note where a statement comes from."""
        statement = orjson.loads(text)
        if not isinstance(statement, dict):
            return
        authority, stored = statement.get("authority"), statement.get("stored")
        self.authorities[orjson.dumps(authority, option=orjson.OPT_SORT_KEYS).decode()] += 1
        if isinstance(stored, str):
            self.first_stored = self.first_stored or stored
            self.last_stored = stored


@dataclass(slots=True)
class Pull:
    """One pull of one source; `pages` bounds it, None takes all there is."""

    services: Services
    organisation: OrganisationId
    source_id: str
    by: Author
    pages: int | None = None
    sleep: Sleep | None = None

    def run(self) -> Run:
        """Take what is new at the other side, and return the receipt.

        1. Begin at the page where the last pull was cut off, else where it ended. 2. Store a page. 3. Keep where it is.
        Cut off, the next pull goes on. Raises Conflict while another pull of the source is under way, InvalidRequest
        for what must be mended, Overloaded for what passes.
        """
        sources = Sources(self.services.store, self.services.clock, self.services.ids)
        source, store = self._open(sources)
        holder = str(self.services.ids.new_uuid())
        position = sources.take(self.organisation, source.id, holder)
        name = sources.begin(self.organisation, source, self.by.text, {})
        taken, state = Taken(), RunState.STOPPED
        try:
            # 1.
            page: Page | None = _begin(store, position, source)
            while page is not None:
                # 2.
                self._take(source, page, taken)
                # 3.
                before, position = position, _after(page, taken, position)
                if page.more and position == before:
                    _refuse_circle()
                sources.advance(self.organisation, source.id, holder, position)
                self._note(sources, source, name, taken)
                page = self._next(store, page, taken, position)
            state = RunState.DONE
        finally:
            self._note(sources, source, name, taken, state)
            sources.leave(self.organisation, source.id, holder)
        return sources.run(self.organisation, source.id, name)

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
                _refuse(taken, text, error)
        return {**taken.details(), "total": taken.total, "has_more": bool(page.more)}

    def _open(self, sources: Sources) -> tuple[Source, RemoteStore]:
        source = sources.get(self.organisation, self.source_id)
        if source.remote is None:
            message = "This source is of files: send one."
            raise Conflict(message)
        sealed = sources.secret(self.organisation, source.id)
        if sealed is None:
            message = "The secret for the other record store is not set."
            raise InvalidRequest(message, [Problem("/secret", message, "its password, or client secret")])
        secret = open_secret(self.services, self.organisation, source.id, sealed)
        line = Line(self.services.network, timeout_seconds=TIMEOUT_SECONDS, answer_bytes_most=ANSWER_MOST)
        if self.sleep is None:
            return source, RemoteStore(line, source.remote, secret)
        return source, RemoteStore(line, source.remote, secret, self.sleep)

    def _next(self, store: RemoteStore, page: Page, taken: Taken, position: dict[str, Any]) -> Page | None:
        if not page.more or (self.pages is not None and taken.pages >= self.pages):
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
            _refuse(taken, texts[0], error)
            if source.remote is not None and source.remote.refused is Refused.STOP:
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

    def _note(
        self, sources: Sources, source: Source, name: str, taken: Taken, state: RunState = RunState.RUNNING
    ) -> None:
        sources.note(
            self.organisation, source.id, name, state=state, total=taken.total, lines=taken.total, stored=taken.stored,
            already=taken.already, problems=taken.refused_count, details=taken.details(),
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


def _after(page: Page, taken: Taken, before: dict[str, Any]) -> dict[str, Any]:
    """Return the position behind a page: never beyond what the other side says is all there is by then."""
    since = before.get("since", "")
    instants = [at for text in (taken.last_stored, page.through) if (at := _instant(text)) is not None]
    if taken.last_stored and instants:
        since = max(since, to_text(Micros(min(instants) - _TICKS_MICROS[_FINE.search(taken.last_stored) is not None])))
    return {"since": since, "more": page.more}


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
    raise InvalidRequest(message, [Problem("/remote/endpoint", message, "pages that go on")])


def _array(texts: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(texts) + b"]"


def _own(texts: Sequence[bytes], parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the attachments of these statements: a request takes no others."""
    if not parts:
        return ()
    wanted = {name for text in texts for name in attachment_hashes(orjson.loads(text))}
    return tuple({part.sha2: part for part in parts if part.sha2 in wanted}.values())


def _refuse(taken: Taken, text: bytes, error: AssiduError) -> None:
    taken.refused_count += 1
    if len(taken.refused) < REFUSED_SHOWN:
        value = orjson.loads(text)
        name = value.get("id") if isinstance(value, dict) else None
        first = next((f"{problem.pointer}: {problem.message}" for problem in error.problems), "")
        taken.refused.append({"id": str(name or ""), "message": f"{error.message} {first}".strip()})
