"""From untrusted bytes to statements that still know the text they came in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import msgspec
import orjson

from lrs.errors import InvalidRequest, Problem, TooLarge

# No statement in the field nests deeper than twenty; the walks over a parsed statement recurse, and
# Python's own limit (1,000 frames) must stay far away.
DEEPEST: Final = 100
_RAW_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_NAME: Final = re.compile(rb'"\s*:')
_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r\n"
_JSON_RULE: Final = "RFC 8259"


@dataclass(frozen=True, slots=True)
class Text:
    """A JSON value of a request body: its exact text, and the same parsed.

    `base` is its JSON Pointer in the body: empty for a body that is one statement, `/0` … in a batch.
    """

    raw: bytes
    value: Any
    base: str


def parse_statements(body: bytes, *, statement_bytes: int) -> list[Text]:
    """Parse the body of a POST or PUT of statements: one object, or an array of them.

    Raises InvalidRequest that lists every element that is not JSON as RFC 8259 and xAPI take it
    (malformed, not UTF-8, NaN, the same name twice in one object, nested beyond `DEEPEST`), and
    TooLarge when a statement is over `statement_bytes`.
    """
    text = body.removeprefix(_BOM).strip(_SPACE)
    if not text:
        _refuse(Problem("", "The body is empty.", "a statement, or an array of statements", _JSON_RULE))
    pieces = [(text, "")]
    if text.startswith(b"["):
        pieces = [(bytes(raw).strip(_SPACE), f"/{at}") for at, raw in enumerate(_elements(text))]
    problems: list[Problem] = []
    texts: list[Text] = []
    for raw, base in pieces:
        if len(raw) > statement_bytes:
            message = (
                f"The statement at {base or '/'} is {len(raw):,} bytes long; at most {statement_bytes:,} are taken."
            )
            raise TooLarge(message, [Problem(base, message, f"at most {statement_bytes} bytes")])
        try:
            texts.append(Text(raw, parse_strictly(raw, base), base))
        except InvalidRequest as refusal:
            problems.extend(refusal.problems)
    if problems:
        _refuse(*problems)
    return texts


def parse_strictly(raw: bytes, base: str = "") -> Any:  # noqa: ANN401 - JSON is any value
    """Parse one JSON value, refusing what parsers usually let pass: duplicate names and deep nesting."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        _refuse(_malformed(raw, base, error))
    # No value is deeper than it has brackets: most need no walk to know that.
    if raw.count(b"{") + raw.count(b"[") > DEEPEST:
        _check_depth(value, base)
    names = _count_names(value)
    # A name is a string before a colon. Strings may hold `":` too, so the count in the text is never
    # too low: when it equals the number of distinct names, no name was lost to a duplicate.
    if len(_NAME.findall(raw)) != names:
        _refuse_duplicates(raw, base)
    return value


def parse_verbatim(raw: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Parse stored JSON so that `orjson.dumps` writes every number back as it was: 1.50, 2^70."""
    return json.loads(raw, parse_float=_verbatim, parse_int=_verbatim)


def _verbatim(number: str) -> orjson.Fragment:
    return orjson.Fragment(number)


def _elements(text: bytes) -> list[msgspec.Raw]:
    try:
        return _RAW_LIST.decode(text)
    except RecursionError as error:
        raise _refusal(_too_deep("")) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refusal(_why_no_array(text)) from error


def _why_no_array(text: bytes) -> Problem:
    # msgspec tells where in bytes, orjson in lines and columns: the sender's author reads lines.
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _malformed(text, "", error)
    return Problem("", "The body is not a JSON array.", "a statement, or an array of statements", _JSON_RULE)


def _malformed(raw: bytes, base: str, error: orjson.JSONDecodeError) -> Problem:
    if "depth limit" in error.msg or "ecursion" in error.msg:
        return _too_deep(base)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as encoding:
        return Problem(base, f"Byte {encoding.start} is not UTF-8.", "JSON in UTF-8", "XAPI-00015")
    reason = error.msg.split(": line")[0]
    where = f"line {error.lineno}, column {error.colno}"
    return Problem(base, f"This is not JSON: {reason} ({where}).", "one JSON value as RFC 8259 defines it", _JSON_RULE)


def _too_deep(base: str) -> Problem:
    return Problem(base, f"Objects and arrays nest deeper than {DEEPEST}.", f"at most {DEEPEST} levels")


def _count_names(value: Any) -> int:  # noqa: ANN401 - JSON is any value
    """Count the names of all objects in a parsed value."""
    names, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        if type(item) is dict:
            names += len(item)
            item = item.values()
        elif type(item) is not list:
            continue
        for child in item:
            kind = type(child)
            if kind is dict or kind is list:
                waiting.append(child)
    return names


def _check_depth(value: Any, base: str) -> None:  # noqa: ANN401 - JSON is any value
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    if any(isinstance(item, dict | list) for item in level):
        _refuse(_too_deep(base))


def _refuse_duplicates(raw: bytes, base: str) -> None:
    """Look again, exactly; return when the colon stood inside a string after all."""
    twice: list[str] = []

    def pairs(members: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in members:
            if name in seen:
                twice.append(name)
            seen.add(name)

    json.loads(raw, object_pairs_hook=pairs, parse_int=str)
    if twice:
        _refuse(
            *(
                Problem(
                    base,
                    f"The name {json.dumps(name)} stands twice in one object.",
                    "each name once",
                    "1.0.3 Part Two 2.2",
                )
                for name in dict.fromkeys(twice)
            )
        )


def _refuse(*problems: Problem) -> NoReturn:
    raise _refusal(*problems)


def _refusal(*problems: Problem) -> InvalidRequest:
    return InvalidRequest("The body is not JSON that can be stored.", problems)
