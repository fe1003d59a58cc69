"""The content host: the player's page, what it starts from, the files of packages, and nothing else.

A Flask application of its own, so that no route of the record store and no cookie is known there. What courses may do
is said on every answer: load what is on this host, and ask nobody else for anything.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

import orjson
from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lrs.courses.cmi5_plays import CoursePlays
from lrs.courses.plays import PLAY_PREFIX, REVOKED, Opened, Plays
from lrs.courses.resuming import Resuming
from lrs.courses.ways import Ways
from lrs.errors import AssiduError, Conflict, NotFound, Overloaded, Unauthenticated
from lrs.http import player_files
from lrs.http.course_player import CoursePlayer
from lrs.http.errors import problem_response, status_of
from lrs.http.package_files import answer_file, file_policy
from lrs.http.player_page import notice_page, player_page
from lrs.http.player_sequencing import read_request, sequenced, view_shape
from lrs.scorm.values import Standing

_PATH: Final = f"{PLAY_PREFIX}/<string:token>/"
_FILES: Final = "fichiers"
_PAGES: Final = ("play", "play_part", "unit_file")
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILE_POLICY: Final = file_policy()
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


def register(app: Flask, plays: Plays, resuming: Resuming, courses: CoursePlays, ways: Ways) -> None:
    """Put the content host's routes on an application of their own."""
    routes = _Routes(plays, resuming, CoursePlayer(plays, courses), ways)
    app.add_url_rule(_PATH, "play", routes.begin)
    app.add_url_rule(f"{_PATH}<int:number>/", "play_part", routes.part)
    app.add_url_rule(f"{_PATH}<int:number>/start", "play_start", routes.start, methods=["POST"])
    app.add_url_rule(f"{_PATH}<int:number>/ask", "play_ask", routes.ask, methods=["POST"])
    app.add_url_rule(f"{_PATH}<int:number>/parts", "play_parts", routes.parts)
    app.add_url_rule(f"{_PATH}unites/<int:place>", "play_unit", routes.unit, methods=["POST"])
    app.add_url_rule(f"{_PATH}{_FILES}/<path:name>", "play_file", routes.file)
    player_files.register(app)
    app.after_request(_finished)
    app.register_error_handler(AssiduError, _refused)


class _Routes:
    """What the content host answers."""

    def __init__(self, plays: Plays, resuming: Resuming, courses: CoursePlayer, ways: Ways) -> None:
        self._plays = plays
        self._resuming = resuming
        self._courses = courses
        self._ways = ways

    def begin(self, token: str) -> AnyResponse:
        """Lead to the first part that is not done, or that rules lead to; a course of cmi5 has a page of its units."""
        opened = self._opened(token)
        if opened.version.manifest.is_cmi5:
            return self._courses.page(opened, _language())
        way = self._ways.of(opened)
        if way is not None:
            return redirect(f"{way.first(opened) or 0}/")
        parts = [(at, item) for at, item in enumerate(opened.launched) if item.is_sco]
        launches = [self._plays.unsaved(opened, item) for _, item in parts]
        standings = self._resuming.standings(opened.play.organisation, launches)
        left = (at for (at, _), standing in zip(parts, standings, strict=True) if standing.completion is not True)
        return redirect(f"{next(left, 0)}/")

    def unit(self, token: str, place: int) -> AnyResponse:
        """Launch a unit of cmi5, and lead there."""
        opened = self._opened(token)
        if not opened.version.manifest.is_cmi5:
            message = "The course has no such unit."
            raise NotFound(message)
        return self._courses.launch(opened, place)

    def part(self, token: str, number: int) -> Response:
        """Answer with the page around one part."""
        opened = self._opened(token)
        self._plays.item(opened, number)
        if opened.version.manifest.is_cmi5:
            message = "A unit of cmi5 is launched by itself."
            raise NotFound(message)
        response = Response(player_page(opened, number, _language()), content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept-Language"
        return response

    def start(self, token: str, number: int) -> Response:
        """Answer with what a part starts from, and how the learner stands in all of them."""
        opened = self._opened(token)
        item, manifest = self._plays.item(opened, number), opened.version.manifest
        edition = manifest.edition
        if edition is None:
            message = "A unit of cmi5 is launched by itself."
            raise NotFound(message)
        found: dict[str, object] = {"edition": edition.value, "standings": self._standings(opened)}
        told, way = None, self._ways.of(opened)
        if way is not None:
            answered = way.open(opened, number)
            found |= sequenced(answered)
            if answered.number != number:
                return _json(found)
            told = answered.told
        path = "/".join(quote(part, safe="") for part in item.href.split("/"))
        found["href"] = f"../{_FILES}/{path}{item.parameters}"
        if item.is_sco:
            launch, secret = self._plays.launch(opened, item)
            begun = self._resuming.start(launch, item, edition, told)
            found |= {
                "runtime": player_files.address(player_files.RUNTIMES[edition.value]), "cmi": begun.cmi,
                "commit": f"/scorm/{secret}/commit", "track": launch.track.hex(), "total_seconds": begun.total / 100,
                "given": {} if told is None else told.objectives,
            }  # fmt: skip
        return _json(found)

    def ask(self, token: str, number: int) -> Response:
        """Answer what a learner, or the content of a part, asks for: where that leads, or why nowhere."""
        opened = self._opened(token)
        self._plays.item(opened, number)
        way = self._ways.of(opened)
        wanted = read_request(request.get_data(cache=False), request.content_length)
        if way is None:
            message = "This course has no rules: its parts are opened by their addresses."
            raise NotFound(message)
        answered = way.ask(opened, number, *wanted)
        return _json({"standings": self._standings(opened), **sequenced(answered)})

    def parts(self, token: str, number: int) -> Response:
        """Answer with what can be opened now, and how the learner stands in all parts."""
        opened = self._opened(token)
        self._plays.item(opened, number)
        way = self._ways.of(opened)
        found: dict[str, object] = {"standings": self._standings(opened)}
        if way is not None:
            found["sequencing"] = view_shape(way.view(opened, number))
        return _json(found)

    def file(self, token: str, name: str) -> Response:
        """Answer with a file of the package."""
        opened = self._opened(token)
        return answer_file(self._plays.hosting, opened.version, opened.play.organisation, name, _FILE_POLICY)

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


def _json(found: dict[str, object]) -> Response:
    return Response(orjson.dumps(found), headers={"Cache-Control": "no-store"}, mimetype="application/json")


def _word(standing: Standing) -> str:
    if standing.success is not None:
        return "passed" if standing.success else "failed"
    if standing.completion is None:
        return "none"
    return "completed" if standing.completion else "incomplete"


def _language() -> str:
    return request.accept_languages.best_match(("fr", "en")) or "fr"


def _refused(error: AssiduError) -> Response:
    """Answer a refusal: as a page where a person is, in the one shape elsewhere."""
    is_page = request.endpoint == "play_unit" if request.method == "POST" else request.endpoint in _PAGES
    if not is_page:
        response = problem_response(error)
    else:
        key = {Unauthenticated: "ended", Overloaded: "failed", Conflict: "failed"}.get(type(error), "missing")
        if any(problem.requirement == REVOKED for problem in error.problems):
            key = "revoked"
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
