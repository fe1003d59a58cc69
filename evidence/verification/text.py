"""The text on the pages of a PDF, character after character, as its fonts say what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from evidence.verification.steps import NotHolding

PAGES_MOST: Final = 2_000
CHARACTERS_MOST: Final = 20_000_000
_DEPTH_MOST: Final = 16
_CODE_BYTES: Final = 2
_TOKEN: Final = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<<|>>|<[0-9A-Fa-f\s]*>|/[^\s()<>\[\]{}/%]*|[\[\]]|[^\s()<>\[\]{}/%]+",
    re.DOTALL,
)
_OPERANDS: Final = tuple(bytes((code,)) for code in b"(<>/[]+-.0123456789")
_SHOWING: Final = (b"Tj", b"TJ", b"'", b'"')
_ESCAPED: Final = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
_BLOCK: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")

# Which character, or several, each code of a font shows.
CharacterMap = Mapping[int, str]


def page_texts(reader: PdfFileReader) -> list[str]:
    """Return the text of each page without white space, nor what is repeated around it: heads, feet, page numbers.

    Raises NotHolding for what no document of ours has.
    """
    texts: list[str] = []
    fonts: dict[Any, CharacterMap] = {}
    for page in _pages(reader.root["/Pages"], 0):
        if len(texts) >= PAGES_MOST or sum(map(len, texts)) > CHARACTERS_MOST:
            raise NotHolding("Le document a bien plus de pages, ou de texte, qu’un document d’Assidu.")
        texts.append("".join("".join(_shown(page, fonts)).split()))
    return texts


def _pages(node: Any, depth: int) -> Iterator[generic.DictionaryObject]:  # noqa: ANN401 - the library's objects
    if depth > _DEPTH_MOST:
        raise NotHolding("Les pages du document sont rangées d’une façon qu’Assidu n’emploie pas.")
    if node["/Type"] == "/Page":
        yield node
        return
    for kid in node["/Kids"]:
        yield from _pages(kid.get_object() if isinstance(kid, generic.IndirectObject) else kid, depth + 1)


def _shown(page: generic.DictionaryObject, fonts: dict[Any, CharacterMap]) -> Iterator[str]:
    contents = page["/Contents"]
    streams = [contents] if isinstance(contents, generic.StreamObject) else [item.get_object() for item in contents]
    known: CharacterMap = {}
    # Which of the marked sequences around this place are artifacts: what belongs to a page, not to the document.
    marked: list[bool] = []
    before: list[bytes] = []
    for token in _tokens(b"\n".join(stream.data for stream in streams)):
        if token in (b"BMC", b"BDC"):
            marked.append(before[:1] == [b"/Artifact"])
        elif token == b"EMC" and marked:
            marked.pop()
        elif token == b"Tf":
            known = _font(page, before[0].decode(), fonts)
        elif token in _SHOWING and not any(marked):
            yield from (_read(item, known) for item in before if item[:1] in (b"<", b"(") and item[:2] != b"<<")
        elif token[:1] in _OPERANDS:
            before.append(token)
            continue
        before.clear()


def _tokens(data: bytes) -> Iterator[bytes]:
    """Cut a content stream (PDF 2.0, 7.8.2) into strings, names, numbers and operators."""
    for match in _TOKEN.finditer(data):
        if match[0] == b"BI":
            raise NotHolding("Le document a des images là où Assidu n’en met pas.")
        yield match[0]


def _font(page: generic.DictionaryObject, name: str, fonts: dict[Any, CharacterMap]) -> CharacterMap:
    resources = page["/Resources"]["/Font"]
    reference = resources.raw_get(name)
    key = (reference.idnum, reference.generation) if isinstance(reference, generic.IndirectObject) else name
    if key not in fonts:
        font = resources[name]
        fonts[key] = _character_map(font["/ToUnicode"].data) if "/ToUnicode" in font else {}
    return fonts[key]


def _read(string: bytes, known: CharacterMap) -> str:
    raw = bytes.fromhex(string[1:-1].decode()) if string[:1] == b"<" else _unescaped(string[1:-1])
    codes = (int.from_bytes(raw[at : at + _CODE_BYTES], "big") for at in range(0, len(raw), _CODE_BYTES))
    return "".join(known.get(code, "\ufffd") for code in codes)


def _unescaped(text: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        escaped = match[1]
        return bytes((int(escaped, 8) & 0xFF,)) if escaped[:1].isdigit() else _ESCAPES.get(escaped, escaped)

    return _ESCAPED.sub(one, text)


def _character_map(data: bytes) -> CharacterMap:
    """Read a ToUnicode map (PDF 2.0, 9.10.3): single codes and ranges of them."""
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(data):
        tokens = [
            (bytes.fromhex(match[1].decode()) if match[1] is not None else match[0]) for match in _HEX.finditer(body)
        ]
        found.update(_singles(tokens) if kind == b"bfchar" else _ranges(tokens))
    return found


def _singles(tokens: list[bytes]) -> Iterator[tuple[int, str]]:
    for code, text in zip(tokens[::2], tokens[1::2], strict=True):
        yield int.from_bytes(code, "big"), text.decode("utf-16-be")


def _ranges(tokens: list[bytes]) -> Iterator[tuple[int, str]]:
    walker = iter(tokens)
    for first in walker:
        start, end, target = int.from_bytes(first, "big"), int.from_bytes(next(walker), "big"), next(walker)
        if not 0 <= end - start < 1 << 16:
            raise ValueError("a range of codes that no font has")
        if target == b"[":
            for code in range(start, end + 1):
                yield code, next(walker).decode("utf-16-be")
            next(walker)
            continue
        head, last = target[:-_CODE_BYTES], int.from_bytes(target[-_CODE_BYTES:], "big")
        for code in range(start, end + 1):
            yield code, (head + (last + code - start).to_bytes(_CODE_BYTES, "big")).decode("utf-16-be")
