"""Read a trace from an entry of the log."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

import orjson

from analytics.traces.segments import parse_segments
from analytics.traces.trace import Mark, Play, Role, Trace
from analytics.traces.vocabulary import roles
from lrs.errors import InvalidRequest
from lrs.statements.keys import identifier_text
from lrs.statements.times import parse_duration_seconds

_CMI5: Final = "https://w3id.org/xapi/cmi5/"
_VIDEO: Final = "https://w3id.org/xapi/video/extensions/"
_CLASSROOM: Final = "https://w3id.org/xapi/virtual-classroom"
_SESSIONS: Final = (_CMI5 + "context/extensions/sessionid", _VIDEO + "session-id")
_UNKNOWN: Final = (Role.OTHER, True)
_ATTEMPT: Final = "/attempt"
_PARTS: Final = ("/cmi.interaction", "/question", "/interaction")
_MARKS: Final = (Role.ATTENDED, Role.ABSENT)
_VERDICTS: Final = frozenset(
    (Role.CLOSED, Role.COMPLETED, Role.UNCOMPLETED, Role.PASSED, Role.FAILED, Role.SCORED, Role.WAIVED)
)
_Json = dict[str, Any]
_NONE: Final[_Json] = {}


class Entry(Protocol):
    """What extraction reads of an entry of the log: `lrs.store.statements.StoredStatement` is one."""

    @property
    def statement_id(self) -> UUID: ...  # noqa: D102 - the fields are those of the log
    @property
    def stored(self) -> int: ...  # noqa: D102
    @property
    def timestamp(self) -> int: ...  # noqa: D102
    @property
    def body(self) -> bytes: ...  # noqa: D102
    @property
    def is_voiding(self) -> bool: ...  # noqa: D102
    @property
    def reference(self) -> UUID | None: ...  # noqa: D102
    @property
    def duplicate_of(self) -> UUID | None: ...  # noqa: D102


def extract_trace(entry: Entry) -> Trace:
    """Return what facts need of one entry of the log.

    The bytes were validated when they came in; whatever is odd all the same reads as absent, for one strange
    statement must not hold up a person's facts.
    """
    try:
        statement = _object(orjson.loads(entry.body))
    except orjson.JSONDecodeError:
        statement = {}
    role, is_act = roles().get(_text(_object(statement.get("verb")).get("id")), _UNKNOWN)
    target = _object(statement.get("object"))
    is_activity = target.get("objectType", "Activity") == "Activity"
    kind = _text(_object(target.get("definition")).get("type")) if is_activity else ""
    context = _object(statement.get("context"))
    result = _object(statement.get("result"))
    extensions = _object(context.get("extensions"))
    iri = _text(target.get("id")) if is_activity else ""
    around, attempt, is_classroom = _surroundings(_object(context.get("contextActivities")))
    success, completion = (None, None) if kind.endswith(_PARTS) else _verdict(role, result)
    score = _object(result.get("score"))
    outcome = _object(result.get("extensions"))
    return Trace(
        statement_id=entry.statement_id,
        stored=entry.stored,
        timestamp=entry.timestamp,
        role=role,
        agents=_agents(_object(statement.get("actor"))),
        is_act=is_act,
        activity=iri,
        around=around,
        registration=_registration(context.get("registration")),
        platform=_text(context.get("platform")),
        session=_text(extensions.get(_SESSIONS[0]) or extensions.get(_SESSIONS[1])) if extensions else "",
        attempt=iri if kind.endswith(_ATTEMPT) else attempt,
        is_classroom=is_classroom or role in (Role.JOINED, Role.LEFT),
        declared_seconds=_duration(result.get("duration")),
        scaled=_scaled(score) if score else None,
        success=success,
        completion=completion,
        progress=_progress(role, score, outcome),
        play=_play(outcome, extensions) if _is_video(outcome, extensions) else None,
        mark=_mark(role, result, extensions, statement.get("timestamp")) if role in _MARKS else None,
        voids=entry.reference if entry.is_voiding else None,
        is_duplicate=entry.duplicate_of is not None,
    )


def _verdict(role: Role, result: _Json) -> tuple[bool | None, bool | None]:
    """Return success and completion as this statement decides them for the whole activity.

    A session that closes with `completion` false was only left early: nothing is taken back by that.
    """
    if role not in _VERDICTS:
        return None, None
    success, completion = result.get("success"), result.get("completion")
    if role is Role.UNCOMPLETED:
        return None, False
    if role is Role.WAIVED:
        return None, None
    if role is Role.COMPLETED:
        completion = completion is not False
    elif completion is not True:
        completion = None
    if role is Role.PASSED:
        success = True
    elif role is Role.FAILED:
        success = False
    return success if isinstance(success, bool) else None, completion


def _surroundings(groups: _Json) -> tuple[tuple[str, ...], str, bool]:
    """Return the parents and groupings, the attempt among them if any, and whether this is a virtual classroom."""
    around: list[str] = []
    attempt = ""
    for name in ("parent", "grouping"):
        for item in _items(groups.get(name)):
            iri = item.get("id")
            if isinstance(iri, str):
                around.append(iri)
                if not attempt and _text(_object(item.get("definition")).get("type")).endswith(_ATTEMPT):
                    attempt = iri
    is_classroom = any(item.get("id") == _CLASSROOM for item in _items(groups.get("category")))
    return tuple(around), attempt, is_classroom


def _agents(actor: _Json) -> tuple[str, ...]:
    found = (_identifier(agent) for agent in (actor, *_items(actor.get("member"))))
    return tuple(text for text in found if text)


def _identifier(agent: _Json) -> str | None:
    try:
        return identifier_text(agent)
    except (KeyError, TypeError):
        return None


def _scaled(score: _Json) -> float | None:
    """Return the score from -1 to 1, worked out from the raw one where need be."""
    scaled = _number(score.get("scaled"))
    if scaled is not None:
        return scaled
    raw, low, high = (_number(score.get(name)) for name in ("raw", "min", "max"))
    if raw is None or high is None or high <= (low or 0.0):
        return None
    return (raw - (low or 0.0)) / (high - (low or 0.0))


def _progress(role: Role, score: _Json, outcome: _Json) -> float | None:
    """Return how far, from 0 to 1: cmi5 counts in hundredths, video in ones, SCORM writes it as a score."""
    if outcome:
        hundredths = _number(outcome.get(_CMI5 + "result/extensions/progress"))
        if hundredths is not None:
            return hundredths / 100
        share = _number(outcome.get(_VIDEO + "progress"))
        if share is not None:
            return share
    return _number(score.get("scaled")) if role is Role.PROGRESSED else None


def _is_video(outcome: _Json, extensions: _Json) -> bool:
    return _VIDEO + "time" in outcome or _VIDEO + "played-segments" in outcome or _VIDEO + "length" in extensions


def _play(outcome: _Json, extensions: _Json) -> Play:
    speed = _text(extensions.get(_VIDEO + "speed")).rstrip("xX")
    try:
        pace = float(speed)
    except ValueError:
        pace = 1.0
    return Play(
        position=_number(outcome.get(_VIDEO + "time")),
        length=_number(extensions.get(_VIDEO + "length")),
        # A pace of nothing would play for ever, and one beyond any player is no pace.
        speed=pace if 0.1 <= pace <= 16 else 1.0,  # noqa: PLR2004 - what players offer
        segments=parse_segments(_text(outcome.get(_VIDEO + "played-segments"))),
    )


def _mark(role: Role, result: _Json, extensions: _Json, timestamp: object) -> Mark:
    named = {iri.rpartition("/")[2]: value for iri, value in extensions.items() if "/ext/" in iri}
    half_day = _text(named.get("half-day"))
    return Mark(
        half_day=half_day or _text(timestamp)[:10],
        is_present=role is Role.ATTENDED and result.get("completion") is not False,
        seconds=_duration(result.get("duration")),
        is_justified=named.get("absence-justified") is True,
        is_signed=bool(named.get("evidence")),
        status=_text(named.get("attendance-status")),
        reason=_text(named.get("absence-reason")),
    )


@lru_cache(maxsize=4096)
def _seconds(text: str) -> float | None:
    try:
        return parse_duration_seconds(text)
    except InvalidRequest:
        return None


def _duration(value: object) -> float | None:
    return _seconds(value) if isinstance(value, str) else None


def _registration(value: object) -> UUID | None:
    return _uuid(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _items(value: object) -> list[_Json]:
    """Return the objects of a list, or the one that stands for a list, as 1.0 wrote it."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def _object(value: object) -> _Json:
    return value if isinstance(value, dict) else _NONE


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
