"""Read a trace from an entry of the log."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol
from uuid import UUID

import orjson

from analytics.traces.member import Json, items, mapping, text
from analytics.traces.outcome import VERDICTS, is_video, progress_share, scaled_score, verdict, video_play
from analytics.traces.summary import interactions, period
from analytics.traces.trace import Answer, Mark, Role, Trace
from analytics.traces.vocabulary import questions, roles
from lrs.errors import InvalidRequest
from lrs.statements.keys import identifier_text
from lrs.statements.times import parse_duration_seconds

_CMI5: Final = "https://w3id.org/xapi/cmi5/"
_VIDEO: Final = "https://w3id.org/xapi/video/extensions/"
_CLASSROOM: Final = "https://w3id.org/xapi/virtual-classroom"
_CLASSROOM_WORD: Final = b"virtual-classroom"
_CLASS_ROLES: Final = (Role.JOINED, Role.LEFT)
_SESSIONS: Final = (_CMI5 + "context/extensions/sessionid", _VIDEO + "session-id")
_UNKNOWN: Final = (Role.OTHER, True)
_ATTEMPT: Final = "/attempt"
_PARTS: Final = ("/cmi.interaction", "/question", "/interaction")
# Long enough to tell responses apart; what somebody writes in whole sentences is theirs.
_RESPONSE_LETTERS: Final = 200
_MARKS: Final = (Role.ATTENDED, Role.ABSENT)
_SIGNATURE: Final = "e-signature"
_BADGE: Final = "badge-reader"


class Entry(Protocol):
    """What extraction reads of an entry of the log: `lrs.store.statements.StoredStatement` is one."""

    @property
    def statement_id(self) -> UUID: ...  # noqa: D102 - the fields are those of the log
    @property
    def stored(self) -> int: ...  # noqa: D102 - as above
    @property
    def timestamp(self) -> int: ...  # noqa: D102 - as above
    @property
    def body(self) -> bytes: ...  # noqa: D102 - as above
    @property
    def is_voiding(self) -> bool: ...  # noqa: D102 - as above
    @property
    def reference(self) -> UUID | None: ...  # noqa: D102 - as above
    @property
    def duplicate_of(self) -> UUID | None: ...  # noqa: D102 - as above


def extract_trace(entry: Entry) -> Trace:
    """Return what facts need of one entry of the log.

    The bytes were validated when they came in; whatever is odd all the same reads as absent, for one strange
    statement must not hold up a person's facts.
    """
    try:
        statement = mapping(orjson.loads(entry.body))
    except orjson.JSONDecodeError:
        statement = {}
    verb = text(mapping(statement.get("verb")).get("id"))
    role, is_act = roles().get(verb, _UNKNOWN)
    target = mapping(statement.get("object"))
    is_activity = target.get("objectType", "Activity") == "Activity"
    kind = text(mapping(target.get("definition")).get("type")) if is_activity else ""
    context = mapping(statement.get("context"))
    result = mapping(statement.get("result"))
    extensions = mapping(context.get("extensions"))
    iri = text(target.get("id")) if is_activity else ""
    groups = mapping(context.get("contextActivities"))
    around, attempt = _surroundings(groups)
    success, completion = verdict(role, result) if role in VERDICTS and not kind.endswith(_PARTS) else (None, None)
    score = mapping(result.get("score"))
    outcome = mapping(result.get("extensions"))
    return Trace(
        statement_id=entry.statement_id,
        # The driver's own kind of integer is not one that traces are kept with.
        stored=int(entry.stored),
        timestamp=int(entry.timestamp),
        role=role,
        agents=_agents(mapping(statement.get("actor"))),
        is_act=is_act,
        activity=iri,
        around=around,
        registration=_registration(context.get("registration")),
        platform=text(context.get("platform")),
        session=_session(extensions) if extensions else "",
        attempt=iri if kind.endswith(_ATTEMPT) else attempt,
        is_classroom=role in _CLASS_ROLES or _is_classroom(entry.body, groups),
        declared_seconds=_duration(result.get("duration")),
        scaled=scaled_score(score) if score else None,
        success=success,
        completion=completion,
        progress=progress_share(role, score, outcome),
        play=video_play(outcome, extensions) if is_video(outcome, extensions) else None,
        mark=_mark(role, result, extensions, statement.get("timestamp")) if role in _MARKS else None,
        voids=entry.reference if entry.is_voiding else None,
        is_duplicate=entry.duplicate_of is not None,
        answer=_answer(kind, result) if role is Role.ANSWERED and iri else None,
        interactions=interactions(extensions, outcome) if extensions or outcome else None,
        period=period(role, extensions),
        is_asking=role is Role.ASSISTED and verb in questions(),
    )


def _answer(kind: str, result: Json) -> Answer | None:
    """Return an answer to a question; what is called answered and is something else shows none.

    A definition may be left out (xAPI 1.0.3 Part Two 2.4.4.1): then the verb alone says so.
    """
    if kind and not kind.endswith(_PARTS):
        return None
    success = result.get("success")
    response = text(result.get("response"))[:_RESPONSE_LETTERS]
    return Answer(response, success if isinstance(success, bool) else None)


def _surroundings(groups: Json) -> tuple[tuple[str, ...], str]:
    """Return the parents and groupings, and the attempt among them if any."""
    around: list[str] = []
    attempt = ""
    for name in ("parent", "grouping"):
        if name not in groups:
            continue
        for item in items(groups[name]):
            iri = item.get("id")
            if not isinstance(iri, str):
                continue
            around.append(iri)
            definition = item.get("definition")
            if definition and not attempt and text(mapping(definition).get("type")).endswith(_ATTEMPT):
                attempt = iri
    return tuple(around), attempt


def _is_classroom(body: bytes, groups: Json) -> bool:
    # Looking for the word first spares nine statements in ten a look at their categories.
    if _CLASSROOM_WORD not in body:
        return False
    return any(item.get("id") == _CLASSROOM for item in items(groups.get("category")))


def _agents(actor: Json) -> tuple[str, ...]:
    own = _identifier(actor)
    if "member" not in actor:
        return (own,) if own else ()
    found = (own, *(_identifier(agent) for agent in items(actor["member"])))
    return tuple(name for name in found if name)


def _identifier(agent: Json) -> str | None:
    try:
        return identifier_text(agent)
    except (KeyError, TypeError):
        return None


def _session(extensions: Json) -> str:
    return text(extensions.get(_SESSIONS[0]) or extensions.get(_SESSIONS[1]))


def _mark(role: Role, result: Json, extensions: Json, timestamp: object) -> Mark:
    named = {iri.rpartition("/")[2]: value for iri, value in extensions.items() if "/ext/" in iri}
    half_day = text(named.get("half-day"))
    return Mark(
        half_day=half_day or text(timestamp)[:10],
        is_present=role is Role.ATTENDED and result.get("completion") is not False,
        seconds=_duration(result.get("duration")),
        is_justified=named.get("absence-justified") is True,
        is_signed=_is_signed(named.get("evidence")),
        status=text(named.get("attendance-status")),
        reason=text(named.get("absence-reason")),
        is_measured=any(item.get("type") == _BADGE and "left-at" in item for item in items(named.get("evidence"))),
    )


def _is_signed(evidence: object) -> bool:
    """Say whether there is evidence of a signature; of what says otherwise what it is, there is none."""
    return any(item.get("type", _SIGNATURE) == _SIGNATURE for item in items(evidence))


@lru_cache(maxsize=4096)
def _seconds(duration: str) -> float | None:
    try:
        return parse_duration_seconds(duration)
    except InvalidRequest:
        return None


def _duration(value: object) -> float | None:
    return _seconds(value) if isinstance(value, str) else None


def _registration(value: object) -> UUID | None:
    return _uuid(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
