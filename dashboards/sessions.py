"""Who is signed in on this browser: a random token in a signed cookie, and a session of ours that it opens."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from dashboards.languages import Language, choose_language, find_language
from lrs.http.application import PREFIX as RECORD_STORE
from training.accounts import Accounts, SignedIn
from training.accounts.sessions import LONGEST, Session, Stage

# A working day; after that, and when the browser closes, one signs in again.
SESSION_MICROS: Final = LONGEST
# The names that dash-renderer knows.
CALLBACK_COOKIE: Final = "_csrf_token"
CALLBACK_HEADER: Final = "X-CSRFToken"
# A browser takes a cookie of this name only from us, over https, and for the whole of this host alone.
SECURE_COOKIE: Final = "__Host-assidu"

# Whoever would keep something in it is told that there is none.
_NO_SESSION: Final = NullSession()

_SIGNED_IN, _TOKEN, _LANGUAGE = "session", "csrf", "lang"


class PageSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, but for scripts and styles (`private`), which a browser keeps.

    `Vary: Cookie` on those would make it fetch megabytes again whenever the cookie changes.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, but not for the record store: an LMS has none, and nothing there may ask for one."""
        return _NO_SESSION if request.path.startswith(f"{RECORD_STORE}/") else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie and its `Vary`, unless the answer is the same for everybody who may have it."""
        if not response.headers.get("Cache-Control", "").startswith("private"):
            super().save_session(app, session, response)


def guard_cookies(app: Flask) -> None:
    """Keep the sessions of this application in cookies of ours."""
    app.session_interface = PageSessions()
    if app.config["SESSION_COOKIE_SECURE"]:
        app.config["SESSION_COOKIE_NAME"] = SECURE_COOKIE


def begin_session(token: str) -> None:
    """Give this browser the token of its session. What the cookie held before is gone: nobody can have planted it."""
    end_session()
    session[_SIGNED_IN] = token


def end_session() -> None:
    """Take the token, and all but the language, from this browser."""
    language = session.get(_LANGUAGE)
    session.clear()
    if language:
        session[_LANGUAGE] = language


def session_token() -> str:
    """Return the token that this browser came with; empty without one."""
    token = session.get(_SIGNED_IN)
    return token if isinstance(token, str) else ""


def find_session(accounts: Accounts) -> tuple[Session, SignedIn] | None:
    """Return this browser's session, however far it has come, and whose it is as the account stands now."""
    token = session_token()
    return accounts.find_session(token) if token else None


def find_person(accounts: Accounts) -> SignedIn | None:
    """Return who is signed in; None when nobody is, not yet with all that is asked, or not any more."""
    found = find_session(accounts)
    return found[1] if found is not None and found[0].stage is Stage.FULL else None


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


def set_language(language: Language) -> None:
    """Speak this language from now on."""
    session[_LANGUAGE] = language


def page_language(person: SignedIn | None) -> Language:
    """Return the language of this page."""
    return choose_language(session.get(_LANGUAGE), person.locale if person else None, request.accept_languages)
