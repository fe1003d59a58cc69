"""The Flask application: every room's routes, and what holds for all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Final

import structlog
from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import analytics.http
import dashboards.accounts.application
import dashboards.attendance.application
import dashboards.downloads.application
import dashboards.http
import dashboards.mount
import dashboards.packages.application
import dashboards.sharing.application
import dashboards.verify.application
import evidence.http
import lrs.http.api
import lrs.http.api.cmi5
import lrs.http.api.packages
import lrs.http.api.scorm
import lrs.http.cmi5
import lrs.http.oauth
import lrs.http.scorm
import lrs.http.xapi
import training.http
from assidu import health, logs
from assidu.admission import WAITING, Admission
from assidu.aside import Aside
from assidu.content import ByHost, build_content, build_premises
from assidu.deployment import build_deployment
from assidu.enquiry import build_enquiry
from assidu.issuing import build_workshop
from assidu.mail import build_mailer
from assidu.metrics import Metrics
from assidu.settings import Settings
from assidu.trust import build_seals
from assidu.wiring import STORE_FAILURES
from dashboards.views.lens import build_sources
from lrs.clock import Clock, to_text
from lrs.courses.gateway import build_gateway
from lrs.errors import AssiduError, Overloaded
from lrs.http.application import Application
from lrs.http.errors import problem_response, status_response
from lrs.services import Services

# Sane enough to stand in a log line and a header; anything else gets an id of ours.
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")

# Nothing may load, frame or run anything. A page that needs more sets its own header, as strict as it can be.
_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def create_app(
    settings: Settings,
    services: Services,
    *,
    metrics: Metrics | None = None,
    pings: Mapping[str, health.Ping] | None = None,
    aside_seconds: float = 0.0,
) -> Flask:
    """Return the whole application over `services`. `pings` are the services that `/readyz` asks besides the store.

    A request is counted and logged `aside_seconds` after it was answered at most.
    """
    app = Application("assidu", static_folder=None)
    app.secret_key = services.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=settings.body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.body_bytes,
        SESSION_COOKIE_NAME="assidu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings.public_url and settings.public_url.startswith("https://")),
    )
    metrics = metrics or Metrics()

    def prepare(prepared: Flask) -> None:
        _identify_requests(prepared, services, metrics)
        _answer_errors(prepared)

    prepare(app)
    health.register(app, {"store": services.store.ping, **(pings or {})}, metrics, settings.metrics_token)
    lrs.http.xapi.register(app, services)
    lrs.http.oauth.register(app, services)
    gateway, premises = build_gateway(services), build_premises(settings)
    lrs.http.scorm.register(app, services, gateway)
    lrs.http.cmi5.register(app, services)
    seals = build_seals(settings, services)
    documents = evidence.http.sections(seals, build_workshop(settings, services, seals))
    mailer = build_mailer(settings, services.clock, services.ids)
    sources = app.extensions["assidu.sources"] = build_sources(
        services, build_deployment(services, mailer, seals, pings or {}, premises), mailer
    )
    shown = dashboards.http.sections(sources)
    packages = lrs.http.api.packages.section(premises)
    sections = (
        lrs.http.api.scorm.SECTION,
        lrs.http.api.cmi5.section(premises),
        packages,
        *training.http.SECTIONS,
        *analytics.http.SECTIONS,
        *documents,
        *shown,
    )
    lrs.http.api.register(app, services, sections)
    dashboards.accounts.application.register(app, services, mailer, settings.address, public_url=settings.public_url)
    dashboards.mount.register(app, services, sources)
    dashboards.downloads.application.register(app, sources)
    dashboards.packages.application.register(app, sources)
    dashboards.attendance.application.register(app, services, mailer, settings.public_url)
    dashboards.sharing.application.register(app, sources)
    dashboards.verify.application.register(app, build_enquiry(settings, services))
    if premises.origin is not None:
        content = build_content(services, premises, gateway, prepare)
        app.wsgi_app = ByHost(app.wsgi_app, content.wsgi_app, premises.origin)  # type: ignore[method-assign]  # Flask's documented way
    told = Aside(partial(_tell, metrics, structlog.get_logger("assidu.request")), aside_seconds)
    _wrap(app, settings, told, services.clock)
    return app


def _identify_requests(app: Flask, services: Services, metrics: Metrics) -> None:
    """Give each request an id, and leave for its log line what only the application knows."""

    @app.before_request
    def identify() -> None:
        environ = request.environ
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.match(given) else os.urandom(8).hex()
        g.request_id = environ[logs.REQUEST_ID] = request_id
        logs.served.set(request_id)

    @app.after_request
    def note(response: Response) -> Response:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - to look only once
        environ, caller = asked.environ, g.get("caller")
        environ[logs.ROUTE] = asked.url_rule.rule if asked.url_rule is not None else "none"
        if caller is not None:
            environ[logs.ORGANISATION] = caller.organisation
            environ[logs.CREDENTIAL] = caller.credential
        metrics.follow(services.ingest.counts)
        return response


def _answer_errors(app: Flask) -> None:
    """Answer every refusal and every failure in the one JSON shape."""

    def refuse(error: AssiduError) -> Response:
        return problem_response(error)

    def refuse_http(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or 500)
        response = status_response(status, error.description or status.phrase)
        for name, value in error.get_headers():
            if name not in {"Content-Type", "Content-Length"}:
                response.headers[name] = value
        return response

    def store_failed(error: Exception) -> Response:
        structlog.get_logger("assidu").error("the store failed", error=type(error).__name__)
        message = (
            "The store did not answer; whether anything was written is not known. Send the request again: "
            "statements that are already there are answered with their ids."
        )
        return problem_response(Overloaded(message))

    def fail(error: Exception) -> Response:
        structlog.get_logger("assidu").error("a request failed", exc_info=error)
        message = "Something went wrong here, not in the request; the log has the details under this request id."
        return status_response(HTTPStatus.INTERNAL_SERVER_ERROR, message)

    app.register_error_handler(Exception, fail)
    app.register_error_handler(HTTPException, refuse_http)
    app.register_error_handler(AssiduError, refuse)
    for failure in STORE_FAILURES:
        app.register_error_handler(failure, store_failed)


def _usual_headers(settings: Settings) -> dict[str, str]:
    """Return what a browser must know of every answer, unless the answer says so itself."""
    headers = {
        "Content-Security-Policy": _NOTHING,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    if settings.public_url and settings.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _wrap(app: Flask, settings: Settings, report: Callable[[logs.Line], None], clock: Clock) -> None:
    """Put the middleware around the application, the outermost last."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    app.wsgi_app = Admission(app.wsgi_app, settings.web_threads, health.PATHS, waiting=WAITING)  # type: ignore[method-assign]  # the same
    app.wsgi_app = logs.RequestLog(app.wsgi_app, report, clock, _usual_headers(settings))  # type: ignore[method-assign]  # the same


def _tell(metrics: Metrics, log: structlog.stdlib.BoundLogger, line: logs.Line) -> None:
    """Count a request and log it."""
    metrics.count_request(line)
    said = {name: value for name, value in line.items() if value is not None and name not in {"at", "seconds"}}
    log.info("request", **said, ms=round(line["seconds"] * 1000, 3), at=to_text(line["at"]))
