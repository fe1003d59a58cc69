"""Files of packages as the content host answers with them: whole, in parts, or not again."""

from __future__ import annotations

import unicodedata
from http import HTTPStatus
from typing import Final

from flask import Response, request

from lrs.courses.hosting import Hosting
from lrs.errors import NotFound
from lrs.http.player_page import SANDBOX
from lrs.packages.media import media_type
from lrs.packages.package import PackageFile, Version
from lrs.tenancy import OrganisationId

# One answer holds no more of a file than this: whoever plays a film asks again for what comes next (RFC 9110 15.3.7).
_RANGE_MOST_BYTES: Final = 4 * 1024 * 1024


def file_policy(*reached: str) -> str:
    """Return what a file of a package may do, besides its own host asking the addresses in `reached`.

    Courses are old and varied: they write scripts into their pages and evaluate texts. All of it stays on this host.
    """
    asked = "".join(f" {each}" for each in reached)
    return (
        "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; object-src 'self'; worker-src 'self' blob:; "
        f"connect-src 'self' data: blob:{asked}; "
        f"form-action 'self'; base-uri 'self'; frame-ancestors 'self'; sandbox {SANDBOX}"
    )


def answer_file(hosting: Hosting, version: Version, organisation: OrganisationId, name: str, policy: str) -> Response:
    """Answer with a file of a version; raise NotFound."""
    if request.headers.get("Service-Worker") == "script":
        message = "A course has no service worker here: it would outlive the course."
        raise NotFound(message)
    file = _found(version, name)
    response = _sent(hosting, organisation, file)
    response.set_etag(file.sha256)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = policy
    if request.if_none_match.contains(file.sha256):
        return _not_modified(response)
    return response


def _sent(hosting: Hosting, organisation: OrganisationId, file: PackageFile) -> Response:
    kind = media_type(file.name)
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        # Without a length where it is large: then it goes out piece by piece.
        whole = hosting.read(organisation, file, 0, file.size)
        return Response(whole if file.size > _RANGE_MOST_BYTES else b"".join(whole), content_type=kind)
    span = asked.range_for_length(file.size)
    if span is None:
        response = Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    start, end = span[0], min(span[1], span[0] + _RANGE_MOST_BYTES)
    part = b"".join(hosting.read(organisation, file, start, end))
    response = Response(part, HTTPStatus.PARTIAL_CONTENT, content_type=kind)
    response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return response


def _found(version: Version, name: str) -> PackageFile:
    """Return the file of this name; where there is none, the one file of that name in other letters."""
    wanted = unicodedata.normalize("NFC", name)
    files = {file.name: file for file in version.files}
    if wanted in files:
        return files[wanted]
    # Courses are made where that makes no difference.
    alike = [file for file in version.files if file.name.casefold() == wanted.casefold()]
    if len(alike) != 1:
        message = "The package has no such file."
        raise NotFound(message)
    return alike[0]


def _not_modified(response: Response) -> Response:
    response.status_code = HTTPStatus.NOT_MODIFIED
    response.set_data(b"")
    response.headers.remove("Content-Type")
    return response
