"""Our own style sheets and scripts: the same for everybody, named by their content, kept by the browser for good.

They say nothing of anybody, and pages that one sees before signing in have them too: no guard stands before them.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.frame import icons

PATH: Final = "/look/"
_FOLDER: Final = Path(__file__).parent.parent / "assets"
# In this order: later ones may rely on what earlier ones name.
SHEETS: Final = ("tokens.css", "icons.css", "frame.css", "parts.css", "live.css")
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"


@dataclass(frozen=True, slots=True)
class File:
    """One of them, compressed once."""

    mimetype: str
    plain: bytes
    squeezed: bytes
    edition: str


@cache
def files() -> Mapping[str, File]:
    """Return all of them by name, read once a process."""
    texts = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in {".css", ".js"}}
    texts["icons.css"] = icons.stylesheet().encode()
    return {name: _file(name, text) for name, text in texts.items()}


def address(name: str) -> str:
    """Return where a file is: another address when it is another file."""
    return f"{PATH}{name}?v={files()[name].edition}"


def register(app: Flask) -> None:
    """Add `/look/<name>`."""

    @app.get(f"{PATH}<name>")
    def look(name: str) -> AnyResponse:
        file = files().get(name)
        if file is None:
            abort(404)
        squeezes = request.accept_encodings["gzip"] > 0
        response = Response(file.squeezed if squeezes else file.plain, mimetype=file.mimetype)
        if squeezes:
            response.headers["Content-Encoding"] = "gzip"
        # Only under its own name is it for good: an old page may ask for what it was.
        response.headers["Cache-Control"] = _FOR_GOOD if request.args.get("v") == file.edition else _ASK_AGAIN
        response.vary.add("Accept-Encoding")
        response.set_etag(file.edition)
        response.make_conditional(request.environ)
        return response


def _file(name: str, text: bytes) -> File:
    mimetype = mimetypes.guess_type(name)[0] or "text/plain"
    return File(mimetype, text, gzip.compress(text, 9, mtime=0), blake2b(text, digest_size=9).hexdigest())
