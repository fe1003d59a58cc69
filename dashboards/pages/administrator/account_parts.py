"""What the list of accounts and the page of one share: how one stands, what it is for, what became of a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.accounts.desk import Sent
from dashboards.attendance.letters import Delivery
from dashboards.frame import parts
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.days import end_of_day
from dashboards.pages.administrator.form import Field, Values, require, text_of
from dashboards.pages.administrator.secrets import shown_once
from dashboards.pages.administrator.subjects import ROLE_OPTIONS, SubjectKind, subject_options
from dashboards.views.administration.people import MemberView
from dashboards.words import Words
from lrs.clock import to_datetime
from training.access import Role
from training.accounts.member import Standing
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


def state_of(words: Words, item: MemberView) -> tuple[parts.Tone, str]:
    """Return how an account stands: how good that is, and a word."""
    if item.is_over and item.member.state is MemberState.ACTIVE:
        return "warning", words("state_over")
    return _TONES[item.member.state], words(f"state_{item.member.state.value}")


def state_badge(words: Words, item: MemberView) -> html.Span:
    """Say in a word how an account stands."""
    tone, text = state_of(words, item)
    return parts.badge(text, tone)


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
