"""Who may sign in, as what; and who on record is who.

The administrator invites, ends and changes accounts, helps somebody who has lost a second factor, and says of which
roles one is asked. People on record who may be one are shown to be merged.
"""

from __future__ import annotations

from typing import Any, Final

from dashboards.accounts.desk import current_desk
from dashboards.frame import answers, parts
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
    state_of,
)
from dashboards.pages.administrator.days import iso
from dashboards.pages.administrator.form import FORM_TEXTS, Field, Form, Values, require, text_of
from dashboards.pages.administrator.merging import draw_merging, register_merging
from dashboards.pages.administrator.passing import passed_on
from dashboards.pages.administrator.people_words import PEOPLE_TEXTS
from dashboards.pages.administrator.secrets import SECRET_TEXTS
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.sign_in_rules import POLICY, policy_fields, provider, register_settings
from dashboards.pages.administrator.subjects import SUBJECT_TEXTS, register_search
from dashboards.views.administration.people import MemberView, PeopleView, read_people
from dashboards.words import Words
from training.access import Role
from training.accounts.member import Invitation, Standing
from training.accounts.member import State as MemberState

_INVITE: Final = Form("invite", ("email", "name", "role", "subject", "expires", "locale"), (), POINTERS, HINTS)


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
        parts.card(words("records"), draw_merging(visit), caption=words("records_caption")),
    ]


def _accounts(words: Words, found: PeopleView) -> Any:  # noqa: ANN401 - Dash children
    columns = [
        parts.Column("name", words("column_name"), "link", 220),
        parts.Column("role", words("column_role"), width=160),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("stands_for", words("column_stands_for"), width=170),
        parts.Column("email", words("column_email"), width=270),
        parts.Column("factor", words("column_factor"), "badge"),
        parts.Column("signed_in", words("column_signed_in"), "instant"),
        parts.Column("expires", words("column_expires"), "day"),
    ]
    return parts.table(words, "accounts", columns, [_row(words, item) for item in found.members])


def _row(words: Words, item: MemberView) -> dict[str, Any]:
    member, (tone, text) = item.member, state_of(words, item)
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


def register(acts: Acts) -> None:
    """Register what the page of accounts can do."""
    register_search(acts, ADMINISTRATORS, _INVITE.name, "subject", SUBJECTS)
    register_settings(acts)
    register_merging(acts)

    @_INVITE.on(acts, ADMINISTRATORS, is_critical=True)
    def invite(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        require(values, "email", "name", "role")
        locale = "en" if text_of(values, "locale") == "en" else "fr"
        invitation = Invitation(text_of(values, "email"), text_of(values, "name"), standing(values), locale)
        sent = current_desk().invite(visit.lens.viewer, invitation)
        answers.draw_again()
        return sent_notice(visit.words, sent)


PAGE: Final = Page(
    name="administrator.people",
    path="settings/people",
    roles=ADMINISTRATORS,
    title=("Comptes", "Accounts"),
    draw=draw,
    menu=("Comptes", "Accounts"),
    icon="people",
    acts=register,
    texts={**FORM_TEXTS, **SECRET_TEXTS, **SUBJECT_TEXTS, **PEOPLE_TEXTS},
)
