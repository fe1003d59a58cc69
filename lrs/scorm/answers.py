"""Answers to interactions: which of them are new, and what xAPI says of one.

Most interactions of a commit are those of the commit before. An interaction is known again by the digest of its JSON
alone, so that it is checked and written down once however often it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import orjson

from lrs.clock import Micros
from lrs.errors import InvalidRequest
from lrs.scorm import spans
from lrs.scorm.elements import Elements
from lrs.scorm.spans import Hundredths
from lrs.scorm.values import ID_MOST, TEXT_MOST, Edition, read_span
from lrs.statements.times import parse_timestamp

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
    """A learner's answer at one place, as xAPI has it. `declared_at` is as it was written, `at` where that is known."""

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


def digest_of(tree: Mapping[str, Any]) -> bytes:
    """Return what an interaction is known again by, whatever the order of its members."""
    return blake2b(orjson.dumps(tree, option=orjson.OPT_SORT_KEYS), digest_size=DIGEST_BYTES).digest()


def new_answers(cmi: Elements, edition: Edition, known: bytes) -> Iterator[Answer]:
    """Yield the answers that are not among `known`, the digests of all places end to end.

    What has no answer yet is passed over, once it is in order. What is wrong is noted in `cmi`.
    """
    for place, tree in cmi.rows("interactions"):
        digest = digest_of(tree)
        if known[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES] == digest:
            continue
        answer = _read(cmi.row("interactions", place, tree), edition, place, digest)
        if answer is not None:
            yield answer


def noted(known: bytes, answer: Answer) -> bytes:
    """Return the digests of all places with one more answer."""
    start = answer.place * DIGEST_BYTES
    padded = known.ljust(start + DIGEST_BYTES, b"\0")
    return padded[:start] + answer.digest + padded[start + DIGEST_BYTES :]


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
