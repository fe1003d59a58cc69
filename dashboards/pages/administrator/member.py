"""One account: what it is, what can be done with it, where it is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash
from dash import ALL, Input, Output, State, html

from dashboards import formats
from dashboards.accounts.confirming import Unconfirmed, require_confirmed
from dashboards.accounts.desk import current_desk
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.account_parts import (
    HINTS,
    POINTERS,
    SUBJECTS,
    sent_notice,
    standing,
    standing_fields,
    state_badge,
)
from dashboards.pages.administrator.form import (
    FORM_TEXTS,
    POLITE,
    Form,
    Values,
    ask_to_confirm,
    pressed,
)
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.people_words import PEOPLE_TEXTS
from dashboards.pages.administrator.secrets import SECRET_TEXTS
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import (
    SUBJECT_TEXTS,
    register_search,
)
from dashboards.views.administration.people import (
    MemberDetail,
    MemberView,
    read_member,
)
from dashboards.words import Words
from training.accounts.member import State as MemberState

# What gives somebody rights, or takes a second factor away.
_CRITICAL: Final = frozenset(("reopen", "reset"))
_CHANGE: Final = Form("member-change", ("role", "subject", "expires"), (), POINTERS, HINTS)


def draw_one(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one account."""
    words = visit.words
    detail = read_member(visit.lens, current_desk().administration, visit.place["account_id"])
    member = detail.view.member
    drawn = [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), "settings/people")),
        parts.heading(member.name, words("one_lead"), state_badge(words, detail.view)),
        parts.live("member", parts.card(words("about"), parts.facts(*_facts(words, detail.view)))),
        parts.live("deeds", parts.card(words("deeds"), _deeds(words, detail), caption=words("deeds_caption"))),
        html.Div(id="deed-answer", **POLITE),
    ]
    if member.state is not MemberState.CLOSED:
        fields = standing_fields(visit, member.standing)
        drawn.append(
            parts.card(
                words("change"), _CHANGE.draw(words, fields, words("change_do")), caption=words("change_caption")
            )
        )
    drawn.append(parts.live("sessions", parts.card(words("sessions"), _sessions(words, detail))))
    return drawn


def _facts(words: Words, item: MemberView) -> list[tuple[str, Any]]:
    member, language = item.member, words.language

    def said(instant: Any) -> str:  # noqa: ANN401 - Micros or None
        return words("never") if instant is None else formats.moment_of(instant, language)

    factors = ", ".join(words(f"factor_{kind.value}") for kind in member.factors) or words("factor_no")
    return [
        (words("column_email"), member.email),
        (words("column_role"), words(f"role_{member.standing.role.value}")),
        *([(words("column_stands_for"), item.stands_for)] if item.stands_for else []),
        *([(words("column_expires"), said(member.standing.expires_at))] if member.standing.expires_at else []),
        (words("column_created"), said(member.created_at)),
        *([(words("invited_until"), said(member.invitation_expires_at))] if member.invitation_expires_at else []),
        (words("column_signed_in"), said(member.signed_in_at)),
        (words("column_factor"), factors),
        *([(words("linked"), words("yes"))] if member.is_linked else []),
    ]


def _deeds(words: Words, detail: MemberDetail) -> Any:  # noqa: ANN401 - Dash children
    """Return what can be done with an account as it stands; each opens first and says what it does."""
    offered = {
        MemberState.INVITED: ("resend", "withdraw"),
        MemberState.ACTIVE: ("sign_out", "reset", "close"),
        MemberState.CLOSED: ("reopen",),
    }[detail.view.member.state]
    found: list[Any] = []
    for name in offered:
        danger = name in ("close", "withdraw", "reset")
        button = forms.button({"deed": name}, words(f"deed_{name}_do"), emphasis="danger" if danger else "second")
        inner = [html.P(words(f"deed_{name}_text")), forms.buttons(button)]
        found.append(parts.more(words(f"deed_{name}"), inner))
    return html.Div(found, className="stack")


def _sessions(words: Words, detail: MemberDetail) -> Any:  # noqa: ANN401 - Dash children
    if not detail.sessions:
        return parts.nothing(words("sessions_none"))
    items = []
    for session in detail.sessions:
        where = " · ".join(part for part in (session.device, session.network) if part)
        seen = words("session_seen", when=formats.moment_of(session.seen_at, words.language))
        end = forms.button(
            {"session": session.session_id},
            words("session_end"),
            emphasis="second",
            name=f"{words('session_end')} : {where}",
        )
        items.append(html.Li([html.B(where or words("session_unknown")), " ", seen, " ", end]))
    return html.Ul(items, className="plain-list")


def register_one(acts: Acts) -> None:
    """Register what the page of one account can do."""
    register_search(acts, ADMINISTRATORS, _CHANGE.name, "subject", SUBJECTS)

    @_CHANGE.on(acts, ADMINISTRATORS, is_critical=True)
    def change(visit: Visit, values: Values) -> None:
        current_desk().administration.change(visit.lens.viewer, visit.place["account_id"], standing(values))
        answers.say(visit.words("saved"))
        answers.draw_again()

    @acts.on(
        ADMINISTRATORS, Output("deed-answer", "children"), Input({"deed": ALL}, "n_clicks"), State("deed-answer", "id")
    )
    def deed(visit: Visit, presses: list[int | None], _: object) -> Any:  # noqa: ANN401 - Dash children
        name, desk, account = pressed("deed", presses), current_desk(), visit.place["account_id"]
        viewer, administration = visit.lens.viewer, current_desk().administration
        if name in _CRITICAL:
            try:
                require_confirmed()
            except Unconfirmed:
                return ask_to_confirm(visit.words)
        if name == "resend":
            return sent_notice(visit.words, desk.resend(viewer, account))
        does: Mapping[str, Any] = {
            "withdraw": administration.withdraw,
            "close": administration.close,
            "reopen": administration.reopen,
            "reset": administration.reset_factors,
            "sign_out": administration.revoke_sessions,
        }
        if name not in does:
            raise dash.exceptions.PreventUpdate
        does[name](viewer, account)
        where = "settings/people" if name == "withdraw" else f"settings/people/{account}"
        pass_on(visit, where, f"deed_{name}_done")
        return None

    @acts.on(ADMINISTRATORS, Output({"session": ALL}, "disabled"), Input({"session": ALL}, "n_clicks"))
    def end_session(visit: Visit, presses: list[int | None]) -> list[bool]:
        session_id = pressed("session", presses)
        current_desk().administration.revoke_session(visit.lens.viewer, visit.place["account_id"], session_id)
        answers.say(visit.words("session_ended"))
        answers.draw_again()
        return [True] * len(presses)


PAGES: Final = (
    Page(
        name="administrator.member",
        path="settings/people/<account_id>",
        roles=ADMINISTRATORS,
        title=("Compte", "Account"),
        draw=draw_one,
        acts=register_one,
        texts={**FORM_TEXTS, **SECRET_TEXTS, **SUBJECT_TEXTS, **PEOPLE_TEXTS},
    ),
)
