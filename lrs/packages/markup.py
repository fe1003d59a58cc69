"""XML that somebody uploads, as a tree with line numbers: no document type, no entities, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from lrs.errors import InvalidRequest, Problem

_SEPARATOR: Final = "\x1f"
_DEPTH_MOST: Final = 64
_ELEMENTS_MOST: Final = 200_000


@dataclass(slots=True)
class Element:
    """One element. `name` is without its namespace; attributes are under their plain names too."""

    namespace: str
    name: str
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, *names: str) -> Iterator[Element]:
        """Yield the children of these names, whatever their namespace."""
        return (child for child in self.children if child.name in names)

    def one(self, *path: str) -> Element | None:
        """Return the first element at a path of names below this one."""
        found: Element | None = self
        for name in path:
            found = next(found.all(name), None) if found is not None else None
        return found

    def said(self, *path: str) -> str:
        """Return the text of the first element at a path, without spaces around it; empty if there is none."""
        found = self.one(*path)
        return "" if found is None else found.text.strip()

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Refused(Exception):
    """What is being read is refused; expat lets it through."""


def parse_markup(content: bytes, file: str) -> Element:
    """Read XML; raise InvalidRequest naming the file, the line and the rule (`xml.…`)."""
    builder = _Builder()
    try:
        builder.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"Line {error.lineno}: {expat.ErrorString(error.code)}."
        raise _refusal(file, error.lineno, message, "XML that is well-formed", "xml.well-formed") from error
    except _Refused as error:
        message, accepted, rule = error.args
        line = builder.parser.CurrentLineNumber
        raise _refusal(file, line, f"Line {line}: {message}", accepted, rule) from error
    except (LookupError, ValueError) as error:
        raise _refusal(file, 1, f"Line 1: {error}", "UTF-8, UTF-16 or ISO-8859-1", "xml.encoding") from error
    assert builder.root is not None  # noqa: S101 - expat: a document has an element
    return builder.root


def _refusal(file: str, line: int, message: str, accepted: str, rule: str) -> InvalidRequest:
    return InvalidRequest(f"{file} cannot be read.", [Problem(f"/{file}#{line}", message, accepted, rule)])


class _Builder:
    """Builds the tree from what expat meets."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # Without a document type there are no entities, and nothing that would have to be fetched.
        parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _DEPTH_MOST or self._count > _ELEMENTS_MOST:
            accepted = f"at most {_ELEMENTS_MOST:,} elements, {_DEPTH_MOST} deep"
            raise _Refused("There is too much of it.", accepted, "xml.size")
        namespace, _, plain = name.rpartition(_SEPARATOR)
        found = {key.rpartition(_SEPARATOR)[2]: value for key, value in attributes.items()}
        element = Element(namespace, plain, self.parser.CurrentLineNumber, found)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    def _doctype(self, *_: Any) -> None:  # noqa: ANN401 - expat's signature
        message = "A document type may define entities."
        raise _Refused(message, "no DOCTYPE", "xml.doctype")
