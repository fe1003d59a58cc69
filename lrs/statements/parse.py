"""From untrusted bytes to statements that still know the text they came in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

import msgspec
import orjson

from lrs.errors import InvalidRequest, Problem, TooLarge
from lrs.statements.gist import Gist

# No statement in the field nests deeper than twenty; the walks over a parsed statement recurse, and
# Python's own limit (1,000 frames) must stay far away.
DEEPEST: Final = 100
_RAW_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_NAME: Final = re.compile(rb'"\s*:')
_NAME_END: Final = b'":'
_SPACED: Final = re.compile(rb'"\s+:')
_ESCAPED: Final = re.compile(rb"\\u00(?:22|3[aA])")
_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r\n"
_JSON_RULE: Final = "RFC 8259"


class Text:
    """A statement of a request body: its exact text, and the same parsed when somebody asks for that.

    `base` is its JSON Pointer in the body: empty for a body that is one statement, `/0` … in a batch. `gist` is there
    if the statement is known to be valid since it was read.
    """

    __slots__ = ("_value", "base", "gist", "raw")

    def __init__(self, raw: bytes, base: str, value: object = None, gist: Gist | None = None) -> None:
        self.raw = raw
        self.base = base
        self.gist = gist
        self._value = value

    @property
    def value(self) -> Any:  # noqa: ANN401 - JSON is any value
        """Return what the text says."""
        if self._value is None:
            # Null is no statement, and is parsed twice.
            self._value = orjson.loads(self.raw)
        return self._value


def parse_text(raw: bytes, base: str) -> Text:
    """Parse one statement of a body; nothing is known of it yet but that it is JSON."""
    return Text(raw, base, parse_strictly(raw, base))


def parse_statements(
    body: bytes, *, statement_bytes: int, parse: Callable[[bytes, str], Text] = parse_text
) -> list[Text]:
    """Parse the body of a POST or PUT of statements: one object, or an array of them, each by `parse`.

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
            texts.append(parse(raw, base))
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
    if _may_repeat_a_name(raw, value):
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


def _may_repeat_a_name(raw: bytes, value: Any) -> bool:  # noqa: ANN401 - JSON is any value
    r"""Say whether the text may hold a name that the parsed value lost; False is certain, True is not.

    Most senders write just what we would write: then nothing is lost, and there is nothing to count. Otherwise:
    a name is a string before a colon, and a string may hold `":` too, written as `\":`. The text written again from
    the value has each name and each such string once more, so equal counts mean that nothing was lost. Only white
    space before a colon upsets the count, and a quotation mark or a colon that is written as an escape of six.
    """
    written = orjson.dumps(value)
    if written == raw:
        return False
    if _ESCAPED.search(raw):
        return True
    names = len(_NAME.findall(raw)) if _SPACED.search(raw) else raw.count(_NAME_END)
    return names != written.count(_NAME_END)


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
