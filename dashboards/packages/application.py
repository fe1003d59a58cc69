"""Routes around hosted packages. The guard of `/dashboards/` stands before them."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from dashboards.packages.rendering import Renderer
from dashboards.reader import Reader
from dashboards.sessions import is_own_form
from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.packages import plays_of, upload_package
from dashboards.views.learner_packages import open_activity
from dashboards.views.lens import Lens, Sources
from lrs.errors import AssiduError, Conflict, Forbidden, InvalidRequest, NotFound, Problem

# A form has a few fields beside its file.
_FORM_BYTES = 64 * 1024
_LARGE = Problem("", "The archive is too large.", "", "archive.size")


def register(app: Flask, sources: Sources) -> None:
    """Add `/dashboards/packages/` to the application."""
    app.register_blueprint(blueprint(sources))


def blueprint(sources: Sources) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("courses", __name__, url_prefix="/dashboards/packages")
    renderer = Renderer()

    @routes.get("/new")
    def new() -> Response:
        lens = _administrator(sources)
        return renderer.page("upload", _reader(), most_bytes=plays_of(lens).hosting.limits.archive_bytes)

    @routes.post("/new")
    def add() -> AnyResponse:
        lens = _administrator(sources)
        most_bytes = plays_of(lens).hosting.limits.archive_bytes
        request.max_content_length = most_bytes + _FORM_BYTES
        try:
            done = _added(lens)
        except (InvalidRequest, Conflict) as refusal:
            return renderer.page(
                "upload", _reader(), HTTPStatus.BAD_REQUEST, most_bytes=most_bytes, refusal=refusal,
                activity=request.form.get("activity", ""),
            )  # fmt: skip
        except RequestEntityTooLarge:
            large = InvalidRequest(_LARGE.message, [_LARGE])
            return renderer.page(
                "upload", _reader(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, most_bytes=most_bytes, refusal=large
            )  # fmt: skip
        return redirect(f"/dashboards/settings/packages?done={'added_done' if done else 'there_done'}", 303)

    @routes.get("/open/<string:enrolment_id>/<string:activity_id>")
    def open_(enrolment_id: str, activity_id: str) -> AnyResponse:
        lens = Lens(sources, _reader().viewer)
        try:
            found = redirect(open_activity(lens, enrolment_id, activity_id), 303)
        except (NotFound, Forbidden):
            return renderer.page("closed", _reader(), HTTPStatus.NOT_FOUND, why="missing")
        except AssiduError:
            return renderer.page("closed", _reader(), HTTPStatus.CONFLICT, why="unknown")
        # The address opens the course to whoever has it.
        found.headers["Cache-Control"] = "no-store"
        found.headers["Referrer-Policy"] = "no-referrer"
        return found

    return routes


def _added(lens: Lens) -> bool:
    """Take in what the form has; say whether it was new."""
    if not is_own_form():
        message = "This form is not of this session; open the page again."
        raise InvalidRequest(message, [Problem("", message, "", "form.csrf")])
    file = request.files.get("file")
    if file is None or not file.filename:
        message = "There is no file."
        raise InvalidRequest(message, [Problem("/file", message, "a .zip file", "form.file")])
    activity = request.form.get("activity", "").strip()
    return upload_package(lens, file.stream, file.filename, activity or None).is_new  # type: ignore[arg-type]  # a BinaryIO in all but its type


def _administrator(sources: Sources) -> Lens:
    lens = Lens(sources, _reader().viewer)
    lens.viewer.require(ADMINISTRATORS)
    return lens


def _reader() -> Reader:
    reader: Reader = g.reader
    return reader
