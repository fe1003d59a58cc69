"""Send less: pages gzipped, and scripts gzipped once and kept by the browser for good."""

from __future__ import annotations

import gzip
import re
import threading
from typing import Final

from flask import Response
from werkzeug.datastructures import Accept

# The version and the file's time are in these names, so what is behind one never changes.
_FINGERPRINTED: Final = re.compile(r"_dash-component-suites/.+\.v[0-9_a-z]+m[0-9]+\.(min\.)?[a-z.]+\Z")
_KEEP: Final = "private, max-age=31536000, immutable"
# Below this a packet is a packet.
_LEAST_BYTES: Final = 1024
_TEXT: Final = ("text/", "application/json", "application/javascript", "image/svg")


class Compression:
    """Gzips answers. Scripts are kept compressed in memory: some 2.5 MB, once somebody has looked at a page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, bytes]] = {}

    def find(self, path: str, accepted: Accept) -> Response | None:
        """Return a script that was compressed before."""
        if path not in self._kept or "gzip" not in accepted:
            return None
        mimetype, squeezed = self._kept[path]
        return _finish(Response(squeezed, mimetype=mimetype), _KEEP)

    def apply(self, path: str, response: Response, accepted: Accept) -> Response:
        """Compress an answer if that helps and the browser takes it."""
        lasting = _FINGERPRINTED.match(path) is not None and response.status_code == 200  # noqa: PLR2004 - HTTP's OK
        response.headers["Cache-Control"] = _KEEP if lasting else "no-store"
        response.headers.pop("ETag", None)
        mimetype = response.mimetype or ""
        if "gzip" not in accepted or not mimetype.startswith(_TEXT) or response.headers.get("Content-Encoding"):
            return response
        response.direct_passthrough = False
        plain = response.get_data()
        if len(plain) < _LEAST_BYTES:
            return response
        # Scripts are worth the time once; an answer made for this moment is not.
        squeezed = gzip.compress(plain, 9 if lasting else 4, mtime=0)
        if lasting:
            with self._lock:
                self._kept[path] = (mimetype, squeezed)
        response.set_data(squeezed)
        return _finish(response, response.headers["Cache-Control"])


def _finish(response: Response, cache: str) -> Response:
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = cache
    response.vary.add("Accept-Encoding")
    return response
