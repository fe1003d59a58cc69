"""Put the sign-in page and the pages behind it into the application."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request
from werkzeug.test import create_environ
from werkzeug.wrappers import Response as AnyResponse

from dashboards import sign_in
from dashboards.compression import Compression
from dashboards.reader import READER, Reader
from dashboards.sessions import PageSessions, find_person, form_token, page_language, remember_language
from lrs.http.errors import status_response
from lrs.organisations import Organisations
from lrs.services import Services
from training.accounts import Accounts

if TYPE_CHECKING:
    from dashboards.live.application import Pages

PREFIX: Final = "/dashboards"
_ATTENDANCE: Final = f"{PREFIX}/attendance/"


def register(app: Flask, services: Services) -> None:
    """Add `/login`, `/logout` and everything under `/dashboards/`.

    Dash is imported and its pages built at the first visit, for they take seconds and memory that a web
    process which only takes statements in need not spend.
    """
    accounts = Accounts(services.store, services.clock)
    compression = Compression()
    pages = LazyPages(services, compression)
    app.session_interface = PageSessions()
    app.register_blueprint(sign_in.blueprint(accounts, services.clock))

    @app.before_request
    def guard() -> AnyResponse | None:
        if request.path == "/login":
            pages.warm()  # built while the password is being typed
        if request.path != PREFIX and not request.path.startswith(f"{PREFIX}/"):
            return None
        person = find_person(accounts, services.clock)
        if person is None:
            return _refuse()
        if remember_language():
            return redirect(request.path)
        name = Organisations(services.store, services.clock).get(person.organisation).name
        g.reader = Reader(
            organisation=person.organisation,
            organisation_name=name,
            account_id=person.account_id,
            viewer=person.viewer,
            person=person.name,
            language=page_language(person),
            csrf=form_token(),
            address=request.host_url,
        )
        return None

    @app.get("/")
    def home() -> AnyResponse:
        return redirect(f"{PREFIX}/")

    @app.route(f"{PREFIX}/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route(f"{PREFIX}/<path:path>", methods=["GET", "POST"])
    def show(path: str) -> AnyResponse:
        kept = compression.find(path, request)
        if kept is not None:
            return kept
        built = pages.get()
        response = Response.from_app(built.wsgi, {**request.environ, READER: g.reader}, buffered=True)
        response.headers["Content-Security-Policy"] = built.policy
        return compression.apply(path, response, request)


class LazyPages:
    """The Dash application, built once, by whoever asks first; everybody else waits for that."""

    def __init__(self, services: Services, compression: Compression) -> None:
        self._services = services
        self._compression = compression
        self._lock = threading.Lock()
        self._built: Pages | None = None
        self._warming = False

    def get(self) -> Pages:
        """Return the pages, building them if need be."""
        with self._lock:
            if self._built is None:
                built = _build(self._services)
                # All here: a dozen request threads that each held some megabytes once would hold them for good.
                for path in built.files:
                    file = Response.from_app(built.wsgi, create_environ(f"{PREFIX}/{path}"), buffered=True)
                    if file.status_code == HTTPStatus.OK:
                        self._compression.keep(path, file.mimetype or "", file.get_data())
                self._built = built
            return self._built

    def warm(self) -> None:
        """Begin to build in the background, if nobody has."""
        if self._built is None and not self._warming:
            self._warming = True
            threading.Thread(target=self.get, name="dashboards", daemon=True).start()


def _build(services: Services) -> Pages:
    # Here and not above: this import is what takes seconds.
    from dashboards.live.application import build_pages  # noqa: PLC0415

    build: Callable[[Services, str], Pages] = build_pages
    return build(services, f"{PREFIX}/")


def _refuse() -> AnyResponse:
    """Send a person to the sign-in page, and tell a script that the session is over."""
    if request.method == "GET" and not request.path.startswith((f"{PREFIX}/_", f"{PREFIX}/assets/")):
        # The pages of the live feed are one address; those of attendance are one each, and somebody sent this one.
        wanted = request.path if request.path.startswith(_ATTENDANCE) else f"{PREFIX}/"
        return redirect(f"/login?{urlencode({'next': wanted}, safe='/')}")
    # Not lrs's Unauthenticated: its WWW-Authenticate would make the browser ask for a password by itself.
    return status_response(HTTPStatus.UNAUTHORIZED, "The session is over; sign in again.")
