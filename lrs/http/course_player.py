"""A course of cmi5 on the content host: the page that a link opens, and launching a unit from there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from lrs.courses.cmi5_plays import UNIT, CoursePlays
from lrs.courses.plays import PLAY_PREFIX, Opened, Plays
from lrs.http.course_page import course_page

# A button leads where the unit is: on this host, or on its publisher's. Browsers hold what a form's answer leads to
# against this too.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action http: https:; "
    "frame-ancestors 'none'"
)


class CoursePlayer:
    """Answers for links whose package is a course of cmi5."""

    def __init__(self, plays: Plays, courses: CoursePlays) -> None:
        self._plays = plays
        self._courses = courses

    def page(self, opened: Opened, language: str) -> Response:
        """Answer with the course as its learner finds it."""
        contents = self._courses.contents(opened, language)
        asked = request.args.get(UNIT, default=None, type=int)
        places = {line.place for line in contents.lines if line.place is not None}
        wanted = asked if asked in places else None
        page = course_page(contents, opened.play.mode, wanted, language)
        response = Response(page, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept-Language"
        return response

    def launch(self, opened: Opened, place: int) -> AnyResponse:
        """Launch a unit and lead there; content leads back to the page."""
        back = f"{self._plays.origin_of(opened)}{PLAY_PREFIX}/{opened.token}/"
        launched = self._courses.launch(opened, place, back)
        response = redirect(launched.address, HTTPStatus.SEE_OTHER)
        # The address opens the session to whoever has it.
        response.headers["Cache-Control"] = "no-store"
        return response
