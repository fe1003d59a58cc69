"""What the live feed takes from one statement of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson

from lrs.caller import CredentialId
from lrs.clock import Micros

if TYPE_CHECKING:
    from lrs.store.statements import StoredStatement

# A name is shown on one line; what a sender writes beyond that is still in the statement.
NAME_CHARACTERS: Final = 200
NAME_LANGUAGES: Final = 20


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One statement as the feed counts and shows it. `names` are language maps, as sent but bounded."""

    position: int
    statement_id: UUID
    stored: Micros
    timestamp: Micros
    credential: CredentialId
    duplicate: bool
    verb: str
    verb_names: Mapping[str, str] = field(default_factory=dict)
    activity: str | None = None
    activity_names: Mapping[str, str] = field(default_factory=dict)
    activity_type: str | None = None
    actor: str = ""
    voids: UUID | None = None
    is_erased: bool = False


def parse_entry(entry: StoredStatement) -> FeedEntry:
    """Read what the feed needs from one entry of the log.

    The bytes were validated when they came in; whatever is odd all the same reads as absent, for one
    strange statement must not hold up the feed of everybody.
    """
    try:
        statement = _object(orjson.loads(entry.body))
    except orjson.JSONDecodeError:
        statement = {}
    verb = _object(statement.get("verb"))
    target = _object(statement.get("object"))
    is_activity = target.get("objectType", "Activity") == "Activity"
    definition = _object(target.get("definition")) if is_activity else {}
    return FeedEntry(
        position=entry.position,
        statement_id=entry.statement_id,
        stored=entry.stored,
        timestamp=entry.timestamp,
        credential=entry.credential,
        duplicate=entry.duplicate_of is not None,
        verb=_text(verb.get("id")),
        verb_names=_names(verb.get("display")),
        activity=_text(target.get("id")) or None if is_activity else None,
        activity_names=_names(definition.get("name")),
        activity_type=_text(definition.get("type")) or None,
        actor=_agent_label(_object(statement.get("actor"))),
        voids=entry.reference if entry.is_voiding else None,
        is_erased=entry.is_erased,
    )


def _agent_label(agent: Mapping[str, Any]) -> str:
    """Return what to call an actor: its name, or else the part of its identifier that a person recognises."""
    account = _object(agent.get("account"))
    mail = _text(agent.get("mbox")).removeprefix("mailto:")
    return (
        _text(agent.get("name")).strip()
        or mail
        or _text(account.get("name"))
        or _text(agent.get("openid"))
        or _text(agent.get("mbox_sha1sum"))
    )[:NAME_CHARACTERS]


def _names(value: object) -> dict[str, str]:
    """Return a language map; tags that MongoDB could not take as field names are left out."""
    pairs = ((tag, _text(text).strip()) for tag, text in _object(value).items())
    fine = [(tag, text) for tag, text in pairs if text and tag.replace("-", "").isalnum() and len(tag) <= 35]  # noqa: PLR2004 - RFC 5646 4.4.1
    return {tag: text[:NAME_CHARACTERS] for tag, text in fine[:NAME_LANGUAGES]}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
