"""One access key: what it reads, a new secret, and its end."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from dashboards import formats
from dashboards.frame import answers, parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator.credential_forms import (
    HINTS,
    POINTERS,
    STATE_TONES,
    grace_field,
    grace_seconds,
    reads_as,
    sure_field,
)
from dashboards.pages.administrator.credential_words import CREDENTIAL_TEXTS
from dashboards.pages.administrator.form import FORM_TEXTS, Form, Values, require
from dashboards.pages.administrator.passing import pass_on
from dashboards.pages.administrator.secrets import SECRET_TEXTS, shown_once
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.pages.administrator.subjects import SUBJECT_TEXTS
from dashboards.views.administration.keys import read_keys, revoke_key, rotate_key

_ROTATE: Final = Form("key-rotate", ("grace",), (), POINTERS, HINTS)
_REVOKE: Final = Form("key-revoke", (), ("sure",))


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw one access key."""
    words = visit.words
    item = next((view for view in read_keys(visit.lens) if view.key.key == visit.place["key"]), None)
    if item is None:
        return parts.nothing(words("key_gone"))
    state = parts.badge(words(f"state_{item.state}"), STATE_TONES[item.state])
    facts = [
        (words("column_key"), html.Code(item.key.key)),
        (words("column_reads_as"), reads_as(words, item)),
        (words("column_created"), formats.moment_of(item.key.created, words.language)),
        (
            words("column_expires"),
            "—" if item.key.expires is None else formats.moment_of(item.key.expires, words.language),
        ),
        (
            words("column_used"),
            words("never")
            if item.key.last_used_on is None
            else formats.short_day(item.key.last_used_on, words.language),
        ),
    ]
    head = [
        parts.crumbs(words, (words("title"), "settings/credentials")),
        parts.heading(item.key.label, words("key_lead"), state),
        parts.live("key", parts.card(words("about"), parts.facts(*facts))),
    ]
    if item.state != "active":
        return head
    return [
        *head,
        parts.card(
            words("rotate"),
            _ROTATE.draw(words, [grace_field(words)], words("rotate_do"), emphasis="second"),
            caption=words("rotate_caption"),
        ),
        parts.card(
            words("revoke"),
            _REVOKE.draw(words, [sure_field(words)], words("revoke_do"), emphasis="danger"),
            caption=words("key_revoke_caption"),
        ),
    ]


def register(acts: Acts) -> None:
    """Register what the page of one access key can do."""

    @_ROTATE.on(acts, ADMINISTRATORS, is_critical=True)
    def rotate(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        issued = rotate_key(visit.lens, visit.place["key"], grace_seconds(values))
        answers.draw_again()
        return shown_once(
            visit.words, [("key", issued.access_key.key), ("secret", issued.secret), ("bearer", issued.bearer)]
        )

    @_REVOKE.on(acts, ADMINISTRATORS, is_critical=True)
    def revoke(visit: Visit, values: Values) -> None:
        require(values, "sure")
        revoke_key(visit.lens, visit.place["key"])
        pass_on(visit, "settings/credentials", "revoked_title")


PAGE: Final = Page(
    name="administrator.key",
    path="settings/credentials/keys/<key>",
    roles=ADMINISTRATORS,
    title=("Clé d’accès", "Access key"),
    draw=draw,
    acts=register,
    texts={**FORM_TEXTS, **SUBJECT_TEXTS, **SECRET_TEXTS, **CREDENTIAL_TEXTS},
)
