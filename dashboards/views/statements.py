"""The statements that a figure is made of: only those that facts of an enrolment within the scope rest on.

A statement is asked for through the enrolment whose facts carry its id: an id alone opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import orjson

from dashboards.views.lens import Lens
from dashboards.views.statements_asked import Asked, ids_of
from dashboards.views.statements_text import named
from lrs.caller import CredentialId
from lrs.clock import Micros
from lrs.errors import InvalidRequest, LedgerBroken, NotFound, Problem, ProofFailure
from lrs.ledger import verify_inclusion
from lrs.ledger_reading import Ledger, SealedHead

# One read by id for each page of so many.
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Sealing:
    """Where a statement stands in the sealed log: at `position` of the tree of `head_size`, under head `head_number`.

    None of both while no published head covers it. `is_proved` is None where nobody checked: lists do not.
    """

    position: int
    head_number: int | None = None
    head_size: int | None = None
    signed_at: Micros | None = None
    is_proved: bool | None = None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One statement in a list. Of an erased one only id, `stored` and the place in the log are left.

    `verb_names` and `object_names` are by language tag, as sent; `scaled` and the rest are its result.
    """

    statement_id: UUID
    stored: Micros
    sender: str
    sealing: Sealing
    timestamp: Micros | None = None
    verb: str = ""
    verb_names: dict[str, str] = field(default_factory=dict)
    object: str = ""
    object_names: dict[str, str] = field(default_factory=dict)
    success: bool | None = None
    completion: bool | None = None
    scaled: float | None = None
    duration: str | None = None
    is_voided: bool = False
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One page of the statements asked for, by day and then in the order of the facts; `number` counts from 1."""

    asked: Asked
    person: str
    session: str
    total: int
    number: int
    lines: tuple[StatementLine, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class StatementSource:
    """One statement whole: `text` is what GET gives back, byte for byte, empty once it was erased."""

    line: StatementLine
    text: str


def statements_of(lens: Lens, asked: Asked, number: int = 1) -> StatementPage:
    """Return a page of the statements that facts of an enrolment rest on.

    Raises NotFound for an enrolment outside the scope and for a page that there is not.
    """
    enrolment = lens.enrolment(asked.enrolment_id)
    ids = _wanted(lens, asked)
    session = lens.records.sessions.get(enrolment.session_id)
    programme = lens.records.programme_of(enrolment.session_id)
    page = StatementPage(
        asked=asked,
        person=_name(lens, enrolment.person_id),
        session=(session.title if session else "") or (programme.title if programme else "") or enrolment.session_id,
        total=len(ids),
        number=number,
        lines=_lines(lens, ids[(number - 1) * PAGE : number * PAGE]) if number > 0 else (),
    )
    if not 1 <= number <= page.pages:
        message = "There is no such page of these statements."
        raise NotFound(message)
    return page


def statement_of(lens: Lens, enrolment_id: str, statement_id: str) -> StatementSource:
    """Return one statement that facts of an enrolment rest on, with its inclusion proof checked; raises NotFound."""
    wanted = _parse_id(statement_id)
    if wanted not in set(_wanted(lens, Asked(enrolment_id))):
        message = "There is no statement of this id among those of this enrolment."
        raise NotFound(message)
    organisation, ledger = lens.viewer.organisation, Ledger(lens.services.store)
    (line,) = _lines(lens, [wanted]) or (None,)
    entries = ledger.entries(organisation, [wanted])
    if line is None or not entries:
        message = "There is no statement of this id."
        raise NotFound(message)
    entry, head = entries[0], ledger.head(organisation)
    text = "" if entry.body is None else entry.body.decode("utf-8", "replace")
    sealing = _sealing(entry.position, head)
    if head is not None and sealing.head_number is not None:
        is_proved = _proves(lens, ledger, head, entry.position, entry.leaf)
        sealing = Sealing(entry.position, head.number, head.size, head.signed_at, is_proved)
    return StatementSource(replace(line, sealing=sealing), text)


def _proves(lens: Lens, ledger: Ledger, head: SealedHead, position: int, leaf: bytes) -> bool:
    """Say whether the tree of a head includes a leaf at a position."""
    try:
        (proof,) = ledger.inclusions(lens.viewer.organisation, [position], head.size)
        verify_inclusion(leaf, proof, head.root)
    except (ProofFailure, LedgerBroken):
        return False
    return True


def _wanted(lens: Lens, asked: Asked) -> list[UUID]:
    return ids_of(lens.enrolment_part(asked.enrolment_id, asked.as_of), asked, is_whole=lens.scope.is_whole)


def _lines(lens: Lens, ids: list[UUID]) -> tuple[StatementLine, ...]:
    """Return statements in the order of their ids; unknown ones are left out."""
    if not ids:
        return ()
    organisation, services = lens.viewer.organisation, lens.services
    head = Ledger(services.store).head(organisation)
    senders = {item.key: item.settings.label or str(item.key) for item in services.credentials.all(organisation)}
    found = {}
    for entry in services.statements.entries(organisation, ids):
        said = {} if entry.is_erased else _said(entry.body)
        found[entry.statement_id] = StatementLine(
            statement_id=entry.statement_id,
            stored=entry.stored,
            sender=_sender(senders, entry.credential),
            sealing=_sealing(entry.position, head),
            timestamp=None if entry.is_erased else entry.timestamp,
            is_voided=entry.is_voided,
            is_erased=entry.is_erased,
            **said,
        )
    return tuple(found[item] for item in ids if item in found)


def _sender(senders: dict[CredentialId, str], key: CredentialId) -> str:
    return senders.get(key, str(key))


def _sealing(position: int, head: SealedHead | None) -> Sealing:
    if head is None or position >= head.size:
        return Sealing(position)
    return Sealing(position, head.number, head.size, head.signed_at)


def _said(body: bytes) -> dict[str, Any]:
    """Return what a statement says, as far as a list shows it; it was valid when it was stored."""
    value = orjson.loads(body)
    verb, target, result = value["verb"], value["object"], value.get("result") or {}
    definition = target.get("definition") or {}
    account = (target.get("account") or {}).get("name", "")
    return {
        "verb": verb["id"],
        "verb_names": dict(verb.get("display") or {}),
        "object": str(target.get("id") or target.get("mbox") or account),
        "object_names": named(definition),
        "success": result.get("success"),
        "completion": result.get("completion"),
        "scaled": (result.get("score") or {}).get("scaled"),
        "duration": result.get("duration"),
    }


def _name(lens: Lens, person_id: str) -> str:
    person = lens.person(person_id)
    return person.name or person.id


def _parse_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        message = "This is not the id of a statement."
        raise InvalidRequest(message, [Problem("/statement_id", message, "a UUID")]) from error
