"""Send less: pages gzipped, and scripts gzipped once and kept by the browser."""

from __future__ import annotations

import gzip
import re
import threading
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from typing import Final

from flask import Request, Response
from werkzeug.wrappers import Response as AnyResponse

# The version and the file's time are in these names, so what is behind one never changes.
_FINGERPRINTED: Final = re.compile(r"_dash-component-suites/.+\.v[0-9_a-z]+m[0-9]+\.")
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

    def apply(self, path: str, response: AnyResponse, request: Request) -> AnyResponse:
        """Compress an answer if that helps and the browser takes it, and say how long it lasts."""
        lasting = path.startswith(_FILES) and response.status_code == HTTPStatus.OK
        for_good = _FINGERPRINTED.match(path) is not None
        response.headers.pop("ETag", None)
        response.headers["Cache-Control"] = _NEVER if not lasting else _FOR_GOOD if for_good else _ASK_AGAIN
        mimetype = response.mimetype or ""
        if not _takes_gzip(request) or not mimetype.startswith(_TEXT) or "Content-Encoding" in response.headers:
            return response
        plain = response.get_data()
        if not lasting:
            if len(plain) >= _LEAST_BYTES:
                response.set_data(gzip.compress(plain, 4, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
                response.vary.add("Accept-Encoding")
            return response
        etag = blake2b(plain, digest_size=16).hexdigest()
        file = _File(mimetype, gzip.compress(plain, 9, mtime=0), etag, response.headers["Cache-Control"])
        with self._lock:
            if len(self._files) < _KEPT_MOST:
                self._files[path] = file
        return _answer(file, request)


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
