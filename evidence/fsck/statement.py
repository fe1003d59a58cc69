"""One raw document of `statements`, held against its own bytes. Pure: nothing here asks the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from evidence.fsck.tree import HASH_BYTES, leaf_of
from lrs.errors import AssiduError
from lrs.statements.keys import extract_keys, key
from lrs.statements.multipart import attachment_hashes
from lrs.statements.times import parse_duration_seconds, parse_timestamp
from lrs.tenancy import OrganisationId

SALT_BYTES: Final = 16
_PREFIX_BYTES: Final = 4
_KEY_BYTES: Final = 20
# docs/architecture.md, "The stored form". A member that is not listed there is nothing that we wrote.
_ALWAYS: Final = frozenset(("_id", "o", "t", "n", "ts", "b", "q", "w", "k", "s", "l"))
_SOMETIMES: Final = frozenset(("ref", "via", "vd", "x", "e", "dup", "at", "su", "co", "sc", "du"))
# What stays of a statement whose bytes were erased (RGPD); how many statements there were, and their leaves.
_ERASED_ALWAYS: Final = frozenset(("_id", "o", "t", "n", "l"))
_INTEGERS: Final = ("o", "t", "n", "ts", "w")
# The role that a key plays is a pattern of bits laid over it (docs/design/0004).
_RELATED: Final = 0x2545F4914F6CDD1D
_INHERITED: Final = 0x1B8C5AC8E4E10F3B
_MICROSECOND: Final = 1_000_000


def is_whole(value: object) -> bool:
    """Say whether a value is an integer; the driver has a class of its own for large ones."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_erased(document: Mapping[str, Any]) -> bool:
    """Say whether a document is what an erasure leaves: neither bytes nor salt."""
    return "b" not in document and "s" not in document


def name_of(document: Mapping[str, Any]) -> str:
    """Name a statement for a person: its id, and its position where it has one."""
    raw = document.get("_id")
    is_key = isinstance(raw, bytes) and len(raw) == _KEY_BYTES
    which = str(uuid.UUID(bytes=raw[_PREFIX_BYTES:])) if is_key and isinstance(raw, bytes) else repr(raw)
    return f"{which} at position {document.get('n')!r}"


def leaf_problem(document: Mapping[str, Any]) -> str | None:
    """Say what is wrong with the leaf hash of a statement, None when it is that of salt and bytes."""
    salt, body, leaf = document.get("s"), document.get("b"), document.get("l")
    if not isinstance(leaf, bytes) or len(leaf) != HASH_BYTES:
        return "l is no SHA-256"
    if not isinstance(salt, bytes) or len(salt) != SALT_BYTES:
        return f"s is no salt of {SALT_BYTES} bytes"
    if not isinstance(body, bytes):
        return "b has no bytes"
    if leaf_of(salt, body) == leaf:
        return None
    return "l is not SHA-256(0x00 ‖ s ‖ b): the bytes, the salt or the leaf changed"


def problems_of(document: Mapping[str, Any]) -> list[str]:
    """List what does not hold within one statement's document.

    1. Its members are those that are written. 2. The leaf is that of salt and bytes. 3. Id, instants and authority are
    those in the bytes. 4. What it is found by, and what is asked of results, follows from the bytes.
    """
    # 1.
    names = frozenset(document)
    if is_erased(document):
        return [f"an erased statement still has {name}" for name in sorted(names - _ERASED_ALWAYS - {"er"})]
    found = [f"{name} is missing" for name in sorted(_ALWAYS - names)]
    found += [f"{name} is no member of a statement's record" for name in sorted(names - _ALWAYS - _SOMETIMES)]
    found += [f"{name} is no integer" for name in _INTEGERS if name in names and not is_whole(document[name])]
    if found:
        return found
    # 2.
    leaf = leaf_problem(document)
    if leaf is not None:
        return [leaf]
    # 3. and 4.
    try:
        value = orjson.loads(document["b"])
        return [*_own(document, value), *_derived(document, value)]
    except (AssiduError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return [f"b is no statement as this store writes them ({type(error).__name__})"]


def _own(document: Mapping[str, Any], value: Mapping[str, Any]) -> Iterator[str]:
    identifier, organisation = document["_id"], document["o"]
    if not isinstance(identifier, bytes) or len(identifier) != _KEY_BYTES:
        yield "_id is not organisation and statement id"
    elif int.from_bytes(identifier[:_PREFIX_BYTES], "big") != organisation:
        yield "_id begins with another organisation than o"
    elif uuid.UUID(value["id"]).bytes != identifier[_PREFIX_BYTES:]:
        yield "_id is not the id in the bytes"
    if value["stored"] != instant_text(document["t"]):
        yield "t is not the stored in the bytes"
    if parse_timestamp(value["timestamp"]) != document["ts"]:
        yield "ts is not the timestamp in the bytes"
    if not isinstance(document["k"], str):
        yield "k is no credential"


def _derived(document: Mapping[str, Any], value: Mapping[str, Any]) -> Iterator[str]:
    organisation = OrganisationId(document["o"])
    authority = value["authority"]
    keys = extract_keys(organisation, value, authority)
    agent = authority["member"][0] if "member" in authority else authority
    writer = extract_keys(organisation, {"actor": agent, "verb": {"id": ""}, "object": agent}, agent).agents
    if document["w"] not in writer:
        yield "w is not the key of the authority in the bytes"
    expected: dict[str, Any] = {
        "ref": None if keys.reference is None else keys.reference.bytes,
        "vd": True if keys.is_voiding else None,
        "at": (attachment_hashes(dict(value)) or None) if _has_attachments(value) else None,
        **_result(value),
    }
    for name, wanted in expected.items():
        found = document.get(name)
        if found != wanted or isinstance(found, bool) is not isinstance(wanted, bool):
            yield f"{name} is not what follows from the bytes"
    if "x" in document and document["x"] is not True:
        yield "x is not true"
    wanted_entries = _entries(organisation, keys) + _marks(organisation, document)
    via = document.get("via", [])
    wanted_entries += sorted({number ^ _INHERITED for inherited in via for number in inherited["q"]})
    if sorted(document["q"]) != sorted(wanted_entries):
        yield "q is not what the bytes let it be found by"


def _has_attachments(value: Mapping[str, Any]) -> bool:
    return "attachments" in value or "attachments" in value["object"]


def _result(value: Mapping[str, Any]) -> dict[str, Any]:
    result: Mapping[str, Any] = value.get("result") or {}
    scaled, duration = result.get("score", {}).get("scaled"), result.get("duration")
    return {
        "su": result.get("success"),
        "co": result.get("completion"),
        "sc": None if scaled is None else float(scaled),
        "du": None if duration is None else parse_duration_seconds(duration),
    }


def _entries(organisation: OrganisationId, keys: Any) -> list[int]:  # noqa: ANN401 - lrs.statements.keys.Keys
    found = [keys.verb, *keys.agents, *keys.activities]
    found += [number ^ _RELATED for number in (*keys.related_agents, *keys.related_activities)]
    if keys.registration is not None:
        found.append(key(organisation, "registration", keys.registration.hex))
    if keys.reference is not None:
        found.append(key(organisation, "target", keys.reference.hex))
    return found


def _marks(organisation: OrganisationId, document: Mapping[str, Any]) -> list[int]:
    """Return the entries for content that was sent without id: the digest's of the first, a mark of the later ones."""
    found = [key(organisation, "content", document["e"].hex())] if "e" in document else []
    return [*found, key(organisation, "mark", "duplicate")] if "dup" in document else found


def own_entries(document: Mapping[str, Any]) -> list[int]:
    """Return what a record is found by without what it inherited."""
    through = {number ^ _INHERITED for inherited in document.get("via", ()) for number in inherited["q"]}
    return [number for number in document["q"] if number not in through]


def instant_text(micros: int) -> str:
    """Write an instant as `stored` is written in a statement's bytes."""
    seconds, rest = divmod(micros, _MICROSECOND)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"
