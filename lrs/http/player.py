"""The content host: the player's page, what it starts from, the files of packages, and nothing else.

A Flask application of its own, so that no route of the record store and no cookie is known there. What courses may do
is said on every answer: load what is on this host, and ask nobody else for anything.
"""

from __future__ import annotations

import unicodedata
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

import orjson
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lrs.courses.plays import PLAY_PREFIX, Opened, Plays
from lrs.courses.resuming import Resuming
from lrs.errors import AssiduError, NotFound, Overloaded, Unauthenticated
from lrs.http import player_files
from lrs.http.errors import problem_response, status_of
from lrs.http.player_page import SANDBOX, notice_page, player_page
from lrs.packages.media import media_type
from lrs.packages.package import PackageFile
from lrs.scorm.values import Standing

_PATH: Final = f"{PLAY_PREFIX}/<string:token>/"
_FILES: Final = "fichiers"
# One answer holds no more of a file than this: whoever plays a film asks again for what comes next (RFC 9110 15.3.7).
_RANGE_MOST_BYTES: Final = 4 * 1024 * 1024
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Courses are old and varied: they write scripts into their pages and evaluate texts. All of it stays on this host.
_FILE_POLICY: Final = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; object-src 'self'; worker-src 'self' blob:; connect-src 'self' data: blob:; "
    f"form-action 'self'; base-uri 'self'; frame-ancestors 'self'; sandbox {SANDBOX}"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    # Contents say their last words as their window unloads, which browsers are about to give up unless told so.
    "Permissions-Policy": (
        "unload=(self), autoplay=(self), fullscreen=(self), camera=(), microphone=(), geolocation=(), payment=(), "
        "usb=(), serial=(), midi=(), display-capture=()"
    ),
}


def register(app: Flask, plays: Plays, resuming: Resuming) -> None:
    """Put the content host's routes on an application of their own."""
    routes = _Routes(plays, resuming)
    app.add_url_rule(_PATH, "play", routes.begin)
    app.add_url_rule(f"{_PATH}<int:number>/", "play_part", routes.part)
    app.add_url_rule(f"{_PATH}<int:number>/start", "play_start", routes.start, methods=["POST"])
    app.add_url_rule(f"{_PATH}{_FILES}/<path:name>", "play_file", routes.file)
    player_files.register(app)
    app.after_request(_finished)
    app.register_error_handler(AssiduError, _refused)


class _Routes:
    """What the content host answers."""

    def __init__(self, plays: Plays, resuming: Resuming) -> None:
        self._plays = plays
        self._resuming = resuming

    def begin(self, token: str) -> AnyResponse:
        """Lead to the first part that is not done."""
        opened = self._opened(token)
        parts = [(at, item) for at, item in enumerate(opened.launched) if item.is_sco]
        launches = [self._plays.unsaved(opened, item) for _, item in parts]
        standings = self._resuming.standings(opened.play.organisation, launches)
        left = (at for (at, _), standing in zip(parts, standings, strict=True) if standing.completion is not True)
        return redirect(f"{next(left, 0)}/")

    def part(self, token: str, number: int) -> Response:
        """Answer with the page around one part."""
        opened = self._opened(token)
        self._plays.item(opened, number)
        response = Response(player_page(opened, number, _language()), content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept-Language"
        return response

    def start(self, token: str, number: int) -> Response:
        """Answer with what a part starts from, and how the learner stands in all of them."""
        opened = self._opened(token)
        item, edition = self._plays.item(opened, number), opened.version.manifest.edition
        path = "/".join(quote(part, safe="") for part in item.href.split("/"))
        found: dict[str, object] = {
            "href": f"../{_FILES}/{path}{item.parameters}",
            "edition": edition.value,
            "standings": self._standings(opened),
        }
        if item.is_sco:
            launch, secret = self._plays.launch(opened, item)
            begun = self._resuming.start(launch, item, edition)
            found |= {
                "runtime": player_files.address(player_files.RUNTIMES[edition.value]), "cmi": begun.cmi,
                "commit": f"/scorm/{secret}/commit", "track": launch.track.hex(), "total_seconds": begun.total / 100,
            }  # fmt: skip
        return Response(orjson.dumps(found), headers={"Cache-Control": "no-store"}, mimetype="application/json")

    def file(self, token: str, name: str) -> Response:
        """Answer with a file of the package."""
        opened = self._opened(token)
        if request.headers.get("Service-Worker") == "script":
            message = "A course has no service worker here: it would outlive the course."
            raise NotFound(message)
        file = _found(opened, name)
        response = self._sent(opened, file)
        response.set_etag(file.sha256)
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Cache-Control"] = "private, max-age=3600"
        response.headers["Content-Security-Policy"] = _FILE_POLICY
        if request.if_none_match.contains(file.sha256):
            return _not_modified(response)
        return response

    def _sent(self, opened: Opened, file: PackageFile) -> Response:
        kind, organisation = media_type(file.name), opened.play.organisation
        asked = request.range
        if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
            # Without a length where it is large: then it goes out piece by piece.
            whole = self._plays.hosting.read(organisation, file, 0, file.size)
            return Response(whole if file.size > _RANGE_MOST_BYTES else b"".join(whole), content_type=kind)
        span = asked.range_for_length(file.size)
        if span is None:
            response = Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            response.headers["Content-Range"] = f"bytes */{file.size}"
            return response
        start, end = span[0], min(span[1], span[0] + _RANGE_MOST_BYTES)
        part = b"".join(self._plays.hosting.read(organisation, file, start, end))
        response = Response(part, HTTPStatus.PARTIAL_CONTENT, content_type=kind)
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
        return response

    def _opened(self, token: str) -> Opened:
        """Return what a link leads to, on the one host where it may be followed."""
        opened = self._plays.open(token)
        if request.host.lower() != urlsplit(self._plays.origin_of(opened)).netloc:
            message = "There is nothing of this name here."
            raise NotFound(message)
        return opened

    def _standings(self, opened: Opened) -> list[str]:
        launches = [self._plays.unsaved(opened, item) for item in opened.launched]
        found = self._resuming.standings(opened.play.organisation, launches)
        return [_word(each) if item.is_sco else "asset" for item, each in zip(opened.launched, found, strict=True)]


def _found(opened: Opened, name: str) -> PackageFile:
    """Return the file of this name; where there is none, the one file of that name in other letters."""
    wanted = unicodedata.normalize("NFC", name)
    files = {file.name: file for file in opened.version.files}
    if wanted in files:
        return files[wanted]
    # Courses are made where that makes no difference.
    alike = [file for file in opened.version.files if file.name.casefold() == wanted.casefold()]
    if len(alike) != 1:
        message = "The package has no such file."
        raise NotFound(message)
    return alike[0]


def _word(standing: Standing) -> str:
    if standing.success is not None:
        return "passed" if standing.success else "failed"
    if standing.completion is None:
        return "none"
    return "completed" if standing.completion else "incomplete"


def _not_modified(response: Response) -> Response:
    response.status_code = HTTPStatus.NOT_MODIFIED
    response.set_data(b"")
    response.headers.remove("Content-Type")
    return response


def _language() -> str:
    return request.accept_languages.best_match(("fr", "en")) or "fr"


def _refused(error: AssiduError) -> Response:
    """Answer a refusal: as a page where a person is, in the one shape elsewhere."""
    if request.method != "GET" or request.endpoint not in ("play", "play_part"):
        response = problem_response(error)
    else:
        key = {Unauthenticated: "ended", Overloaded: "failed"}.get(type(error), "missing")
        status = HTTPStatus.NOT_FOUND if isinstance(error, Unauthenticated) else status_of(type(error))
        response = Response(notice_page(key, _language()), status, content_type="text/html; charset=utf-8")
    # Nobody signs in here: a browser that was asked for a password would show it to a course.
    response.headers.pop("WWW-Authenticate", None)
    response.headers["Cache-Control"] = "no-store"
    return response


def _finished(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    return response
