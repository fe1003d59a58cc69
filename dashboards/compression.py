"""Send less: pages gzipped, and scripts gzipped once and kept by the browser."""

from __future__ import annotations

import gzip
import threading
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import Final

from flask import Request, Response
from werkzeug.wrappers import Response as AnyResponse

# Scripts and styles: the same for everybody who is signed in.
_FILES: Final = ("_dash-component-suites/", "assets/")
_FOR_GOOD: Final = "private, max-age=31536000, immutable"
_ASK_AGAIN: Final = "private, no-cache"
_NEVER: Final = "no-store"
# A page has some twenty; a made-up fingerprint must not fill the memory.
_KEPT_MOST: Final = 64
# Below this a packet is a packet.
_LEAST_BYTES: Final = 1024
_TEXT: Final = ("text/", "application/json", "application/javascript", "image/svg")


@dataclass(frozen=True, slots=True)
class _File:
    mimetype: str
    squeezed: bytes
    etag: str
    cache: str


class Compression:
    """Gzips answers. Scripts are kept compressed in memory: some 2.5 MB, once somebody has looked at a page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, _File] = {}

    def find(self, path: str, request: Request) -> Response | None:
        """Return a script or style that was compressed before."""
        file = self._files.get(path)
        return None if file is None or not _takes_gzip(request) else _answer(file, request)

    def keep(self, path: str, mimetype: str, plain: bytes, *, is_for_good: bool) -> _File:
        """Compress a script or style, once and well, and keep it.

        `is_for_good`: its address tells its version, so what is behind it never changes.
        """
        cache = _FOR_GOOD if is_for_good else _ASK_AGAIN
        etag = blake2b(plain, digest_size=16).hexdigest()
        file = _File(mimetype, gzip.compress(plain, 9, mtime=0), etag, cache)
        with self._lock:
            if len(self._files) < _KEPT_MOST:
                self._files[path] = file
        return file

    def apply(self, path: str, response: AnyResponse, request: Request, *, is_for_good: bool = False) -> AnyResponse:
        """Compress an answer if that helps and the browser takes it, and say how long it lasts."""
        mimetype = response.mimetype or ""
        squeezable = _takes_gzip(request) and mimetype.startswith(_TEXT) and "Content-Encoding" not in response.headers
        if path.startswith(_FILES) and response.status_code == HTTPStatus.OK:
            if squeezable:
                kept = self.keep(path, mimetype, response.get_data(), is_for_good=is_for_good)
                return _answer(kept, request)
            response.headers["Cache-Control"] = _FOR_GOOD if is_for_good else _ASK_AGAIN
            return response
        response.headers["Cache-Control"] = _NEVER
        if squeezable and len(response.get_data()) >= _LEAST_BYTES:
            response.set_data(gzip.compress(response.get_data(), 4, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.vary.add("Accept-Encoding")
        return response


def _answer(file: _File, request: Request) -> Response:
    response = Response(file.squeezed, mimetype=file.mimetype)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = file.cache
    response.vary.add("Accept-Encoding")
    response.set_etag(file.etag)
    response.make_conditional(request.environ)
    return response


def _takes_gzip(request: Request) -> bool:
    return request.accept_encodings["gzip"] > 0
