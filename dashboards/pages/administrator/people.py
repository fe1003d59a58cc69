"""Who may sign in, as what; and who on record is who.

The administrator invites, ends and changes accounts, helps somebody who has lost a second factor, and says of which
roles one is asked. People on record who may be one are shown to be merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash
from dash import ALL, Input, Output, State, html

from dashboards import formats
from dashboards.accounts.desk import Sent, current_desk
from dashboards.attendance.letters import Delivery
from dashboards.frame import answers, forms, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import end_of_day, iso
from dashboards.pages.administrator.form import (
    FORM_TEXTS,
    POLITE,
    Field,
    Form,
    Values,
    lines_of,
    number_of,
    require,
    text_of,
    texts_of,
)
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.people_words import PEOPLE_TEXTS
from dashboards.pages.administrator.secrets import SECRET_TEXTS, shown_once
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import (
    ROLE_OPTIONS,
    SUBJECT_TEXTS,
    SubjectKind,
    register_search,
    subject_options,
)
from dashboards.views.administration.people import (
    MemberDetail,
    MemberView,
    PeopleView,
    find_twins,
    merged_people,
    read_member,
    read_people,
)
from dashboards.views.administration.people_changes import merge_people, split_people
from dashboards.words import Words
from lrs.clock import to_datetime
from training.access import Role
from training.accounts.member import Invitation, Standing
from training.accounts.member import State as MemberState
from training.accounts.policy import Policy
from training.accounts.provider import Provider, ProviderChange
from training.records.ids import FunderId, PersonId

_TONES: Final[Mapping[MemberState, parts.Tone]] = {
    MemberState.ACTIVE: "good",
    MemberState.INVITED: "warning",
    MemberState.CLOSED: "plain",
}
_SUBJECTS: Final[tuple[SubjectKind, ...]] = ("person", "funder")
_HINTS: Final = {
    "email": "hint_email",
    "name": "hint_name",
    "subject": "hint_subject",
    "expires": "hint_expires",
    "invitation_days": "hint_days",
    "idle_minutes": "hint_idle",
    "issuer": "hint_issuer",
    "client_id": "hint_client",
    "client_secret": "hint_secret",
    "domains": "hint_domains",
}
_POINTERS: Final = {
    "/standing/person_id": "subject",
    "/standing/funder_id": "subject",
    "/standing/expires_at": "expires",
    "/standing/role": "role",
    "/person_id": "subject",
    "/funder_id": "subject",
    "/expires_at": "expires",
    "/expires_micros": "expires",
    "/provider/issuer": "issuer",
    "/provider/client_id": "client_id",
    "/provider/domains": "domains",
}
_INVITE: Final = Form("invite", ("email", "name", "role", "subject", "expires", "locale"), (), _POINTERS, _HINTS)
_CHANGE: Final = Form("member-change", ("role", "subject", "expires"), (), _POINTERS, _HINTS)
_POLICY: Final = Form("policy", ("second_factor_for", "invitation_days", "idle_minutes"), (), {}, _HINTS)
_PROVIDER: Final = Form(
    "provider", ("issuer", "client_id", "client_secret", "domains"), ("asks_factor",), _POINTERS, _HINTS
)
_PROVIDER_END: Final = Form("provider-end", (), ("sure",))
_MERGE: Final = Form("merge", ("person", "into"), (), {"/merged_into": "into"}, {})


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the accounts."""
    words, found = visit.words, read_people(visit.lens, current_desk().administration)
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        parts.card(words("accounts"), _accounts(words, found), caption=_counts(words, found)),
        parts.card(
            words("invite"),
            _INVITE.draw(words, _invite_fields(visit), words("invite_do")),
            caption=words("invite_caption"),
        ),
        parts.card(
            words("policy"),
            _POLICY.draw(words, _policy_fields(words, found.policy), words("save")),
            caption=words("policy_caption"),
        ),
        parts.card(words("provider"), _provider(words, found.provider), caption=words("provider_caption")),
        parts.card(words("records"), _records(visit), caption=words("records_caption")),
    ]


def draw_one(visit: Visit) -> Any:  # noqa: ANN401
    """Draw one account."""
    words = visit.words
    detail = read_member(visit.lens, current_desk().administration, visit.place["account_id"])
    member = detail.view.member
    drawn = [
        *passed_on(visit),
        parts.crumbs(words, (words("title"), "settings/people")),
        parts.heading(member.name, words("one_lead"), _state_badge(words, detail.view)),
        parts.live("member", parts.card(words("about"), parts.facts(*_facts(words, detail.view)))),
        parts.live("deeds", parts.card(words("deeds"), _deeds(words, detail), caption=words("deeds_caption"))),
        html.Div(id="deed-answer", **POLITE),
    ]
    if member.state is not MemberState.CLOSED:
        fields = _standing_fields(visit, member.standing)
        drawn.append(
            parts.card(
                words("change"), _CHANGE.draw(words, fields, words("change_do")), caption=words("change_caption")
            )
        )
    drawn.append(parts.live("sessions", parts.card(words("sessions"), _sessions(words, detail))))
    return drawn


def _accounts(words: Words, found: PeopleView) -> Any:  # noqa: ANN401
    columns = [
        parts.Column("name", words("column_name"), "link", 220),
        parts.Column("role", words("column_role"), width=190),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("stands_for", words("column_stands_for"), width=180),
        parts.Column("email", words("column_email"), width=230),
        parts.Column("factor", words("column_factor"), "badge"),
        parts.Column("signed_in", words("column_signed_in"), "instant"),
        parts.Column("expires", words("column_expires"), "day"),
    ]
    return parts.table(words, "accounts", columns, [_row(words, item) for item in found.members])


def _row(words: Words, item: MemberView) -> dict[str, Any]:
    member, (tone, text) = item.member, _state(words, item)
    factor = f"good:{words('factor_yes')}" if member.factors else f"plain:{words('factor_no')}"
    name = member.name.replace("\\", "\\\\").replace("]", "\\]")
    return {
        "id": member.account_id,
        "name": f"[{name}](/dashboards/settings/people/{member.account_id})",
        "role": words(f"role_{member.standing.role.value}"),
        "state": f"{tone}:{text}",
        "stands_for": item.stands_for,
        "email": member.email,
        "factor": "" if member.state is MemberState.INVITED else factor,
        "signed_in": iso(member.signed_in_at),
        "expires": iso(member.standing.expires_at),
    }


def _state(words: Words, item: MemberView) -> tuple[parts.Tone, str]:
    if item.is_over and item.member.state is MemberState.ACTIVE:
        return "warning", words("state_over")
    return _TONES[item.member.state], words(f"state_{item.member.state.value}")


def _state_badge(words: Words, item: MemberView) -> html.Span:
    tone, text = _state(words, item)
    return parts.badge(text, tone)


def _counts(words: Words, found: PeopleView) -> str:
    active, invited = found.count(MemberState.ACTIVE), found.count(MemberState.INVITED)
    return words("counts", active=active, invited=invited, closed=found.count(MemberState.CLOSED))


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


def _deeds(words: Words, detail: MemberDetail) -> Any:  # noqa: ANN401
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


def _sessions(words: Words, detail: MemberDetail) -> Any:  # noqa: ANN401
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


def _invite_fields(visit: Visit) -> list[Field]:
    words = visit.words
    return [
        Field("email", words("column_email"), "email", "", words("hint_email"), is_required=True),
        Field("name", words("field_name"), value="", hint=words("hint_name"), is_required=True),
        *_standing_fields(visit, Standing(Role.TRAINER)),
        Field(
            "locale",
            words("field_locale"),
            "choice",
            "fr",
            "",
            [("fr", words("locale_fr")), ("en", words("locale_en"))],
            is_required=True,
        ),
    ]


def _standing_fields(visit: Visit, standing: Standing) -> list[Field]:
    words = visit.words
    chosen = ""
    if standing.person_id is not None:
        chosen = f"person:{standing.person_id}"
    elif standing.funder_id is not None:
        chosen = f"funder:{standing.funder_id}"
    expires = (
        None
        if standing.expires_at is None
        else to_datetime(standing.expires_at).astimezone(formats.PARIS).date().isoformat()
    )
    roles = [(role, words(f"role_{role}")) for role in ROLE_OPTIONS]
    return [
        Field("role", words("column_role"), "choice", standing.role.value, words("hint_role"), roles, is_required=True),
        Field(
            "subject",
            words("field_subject"),
            "found",
            chosen or None,
            words("hint_subject"),
            subject_options(visit, _SUBJECTS, chosen=chosen),
        ),
        Field("expires", words("field_expires"), "day", expires, words("hint_expires")),
    ]


def _policy_fields(words: Words, policy: Policy) -> list[Field]:
    roles = [(role.value, words(f"role_{role.value}")) for role in Role]
    asked = sorted(role.value for role in policy.second_factor_for)
    return [
        Field("second_factor_for", words("field_factor"), "choices", asked, words("hint_factor"), roles),
        Field(
            "invitation_days",
            words("field_days"),
            "number",
            policy.invitation_days,
            words("hint_days"),
            unit=words("unit_days"),
        ),
        Field("idle_minutes", words("field_idle"), "number", policy.idle_minutes, words("hint_idle"), unit="min"),
    ]


def _provider(words: Words, provider: Provider | None) -> Any:  # noqa: ANN401
    fields = [
        Field(
            "issuer",
            words("field_issuer"),
            value="" if provider is None else provider.issuer,
            hint=words("hint_issuer"),
            is_required=True,
        ),
        Field(
            "client_id",
            words("field_client"),
            value="" if provider is None else provider.client_id,
            hint=words("hint_client"),
            is_required=True,
        ),
        Field("client_secret", words("field_secret"), "secret", "", words("hint_secret")),
        Field(
            "domains",
            words("field_domains"),
            "long",
            "" if provider is None else "\n".join(provider.domains),
            words("hint_domains"),
            is_required=True,
            lines=2,
        ),
        Field("asks_factor", words("field_asks"), "flag", provider is not None and provider.asks_factor),
    ]
    drawn: list[Any] = [
        parts.more(words("provider_set" if provider else "provider_new"), _PROVIDER.draw(words, fields, words("save")))
    ]
    if provider is not None:
        sure = [Field("sure", words("provider_sure"), "flag")]
        drawn.append(
            parts.more(
                words("provider_end"), _PROVIDER_END.draw(words, sure, words("provider_end_do"), emphasis="danger")
            )
        )
    return html.Div(
        [html.P(words("provider_now", issuer=provider.issuer) if provider else words("provider_none")), *drawn]
    )


def _records(visit: Visit) -> Any:  # noqa: ANN401
    words, lens = visit.words, visit.lens
    twins, merged = find_twins(lens), merged_people(lens)
    names = [
        Field(
            "person",
            words("merge_person"),
            "found",
            None,
            words("hint_merge"),
            subject_options(visit, ("person",)),
            is_required=True,
        ),
        Field("into", words("merge_into"), "found", None, "", subject_options(visit, ("person",)), is_required=True),
    ]
    found = [
        html.Li(", ".join(f"{person.name or person.id} ({person.id})" for person in group.people)) for group in twins
    ]
    undone = [
        html.Li(
            [
                words("merged_line", one=person.name or person.id, other=into.name or into.id),
                " ",
                forms.button(
                    {"split": person.id},
                    words("split_do"),
                    emphasis="second",
                    name=f"{words('split_do')} : {person.name or person.id}",
                ),
            ]
        )
        for person, into in merged[:50]
    ]
    return html.Div(
        [
            html.P(words("records_count", count=formats.number(len(lens.records.people), words.language))),
            parts.notice(words("twins", count=len(twins)), html.Ul(found)) if twins else html.P(words("twins_none")),
            parts.more(words("merge"), _MERGE.draw(words, names, words("merge_do"))),
            parts.live("merged", html.Ul(undone, className="plain-list") if undone else None),
        ],
        className="stack",
    )


def _standing(values: Values) -> Standing:
    require(values, "role")
    role = next((item for item in Role if item.value == text_of(values, "role")), Role.LEARNER)
    kind, _, record_id = text_of(values, "subject").partition(":")
    is_person = role in (Role.LEARNER, Role.TRAINER) and kind == "person"
    is_funder = role is Role.FUNDER and kind == "funder"
    return Standing(
        role,
        PersonId(record_id) if is_person else None,
        FunderId(record_id) if is_funder else None,
        end_of_day(values, "expires"),
    )


def _sent(words: Words, sent: Sent) -> Any:  # noqa: ANN401
    """Say what became of an invitation; where no letter goes, its link is shown to be handed over."""
    if sent.delivery is Delivery.UNAVAILABLE and sent.link:
        return html.Div([parts.notice(words("sent_none"), tone="warning"), shown_once(words, [("link", sent.link)])])
    tones: Mapping[Delivery, parts.Tone] = {
        Delivery.SENT: "good",
        Delivery.UNDER_WAY: "plain",
        Delivery.REFUSED: "alarm",
    }
    key = {Delivery.SENT: "sent", Delivery.UNDER_WAY: "sent_soon"}.get(sent.delivery, "sent_refused")
    return parts.notice(words(key, email=sent.member.email), tone=tones.get(sent.delivery, "warning"))


def register(acts: Acts) -> None:
    """Register what the page of accounts can do."""
    register_search(acts, ADMINISTRATORS, _INVITE.name, "subject", _SUBJECTS)
    register_search(acts, ADMINISTRATORS, _MERGE.name, "person", ("person",))
    register_search(acts, ADMINISTRATORS, _MERGE.name, "into", ("person",))
    _register_settings(acts)

    @_INVITE.on(acts, ADMINISTRATORS)
    def invite(visit: Visit, values: Values) -> Any:  # noqa: ANN401
        require(values, "email", "name", "role")
        locale = "en" if text_of(values, "locale") == "en" else "fr"
        invitation = Invitation(text_of(values, "email"), text_of(values, "name"), _standing(values), locale)
        sent = current_desk().invite(visit.lens.viewer, invitation)
        answers.draw_again()
        return _sent(visit.words, sent)

    @_MERGE.on(acts, ADMINISTRATORS)
    def merge(visit: Visit, values: Values) -> Any:  # noqa: ANN401
        require(values, "person", "into")
        merge_people(visit.lens, text_of(values, "person").partition(":")[2], text_of(values, "into").partition(":")[2])
        answers.draw_again()
        return parts.notice(visit.words("merged_done"), tone="good")

    @acts.on(ADMINISTRATORS, Output({"split": ALL}, "disabled"), Input({"split": ALL}, "n_clicks"))
    def split(visit: Visit, presses: list[int | None]) -> list[bool]:
        person_id = _pressed("split", presses)
        split_people(visit.lens, person_id)
        answers.say(visit.words("split_done"))
        answers.draw_again()
        return [False] * len(presses)


def _register_settings(acts: Acts) -> None:
    @_POLICY.on(acts, ADMINISTRATORS)
    def policy(visit: Visit, values: Values) -> None:
        require(values, "invitation_days", "idle_minutes")
        asked = frozenset(role for role in Role if role.value in texts_of(values, "second_factor_for"))
        wanted = Policy(
            asked, int(number_of(values, "invitation_days") or 0), int(number_of(values, "idle_minutes") or 0)
        )
        current_desk().administration.set_policy(visit.lens.viewer, wanted)
        answers.say(visit.words("saved"))

    @_PROVIDER.on(acts, ADMINISTRATORS)
    def provider(visit: Visit, values: Values) -> None:
        require(values, "issuer", "client_id", "domains")
        wanted = Provider(
            text_of(values, "issuer"),
            text_of(values, "client_id"),
            lines_of(values, "domains"),
            bool(values.get("asks_factor")),
        )
        change = ProviderChange(wanted, text_of(values, "client_secret"))
        current_desk().administration.set_provider(visit.lens.viewer, change)
        pass_on(visit, "settings/people", "saved")

    @_PROVIDER_END.on(acts, ADMINISTRATORS)
    def end(visit: Visit, values: Values) -> None:
        require(values, "sure")
        current_desk().administration.set_provider(visit.lens.viewer, None)
        pass_on(visit, "settings/people", "saved")


def register_one(acts: Acts) -> None:
    """Register what the page of one account can do."""
    register_search(acts, ADMINISTRATORS, _CHANGE.name, "subject", _SUBJECTS)

    @_CHANGE.on(acts, ADMINISTRATORS)
    def change(visit: Visit, values: Values) -> None:
        current_desk().administration.change(visit.lens.viewer, visit.place["account_id"], _standing(values))
        answers.say(visit.words("saved"))
        answers.draw_again()

    @acts.on(
        ADMINISTRATORS, Output("deed-answer", "children"), Input({"deed": ALL}, "n_clicks"), State("deed-answer", "id")
    )
    def deed(visit: Visit, presses: list[int | None], _: object) -> Any:  # noqa: ANN401
        name, desk, account = _pressed("deed", presses), current_desk(), visit.place["account_id"]
        viewer, administration = visit.lens.viewer, current_desk().administration
        if name == "resend":
            return _sent(visit.words, desk.resend(viewer, account))
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
        session_id = _pressed("session", presses)
        current_desk().administration.revoke_session(visit.lens.viewer, visit.place["account_id"], session_id)
        answers.say(visit.words("session_ended"))
        answers.draw_again()
        return [True] * len(presses)


def _pressed(kind: str, presses: list[int | None]) -> str:
    """Return which of many buttons was pressed; nothing is done when buttons only appeared."""
    place = dash.callback_context.triggered_id
    if not any(presses) or not isinstance(place, dict) or not isinstance(place.get(kind), str):
        raise dash.exceptions.PreventUpdate
    return str(place[kind])


_TEXTS: Final = {**FORM_TEXTS, **SECRET_TEXTS, **SUBJECT_TEXTS, **PEOPLE_TEXTS}
PAGES: Final = (
    Page(
        name="administrator.people",
        path="settings/people",
        roles=ADMINISTRATORS,
        title=("Comptes", "Accounts"),
        draw=draw,
        menu=("Comptes", "Accounts"),
        icon="people",
        acts=register,
        texts=_TEXTS,
    ),
    Page(
        name="administrator.member",
        path="settings/people/<account_id>",
        roles=ADMINISTRATORS,
        title=("Compte", "Account"),
        draw=draw_one,
        acts=register_one,
        texts=_TEXTS,
    ),
)
