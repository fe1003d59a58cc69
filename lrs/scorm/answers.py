"""Answers to interactions: which of them are new, and what xAPI says of one.

Most interactions of a commit are those of the commit before. An interaction is known again by the digest of its JSON
alone, so that it is checked and written down once however often it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import msgspec
import orjson

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from lrs.scorm import spans
from lrs.scorm.elements import Elements
from lrs.scorm.spans import Hundredths
from lrs.scorm.values import ID_MOST, TEXT_MOST, Edition, read_span
from lrs.statements.times import parse_timestamp

_NAME: Final = "interactions"
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
# What a collection says of itself, and no learner does.
_ABOUT: Final = frozenset(("_version", "_children", "_count"))
DIGEST_BYTES: Final = 8
NOTHING: Final = bytes(DIGEST_BYTES)
_COMMON: Final = ("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")
_TYPES: Final = {Edition.V1_2: _COMMON, Edition.V2004: (*_COMMON, "long-fill-in", "other")}
_RESULTS: Final = {
    Edition.V1_2: ("correct", "wrong", "unanticipated", "neutral"),
    Edition.V2004: ("correct", "incorrect", "unanticipated", "neutral"),
}
_SUCCESS: Final = {"correct": True, "wrong": False, "incorrect": False}
_KNOWN: Final = {
    Edition.V1_2: frozenset((
        "id", "objectives", "time", "type", "correct_responses", "weighting", "student_response", "result", "latency",
    )),
    Edition.V2004: frozenset((
        "id", "objectives", "timestamp", "type", "correct_responses", "weighting", "learner_response", "result",
        "latency", "description",
    )),
}  # fmt: skip
_RESPONSE: Final = {Edition.V1_2: "student_response", Edition.V2004: "learner_response"}
RESPONSE_MOST: Final = 16_000
# A time of 2004 may end before its seconds, and say no zone: then nobody knows which instant it was.
_LOCAL: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}(?::\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?\Z", re.ASCII)
_YEARS: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?\Z", re.ASCII)
_TRUTH: Final = {"t": "true", "1": "true", "true": "true", "f": "false", "0": "false", "false": "false"}


class Answer(NamedTuple):
    """A learner's answer at one place, as xAPI has it.

    `declared_at` is as the content wrote it, `at` the instant that it is, if it is one. `digest` is of what it says,
    `written` of how.
    """

    place: int
    digest: bytes
    id: str
    kind: str
    patterns: tuple[str, ...]
    response: str
    success: bool | None
    result: str
    latency: Hundredths | None
    weighting: float | None
    description: str
    objectives: tuple[str, ...]
    declared_at: str
    at: Micros | None
    written: bytes = b""


def members_of(text: bytes) -> dict[str, bytes]:
    """Return the members of a JSON object, each still written as it came; raise MsgspecError for anything else."""
    return {name: bytes(member) for name, member in _OBJECT.decode(text).items()}


def parsed(text: bytes) -> Any:  # noqa: ANN401 - untrusted JSON
    """Read a part of a commit that was only looked over; raise InvalidRequest for what no JSON text can hold."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = "A text in this commit has half a character."
        raise InvalidRequest(message, [Problem("", message, "text in UTF-8")]) from error


def digest_of(tree: Mapping[str, Any]) -> bytes:
    """Return what an interaction is known again by, whatever the order of its members."""
    return blake2b(orjson.dumps(tree, option=orjson.OPT_SORT_KEYS), digest_size=DIGEST_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Known:
    """What was sent of each place, end to end: digests of the JSON as it was written, and whatever its order."""

    written: bytes = b""
    answers: bytes = b""

    def is_written(self, place: int, digest: bytes) -> bool:
        """Say whether this very text is known at a place."""
        return self.written[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES] == digest

    def at(self, place: int) -> bytes:
        """Return what was last sent of a place; `NOTHING` for none."""
        return self.answers[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES] or NOTHING

    def noted(self, answer: Answer) -> Known:
        """Return this with one more answer."""
        return Known(_set(self.written, answer.place, answer.written), _set(self.answers, answer.place, answer.digest))


NOTHING_KNOWN: Final = Known()


def new_answers(cmi: Elements, raw: bytes, edition: Edition, known: Known) -> Iterator[Answer]:
    """Yield the answers of the collection `raw` that are not known.

    What has no answer yet is passed over, once it is in order. What is wrong is noted in `cmi`. Only what was not
    written so before is taken out of its JSON.
    """
    for name, text in _rows(cmi, raw):
        place = cmi.place(_NAME, name)
        if place is None:
            return
        written = blake2b(text, digest_size=DIGEST_BYTES).digest()
        if known.is_written(place, written):
            continue
        tree = parsed(text)
        if not isinstance(tree, dict):
            cmi.refuse(_NAME, "This is no row of a collection.", "rows that are JSON objects")
            return
        digest = digest_of(tree)
        if digest == known.at(place):
            continue
        answer = _read(cmi.row(_NAME, place, tree), edition, place, digest)
        if answer is not None:
            yield answer._replace(written=written)


def _rows(cmi: Elements, raw: bytes) -> list[tuple[str, bytes]]:
    """Take a collection apart into its rows, each still written as it came."""
    if raw[:1] == b"[":
        return [(str(place), bytes(text)) for place, text in enumerate(_ARRAY.decode(raw))]
    if raw[:1] != b"{":
        if raw not in {b"", b"null", b'""'}:
            cmi.refuse(_NAME, "This is a collection.", 'a JSON object with members "0", "1", …')
        return []
    return [(name, text) for name, text in members_of(raw).items() if name not in _ABOUT and text != b"null"]


def _set(digests: bytes, place: int, digest: bytes) -> bytes:
    start = place * DIGEST_BYTES
    padded = digests.ljust(start + DIGEST_BYTES, b"\0")
    return padded[:start] + digest + padded[start + DIGEST_BYTES :]


def _read(row: Elements, edition: Edition, place: int, digest: bytes) -> Answer | None:
    row.only(_KNOWN[edition])
    name = row.text("id", ID_MOST).strip()
    kind = row.word("type", _TYPES[edition])
    response = row.text(_RESPONSE[edition], RESPONSE_MOST)
    result = _result(row, edition)
    latency = (
        read_span(row, "latency", spans.parse_timespan, spans.TIMESPAN)
        if edition is Edition.V1_2
        else read_span(row, "latency", spans.parse_interval, spans.INTERVAL)
    )
    weighting = row.number("weighting")
    declared_at, at = _time(row, edition)
    patterns = tuple(
        row.row("correct_responses", at_, tree).text("pattern", RESPONSE_MOST)
        for at_, tree in row.rows("correct_responses")
    )
    objectives = tuple(row.row("objectives", at_, tree).text("id", ID_MOST) for at_, tree in row.rows("objectives"))
    description = row.text("description", TEXT_MOST)
    is_answered = bool(response or result)
    if not name:
        if is_answered or kind:
            row.refuse("id", "An interaction has an id.", f"a text of at most {ID_MOST:,} characters")
        return None
    if not is_answered:
        return None
    written = [_translated(kind, edition, text) for text in (response, *patterns)]
    return Answer(
        place, digest, name, kind, tuple(text for text in written[1:] if text), written[0], _SUCCESS.get(result),
        result, latency, weighting, description, tuple(filter(None, objectives)), declared_at, at,
    )  # fmt: skip


def _result(row: Elements, edition: Edition) -> str:
    written = row.text("result", 100)
    if not written or written in _RESULTS[edition]:
        return written
    if not written.replace("-", "", 1).replace(".", "", 1).isdecimal():
        row.refuse("result", "This is no word of its vocabulary, and no number.", ", ".join(_RESULTS[edition]))
    return written


def _time(row: Elements, edition: Edition) -> tuple[str, Micros | None]:
    """Return when the content says that it was answered, and the instant that is, where it says enough for one."""
    name = "time" if edition is Edition.V1_2 else "timestamp"
    written = row.text(name, 100).strip()
    if not written:
        return "", None
    if edition is Edition.V1_2:
        if not spans.is_time(written):
            row.refuse(name, "This is no time of day.", spans.TIME)
        return written, None
    if _LOCAL.match(written) or _YEARS.match(written):
        return written, None
    try:
        return written, parse_timestamp(written)
    except InvalidRequest:
        row.refuse(name, "This is no time.", "an ISO 8601 time, as 2026-11-21T09:10:11+01:00")
        return "", None


def _translated(kind: str, edition: Edition, text: str) -> str:
    """Write a response, or a pattern of right ones, with xAPI's delimiters, which are those of 2004.

    >>> _translated("matching", Edition.V1_2, "1.a,2.b"), _translated("true-false", Edition.V1_2, "t")
    ('1[.]a[,]2[.]b', 'true')
    """
    if kind == "true-false":
        return _TRUTH.get(text.strip().lower(), text)
    if edition is Edition.V2004:
        return text
    if kind in {"choice", "sequencing"}:
        return text.strip("{}").replace(",", "[,]")
    if kind == "matching":
        return text.strip("{}").replace(".", "[.]").replace(",", "[,]")
    return text
