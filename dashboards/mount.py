"""Put the pages behind `/dashboards/` into the application, and the guard before them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request
from werkzeug.test import create_environ
from werkzeug.wrappers import Response as AnyResponse

from dashboards.attendance.menu import ATTENDANCE, Entry, short_menu
from dashboards.compression import Compression
from dashboards.frame import look, suites
from dashboards.frame.visit import REQUEST_ID
from dashboards.reader import READER, Reader
from dashboards.readiness import Readiness
from dashboards.sessions import (
    find_person,
    form_token,
    is_own_callback,
    page_language,
    remember_language,
    set_callback_token,
)
from dashboards.views.lens import Sources
from dashboards.words import typeset
from lrs.http.errors import status_response
from lrs.organisations import Organisations
from lrs.services import Services
from training.access import Role
from training.accounts import Accounts

if TYPE_CHECKING:
    from dashboards.frame.application import Pages
    from dashboards.frame.page import Page

PREFIX: Final = "/dashboards"
_MOUNTED: Final = "assidu.mounted"
# What scripts ask for below the prefix; nobody follows a link there.
_BEHIND: Final = (f"{PREFIX}/_", f"{PREFIX}/assets/")


@dataclass(frozen=True, slots=True)
class Mounted:
    """What other pages of the application share with those mounted here."""

    sources: Sources
    pages: LazyPages
    readiness: Readiness


def mounted(app: Flask) -> Mounted:
    """Return what `register` has put into an application; raises KeyError before that."""
    found: Mounted = app.extensions[_MOUNTED]
    return found


def register(app: Flask, services: Services, sources: Sources) -> None:
    """Add everything under `/dashboards/`, whose pages read from `sources`.

    Dash is imported and its pages built at the first visit, for they take seconds and memory that a web
    process which only takes statements in need not spend; or before it, where `Readiness` has begun.
    """
    accounts = Accounts(services.store, services.clock)
    compression = Compression()
    pages = LazyPages(sources, compression)
    readiness = Readiness(sources, accounts, pages.get)
    app.extensions[_MOUNTED] = Mounted(sources, pages, readiness)
    look.register(app)

    @app.before_request
    def guard() -> AnyResponse | None:
        path = request.path
        if path == "/login":
            pages.warm()  # built while the password is being typed
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return None
        person = find_person(accounts)
        if person is None:
            return _refuse()
        if not _is_own():
            return status_response(HTTPStatus.FORBIDDEN, "This request does not come from a page of ours.")
        if remember_language():
            return redirect(_without_language())
        if _is_document():
            readiness.wake()  # what the page is drawn from is read while its scripts are
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
        return _show(pages.get(), compression, path) if kept is None else kept


def _show(built: Pages, compression: Compression, path: str) -> AnyResponse:
    """Answer from the application within."""
    role = g.reader.viewer.role
    is_document = _is_document()
    first = built.first(role)
    if is_document and not path and first is not None:
        return redirect(first)
    plain, edition = suites.plain_path(path)
    environ = {**request.environ, READER: g.reader, REQUEST_ID: g.get("request_id", "")}
    if edition:
        environ["PATH_INFO"] = f"{PREFIX}/{plain}"
    response: Response = Response.from_app(built.wsgi, environ, buffered=True)  # type: ignore[assignment]  # of its class
    response.headers["Content-Security-Policy"] = built.policy
    if is_document:
        set_callback_token(response)
    if is_document and path and not built.is_there(path, role):
        # The same document: it says, in the reader's language, that there is no such page.
        response.status_code = HTTPStatus.NOT_FOUND
    return compression.apply(path, response, request, is_for_good=edition == built.edition)


class LazyPages:
    """The Dash application, built once, by whoever asks first; everybody else waits for that."""

    def __init__(self, sources: Sources, compression: Compression) -> None:
        # What returns the pages there are; None for those of every role. Tests add theirs.
        self.gather: Callable[[], Sequence[Page]] | None = None
        self._sources = sources
        self._compression = compression
        self._lock = threading.Lock()
        self._built: Pages | None = None
        self._warming = False

    def get(self) -> Pages:
        """Return the pages, building them if need be."""
        with self._lock:
            if self._built is None:
                # Here and not above: this import is what takes seconds.
                from dashboards.frame.application import build_pages  # noqa: PLC0415

                built = build_pages(self._sources, f"{PREFIX}/", self.gather() if self.gather else None)
                # All here: a dozen request threads that each held some megabytes once would hold them for good.
                for path in built.files:
                    plain, _ = suites.plain_path(path)
                    file = Response.from_app(built.wsgi, create_environ(f"{PREFIX}/{plain}"), buffered=True)
                    if file.status_code == HTTPStatus.OK:
                        self._compression.keep(path, file.mimetype or "", file.get_data(), is_for_good=True)
                self._built = built
            return self._built

    def menu(self, role: Role) -> Sequence[Entry]:
        """Return the menu of a role in French; a short one as long as nobody has needed the pages."""
        built = self._built
        if built is None:
            self.warm()
            return short_menu(role)
        pages = [
            Entry(typeset(page.menu[0]), f"{PREFIX}/{page.path}", page.icon)
            for page in built.routes.menu(role)
            if page.menu
        ]
        return (*pages[:1], ATTENDANCE, *pages[1:])

    def warm(self) -> None:
        """Begin to build in the background, if nobody has."""
        if self._built is None and not self._warming:
            self._warming = True
            threading.Thread(target=self.get, name="dashboards", daemon=True).start()


def _is_document() -> bool:
    """Say whether a request is somebody opening a page, and not a script of one that is open."""
    return request.method == "GET" and not request.path.startswith(_BEHIND)


def _is_own() -> bool:
    """Say whether a request may come from where it comes from: links are followed from anywhere, scripts are ours.

    Browsers say it in Sec-Fetch-Site, and no page can make them say otherwise. What does not say it is no browser of
    these years; callbacks carry a token besides, as forms do, which the pages that take them look at.
    """
    changes = request.method not in {"GET", "HEAD"}
    is_behind = request.path.startswith(_BEHIND)
    if (changes or is_behind) and request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    return not (changes and is_behind) or is_own_callback(request)


def _without_language() -> str:
    """Return the address asked for, less what chose the language."""
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode(rest)}" if rest else request.path


def _refuse() -> AnyResponse:
    """Send a person to the sign-in page, and tell a script that the session is over."""
    if _is_document():
        query = request.query_string.decode("ascii", "replace")
        wanted = f"{request.path}?{query}" if query else request.path
        if wanted == PREFIX:
            wanted = f"{PREFIX}/"
        return redirect(f"/login?{urlencode({'next': wanted}, safe='/')}")
    # Not lrs's Unauthenticated: its WWW-Authenticate would make the browser ask for a password by itself.
    return status_response(HTTPStatus.UNAUTHORIZED, "The session is over; sign in again.")
