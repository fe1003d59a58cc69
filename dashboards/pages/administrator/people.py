"""Who may sign in, as what; and who on record is who.

The administrator invites, ends and changes accounts, helps somebody who has lost a second factor, and says of which
roles one is asked. People on record who may be one are shown to be merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash
from dash import ALL, Input, Output, html

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
    Field,
    Form,
    Values,
    require,
    text_of,
)
from dashboards.pages.administrator.passing import passed_on
from dashboards.pages.administrator.people_words import PEOPLE_TEXTS
from dashboards.pages.administrator.secrets import SECRET_TEXTS, shown_once
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.sign_in_rules import POLICY, policy_fields, provider, register_settings
from dashboards.pages.administrator.subjects import (
    ROLE_OPTIONS,
    SUBJECT_TEXTS,
    SubjectKind,
    register_search,
    subject_options,
)
from dashboards.views.administration.people import (
    MemberView,
    PeopleView,
    find_twins,
    merged_people,
    read_people,
)
from dashboards.views.administration.people_changes import merge_people, split_people
from dashboards.words import Words
from lrs.clock import to_datetime
from training.access import Role
from training.accounts.member import Invitation, Standing
from training.accounts.member import State as MemberState
from training.records.ids import FunderId, PersonId

_TONES: Final[Mapping[MemberState, parts.Tone]] = {
    MemberState.ACTIVE: "good",
    MemberState.INVITED: "warning",
    MemberState.CLOSED: "plain",
}
SUBJECTS: Final[tuple[SubjectKind, ...]] = ("person", "funder")
HINTS: Final = {
    "email": "hint_email",
    "name": "hint_name",
    "subject": "hint_subject",
    "expires": "hint_expires",
}
POINTERS: Final = {
    "/standing/person_id": "subject",
    "/standing/funder_id": "subject",
    "/standing/expires_at": "expires",
    "/standing/role": "role",
    "/person_id": "subject",
    "/funder_id": "subject",
    "/expires_at": "expires",
    "/expires_micros": "expires",
}
_INVITE: Final = Form("invite", ("email", "name", "role", "subject", "expires", "locale"), (), POINTERS, HINTS)
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
            POLICY.draw(words, policy_fields(words, found.policy), words("save")),
            caption=words("policy_caption"),
        ),
        parts.card(words("provider"), provider(words, found.provider), caption=words("provider_caption")),
        parts.card(words("records"), _records(visit), caption=words("records_caption")),
    ]


def _accounts(words: Words, found: PeopleView) -> Any:  # noqa: ANN401 - Dash children
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


def state_badge(words: Words, item: MemberView) -> html.Span:
    """Say in a word how an account stands."""
    tone, text = _state(words, item)
    return parts.badge(text, tone)


def _counts(words: Words, found: PeopleView) -> str:
    active, invited = found.count(MemberState.ACTIVE), found.count(MemberState.INVITED)
    return words("counts", active=active, invited=invited, closed=found.count(MemberState.CLOSED))


def _invite_fields(visit: Visit) -> list[Field]:
    words = visit.words
    return [
        Field("email", words("column_email"), "email", "", words("hint_email"), is_required=True),
        Field("name", words("field_name"), value="", hint=words("hint_name"), is_required=True),
        *standing_fields(visit, Standing(Role.TRAINER)),
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


def standing_fields(visit: Visit, standing: Standing) -> list[Field]:
    """Return the fields of what an account is for."""
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
            subject_options(visit, SUBJECTS, chosen=chosen),
        ),
        Field("expires", words("field_expires"), "day", expires, words("hint_expires")),
    ]


def _records(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
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


def standing(values: Values) -> Standing:
    """Return what a form says that an account is for."""
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


def sent_notice(words: Words, sent: Sent) -> Any:  # noqa: ANN401 - Dash children
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
    register_search(acts, ADMINISTRATORS, _INVITE.name, "subject", SUBJECTS)
    register_search(acts, ADMINISTRATORS, _MERGE.name, "person", ("person",))
    register_search(acts, ADMINISTRATORS, _MERGE.name, "into", ("person",))
    register_settings(acts)

    @_INVITE.on(acts, ADMINISTRATORS, is_critical=True)
    def invite(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "email", "name", "role")
        locale = "en" if text_of(values, "locale") == "en" else "fr"
        invitation = Invitation(text_of(values, "email"), text_of(values, "name"), standing(values), locale)
        sent = current_desk().invite(visit.lens.viewer, invitation)
        answers.draw_again()
        return sent_notice(visit.words, sent)

    @_MERGE.on(acts, ADMINISTRATORS)
    def merge(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "person", "into")
        merge_people(visit.lens, text_of(values, "person").partition(":")[2], text_of(values, "into").partition(":")[2])
        answers.draw_again()
        return parts.notice(visit.words("merged_done"), tone="good")

    @acts.on(ADMINISTRATORS, Output({"split": ALL}, "disabled"), Input({"split": ALL}, "n_clicks"))
    def split(visit: Visit, presses: list[int | None]) -> list[bool]:
        person_id = pressed("split", presses)
        split_people(visit.lens, person_id)
        answers.say(visit.words("split_done"))
        answers.draw_again()
        return [False] * len(presses)


def pressed(kind: str, presses: list[int | None]) -> str:
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
)
