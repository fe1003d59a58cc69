"""`/verify/<code>`: how a document stands, and a file checked against it. No account, no cookie, nothing kept."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from dashboards import formats
from dashboards.verify import wording
from dashboards.verify.rendering import Renderer
from evidence.enquiry import Checked, Enquiry, Standing
from evidence.verification.limits import PDF_MOST_BYTES
from evidence.verification.report import Outcome
from lrs.errors import AssiduError, NotFound, TooManyRequests

PREFIX: Final = "/verify"
# The file, and what a form puts around it.
_FORM_BYTES: Final = PDF_MOST_BYTES + 64 * 1024


def blueprint(enquiry: Enquiry) -> Blueprint:
    """Return the pages under `/verify`, with their style sheet and script."""
    renderer = Renderer()
    pages = Blueprint(
        "verify",
        __name__,
        url_prefix=PREFIX,
        static_folder=str(Path(__file__).parent / "static"),
        static_url_path="/static",
    )

    @pages.before_request
    def bound() -> None:
        request.max_content_length = _FORM_BYTES

    @pages.errorhandler(AssiduError)
    def refuse(error: AssiduError) -> AnyResponse:
        return _refused(renderer, error)

    @pages.get("/")
    def ask() -> AnyResponse:
        code = "".join(request.args.get("code", "").split()).upper()
        return redirect(f"{PREFIX}/{code}") if code.replace("-", "").isalnum() else renderer.page("ask.html")

    @pages.get("/<code>")
    def show(code: str) -> AnyResponse:
        standing = enquiry.find(code, _remote())
        return renderer.page("standing.html", standing=standing, problem=None)

    @pages.post("/<code>")
    def check(code: str) -> AnyResponse:
        standing = enquiry.find(code, _remote())
        try:
            file = request.files.get("file")
            data = b"" if file is None else file.read(PDF_MOST_BYTES + 1)
        except RequestEntityTooLarge:
            return _unchecked(renderer, standing, wording.TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not data:
            return _unchecked(renderer, standing, wording.NO_FILE, HTTPStatus.BAD_REQUEST)
        if len(data) > PDF_MOST_BYTES:
            return _unchecked(renderer, standing, wording.TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        checked = enquiry.check(code, data, _remote())
        name = "" if file is None else file.filename or ""
        return renderer.page("checked.html", standing=standing, checked=checked, said=_said(checked), name=name)

    return pages


def _said(checked: Checked) -> wording.Said:
    """Return the one thing to say of a checked file, the worst first."""
    if checked.report.outcome in (Outcome.UNREADABLE, Outcome.FAILS):
        return wording.OUTCOMES[checked.report.outcome]
    return wording.OUTCOMES[checked.report.outcome] if checked.is_this_document else wording.OTHER_FILE


def _unchecked(renderer: Renderer, standing: Standing, problem: wording.Said, status: HTTPStatus) -> Response:
    return renderer.page("standing.html", status, standing=standing, problem=problem)


def _refused(renderer: Renderer, error: AssiduError) -> Response:
    if isinstance(error, TooManyRequests):
        wait = formats.duration_seconds(error.retry_after, "fr")
        told = wording.Said("Un instant", wording.BUSY.format(wait=wait), "warn")
        page = renderer.page("problem.html", HTTPStatus.TOO_MANY_REQUESTS, told=told)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    if isinstance(error, NotFound):
        return renderer.page("problem.html", HTTPStatus.NOT_FOUND, told=wording.UNKNOWN)
    raise error


def _remote() -> str:
    return request.remote_addr or ""
