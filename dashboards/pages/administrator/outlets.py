"""Forwarding of statements and webhooks.

The administrator decides here who else is sent what comes and what happens, sees how each is doing, and has sent again
what could not be delivered. The details of one stand on a page of its own.
"""

from __future__ import annotations

from typing import Any, Final

from dashboards.frame import parts
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.administrator import outlet
from dashboards.pages.administrator import outlet_forms as forms
from dashboards.pages.administrator.days import iso, start_of_day
from dashboards.pages.administrator.form import Field, Values, text_of
from dashboards.pages.administrator.outlet import PATH, STATE_TONES, error_words, secret_shown, state_of
from dashboards.pages.administrator.passing import pass_on, passed_on
from dashboards.pages.administrator.settings import ADMINISTRATORS
from dashboards.views.administration import outlets_changes as changes
from dashboards.views.administration.outlets import read_outlets
from dashboards.words import Words
from lrs.forwarding.outlet import Kind
from lrs.sending.outlets import Seen


def draw(visit: Visit) -> Any:  # noqa: ANN401 - what Dash takes as children
    """Draw the list."""
    words = visit.words
    since = Field("since", words("field_since"), "day", None, words("hint_since"))
    return [
        *passed_on(visit),
        parts.heading(words("title"), words("lead")),
        *(_listed(visit, kind) for kind in Kind),
        parts.card(
            words("forward_new"),
            forms.FORWARD_NEW.draw(words, [*forms.forward_fields(visit), since], words("forward_create")),
            caption=words("forward_new_caption"),
        ),
        parts.card(
            words("webhook_new"),
            forms.WEBHOOK_NEW.draw(words, forms.webhook_fields(words), words("webhook_create")),
            caption=words("webhook_new_caption"),
        ),
    ]


def _listed(visit: Visit, kind: Kind) -> Any:  # noqa: ANN401 - Dash children
    words, name = visit.words, f"{kind.value}s"
    rows = [_row(words, item) for item in read_outlets(visit.lens, kind)]
    table = parts.table(words, name, _columns(words), rows, empty=words(f"{name}_none"))
    return parts.card(words(name), table, caption=words(f"{name}_caption"))


def _columns(words: Words) -> list[parts.Column]:
    return [
        parts.Column("name", words("column_name"), "link", 220),
        parts.Column("state", words("column_state"), "badge"),
        parts.Column("waiting", words("column_waiting"), "number"),
        parts.Column("letters", words("column_letters"), "number"),
        parts.Column("success", words("column_success"), "instant"),
        parts.Column("error", words("column_error"), width=260),
    ]


def _row(words: Words, item: Seen) -> dict[str, Any]:
    found, state = item.outlet, state_of(item)
    label = found.settings.label.replace("\\", "\\\\").replace("]", "\\]")
    return {
        "id": found.id,
        "name": f"[{label}](/dashboards/{PATH}/{found.id})",
        "state": f"{STATE_TONES[state]}:{words(f'state_{state}')}",
        "waiting": item.waiting,
        "letters": item.letters,
        "success": iso(found.health.last_success),
        "error": "" if state == "active" else error_words(words, found.reason or found.health.error),
    }


def register(acts: Acts) -> None:
    """Register what the list can do."""

    @forms.FORWARD_NEW.on(acts, ADMINISTRATORS, is_critical=True)
    def add_forward(visit: Visit, values: Values) -> None:
        settings, since = forms.forward_settings(values), start_of_day(values, "since")
        made = changes.add_forward(visit.lens, settings, text_of(values, "secret"), since)
        pass_on(visit, f"{PATH}/{made.id}", "saved")

    @forms.WEBHOOK_NEW.on(acts, ADMINISTRATORS, is_critical=True)
    def add_webhook(visit: Visit, values: Values) -> Any:  # noqa: ANN401 - Dash children
        return secret_shown(visit, changes.add_webhook(visit.lens, forms.webhook_settings(values)))


PAGES: Final = (
    Page(
        name="administrator.outlets",
        path=PATH,
        roles=ADMINISTRATORS,
        title=("Envois vers d’autres systèmes", "Sending to other systems"),
        draw=draw,
        menu=("Envois", "Sending"),
        icon="share",
        acts=register,
        texts=outlet.TEXTS,
    ),
    outlet.PAGE,
)
