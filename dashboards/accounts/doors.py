"""What a letter opens: an invitation, and another password for one that was forgotten."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from dashboards.accounts.lobby import HOME, Lobby
from dashboards.sessions import page_language, remember_language
from lrs.errors import Conflict, InvalidRequest, NotFound
from training.accounts import SignedIn


def add_pages(pages: Blueprint, lobby: Lobby) -> None:
    """Add `/invitation/<token>`, `/login/forgotten` and `/reset/<token>`."""
    _add_invitation(pages, lobby)
    _add_forgotten(pages, lobby)
    _add_reset(pages, lobby)


def _add_invitation(pages: Blueprint, lobby: Lobby) -> None:
    def show(person: SignedIn, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
        organisation = lobby.organisations.get(person.organisation)
        return lobby.page(
            "invitation",
            person,
            status,
            problem=problem,
            person=person,
            name=request.form.get("name", person.name),
            organisation=organisation.name,
            slug=organisation.slug,
            has_provider=_has_provider(lobby, person),
        )

    @pages.get("/invitation/<token>")
    def look_at_invitation(token: str) -> AnyResponse:
        remember_language()
        try:
            return show(lobby.invitations.invited(token))
        except NotFound:
            return lobby.refused("invitation_over", HTTPStatus.NOT_FOUND)

    @pages.post("/invitation/<token>")
    def accept_invitation(token: str) -> AnyResponse:
        try:
            invited = lobby.invitations.invited(token)
            language = page_language(invited)
            form = request.form
            person = lobby.invitations.accept(token, form.get("name", ""), form.get("password", ""), language)
        except NotFound:
            return lobby.refused("invitation_over", HTTPStatus.NOT_FOUND)
        except InvalidRequest as refusal:
            key = "wrong_name" if refusal.problems[0].pointer == "/name" else "wrong_length"
            return show(invited, lobby.say(key, invited), HTTPStatus.BAD_REQUEST)
        except Conflict:
            return show(invited, lobby.say("address_taken", invited), HTTPStatus.CONFLICT)
        return lobby.enter(person, HOME)


def _add_forgotten(pages: Blueprint, lobby: Lobby) -> None:
    @pages.get("/login/forgotten")
    def ask_for_link() -> AnyResponse:
        remember_language()
        return lobby.page("forgotten", sent=False)

    @pages.post("/login/forgotten")
    def send_link() -> AnyResponse:
        reset = lobby.invitations.forgotten(request.form.get("email", ""))
        if reset is not None:
            person = reset.person
            lobby.letters.reset(person.email, person.name, person.locale, reset.token)
        return lobby.page("forgotten", sent=True)


def _add_reset(pages: Blueprint, lobby: Lobby) -> None:
    @pages.get("/reset/<token>")
    def look_at_reset(token: str) -> AnyResponse:
        remember_language()
        try:
            person = lobby.invitations.resetting(token)
        except NotFound:
            return lobby.refused("reset_over", HTTPStatus.NOT_FOUND, "/login/forgotten")
        return lobby.page("reset", person, person=person)

    @pages.post("/reset/<token>")
    def reset(token: str) -> AnyResponse:
        try:
            person = lobby.invitations.reset(token, request.form.get("password", ""))
        except NotFound:
            return lobby.refused("reset_over", HTTPStatus.NOT_FOUND, "/login/forgotten")
        except InvalidRequest:
            known = lobby.invitations.resetting(token)
            problem = lobby.say("wrong_length", known)
            return lobby.page("reset", known, HTTPStatus.BAD_REQUEST, problem=problem, person=known)
        lobby.letters.notice(person.email, person.name, person.locale, "password")
        return lobby.enter(person, HOME)


def _has_provider(lobby: Lobby, person: SignedIn) -> bool:
    provider = lobby.providers.find(person.organisation)
    return provider is not None and provider.believes(person.email)
