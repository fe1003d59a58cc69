"""One credential: what it is, its settings, a new secret, and its end."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.credential_forms import (
    FIELDS,
    HINTS,
    POINTERS,
    STATE_TONES,
    fields_of,
    grace_field,
    grace_seconds,
    sure_field,
    wanted,
)
from dashboards.pages.administrator.credential_words import CREDENTIAL_TEXTS
from dashboards.pages.administrator.form import FORM_TEXTS, Form, Values, require
from dashboards.pages.administrator.passing import pass_on
from dashboards.pages.administrator.secrets import SECRET_TEXTS, shown_once
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import SUBJECT_TEXTS
from dashboards.views.administration import credentials_changes as changes
from dashboards.views.administration.credentials import CredentialView, read_credential
from dashboards.words import Words

_CHANGE: Final = Form("credential-change", FIELDS, ("quarantine",), POINTERS, HINTS)
_ROTATE: Final = Form("credential-rotate", ("grace",), (), POINTERS, HINTS)
_REVOKE: Final = Form("credential-revoke", (), ("sure",))


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one credential."""
    words, item = visit.words, read_credential(visit.lens, visit.place["key"])
    head = [
        parts.crumbs(words, (words("title"), "settings/credentials")),
        parts.heading(
            item.label, words("one_lead"), parts.badge(words(f"state_{item.state}"), STATE_TONES[item.state])
        ),
        parts.live("credential", parts.card(words("about"), parts.facts(*_facts(words, item)))),
    ]
    if item.state == "revoked":
        return [*head, parts.notice(words("revoked_title"), words("revoked_text"))]
    return [
        *head,
        parts.card(words("change"), _CHANGE.draw(words, fields_of(words, item), words("save"))),
        parts.card(
            words("rotate"),
            _ROTATE.draw(words, [grace_field(words)], words("rotate_do"), emphasis="second"),
            caption=words("rotate_caption"),
        ),
        parts.card(
            words("revoke"),
            _REVOKE.draw(words, [sure_field(words)], words("revoke_do"), emphasis="danger"),
            caption=words("revoke_caption"),
        ),
    ]


def _facts(words: Words, item: CredentialView) -> list[tuple[str, Any]]:
    language = words.language
    last = words("never") if item.last_stored is None else formats.moment_of(item.last_stored, language)
    quiet: Any = (
        words("alarm_off")
        if item.quiet_after_seconds is None
        else formats.duration_seconds(item.quiet_after_seconds, language)
    )
    if item.quiet_since is not None:
        quiet = parts.badge(words("alarm_since", when=formats.moment_of(item.quiet_since, language)), "alarm")
    return [
        (words("column_key"), html.Code(item.key)),
        (words("column_created"), formats.moment_of(item.created, language)),
        (words("column_expires"), "—" if item.expires is None else formats.moment_of(item.expires, language)),
        (words("column_last"), last),
        (words("column_statements"), formats.number(item.statements, language)),
        (words("column_alarm"), quiet),
        (words("column_held"), parts.link(formats.number(item.held, language), "settings/quarantine")),
        (words("secrets"), words("secrets_two") if item.secrets > 1 else words("secrets_one")),
    ]


def register(acts: Acts) -> None:
    """Register what the page of one credential can do."""

    @_CHANGE.on(acts, ADMINISTRATORS, is_critical=True)
    def change(visit: Visit, values: Values) -> None:
        changes.change_credential(visit.lens, visit.place["key"], wanted(values))
        answers.say(visit.words("saved"))
        answers.draw_again()

    @_ROTATE.on(acts, ADMINISTRATORS, is_critical=True)
    def rotate(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        issued = changes.rotate_credential(visit.lens, visit.place["key"], grace_seconds(values))
        answers.draw_again()
        return shown_once(visit.words, [("user", issued.credential.key), ("secret", issued.secret)])

    @_REVOKE.on(acts, ADMINISTRATORS, is_critical=True)
    def revoke(visit: Visit, values: Values) -> None:
        require(values, "sure")
        changes.revoke_credential(visit.lens, visit.place["key"])
        pass_on(visit, "settings/credentials", "revoked_title")


PAGE: Final = Page(
    name="administrator.credential",
    path="settings/credentials/<key>",
    roles=ADMINISTRATORS,
    title=("Accès d’une plateforme", "Credential"),
    draw=draw,
    acts=register,
    texts={**FORM_TEXTS, **SUBJECT_TEXTS, **SECRET_TEXTS, **CREDENTIAL_TEXTS},
)
