"""The sealed log: whether its heads are signed, continue each other and are stamped, and how to see that without us.

Whoever reads it decides whether the traces that they were shown can have been made up afterwards.
"""

from __future__ import annotations

from typing import Any, Final

from dash import Input, Output, State, html

from dashboards import formats
from dashboards.frame import answers, forms, parts, writing
from dashboards.frame.acts import Acts
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.pages.auditor.home import ROLES
from dashboards.pages.auditor.words import TEXTS
from dashboards.views.audit_log import Continuity, HeadLine, LogState, continuity, log_state, trail_fault
from dashboards.words import Words
from lrs.clock import Micros, to_text
from lrs.errors import NotFound

NAME: Final = "auditor.log"


def draw(visit: Visit) -> Any:  # noqa: ANN401 - Dash children
    """Draw how the log stands."""
    words, state = visit.words, log_state(visit.lens)
    head = parts.heading(words("log_title"), words("log_lead"))
    if state.head is None:
        return [head, parts.nothing(words("log_none"), words("log_none_hint")), _trail_check(words, state)]
    return [
        head,
        parts.live("figures", _figures(words, state)),
        *_waiting(words, state),
        parts.card(words("log_heads"), _heads(words, state), caption=words("log_heads_caption")),
        parts.two(_continuity_form(words, state), _trail_check(words, state)),
        _independent(words, state),
    ]


def _figures(words: Words, state: LogState) -> Any:  # noqa: ANN401 - Dash children
    language, head, stamp = words.language, state.head, None if state.stamped is None else state.stamped.stamp
    published, hour = ("", "") if head is None else _day_and_hour(words, head.signed_at)
    note = "" if head is None else hour + " · " + words(
        "log_head_note", number=formats.number(head.number, language), size=formats.number(head.size, language)
    )  # fmt: skip
    quality = "" if stamp is None else words("log_qualified" if stamp.is_qualified else "log_unqualified")
    stamped, at = (words("log_stamp_none"), "") if stamp is None else _day_and_hour(words, stamp.at)
    by = "" if stamp is None else at + " · " + words("log_stamp_by", authority=stamp.authority, quality=quality)
    return parts.figures(
        parts.figure(words, words("log_sealed"), formats.number(state.sealed, language)),
        parts.figure(words, words("log_head"), published, note=note),
        parts.figure(words, words("log_stamp"), stamped, note=by),
        parts.figure(words, words("log_entries"), formats.number(state.entries, language)),
    )


def _waiting(words: Words, state: LogState) -> list[Any]:
    if state.unstamped_since is None:
        return []
    return [parts.notice(words("log_unstamped", day=_instant(words, state.unstamped_since)))]


def _heads(words: Words, state: LogState) -> Any:  # noqa: ANN401 - Dash children
    columns = (
        parts.Column("number", words("log_number"), "number", 90),
        parts.Column("size", words("log_size"), "number", 110),
        parts.Column("signed", words("log_signed"), "instant", 160),
        parts.Column("holds", words("log_holds"), "badge", 130),
        parts.Column("stamped", words("log_stamped"), "instant", 160),
        parts.Column("root", words("log_root"), width=240),
    )
    rows = [_head_row(words, head) for head in state.heads]
    return parts.table(words, "heads", columns, rows, label=words("log_heads"))


def _head_row(words: Words, head: HeadLine) -> dict[str, Any]:
    return {
        "id": str(head.number),
        "number": head.number,
        "size": head.size,
        "signed": to_text(head.signed_at),
        "holds": f"good:{words('log_ok')}" if head.is_signed else f"alarm:{words('log_wrong')}",
        "stamped": None if head.stamp is None else to_text(head.stamp.at),
        "root": head.root,
    }


def _continuity_form(words: Words, state: LogState) -> Any:  # noqa: ANN401 - Dash children
    last = 1 if state.head is None else state.head.number
    form = forms.form(
        words,
        forms.side_by_side(
            forms.number("log-old", words("log_old"), words=words, value=1, least=1, most=last, required=True),
            forms.number("log-new", words("log_new"), words=words, value=last, least=1, most=last, required=True),
        ),
        forms.buttons(forms.button("log-check", words("log_check"), emphasis="second")),
        html.Div(id="log-continuity", role="status"),
        title=words("log_continuity"),
    )
    return parts.card(words("log_continuity"), form, caption=words("log_continuity_caption"))


def _trail_check(words: Words, state: LogState) -> Any:  # noqa: ANN401 - Dash children
    end = parts.facts(
        (words("log_entries"), formats.number(state.entries, words.language)),
        (words("trail_digest"), html.Code(state.digest)),
    )
    return parts.card(
        words("trail_title"),
        [
            end,
            forms.buttons(forms.button("trail-check", words("log_trail_check"), emphasis="second")),
            html.Div(id="trail-checked", role="status"),
        ],
        caption=words("trail_lead"),
    )


def _independent(words: Words, state: LogState) -> Any:  # noqa: ANN401 - Dash children
    keys = [(words("log_key"), html.Code(key)) for key in reversed(state.verifier_keys)]
    command = html.Pre(html.Code("assidu verify dossier.zip"), tabIndex=0)
    told = [html.P(words("log_independent_text")), command, parts.facts(*keys)]
    return parts.card(words("log_independent"), [*told, html.P(words("log_api")), html.P(words("log_fsck"))])


def _said(words: Words, found: Continuity) -> Any:  # noqa: ANN401 - Dash children
    numbers = {"old": found.old.number, "new": found.new.number}
    if not found.holds:
        return parts.notice(words("log_breaks", **numbers), words("log_breaks_text"), tone="alarm")
    text = words(
        "log_continues_text", old_size=formats.number(found.old.size, words.language),
        new_size=formats.number(found.new.size, words.language), steps=len(found.path),
    )  # fmt: skip
    return parts.notice(words("log_continues", **numbers), text, tone="good")


def _instant(words: Words, at: Micros) -> str:
    return writing.instant(to_text(at), words.language)


def _day_and_hour(words: Words, at: Micros) -> tuple[str, str]:
    """Write an instant in two parts: a figure has room for a day, and what stands below it for the hour."""
    day, _, hour = _instant(words, at).rpartition(" ")
    return day, hour


def _acts(acts: Acts) -> None:
    @acts.on(
        ROLES,
        Output("log-continuity", "children"),
        Input("log-check", "n_clicks"),
        State("log-old", "value"),
        State("log-new", "value"),
    )
    def check_continuity(visit: Visit, _: object, old: object, new: object) -> Any:  # noqa: ANN401 - Dash children
        if not isinstance(old, int) or not isinstance(new, int):
            answers.say(visit.words("log_no_head"), tone="warning")
            return None
        try:
            return _said(visit.words, continuity(visit.lens, old, new))
        except NotFound:
            return parts.notice(visit.words("log_no_head"), tone="warning")

    @acts.on(ROLES, Output("trail-checked", "children"), Input("trail-check", "n_clicks"))
    def check_trail(visit: Visit, _: object) -> Any:  # noqa: ANN401 - Dash children
        words, fault = visit.words, trail_fault(visit.lens)
        if fault:
            return parts.notice(words("log_trail_wrong"), fault, tone="alarm")
        return parts.notice(words("log_trail_ok"), words("log_trail_ok_text"), tone="good")


PAGE: Final = Page(
    name=NAME,
    path="audit/log",
    roles=ROLES,
    title=("Registre et journal", "Log and trail"),
    menu=("Registre", "Log"),
    icon="link",
    draw=draw,
    acts=_acts,
    texts=TEXTS,
)
