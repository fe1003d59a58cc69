"""The sign-in page, and signing out."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.formats import duration_seconds
from dashboards.languages import Language
from dashboards.policy import PLAIN_PAGE
from dashboards.sessions import (
    begin_session,
    end_session,
    find_person,
    form_token,
    is_own_form,
    page_language,
    remember_language,
)
from lrs.clock import Clock
from lrs.errors import TooManyRequests, Unauthenticated
from training.accounts import Accounts

HOME: Final = "/dashboards/"
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "fr": {
        "title": "Connexion",
        "lead": "Les traces de vos formations, en direct.",
        "email": "Adresse e-mail",
        "password": "Mot de passe",
        "button": "Se connecter",
        "wrong": "Cette adresse et ce mot de passe ne vont pas ensemble.",
        "slow": "Trop d’essais infructueux depuis ici. Réessayez dans {wait}.",
        "stale": "Cette page était ouverte depuis trop longtemps. Réessayez.",
        "other": "English",
        "other_lang": "en",
    },
    "en": {
        "title": "Sign in",
        "lead": "Your training records, live.",
        "email": "E-mail address",
        "password": "Password",
        "button": "Sign in",
        "wrong": "This address and this password do not go together.",
        "slow": "Too many wrong attempts from here. Try again in {wait}.",
        "stale": "This page had been open for too long. Try again.",
        "other": "Français",
        "other_lang": "fr",
    },
}


def blueprint(accounts: Accounts, clock: Clock) -> Blueprint:
    """Return `/login` and `/logout`, with the one style sheet they need."""
    here = Path(__file__).parent
    pages = Blueprint(
        "sign_in",
        __name__,
        template_folder=str(here / "templates"),
        static_folder=str(here / "static"),
        static_url_path="/login/static",
    )

    @pages.get("/login")
    def show() -> AnyResponse:
        if remember_language() or find_person(accounts, clock) is None:
            return _page()
        return redirect(_next())

    @pages.post("/login")
    def sign_in() -> AnyResponse:
        words = _WORDS[page_language(None)]
        if not is_own_form():
            return _page(words["stale"], HTTPStatus.BAD_REQUEST)
        try:
            person = accounts.sign_in(
                request.form.get("email", ""), request.form.get("password", ""), request.remote_addr or ""
            )
        except Unauthenticated:
            return _page(words["wrong"], HTTPStatus.UNAUTHORIZED)
        except TooManyRequests as refusal:
            wait = duration_seconds(refusal.retry_after, page_language(None))
            page = _page(words["slow"].format(wait=wait), HTTPStatus.TOO_MANY_REQUESTS)
            page.headers["Retry-After"] = str(refusal.retry_after)
            return page
        begin_session(person, clock)
        return redirect(_next(), HTTPStatus.SEE_OTHER)

    @pages.post("/logout")
    def sign_out() -> AnyResponse:
        # Another site cannot sign one out: without the token nothing happens.
        if is_own_form():
            end_session()
        return redirect("/login", HTTPStatus.SEE_OTHER)

    return pages


def _page(problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    language = page_language(None)
    page = make_response(
        render_template(
            "sign_in.html",
            language=language,
            words=_WORDS[language],
            problem=problem,
            email=request.form.get("email", ""),
            csrf=form_token(),
            next=_next(),
        ),
        status,
    )
    page.headers["Content-Security-Policy"] = PLAIN_PAGE
    page.headers["Cache-Control"] = "no-store"
    return page


def _next() -> str:
    """Return where to go once signed in: a page of ours, never an address that somebody put into the link."""
    wanted = request.values.get("next", HOME)
    parts = urlsplit(wanted)
    plain = wanted.startswith(HOME) and not parts.scheme and not parts.netloc and "\\" not in wanted
    return wanted if plain else HOME
