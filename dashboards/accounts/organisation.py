"""Signing in through one's organisation's own provider (OpenID Connect)."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.lobby import HOME, Lobby, safe_next
from dashboards.sessions import remember_language
from lrs.errors import Conflict, KeyUnreadable, NotFound, Unauthenticated

RETURN: Final = "/login/organisation/return"
_STATE: Final = "state"


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add `/login/organisation`, where one says which, a link for each that has a provider, and the way back."""
    _add_way_there(pages, lobby)
    _add_way_back(pages, lobby)


def _add_way_there(pages: Blueprint, lobby: Lobby) -> None:
    def ask(slug: str, wanted: str) -> AnyResponse:
        organisation = lobby.organisations.find(slug)
        try:
            if organisation is None:
                raise NotFound(slug)
            asked = lobby.openid.ask(organisation.number, _redirect_uri(lobby), wanted)
        except (NotFound, Unauthenticated, KeyUnreadable):
            # The same words whether there is no such organisation, or it has no provider, or none that answers.
            return lobby.page(
                "organisation", status=HTTPStatus.NOT_FOUND, problem=lobby.say("no_provider"), slug=slug[:64]
            )
        # What comes back must come back to this browser: nobody is signed in to somebody else's account by a link.
        session[_STATE] = asked.state
        return redirect(asked.address, HTTPStatus.SEE_OTHER)

    @pages.get("/login/organisation")
    def which() -> AnyResponse:
        remember_language()
        return lobby.page("organisation", slug="")

    @pages.post("/login/organisation")
    def go() -> AnyResponse:
        return ask(request.form.get("slug", "").strip().lower(), HOME)

    @pages.get("/login/organisation/<slug>")
    def follow(slug: str) -> AnyResponse:
        return ask(slug, safe_next(request.args.get("next", "")))


def _add_way_back(pages: Blueprint, lobby: Lobby) -> None:
    @pages.get(RETURN)
    def come_back() -> AnyResponse:
        given, known = request.args.get("state", ""), session.pop(_STATE, None)
        if not isinstance(known, str) or not hmac.compare_digest(known.encode(), given.encode()):
            return lobby.refused("provider_failed", HTTPStatus.BAD_REQUEST, "/login/organisation")
        try:
            identity = lobby.openid.answer(given, request.args.get("code", ""), _redirect_uri(lobby))
        except (Unauthenticated, KeyUnreadable):
            return lobby.refused("provider_failed", HTTPStatus.UNAUTHORIZED, "/login/organisation")
        try:
            person = lobby.invitations.accept_identity(identity)
        except NotFound:
            return lobby.refused("no_account", HTTPStatus.FORBIDDEN)
        except Conflict:
            return lobby.refused("address_taken", HTTPStatus.CONFLICT)
        return lobby.enter(person, safe_next(identity.next), has_shown_factor=identity.provider.asks_factor)


def _redirect_uri(lobby: Lobby) -> str:
    return f"{lobby.site().origin}{RETURN}"
