"""Who is signed in on this browser: a signed cookie that names the account and dies with its password."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from dashboards.languages import Language, choose_language, find_language
from lrs.clock import Clock, Micros
from training.accounts import Accounts, SignedIn

# A working day; after that, and when the browser closes, one signs in again.
SESSION_MICROS: Final = Micros(12 * 3_600 * 1_000_000)

# The names that dash-renderer knows.
CALLBACK_COOKIE: Final = "_csrf_token"
CALLBACK_HEADER: Final = "X-CSRFToken"

_ACCOUNT, _STAMP, _BEGAN, _TOKEN, _LANGUAGE = "account", "stamp", "began", "csrf", "lang"


class PageSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, but for scripts and styles (`private`), which a browser keeps.

    `Vary: Cookie` on those would make it fetch megabytes again whenever the cookie changes.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, but not for the record store: an LMS has none, and nothing there may ask for one."""
        return None if request.path.startswith("/xapi/") else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie and its `Vary`, unless the answer is the same for everybody who may have it."""
        if not response.headers.get("Cache-Control", "").startswith("private"):
            super().save_session(app, session, response)


def begin_session(person: SignedIn, clock: Clock) -> None:
    """Sign this browser in. What the cookie held before is gone, so that nobody can have planted it."""
    language = session.get(_LANGUAGE)
    session.clear()
    session[_ACCOUNT], session[_STAMP], session[_BEGAN] = person.account_id, person.stamp, clock.now_micros()
    if language:
        session[_LANGUAGE] = language


def end_session() -> None:
    """Sign this browser out."""
    language = session.get(_LANGUAGE)
    session.clear()
    if language:
        session[_LANGUAGE] = language


def find_person(accounts: Accounts, clock: Clock) -> SignedIn | None:
    """Return who is signed in, as the account stands now; None when nobody is, or not any more."""
    account_id, stamp, began = session.get(_ACCOUNT), session.get(_STAMP), session.get(_BEGAN)
    if not (isinstance(account_id, str) and isinstance(stamp, str) and isinstance(began, int)):
        return None
    if clock.now_micros() - began > SESSION_MICROS:
        return None
    return accounts.find_signed_in(account_id, stamp)


def form_token() -> str:
    """Return what a form of this session must send back; nobody else's page knows it."""
    if _TOKEN not in session:
        session[_TOKEN] = secrets.token_urlsafe(24)
    return str(session[_TOKEN])


def is_own_form() -> bool:
    """Say whether this POST comes from a form that this session was shown."""
    known, given = session.get(_TOKEN), request.form.get("csrf", "")
    return isinstance(known, str) and hmac.compare_digest(known.encode(), given.encode())


def set_callback_token(response: Response) -> None:
    """Give a page's own scripts what their requests must send back: Dash does so by itself (`X-CSRFToken`).

    Set it on the answer that has the page; a script or a style that a browser keeps sets no cookie.
    """
    response.set_cookie(
        CALLBACK_COOKIE,
        form_token(),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        # Read by the page's script: what signs in is in the other cookie, which no script can read.
        httponly=False,
        samesite="Strict",
    )


def is_own_callback(request: Request) -> bool:
    """Say whether a request comes from a script of a page that this session was shown.

    What is sent is compared with the session, not with the cookie: whoever can plant a cookie gains nothing.
    """
    known, given = session.get(_TOKEN), request.headers.get(CALLBACK_HEADER, "")
    return isinstance(known, str) and hmac.compare_digest(known.encode(), given.encode())


def remember_language() -> Language | None:
    """Keep the language that `?lang=` asks for; return it when it is one."""
    language = find_language(request.args.get("lang"))
    if language:
        session[_LANGUAGE] = language
    return language


def page_language(person: SignedIn | None) -> Language:
    """Return the language of this page."""
    return choose_language(session.get(_LANGUAGE), person.locale if person else None, request.accept_languages)
