"""Jinja's environment for pages that are plain HTML: everything escaped, nothing forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

# The filter under which an environment has its typography.
_TYPESET: Final = "typeset"


class _Typography(Extension):
    """Gives the templates' own text the spaces of French typography, so that they can be written with plain ones."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        typeset = self.environment.filters[_TYPESET]
        for token in stream:
            is_text = token.type == "data"
            yield Token(token.lineno, token.type, typeset(token.value)) if is_text else token


def build_templates(folder: Path, typeset: Callable[[str], str] | None = None) -> Environment:
    """Return the templates of a folder; with `typeset`, their own text is French and gets its spaces from it."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[] if typeset is None else [_Typography],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    if typeset is not None:
        found.filters[_TYPESET] = typeset
    return found
